import LivepatchHost
import Testing

@Suite("Waiting for the kernel")
struct WaitingTests {
  private func later(_ duration: Duration) -> ContinuousClock.Instant { .now + duration }

  @Test("a transition that is over is not waited for")
  func over() throws {
    let host = try FakeHost(.linux6_12, [.patch("a")]).host { _ in Issue.record("it waited") }
    #expect(host.awaitTransition(of: "a", until: later(.seconds(1))) { false } == .finished)
  }

  @Test("a transition that ends")
  func ends() throws {
    let fake = try FakeHost(.linux6_12, [.patch("a", transition: 1)])
    let host = try fake.host { try $0.write("sys/kernel/livepatch/a/transition", "0\n") }
    #expect(host.awaitTransition(of: "a", until: later(.seconds(1))) { false } == .finished)
  }

  @Test("a patch that is taken off the list, as disabling ends")
  func gone() throws {
    let fake = try FakeHost(.linux6_12, [.patch("a", enabled: 0, transition: 1)])
    let host = try fake.host { $0.remove("sys/kernel/livepatch/a") }
    #expect(host.awaitTransition(of: "a", until: later(.seconds(1))) { false } == .gone)
  }

  @Test("a transition that stalls")
  func stalls() throws {
    let host = try FakeHost(.linux6_12, [.patch("a", transition: 1)]).host()
    #expect(host.awaitTransition(of: "a", until: later(.seconds(1))) { false } == .timedOut)
  }

  @Test("a wait that is called off")
  func stopped() throws {
    let host = try FakeHost(.linux6_12, [.patch("a", transition: 1)]).host()
    var looks = 0
    let end = host.awaitTransition(of: "a", until: later(.seconds(1))) {
      looks += 1
      return looks == 3
    }
    #expect(end == .stopped)
  }

  @Test("nonsense in its file")
  func malformed() throws {
    let fake = try FakeHost(.linux6_12, [.patch("a")])
    try fake.write("sys/kernel/livepatch/a/transition", "maybe\n")
    let end = try fake.host().awaitTransition(of: "a", until: later(.seconds(1))) { false }
    let path = "/sys/kernel/livepatch/a/transition"
    #expect(
      end == .failed(.malformed(path: path, message: #"expected 0 or 1, found "maybe\n""#)))
  }

  @Test("the pauses grow from 1 ms to 50 ms, and end with the deadline")
  func pauses() throws {
    let clock = FakeClock()
    let host = try FakeHost(.linux6_12, [.patch("a", transition: 1)]).host(clock: clock)
    let deadline = clock.now + .milliseconds(200)
    #expect(host.awaitTransition(of: "a", until: deadline) { false } == .timedOut)
    #expect(clock.pauses == [1, 2, 4, 8, 16, 32, 50, 50, 37].map { .milliseconds($0) })
  }

  @Test("a module is free when its directory and its references are gone")
  func release() throws {
    let fake = try FakeHost(.linux6_12, [.patch("a", enabled: 0)])
    let host = try fake.host {
      if $0.exists("sys/kernel/livepatch/a") {
        try $0.has([.resident("a", references: 1)])
      } else {
        try $0.has([.resident("a")])
      }
    }
    #expect(host.awaitGone(module: "a", until: later(.seconds(1))) { false } == .finished)
  }

  @Test("a module that holds on to its reference")
  func pinned() throws {
    let host = try FakeHost(.linux6_12, [.resident("a", references: 1)]).host()
    #expect(host.awaitGone(module: "a", until: later(.seconds(1))) { false } == .timedOut)
  }

  @Test("a module that somebody else unloads")
  func unloaded() throws {
    let fake = try FakeHost(.linux6_12, [.resident("a", references: 1)])
    let host = try fake.host { $0.remove("sys/module/a") }
    #expect(host.awaitGone(module: "a", until: later(.seconds(1))) { false } == .gone)
  }
}
