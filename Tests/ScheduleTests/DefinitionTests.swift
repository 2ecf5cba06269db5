import Diagnostics
import Nodes
import Schedule
import Shapes
import Testing

@Suite struct `Windows and freezes are written` {
  @Test func `as the language has them`() throws {
    let (document, diagnostics) = decodeMaintenance(
      """
      windows:
        - name: weeknights
          days: [Mon, Tue, Wed, Thu]
          start: "22:00"
          duration: 4h
          timeZone: Europe/Berlin
        - {name: saturdays, cron: "0 2 * * 6", duration: 3h}
        - {start: 22:00, end: 24:00}
      freezes:
        - {name: year-end, from: "2026-12-20T00:00", to: "2027-01-04T00:00", timeZone: Europe/Berlin}
        - {from: 2026-12-20T00:00:30, to: 2026-12-20T00:01, allowOverride: true}
      """)
    #expect(diagnostics == [])
    let windows = try #require(document).windows
    #expect(windows.map { $0.name?.text } == ["weeknights", "saturdays", nil])
    #expect(
      windows.map { $0.place.location.description } == ["p.yaml:4:5", "p.yaml:9:5", "p.yaml:10:5"])
    #expect(
      windows.map(\.description) == [
        "Mon, Tue, Wed, Thu 22:00 for 4h, Europe/Berlin", "cron 0 2 * * 6 for 3h, UTC",
        "daily 22:00 to 24:00, UTC",
      ])
    let freezes = try #require(document).freezes
    #expect(freezes.map(\.allowOverride) == [false, true])
    #expect(
      freezes.map(\.description) == [
        "2026-12-20T00:00 to 2027-01-04T00:00, Europe/Berlin",
        "2026-12-20T00:00:30 to 2026-12-20T00:01, UTC",
      ])
  }

  @Test func `with everything that is wrong told at once`() {
    let (document, diagnostics) = decodeMaintenance(
      """
      windows:
        - {days: [Monday], start: 10pm, end: 25:00, timeZone: Europe//Berlin}
        - {start: 22:00}
      """)
    #expect(document == nil)
    #expect(
      diagnostics.map { "\($0.location?.description ?? "") \($0.code)" } == [
        "p.yaml:4:13 invalid-value", "p.yaml:4:29 invalid-value", "p.yaml:4:40 invalid-value",
        "p.yaml:4:57 invalid-value", "p.yaml:5:5 missing-key",
      ])
  }

  static let windows: [(window: String, problems: [String])] = [
    ("start: 00:00, duration: 4h", []),
    ("start: 23:59, end: 00:00", []),
    ("start: \"22:00\", duration: 366d", []),
    (
      "duration: 4h",
      [
        """
        1:11 missing-key one of `start` and `cron` must be there (add `start`: the local time at \
        which it opens; or `cron`: when it opens, in the five fields of cron)
        """
      ]
    ),
    (
      "start: 22:00",
      [
        """
        1:11 missing-key one of `duration` and `end` must be there (add `duration`: how long it \
        stays open, in elapsed time; or `end`: the local time at which it closes)
        """
      ]
    ),
    (
      "start: 22:00, cron: 0 2 * * *, duration: 1h",
      ["1:32 conflicting-keys `start` and `cron` exclude each other (keep one of them)"]
    ),
    (
      "start: 22:00, duration: 1h, end: 23:00",
      ["1:45 conflicting-keys `duration` and `end` exclude each other (keep one of them)"]
    ),
    (
      "days: [Mon], cron: 0 2 * * *, duration: 1h",
      ["1:31 conflicting-keys `days` and `cron` exclude each other (keep one of them)"]
    ),
    (
      "cron: 0 2 * * *, end: 04:00",
      ["1:34 conflicting-keys `cron` and `end` exclude each other (keep one of them)"]
    ),
    (
      "days: [], start: 22:00, duration: 1h",
      [
        """
        1:18 invalid-value `days` must have at least 1 item, and is empty (add an item such as Mon, \
        or leave the key out where it need not be there)
        """
      ]
    ),
    (
      "start: 22:00, end: 22:00",
      [
        """
        1:31 empty-interval the window would close at 22:00, just when it opens \
        (for a whole day write duration: 24h)
        """
      ]
    ),
    // What was wrong already is not wrong in other ways too.
    (
      "start: 24:00, end: 00:00",
      [
        """
        1:19 invalid-value `start` must be a time of day such as 22:00, not `24:00` \
        (write "00:00", and the day after in `days`)
        """
      ]
    ),
    (
      "start: 22:00, duration: 0h",
      [
        """
        1:36 invalid-value `duration` must be a length of time such as 30m, 4h or 2d, not `0h` \
        (a window stays open for 1s at least)
        """
      ]
    ),
    (
      "start: 22:00, duration: 367d",
      [
        """
        1:36 invalid-value `duration` must be a length of time such as 30m, 4h or 2d, not `367d` \
        (366d are the most)
        """
      ]
    ),
    (
      "start: 22:00, duration: 4",
      [
        """
        1:36 needs-quotes `duration` must be text, and `4` without quotes is a number \
        (write a unit behind the number: 4s, 4m, 4h or 4d)
        """
      ]
    ),
    (
      "days: [mon], start: 22:00, duration: 1h",
      [
        """
        1:19 invalid-value an item of `days` must be `Mon`, `Tue`, `Wed`, `Thu`, `Fri`, `Sat` or \
        `Sun`, not `mon` (write Mon)
        """
      ]
    ),
    (
      "days: [Monday], start: 22:00, duration: 1h",
      [
        """
        1:19 invalid-value an item of `days` must be `Mon`, `Tue`, `Wed`, `Thu`, `Fri`, `Sat` or \
        `Sun`, not `Monday` (write Mon)
        """
      ]
    ),
    (
      "start: 22:00, duration: 1h, timezone: Europe/Berlin",
      ["1:40 unknown-key there is no key `timezone` here (did you mean `timeZone`?)"]
    ),
    (
      "start: 22:00, duration: 1h, timeZone: +02:00",
      [
        """
        1:50 invalid-value `timeZone` must be the name of a time zone such as UTC or \
        Europe/Berlin, not `+02:00` (write Etc/GMT-2, or better the name of a place)
        """
      ]
    ),
    (
      "start: 22:00, duration: 1h, timeZone: ../../../etc/localtime",
      [
        """
        1:50 invalid-value `timeZone` must be the name of a time zone such as UTC or \
        Europe/Berlin, not `../../../etc/localtime` (write a name of the IANA time zone database, \
        such as Europe/Berlin)
        """
      ]
    ),
    (
      "name: \"a\\nb\", start: 22:00, duration: 1h",
      [
        """
        1:18 invalid-value `name` must be a name of at most 128 characters on one line, not \
        `a\\u{a}b`
        """
      ]
    ),
    (
      "cron: 0 2 30 2 *, duration: 1h",
      [
        """
        1:18 cron-never-fires no year has the days of `0 2 30 2 *` \
        (write a day that the month has)
        """
      ]
    ),
    (
      "cron: 0 25 * * *, duration: 1h",
      [
        """
        1:18 invalid-value `cron` must be a cron expression of five fields such as 0 2 * * 6, not \
        `0 25 * * *` (the hour must be from 0 to 23, and here it is `25`)
        """
      ]
    ),
  ]

  @Test(arguments: windows)
  func `windows by rules`(window: String, problems: [String]) {
    let (document, diagnostics) = decodeMaintenance("windows: [{\(window)}]")
    #expect(lines(diagnostics) == problems)
    #expect((document == nil) == !problems.isEmpty)
  }

  @Test(arguments: [
    ("2200", "\"22:00\""), ("930", "\"09:30\""), ("22h", "\"22:00\""), ("22h30", "\"22:30\""),
    ("22.30", "\"22:30\""), ("10pm", "\"22:00\""), ("10:30 PM", "\"22:30\""), ("12am", "\"00:00\""),
    ("12 p.m.", "\"12:00\""), ("8:00", "\"08:00\""), ("22:00:00", "\"22:00\""), ("22", "\"22:00\""),
    ("noon", "\"12:00\""), ("midnight", "\"00:00\""),
    ("22:60", "it as HH:MM, from \"00:00\" to \"23:59\""),
    ("13pm", "it as HH:MM, from \"00:00\" to \"23:59\""),
    ("25:00", "it as HH:MM, from \"00:00\" to \"23:59\""),
    ("22:00:30", "it as HH:MM, from \"00:00\" to \"23:59\""),
    ("evening", "it as HH:MM, from \"00:00\" to \"23:59\""),
  ])
  func `with advice on what to write instead of a time that is none`(
    time: String, advice: String
  ) {
    for written in [time, "\"\(time)\""] {
      let (_, diagnostics) = decodeMaintenance("windows: [{start: \(written), duration: 1h}]")
      #expect(diagnostics.map(\.advice) == ["write \(advice)"])
    }
  }

  static let freezes: [(freeze: String, problems: [String])] = [
    ("from: 2028-02-29T00:00, to: 2028-02-29T00:00:01", []),
    (
      "from: 2026-12-20T00:00",
      ["1:11 missing-key `to` is missing (add `to`: the local time at which it ends)"]
    ),
    (
      "from: 2026-12-20T00:00, to: 2026-12-20T00:00:00",
      [
        """
        1:40 empty-interval the freeze would end at 2026-12-20T00:00, and it begins at \
        2026-12-20T00:00 (give `to` a later time than `from`)
        """
      ]
    ),
    (
      "from: 2027-01-04T00:00, to: 2026-12-20T00:00",
      [
        """
        1:40 empty-interval the freeze would end at 2026-12-20T00:00, and it begins at \
        2027-01-04T00:00 (give `to` a later time than `from`)
        """
      ]
    ),
    (
      "from: 2026-12-20, to: 2027-01-04T00:00",
      [
        """
        1:18 invalid-value `from` must be a local date and time such as 2026-12-20T00:00, not \
        `2026-12-20` (write 2026-12-20T00:00 for the beginning of that day)
        """
      ]
    ),
    (
      "from: 2026-12-20 00:00, to: 2027-01-04T00:00Z",
      [
        """
        1:18 invalid-value `from` must be a local date and time such as 2026-12-20T00:00, not \
        `2026-12-20 00:00` (write 2026-12-20T00:00)
        """,
        """
        1:40 invalid-value `to` must be a local date and time such as 2026-12-20T00:00, not \
        `2027-01-04T00:00Z` (write one such as 2026-12-20T00:00)
        """,
      ]
    ),
    (
      "from: 2026-12-20T00:00:00+01:00, to: 2026-02-30T00:00",
      [
        """
        1:18 invalid-value `from` must be a local date and time such as 2026-12-20T00:00, not \
        `2026-12-20T00:00:00+01:00` (leave the offset out, and name the place in `timeZone`)
        """,
        """
        1:49 invalid-value `to` must be a local date and time such as 2026-12-20T00:00, not \
        `2026-02-30T00:00` (write one such as 2026-12-20T00:00)
        """,
      ]
    ),
  ]

  @Test(arguments: freezes)
  func `freezes by rules`(freeze: String, problems: [String]) {
    let (document, diagnostics) = decodeMaintenance("freezes: [{\(freeze)}]")
    #expect(lines(diagnostics) == problems)
    #expect((document == nil) == !problems.isEmpty)
  }

  @Test func `in a form that the JSON Schema knows`() {
    let text = String(decoding: schema(of: Maintenance.self), as: UTF8.self)
    let window = text.prefix(while: { $0 != "é" }).split(separator: "\"freezes\"").first ?? ""
    for key in ["name", "days", "start", "cron", "duration", "end", "timeZone"] {
      #expect(window.contains("\"\(key)\": {"))
    }
    #expect(window.contains("\"Mon\""))
    #expect(text.contains("\"default\": false"))
    #expect(text.contains("^[0-2][0-9]:[0-5][0-9]$"))
  }
}
