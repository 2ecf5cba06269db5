import Schedule
import Testing

@Suite struct `A window` {
  /// The first openings from a moment on, in the form `2026-03-29T01:00Z to ...`.
  private func openings(_ window: String, from start: String, _ count: Int) throws -> [String] {
    try schedule([[window]]).openings(from: try instant(start), count: count).map(text)
  }

  @Test func `is of the day on which it opens: Monday's reaches into Tuesday`() throws {
    #expect(
      try openings(
        "days: [Mon], start: 22:00, end: 02:00, timeZone: Europe/Berlin",
        from: "2026-11-23T00:00:00+01:00", 2)
        == [
          "2026-11-23T21:00Z to 2026-11-24T01:00Z", "2026-11-30T21:00Z to 2026-12-01T01:00Z",
        ])
  }

  @Test func `is open at its first second and closed at its end`() throws {
    let schedule = try schedule([["start: 22:00, duration: 4h"]])
    let expected = [
      ("2026-11-23T21:59:59Z", false), ("2026-11-23T22:00:00Z", true),
      ("2026-11-24T01:59:59Z", true), ("2026-11-24T02:00:00Z", false),
    ]
    for (moment, isOpen) in expected {
      var found = false
      if case .open = schedule.state(at: try instant(moment)) { found = true }
      #expect(found == isOpen, "\(moment)")
    }
  }

  @Test func `that closes at 24:00 ends with its day`() throws {
    #expect(
      try openings(
        "days: [Sat], start: 18:00, end: 24:00, timeZone: Asia/Tokyo",
        from: "2026-11-20T00:00:00Z", 1) == ["2026-11-21T09:00Z to 2026-11-21T15:00Z"])
    #expect(
      try openings("days: [Sat], start: 00:00, end: 24:00", from: "2026-11-20T00:00:00Z", 1)
        == ["2026-11-21T00:00Z to 2026-11-22T00:00Z"])
  }

  @Test func `keeps its local time through the year`() throws {
    let window = "days: [Mon], start: 22:00, duration: 1h, timeZone: America/New_York"
    #expect(
      try openings(window, from: "2026-01-05T00:00:00Z", 1)
        == ["2026-01-06T03:00Z to 2026-01-06T04:00Z"])
    #expect(
      try openings(window, from: "2026-07-06T12:00:00Z", 1)
        == ["2026-07-07T02:00Z to 2026-07-07T03:00Z"])
  }

  static let nights: [(name: String, window: String, from: String, expected: String)] = [
    // Europe/Berlin, 2026-03-29: from 02:00 to 03:00 at 01:00Z.
    (
      "a duration is elapsed time, also when the clocks go forward",
      "start: 22:00, duration: 8h, timeZone: Europe/Berlin", "2026-03-28T12:00:00Z",
      "2026-03-28T21:00Z to 2026-03-29T05:00Z"
    ),
    (
      "an end is what the clocks show, so the night is shorter",
      "start: 22:00, end: 06:00, timeZone: Europe/Berlin", "2026-03-28T12:00:00Z",
      "2026-03-28T21:00Z to 2026-03-29T04:00Z"
    ),
    (
      "a start in the gap moves to the gap's end, and the duration is whole",
      "start: 02:30, duration: 1h, timeZone: Europe/Berlin", "2026-03-28T12:00:00Z",
      "2026-03-29T01:00Z to 2026-03-29T02:00Z"
    ),
    (
      "a start in the gap with an end behind it",
      "start: 02:30, end: 03:30, timeZone: Europe/Berlin", "2026-03-28T12:00:00Z",
      "2026-03-29T01:00Z to 2026-03-29T01:30Z"
    ),
    (
      "an end in the gap is the gap's end",
      "start: 01:00, end: 02:30, timeZone: Europe/Berlin", "2026-03-28T12:00:00Z",
      "2026-03-29T00:00Z to 2026-03-29T01:00Z"
    ),
    (
      "a window inside of the gap does not open that night",
      "start: 02:15, end: 02:45, timeZone: Europe/Berlin", "2026-03-28T12:00:00Z",
      "2026-03-30T00:15Z to 2026-03-30T00:45Z"
    ),
    (
      "a time of cron in the gap fires at the gap's end",
      "cron: 30 2 * * *, duration: 1h, timeZone: Europe/Berlin", "2026-03-28T12:00:00Z",
      "2026-03-29T01:00Z to 2026-03-29T02:00Z"
    ),
    // Europe/Berlin, 2026-10-25: from 03:00 to 02:00 at 01:00Z.
    (
      "a duration is elapsed time, also when the clocks go back",
      "start: 22:00, duration: 8h, timeZone: Europe/Berlin", "2026-10-24T12:00:00Z",
      "2026-10-24T20:00Z to 2026-10-25T04:00Z"
    ),
    (
      "an end is what the clocks show, so the night is longer",
      "start: 22:00, end: 06:00, timeZone: Europe/Berlin", "2026-10-24T12:00:00Z",
      "2026-10-24T20:00Z to 2026-10-25T05:00Z"
    ),
    (
      "a start that is shown twice is the first",
      "start: 02:30, duration: 1h, timeZone: Europe/Berlin", "2026-10-24T12:00:00Z",
      "2026-10-25T00:30Z to 2026-10-25T01:30Z"
    ),
    (
      "an end that is shown twice is the first",
      "start: 01:00, end: 02:30, timeZone: Europe/Berlin", "2026-10-24T12:00:00Z",
      "2026-10-24T23:00Z to 2026-10-25T00:30Z"
    ),
    (
      "cron fires once in an overlap",
      "cron: 30 2 * * *, duration: 10m, timeZone: Europe/Berlin", "2026-10-25T00:35:00Z",
      "2026-10-25T00:35Z to 2026-10-25T00:40Z"
    ),
    (
      "half an hour on Lord Howe Island",
      "start: 02:10, duration: 1h, timeZone: Australia/Lord_Howe", "2026-10-03T12:00:00Z",
      "2026-10-03T15:30Z to 2026-10-03T16:30Z"
    ),
    (
      "two hours at Troll",
      "start: 01:30, end: 04:00, timeZone: Antarctica/Troll", "2026-03-28T12:00:00Z",
      "2026-03-29T01:00Z to 2026-03-29T02:00Z"
    ),
    (
      "midnight was skipped in Sao Paulo",
      "start: 00:00, duration: 1h, timeZone: America/Sao_Paulo", "2018-11-03T12:00:00Z",
      "2018-11-04T03:00Z to 2018-11-04T04:00Z"
    ),
    (
      "the day that Apia skipped counts as a gap",
      "days: [Fri], start: 10:00, duration: 2h, timeZone: Pacific/Apia", "2011-12-29T00:00:00Z",
      "2011-12-30T10:00Z to 2011-12-30T12:00Z"
    ),
  ]

  @Test(arguments: nights)
  func `on nights when the clocks change`(
    name: String, window: String, from: String, expected: String
  ) throws {
    #expect(try openings(window, from: from, 1) == [expected])
  }

  @Test func `of cron after the one hour that is shown twice opens the next night`() throws {
    #expect(
      try openings(
        "cron: 30 2 * * *, duration: 10m, timeZone: Europe/Berlin", from: "2026-10-25T00:40:00Z", 1)
        == ["2026-10-26T01:30Z to 2026-10-26T01:40Z"])
  }

  @Test func `is merged with what adjoins it`() throws {
    let schedule = try schedule([
      ["start: 22:00, end: 24:00", "start: 00:00, duration: 2h", "start: 01:30, end: 03:00"]
    ])
    let opening = try #require(
      schedule.openings(from: try instant("2026-11-23T12:00:00Z"), count: 1).first)
    #expect(text(opening) == "2026-11-23T22:00Z to 2026-11-24T03:00Z")
    #expect(opening.windows.count == 3)
    guard case .windows(_, let closing) = opening.end else {
      Issue.record("it ends with a window")
      return
    }
    #expect(closing.map(\.definition.description) == ["daily 01:30 to 03:00, UTC"])
  }

  @Test(arguments: [
    "start: 00:00, duration: 24h, timeZone: UTC", "start: 00:00, duration: 366d",
    "start: 00:00, end: 24:00, timeZone: Europe/Berlin", "cron: \"* * * * *\", duration: 1m",
    "cron: \"0 0 1 * *\", duration: 31d", "days: [Mon], start: 10:00, duration: 7d",
  ])
  func `that always begins again has no end`(window: String) throws {
    let openings = try schedule([[window]]).openings(
      from: try instant("2026-11-23T12:34:56Z"), count: 3)
    #expect(openings.map(text) == ["2026-11-23T12:34:56Z to ..."])
  }

  @Test func `of a whole local day is an hour short when the clocks go back`() throws {
    // 24 hours from 00:00 end at 23:00 on a day of 25.
    #expect(
      try openings(
        "start: 00:00, duration: 24h, timeZone: Europe/Berlin", from: "2026-10-24T12:00:00Z", 1)
        == ["2026-10-24T12:00Z to 2026-10-25T22:00Z"])
  }
}

@Suite struct `A freeze` {
  static let freezes: [(name: String, freeze: String, expected: String)] = [
    (
      "in local time", "from: 2026-12-20T00:00, to: 2027-01-04T00:00, timeZone: Europe/Berlin",
      "2026-12-19T23:00Z to 2027-01-03T23:00Z"
    ),
    (
      "in UTC", "from: 2026-12-20T00:00, to: 2026-12-20T00:00:30",
      "2026-12-20T00:00Z to 2026-12-20T00:00:30Z"
    ),
    (
      "begins at the first of two equal times, and ends at the second",
      "from: 2026-10-25T02:15, to: 2026-10-25T02:45, timeZone: Europe/Berlin",
      "2026-10-25T00:15Z to 2026-10-25T01:45Z"
    ),
    (
      "across a gap", "from: 2026-03-29T02:30, to: 2026-03-29T04:00, timeZone: Europe/Berlin",
      "2026-03-29T01:00Z to 2026-03-29T02:00Z"
    ),
  ]

  @Test(arguments: freezes)
  func `is resolved in its zone`(name: String, freeze: String, expected: String) throws {
    let freeze = try #require(try schedule([], freezes: [freeze]).freezes.first)
    #expect("\(short(freeze.start)) to \(short(freeze.end))" == expected)
  }

  @Test func `wins over windows, and holds also where there are none`() throws {
    let freezes = ["name: f, from: 2026-12-20T23:00, to: 2026-12-22T23:30"]
    let windowed = try schedule([["start: 22:00, duration: 4h"]], freezes: freezes)
    #expect(
      windowed.openings(from: try instant("2026-12-20T12:00:00Z"), count: 3).map(text) == [
        "2026-12-20T22:00Z to 2026-12-20T23:00Z", "2026-12-22T23:30Z to 2026-12-23T02:00Z",
        "2026-12-23T22:00Z to 2026-12-24T02:00Z",
      ])
    let always = try schedule([], freezes: freezes)
    #expect(
      always.openings(from: try instant("2026-12-20T12:00:00Z"), count: 3).map(text) == [
        "2026-12-20T12:00Z to 2026-12-20T23:00Z", "2026-12-22T23:30Z to ...",
      ])
  }
}
