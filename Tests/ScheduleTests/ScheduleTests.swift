import Diagnostics
import Nodes
import Schedule
import Testing

@Suite struct `A schedule` {
  /// What holds at a moment, in one line.
  private func state(_ schedule: Schedule, _ moment: String) throws -> String {
    switch schedule.state(at: try instant(moment)) {
    case .open(let opening): "open \(text(opening))"
    case .closed(let waiting, let next):
      "closed, waiting for \(names(waiting)), next \(next.map(text) ?? "never")"
    case .frozen(let by, let until, let next):
      "frozen by \(names(by)) until \(short(until)), next \(next.map(text) ?? "never")"
    }
  }

  private func names(_ windows: [Window]) -> String {
    windows.map { $0.definition.name?.text ?? "?" }.joined(separator: " ")
  }

  private func names(_ freezes: [Freeze]) -> String {
    freezes.map { $0.definition.name?.text ?? "?" }.joined(separator: " ")
  }

  @Test func `without windows is always open, and reads no zone`() throws {
    let schedule = Schedule(groups: [[], []])
    #expect(try state(schedule, "2026-11-23T12:00:00Z") == "open 2026-11-23T12:00Z to ...")
    #expect(schedule.neverOpen(from: try instant("2026-11-23T12:00:00Z")) == nil)
  }

  @Test func `unites the windows of a policy and intersects those of policies`() throws {
    let schedule = try schedule([
      ["name: a, start: 20:00, end: 23:00", "name: b, days: [Wed], start: 10:00, end: 12:00"],
      ["name: c, start: 22:00, duration: 2h", "name: d, days: [Wed], start: 11:00, end: 13:00"],
    ])
    // 2026-11-24 is a Tuesday.
    let openings = schedule.openings(from: try instant("2026-11-24T00:00:00Z"), count: 3)
    #expect(
      openings.map(text) == [
        "2026-11-24T22:00Z to 2026-11-24T23:00Z", "2026-11-25T11:00Z to 2026-11-25T12:00Z",
        "2026-11-25T22:00Z to 2026-11-25T23:00Z",
      ])
    #expect(openings.map { names($0.windows) } == ["a c", "b d", "a c"])
    #expect(
      openings.map { opening in
        if case .windows(_, let closing) = opening.end { return names(closing) }
        return ""
      } == ["a", "b", "a"])
    #expect(
      try state(schedule, "2026-11-24T21:00:00Z")
        == "closed, waiting for c d, next 2026-11-24T22:00Z to 2026-11-24T23:00Z")
    #expect(
      try state(schedule, "2026-11-24T12:00:00Z")
        == "closed, waiting for a b c d, next 2026-11-24T22:00Z to 2026-11-24T23:00Z")
  }

  @Test func `names the freezes that hold, and ends after those that follow`() throws {
    let schedule = try schedule(
      [["name: w, start: 22:00, duration: 4h"]],
      freezes: [
        "name: later, from: 2026-12-24T00:00, to: 2026-12-25T00:00",
        "name: first, from: 2026-12-20T00:00, to: 2026-12-22T00:00",
        "name: second, from: 2026-12-21T00:00, to: 2026-12-24T00:00",
      ])
    #expect(
      try state(schedule, "2026-12-20T12:00:00Z")
        == "frozen by first until 2026-12-25T00:00Z, next 2026-12-25T00:00Z to 2026-12-25T02:00Z")
    #expect(
      try state(schedule, "2026-12-21T12:00:00Z")
        == """
        frozen by first second until 2026-12-25T00:00Z, next 2026-12-25T00:00Z to 2026-12-25T02:00Z
        """)
    #expect(
      try state(schedule, "2026-12-19T23:00:00Z") == "open 2026-12-19T23:00Z to 2026-12-20T00:00Z")
    guard case .open(let opening) = schedule.state(at: try instant("2026-12-19T23:00:00Z")),
      case .freezes(_, let freezes) = opening.end
    else {
      Issue.record("it is open until a freeze begins")
      return
    }
    #expect(names(freezes) == "first")
    #expect(
      schedule.freezes(
        from: try instant("2026-12-22T00:00:00Z"), until: try instant("2026-12-24T00:00:01Z")
      ).map { $0.definition.name?.text } == ["second", "later"])
  }

  static let fits: [(at: String, seconds: Int, expected: String)] = [
    ("2026-11-23T22:00:00Z", 3600, "enough until 2026-11-23T23:00Z"),
    ("2026-11-23T22:59:30Z", 30, "enough until 2026-11-23T23:00Z"),
    (
      "2026-11-23T22:59:30Z", 31,
      "too short until 2026-11-23T23:00Z, next 2026-11-24T22:00Z to 2026-11-24T23:00Z"
    ),
    (
      "2026-11-23T22:00:00Z", 3601,
      "too short until 2026-11-23T23:00Z, next 2026-11-28T02:00Z to 2026-11-28T06:00Z"
    ),
    ("2026-11-23T22:00:00Z", 100_000, "too short until 2026-11-23T23:00Z, next never"),
    ("2026-11-23T12:00:00Z", 60, "not open, next 2026-11-23T22:00Z to 2026-11-23T23:00Z"),
    ("2026-11-23T12:00:00Z", 3601, "not open, next 2026-11-28T02:00Z to 2026-11-28T06:00Z"),
    (
      "2026-11-28T05:30:00Z", 7200,
      "too short until 2026-11-28T06:00Z, next 2026-12-05T02:00Z to 2026-12-05T06:00Z"
    ),
    // A freeze begins at 04:00 on 12 December.
    ("2026-12-12T02:00:00Z", 7200, "enough until 2026-12-12T04:00Z"),
    (
      "2026-12-12T02:00:01Z", 7200,
      "too short until 2026-12-12T04:00Z, next 2026-12-19T02:00Z to 2026-12-19T06:00Z"
    ),
  ]

  @Test(arguments: fits)
  func `tells whether a change fits, and otherwise when it does`(
    at: String, seconds: Int, expected: String
  ) throws {
    let schedule = try schedule(
      [["start: 22:00, duration: 1h", "cron: 0 2 * * 6, duration: 4h"]],
      freezes: ["from: 2026-12-12T04:00, to: 2026-12-13T00:00"])
    let found =
      switch schedule.fits(at: try instant(at), seconds: seconds) {
      case .enough(let opening): "enough until \(opening.endInstant.map(short) ?? "...")"
      case .tooShort(let opening, let next):
        "too short until \(opening.endInstant.map(short) ?? "..."), next \(next.map(text) ?? "never")"
      case .notOpen(_, let next): "not open, next \(next.map(text) ?? "never")"
      }
    #expect(found == expected)
  }

  @Test func `is overridden by a person, but for freezes that do not allow it`() throws {
    let schedule = try schedule(
      [["name: w, start: 22:00, duration: 1h"]],
      freezes: [
        "name: soft, from: 2026-12-01T00:00, to: 2026-12-31T00:00, allowOverride: true",
        "name: hard, from: 2026-12-24T00:00, to: 2026-12-27T00:00",
      ])
    let quiet = "2026-12-02T12:00:00Z"
    #expect(
      try state(schedule, quiet)
        == "frozen by soft until 2026-12-31T00:00Z, next 2026-12-31T22:00Z to 2026-12-31T23:00Z")
    #expect(
      try state(schedule.overridden, quiet) == "open 2026-12-02T12:00Z to 2026-12-24T00:00Z")
    #expect(
      try state(schedule.overridden, "2026-12-25T12:00:00Z")
        == "frozen by hard until 2026-12-27T00:00Z, next 2026-12-27T00:00Z to ...")
    #expect(
      try state(schedule.withoutWindows, quiet)
        == "frozen by soft until 2026-12-31T00:00Z, next 2026-12-31T00:00Z to ...")
    #expect(
      try state(schedule.withoutFreezes, quiet)
        == "closed, waiting for w, next 2026-12-02T22:00Z to 2026-12-02T23:00Z")
  }

  static let neverOpen: [(policies: [[String]], freezes: [String], message: String?)] = [
    ([["start: 22:00, duration: 1h"], ["start: 22:59, duration: 1h"]], [], nil),
    (
      [["start: 22:00, duration: 1h"], ["start: 23:00, duration: 1h"]], [],
      "the windows of 2 policies are never open at the same time"
    ),
    (
      [["cron: \"*/30 * * * *\", duration: 15m"], ["cron: \"15-45/30 * * * *\", duration: 15m"]],
      [],
      "the windows of 2 policies are never open at the same time"
    ),
    // 29 February is a Tuesday next in 2028.
    ([["cron: 0 0 29 2 *, duration: 1h"], ["days: [Tue], start: 00:00, end: 24:00"]], [], nil),
    (
      [["start: 22:00, duration: 1h"]], ["from: 2020-01-01T00:00, to: 9999-12-31T00:00"],
      "freezes hold whenever windows are open, for the next eight years"
    ),
    (
      [[]], ["from: 2020-01-01T00:00, to: 2999-12-31T00:00"],
      "freezes hold for the next eight years"
    ),
    ([[]], ["from: 2020-01-01T00:00, to: 2034-11-01T00:00"], nil),
    ([["start: 22:00, duration: 1h"]], ["from: 2020-01-01T00:00, to: 2034-11-01T00:00"], nil),
  ]

  @Test(arguments: neverOpen)
  func `that never opens deserves a warning`(
    policies: [[String]], freezes: [String], message: String?
  ) throws {
    let from = try instant("2026-11-23T12:00:00Z")
    let schedule = try schedule(policies, freezes: freezes)
    let warning = schedule.neverOpen(from: from)
    #expect(warning?.message == message)
    #expect(warning == nil || warning?.severity == .warning && warning?.code == .neverOpen)
    #expect(warning == nil || warning?.location != nil)
    if message != nil {
      let limit = try instant("2034-11-23T12:00:00Z")
      #expect(schedule.openings(from: from, until: limit, limit: 1).isEmpty)
      if case .enough = schedule.fits(at: from, seconds: 0) { Issue.record("it is not open") }
    }
  }

  @Test(arguments: ["0000-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "1970-01-01T00:00:00Z"])
  func `answers at the ends of time`(moment: String) throws {
    let schedule = try schedule(
      [["cron: 0 0 29 2 *, duration: 366d", "start: 22:00, end: 02:00, timeZone: Europe/Dublin"]],
      freezes: [
        "from: 0000-01-01T00:00, to: 0000-01-02T00:00, timeZone: Pacific/Auckland",
        "from: 9999-12-30T00:00, to: 9999-12-31T23:59, timeZone: Pacific/Pago_Pago",
      ])
    let at = try instant(moment)
    _ = schedule.state(at: at)
    #expect(schedule.openings(from: at, count: 5).allSatisfy { $0.start >= at })
    #expect(Instant(secondsSinceEpoch: .max).description == "9999-12-31T23:59:59Z")
    #expect(Instant(secondsSinceEpoch: .min).description == "0000-01-01T00:00:00Z")
  }
}
