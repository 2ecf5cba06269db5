import Glibc
import Schedule
import Shapes
import Testing

/// Random policies in random zones, mostly around nights when clocks change, held against a
/// reference that goes through the minutes one by one.
///
/// `SCHEDULE_CASES=20000` in the environment tries more than the usual number; `SCHEDULE_SEED`
/// repeats a run.
@Suite struct `Whatever windows and freezes there are` {
  private static let zoneNames = [
    "UTC", "America/New_York", "Europe/Berlin", "Europe/Dublin", "Australia/Lord_Howe",
    "Antarctica/Troll", "Africa/Casablanca", "Pacific/Apia", "America/Sao_Paulo", "Asia/Kolkata",
    "Asia/Kathmandu", "Pacific/Chatham", "America/St_Johns", "Pacific/Kiritimati", "Asia/Amman",
    "Africa/Cairo", "America/Nuuk", "Asia/Pyongyang", "America/Caracas", "Antarctica/Casey",
  ]

  private static func number(_ name: String) -> UInt64? {
    unsafe getenv(name).flatMap { unsafe UInt64(String(cString: $0)) }
  }

  @Test func `each minute is open, closed or frozen as one by one`() throws {
    let seed = Self.number("SCHEDULE_SEED") ?? UInt64.random(in: 0..<1 << 40)
    var zones: [String: Zone] = [:]
    for name in Self.zoneNames { zones[name] = try systemZone(name) }
    var opened: UInt64 = 0
    let cases = Self.number("SCHEDULE_CASES") ?? 120
    for number in 0..<cases {
      var dice = Dice(state: seed &+ number &* 1_000_003)
      let one = try RandomCase(zones, &dice)
      opened += UInt64(try one.check(&dice, "SCHEDULE_SEED=\(seed), case \(number): \(one)"))
    }
    #expect(opened > cases / 2 || cases < 100, "most cases have openings")
  }

  private func systemZone(_ name: String) throws -> Zone {
    var zones = Zones(.system)
    let zone = zones.zone(named(name))
    return try #require(zone, "\(zones.diagnostics)")
  }
}

/// Policies, freezes, and the days on which they are looked at.
private struct RandomCase: CustomStringConvertible {
  private let minutes: Range<Int>
  private let policies: [[RandomWindow]]
  private let freezes: [RandomFreeze]
  private let zones: [String: Zone]

  init(_ all: [String: Zone], _ dice: inout Dice) throws {
    let names = all.keys.sorted()
    var chosen: [String] = []
    for _ in 0..<(Int.random(in: 0..<4, using: &dice) == 0 ? 2 : 1) {
      chosen.append(dice.pick(names))
    }
    zones = all.filter { chosen.contains($0.key) }
    let middle = RandomCase.middle(try #require(all[chosen[0]]), &dice)
    let start = middle.utc - Int.random(in: 1440...3 * 1440, using: &dice)
    minutes = start..<start + Int.random(in: 3 * 1440...5 * 1440, using: &dice)
    policies = (0..<dice.pick([0, 1, 1, 1, 2, 2])).map { _ in
      (0..<Int.random(in: 1...3, using: &dice)).map { _ in
        RandomCase.window(dice.pick(chosen), around: middle.local, &dice)
      }
    }
    freezes = (0..<dice.pick([0, 0, 1, 2])).map { _ in
      let reach = dice.pick([120, 2880])
      let from = middle.local + Int.random(in: -reach...reach, using: &dice)
      return RandomFreeze(
        from: from,
        to: from + Int.random(in: 1...dice.pick([90, 2880]), using: &dice),
        zone: dice.pick(chosen))
    }
  }

  /// A minute at which the clocks change, if the year that is rolled has one, mostly; in UTC and
  /// in the local time that held before.
  private static func middle(_ zone: Zone, _ dice: inout Dice) -> (utc: Int, local: Int) {
    func offset(_ minute: Int) -> Int {
      zone.offset(at: Instant(secondsSinceEpoch: minute * 60)) / 60
    }
    let first = Int.random(in: 3653...25_000, using: &dice) * 1440
    let days = stride(from: first, to: first + 400 * 1440, by: 1440)
    let changes = days.filter { offset($0) != offset($0 + 1440) }
    guard Int.random(in: 0..<5, using: &dice) > 0, let day = changes.randomElement(using: &dice),
      let change = (day...day + 1440).first(where: { offset($0) != offset(day) })
    else { return (first, first + offset(first)) }
    return (change, change + offset(day))
  }

  private static func window(
    _ zone: String, around middle: Int, _ dice: inout Dice
  ) -> RandomWindow {
    func some(_ range: ClosedRange<Int>, _ count: Int) -> [Int] {
      Set((0..<count).map { _ in Int.random(in: range, using: &dice) }).sorted()
    }
    // The times at which clocks change come up often.
    func time() -> Int {
      let near = (middle + Int.random(in: -150...150, using: &dice)) % 1440
      return Bool.random(using: &dice) ? near : Int.random(in: 0...1439, using: &dice)
    }
    let length = dice.pick([
      Int.random(in: 1...90, using: &dice), Int.random(in: 1...600, using: &dice),
      Int.random(in: 1...3 * 1440, using: &dice),
    ])
    let start = time()
    var closing = RandomWindow.Closing.after(minutes: length)
    if Int.random(in: 0..<3, using: &dice) == 0 {
      let hours = some(0...(Bool.random(using: &dice) ? 4 : 23), 3)
      return RandomWindow(
        opening: .cron(
          minutes: some(0...59, dice.pick([1, 2, 20])), hours: hours,
          days: Bool.random(using: &dice) ? some(1...31, 12) : nil,
          weekdays: Bool.random(using: &dice) ? some(0...6, 3) : nil),
        closing: closing, zone: zone)
    }
    if Bool.random(using: &dice) {
      let end = Int.random(in: 0..<10, using: &dice) == 0 ? 1440 : time()
      if end != start { closing = .at(end) }
    }
    let days = Bool.random(using: &dice) ? some(0...6, 4) : nil
    return RandomWindow(opening: .weekly(days: days, start: start), closing: closing, zone: zone)
  }

  var description: String {
    let range = [minutes.lowerBound, minutes.upperBound].map {
      RFC3339.text(secondsSinceEpoch: $0 * 60)
    }
    return "\(policies), freezes \(freezes), from \(range[0]) to \(range[1])"
  }

  /// Returns how many openings there were.
  func check(_ dice: inout Dice, _ comment: Comment) throws -> Int {
    let schedule = try schedule(
      policies.map { $0.map(\.description) }, freezes: freezes.map(\.description))
    let reference = MinuteReference(minutes, policies: policies, freezes: freezes, zones: zones)
    let (start, end) = (at(minutes.lowerBound), at(minutes.upperBound))
    let expected = reference.openings
    // The last may go on after the days that the reference knows.
    let found = schedule.openings(from: start, until: end, limit: 10_000).map { opening in
      let until = opening.endInstant?.secondsSinceEpoch ?? .max
      return opening.start.secondsSinceEpoch / 60..<min(until / 60, minutes.upperBound)
    }
    #expect(found == expected, comment)
    guard found == expected else { return found.count }
    for _ in 0..<12 {
      var minute = Int.random(in: minutes, using: &dice)
      if Bool.random(using: &dice), let near = expected.randomElement(using: &dice) {
        let edge = Bool.random(using: &dice) ? near.lowerBound : near.upperBound
        minute = min(
          max(edge + Int.random(in: -1...1, using: &dice), minutes.lowerBound),
          minutes.upperBound - 1)
      }
      checkState(schedule, reference, expected, minute, comment)
      checkFit(schedule, expected, minute, Int.random(in: 1...300, using: &dice), comment)
    }
    return found.count
  }

  private func checkState(
    _ schedule: Schedule, _ reference: MinuteReference, _ openings: [Range<Int>], _ minute: Int,
    _ comment: Comment
  ) {
    let index = minute - minutes.lowerBound
    let next = openings.first { $0.upperBound > minute }
    switch schedule.state(at: at(minute)) {
    case .open(let opening):
      #expect(reference.open[index], comment)
      #expect(opening.start == at(minute), comment)
      let isWindowed = policies.isEmpty || !opening.windows.isEmpty
      #expect(isWindowed, comment)
    case .closed(let waiting, let coming):
      #expect(!reference.open[index] && !reference.frozen[index], comment)
      #expect(!waiting.isEmpty, comment)
      if let next { #expect(coming?.start == at(next.lowerBound), comment) }
    case .frozen(let by, let until, let coming):
      #expect(reference.frozen[index], comment)
      #expect(!by.isEmpty, comment)
      let end = (index..<minutes.count).first { !reference.frozen[$0] }
      if let end { #expect(until == at(minutes.lowerBound + end), comment) }
      if let next { #expect(coming?.start == at(next.lowerBound), comment) }
    }
  }

  private func checkFit(
    _ schedule: Schedule, _ openings: [Range<Int>], _ minute: Int, _ length: Int,
    _ comment: Comment
  ) {
    let rest = openings.compactMap { opening in
      opening.upperBound > minute ? max(opening.lowerBound, minute)..<opening.upperBound : nil
    }
    // What is cut off by the end of the days may be long enough.
    guard let fitting = rest.first(where: { $0.count >= length }),
      fitting.upperBound < minutes.upperBound
    else { return }
    let isNow = fitting.lowerBound == minute
    switch schedule.fits(at: at(minute), seconds: length * 60) {
    case .enough(let opening):
      #expect(isNow, comment)
      #expect(opening.endInstant == at(fitting.upperBound), comment)
    case .tooShort(let opening, let next):
      #expect(!isNow && rest.first?.lowerBound == minute, comment)
      #expect(opening.endInstant == rest.first.map { at($0.upperBound) }, comment)
      #expect(next?.start == at(fitting.lowerBound), comment)
    case .notOpen(_, let next):
      #expect(rest.first?.lowerBound != minute, comment)
      #expect(next?.start == at(fitting.lowerBound), comment)
      #expect(next?.endInstant == at(fitting.upperBound), comment)
    }
  }

  private func at(_ minute: Int) -> Instant { Instant(secondsSinceEpoch: minute * 60) }
}
