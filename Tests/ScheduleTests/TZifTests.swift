import Diagnostics
import Schedule
import Testing

@Suite struct `A zone file` {
  private let two = TZif(
    transitions: [(1_000_000, 1), (2_000_000, 0)], offsets: [3600, 7200])

  private func offsets(_ zone: Zone, _ instants: [Int]) -> [Int] {
    instants.map { zone.offset(at: Instant(secondsSinceEpoch: $0)) }
  }

  @Test(arguments: [UInt8(0), UInt8(ascii: "2"), UInt8(ascii: "3"), UInt8(ascii: "4")])
  func `is read in each version, and a change holds from its very second on`(
    version: UInt8
  ) throws {
    var file = two
    file.version = version
    let zone = try readZone(file.bytes)
    #expect(
      offsets(zone, [-1 << 40, 999_999, 1_000_000, 1_999_999, 2_000_000, 1 << 40])
        == [3600, 3600, 7200, 7200, 3600, 3600])
  }

  @Test func `has times before 1901 and after 2038 in its second part`() throws {
    let zone = try readZone(
      TZif(transitions: [(-1 << 35, 1), (1 << 34, 0)], offsets: [60, 120]).bytes)
    #expect(offsets(zone, [-1 << 35 - 1, -1 << 35, 0, 1 << 34]) == [60, 120, 120, 60])
  }

  @Test(arguments: [
    // January and July 2026, seconds ahead of UTC.
    ("CET-1CEST,M3.5.0,M10.5.0/3", 3600, 7200),
    ("EST5EDT,M3.2.0,M11.1.0", -18_000, -14_400),
    ("AEST-10AEDT,M10.1.0,M4.1.0/3", 39_600, 36_000),
    ("<+1030>-10:30<+11>-11,M10.1.0,M4.1.0", 39_600, 37_800),
    ("<+03>-3", 10_800, 10_800),
    ("<-02>2<-01>,M3.5.0/-1,M10.5.0/0", -7200, -3600),
    ("IST-1GMT0,M10.5.0,M3.5.0/1", 0, 3600),
    ("XXX0YYY,J1/0,J365/23", 3600, 3600),
    ("EST5EDT,0/0,J365/25", -14_400, -14_400),
    ("AAA0BBB,J60/0,J200/0", 0, 3600),
    ("AAA0BBB,59/0,199/0", 0, 3600),
    ("IST-2IDT,M3.4.4/26,M10.5.0", 7200, 10_800),
    ("<-0345>3:45:30", -13_530, -13_530),
  ])
  func `goes on by its footer`(footer: String, january: Int, july: Int) throws {
    let zone = try readZone(TZif(footer: footer).bytes)
    let instants = try ["2026-01-15T00:00:00Z", "2026-07-01T00:00:00Z"].map {
      try instant($0).secondsSinceEpoch
    }
    #expect(offsets(zone, instants) == [january, july])
  }

  @Test(arguments: [
    // The last second before saving time, by rules that count days differently around 29 February.
    ("AAA0BBB,J60/0,J200/0", "2028-02-29T23:59:59Z"),
    ("AAA0BBB,J60/0,J200/0", "2027-02-28T23:59:59Z"),
    ("AAA0BBB,59/0,199/0", "2028-02-28T23:59:59Z"),
    ("AAA0BBB,59/0,199/0", "2027-02-28T23:59:59Z"),
    ("AAA0BBB,M2.5.0,M10.1.0", "2028-02-27T01:59:59Z"),
    ("AAA0BBB,M12.5.0/167,M6.1.0", "2027-01-02T22:59:59Z"),
    ("AAA0BBB,M1.1.1/-167,M6.1.0", "2026-12-28T00:59:59Z"),
  ])
  func `begins saving time by its footer on the very second`(footer: String, last: String) throws {
    let zone = try readZone(TZif(footer: footer).bytes)
    let before = try instant(last).secondsSinceEpoch
    #expect(offsets(zone, [before, before + 1]) == [0, 3600])
  }

  @Test func `follows its list up to the last change, and its footer only then`() throws {
    var file = two
    file.footer = "AAA-5"
    #expect(offsets(try readZone(file.bytes), [0, 1_500_000, 2_000_000]) == [3600, 7200, 18_000])
  }

  private static func changed(_ change: (inout TZif) -> Void) -> [UInt8] {
    var file = TZif(transitions: [(1_000_000, 1), (2_000_000, 0)], offsets: [3600, 7200])
    change(&file)
    return file.bytes
  }

  static let wrong: [(bytes: [UInt8], problem: String)] = [
    ([], "is no TZif file"),
    (Array("TZif2".utf8), "is no TZif file"),
    (Array("# tzdb data for Europe".utf8) + Array(repeating: 0, count: 60), "is no TZif file"),
    (changed { $0.version = 1 }, "has an unknown TZif version"),
    (Array(changed { $0.version = 0 }.dropLast()), "ends in the middle"),
    (Array(changed { $0.footer = nil }.dropLast(5)), "ends in the middle"),
    (changed { $0.footer = nil }, "has no footer"),
    (Array(changed { $0.footer = "UTC0" }.dropLast()), "has a footer without an end"),
    (changed { $0.footer = "CET-1CEST" }, "has a footer that is no rule of POSIX"),
    (changed { $0.footer = "AB0" }, "has a footer that is no rule of POSIX"),
    (changed { $0.footer = "CET-1CEST,M13.1.0,M10.5.0" }, "has a footer that is no rule of POSIX"),
    (changed { $0.footer = "CET-1CEST,M3.5.0/168,J1" }, "has a footer that is no rule of POSIX"),
    (changed { $0.footer = "CET-25" }, "has a footer that is no rule of POSIX"),
    (changed { $0.footer = "<CET-1" }, "has a footer that is no rule of POSIX"),
    (changed { $0.leapSeconds = 1 }, "counts leap seconds"),
    (changed { $0.offsets = [] }, "has no type of local time"),
    (changed { $0.offsets = [93_600, 0] }, "has a local time too far from UTC"),
    (changed { $0.offsets = [.min, 0] }, "has a local time too far from UTC"),
    (
      changed { $0.transitions[1].type = 2 },
      "has transitions out of order or of an unknown type"
    ),
    (
      changed { $0.transitions[1].at = 1_000_000 },
      "has transitions out of order or of an unknown type"
    ),
    (changed { $0.transitions[1].at = .max }, "has a transition beyond all times"),
  ]

  @Test(arguments: wrong)
  func `that is wrong is an error that says how`(bytes: [UInt8], problem: String) throws {
    let error = #expect(throws: InvalidSample.self) { try readZone(bytes) }
    #expect(
      lines(error?.diagnostics ?? []) == [
        "-1:11 unreadable-time-zone the time zone `Test/Zone` cannot be used: its file \(problem)"
          + " (install the package tzdata again)"
      ])
  }

  @Test(arguments: ["Europe/Dublin", "Africa/Casablanca", "America/New_York", "Etc/UTC"])
  func `with any bytes changed is read or refused, and answers for any moment`(
    name: String
  ) throws {
    let whole = try ZoneDatabase.system.read(try #require(ZoneName(name))).get()
    let seed = UInt64.random(in: 0..<1 << 40)
    var dice = Dice(state: seed)
    var read = 0
    for _ in 0..<400 {
      var bytes = whole
      for _ in 0..<Int.random(in: 1...4, using: &dice) {
        // Headers and footer are hit as often as all the rest.
        let ends = [
          0..<min(100, bytes.count), bytes.indices, max(0, bytes.count - 40)..<bytes.count,
        ]
        let index = Int.random(in: ends[Int.random(in: 0..<3, using: &dice)], using: &dice)
        bytes[index] =
          [0, 0xFF, 0x80, UInt8.random(in: 0...255, using: &dice)][
            Int.random(in: 0..<4, using: &dice)]
      }
      if Bool.random(using: &dice) {
        bytes.removeLast(Int.random(in: 0..<bytes.count, using: &dice))
      }
      guard let zone = try? readZone(bytes) else { continue }
      read += 1
      for instant in [Int.min, -1, 0, 4_102_444_800, Int.max] {
        let offset = zone.offset(at: Instant(secondsSinceEpoch: instant))
        #expect(abs(offset) <= 7 * 86_400, "the seed is \(seed)")
      }
    }
    #expect(read > 0, "the seed is \(seed)")
  }
}

@Suite struct `The name of a zone` {
  @Test(arguments: [
    "UTC", "Europe/Berlin", "America/Argentina/Buenos_Aires", "Etc/GMT-14", "EST5EDT",
  ])
  func `is one of the IANA database`(text: String) {
    #expect(ZoneName(text)?.text == text)
  }

  @Test(arguments: [
    "", "/etc/shadow", "../../etc/shadow", "Europe/../Berlin", "Europe//Berlin", "Europe/",
    "posix/Europe/Berlin", "right/Europe/Berlin", "localtime", "posixrules", "Europe/Berlin\0",
    "tzdata.zi", "Zürich", "+02:00", "A B", String(repeating: "A", count: 65),
  ])
  func `names no file, no folder and no host's own zone`(text: String) {
    #expect(ZoneName(text) == nil)
  }

  private func problem(_ name: String, _ database: ZoneDatabase) throws -> [String] {
    var zones = Zones(database)
    #expect(zones.zone(named(name)) == nil)
    return lines(zones.diagnostics)
  }

  @Test(arguments: [
    ("Europe/Berln", "did you mean `Europe/Berlin`?"),
    ("europe/berlin", "did you mean `Europe/Berlin`?"),
    ("Berlin", "did you mean `Europe/Berlin`?"),
    ("UTC+2", "write Etc/GMT-2, or better the name of a place"),
    ("GMT-11", "write Etc/GMT+11, or better the name of a place"),
    (
      "Mars/Olympus_Mons",
      "write the name of a place in the IANA time zone database, such as Europe/Berlin"
    ),
    ("Europe", "write the name of a place in the IANA time zone database, such as Europe/Berlin"),
    (
      "Europe/Berlin/Mitte", "did you mean `Europe/Berlin`?"
    ),
  ])
  func `that the system does not have is an error, never UTC`(
    name: String, advice: String
  ) throws {
    #expect(
      try problem(name, .system) == [
        "-1:11 unknown-time-zone there is no time zone `\(name)` on this system (\(advice))"
      ])
  }

  @Test func `needs tzdata, unless it is UTC`() throws {
    let none = ZoneDatabase(read: { _ in .failure(.absent) })
    #expect(
      try problem("Europe/Berlin", none) == [
        "-1:11 unknown-time-zone there is no time zone `Europe/Berlin` on this system "
          + "(this system has no time zones at all: install the package tzdata)"
      ])
    var zones = Zones(none)
    #expect(zones.zone(named("UTC"))?.offset(at: Instant(secondsSinceEpoch: 0)) == 0)
    #expect(zones.zone(nil) != nil)
    #expect(zones.diagnostics == [])
  }

  @Test func `whose file cannot be read is an error with the reason`() throws {
    let broken = ZoneDatabase(read: { _ in .failure(.unreadable("no permission")) })
    #expect(
      try problem("Europe/Berlin", broken) == [
        "-1:11 unreadable-time-zone the time zone `Europe/Berlin` cannot be used: no permission "
          + "(install the package tzdata again)"
      ])
  }

  @Test func `is read once, and told at each place`() throws {
    let count = Counter()
    var zones = Zones(
      ZoneDatabase(read: { _ in
        count.add()
        return .failure(.absent)
      }))
    for _ in 0..<3 { _ = zones.zone(named("Europe/Berlin")) }
    #expect(count.value == 1)
    #expect(zones.diagnostics.count == 3)
  }
}
