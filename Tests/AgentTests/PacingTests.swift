import Documents
import Testing

@testable import Agent

@Suite struct `When the agent looks again` {
  private let now = Timestamp(secondsSinceEpoch: 1_000_000)
  private let pacing = Pacing(interval: .seconds(300), place: 0)

  private func later(_ seconds: Int) -> Timestamp {
    Timestamp(secondsSinceEpoch: now.secondsSinceEpoch + seconds)
  }

  @Test func `without anything that waits it is the interval`() {
    #expect(pacing.next(after: .done(waitsUntil: []), at: now) == .init(delay: .seconds(300)))
    #expect(pacing.next(after: .refused, at: now) == .init(delay: .seconds(300)))
  }

  @Test func `what waits for a window is looked at when the first of them opens`() {
    let next = pacing.next(after: .done(waitsUntil: [later(90), later(7), later(2000)]), at: now)
    #expect(next == .init(delay: .seconds(300), moment: later(7)))
  }

  @Test func `a moment that is over makes nobody hurry`() {
    let next = pacing.next(after: .done(waitsUntil: [now, later(-5)]), at: now)
    #expect(next == .init(delay: .seconds(300)))
  }

  @Test func `a source that cannot be read is tried less and less often, but every hour at least`()
  {
    let pauses = [1, 2, 3, 8, 9, 1000].map { pacing.pause(afterFailures: $0) }
    #expect(pauses == [30, 60, 120, 3600, 3600, 3600].map { Duration.seconds($0) })
    let rare = Pacing(interval: .seconds(86_400), place: 0.5)
    #expect(abs(rare.pause(afterFailures: 1000) / .seconds(1) - 75_600) < 1)
    #expect(abs(rare.pause(afterFailures: 1) / .seconds(1) - 26.25) < 1)
  }

  @Test func `a clock that is not right yet is looked at soon`() {
    let next = pacing.next(after: .done(waitsUntil: [], forClock: true), at: now)
    #expect(next == .init(delay: .seconds(30)))
  }

  @Test func `after another run it is looked at soon`() {
    #expect(pacing.next(after: .lockHeld, at: now) == .init(delay: .seconds(15)))
    let hasty = Pacing(interval: .seconds(10), place: 0)
    #expect(hasty.next(after: .lockHeld, at: now) == .init(delay: .seconds(10)))
  }

  @Test(arguments: [0.0, 0.25, 0.999])
  func `hosts differ by up to a tenth of the interval, and each stays as it is`(place: Double) {
    let pacing = Pacing(interval: .seconds(1000), place: place)
    let own = pacing.ownInterval
    #expect((Duration.seconds(900)...Duration.seconds(1000)).contains(own))
    #expect(pacing.next(after: .refused, at: now).delay == own)
  }
}
