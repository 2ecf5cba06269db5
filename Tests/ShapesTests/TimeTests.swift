import Shapes
import Testing

@Suite struct `Times` {
  @Test(arguments: [
    (0, "1970-01-01T00:00:00Z"), (1_700_000_000, "2023-11-14T22:13:20Z"),
    (-1, "1969-12-31T23:59:59Z"), (951_782_400, "2000-02-29T00:00:00Z"),
    (4_107_542_400, "2100-03-01T00:00:00Z"), (253_402_300_799, "9999-12-31T23:59:59Z"),
    (-62_167_219_200, "0000-01-01T00:00:00Z"),
  ])
  func `are written in UTC and read back`(seconds: Int, text: String) {
    #expect(RFC3339.text(secondsSinceEpoch: seconds) == text)
    #expect(RFC3339.secondsSinceEpoch(text) == seconds)
  }

  @Test(arguments: [
    ("2026-11-20T08:00:00+02:00", "2026-11-20T06:00:00Z"),
    ("2026-11-20T08:00:00-05:30", "2026-11-20T13:30:00Z"),
    ("2026-11-20t08:00:00.999z", "2026-11-20T08:00:00Z"),
    ("2016-12-31T23:59:60Z", "2017-01-01T00:00:00Z"),
  ])
  func `are read in all forms of RFC 3339`(text: String, utc: String) {
    #expect(RFC3339.secondsSinceEpoch(text).map { RFC3339.text(secondsSinceEpoch: $0) } == utc)
  }

  @Test(arguments: [
    "", "2026-11-20", "2026-11-20T08:00:00", "2026-11-20T08:00Z", "2026-11-20 08:00:00Z",
    "2026-02-30T08:00:00Z", "2026-11-20T24:00:00Z", "2026-11-20T08:60:00Z",
    "2026-11-20T08:00:61Z", "2026-11-20T08:00:00.Z", "2026-11-20T08:00:00+2:00",
    "2026-11-20T08:00:00+0200", "2026-11-20T08:00:00+24:00", "2026-11-20T08:00:00Zx",
    "+026-11-20T08:00:00Z", "2026-1-20T008:00:00Z", "2026-11-20T+8:00:00Z",
    "9999-12-31T23:59:59-00:01", "9999-12-31T23:59:60Z", "0000-01-01T00:00:00+00:01",
    "２026-11-20T08:00:00Z", "2026-11-20T08:00:0üZ",
  ])
  func `are nothing else`(text: String) {
    #expect(RFC3339.secondsSinceEpoch(text) == nil)
  }

  @Test func `every day of four centuries has its place`() throws {
    var previous = try #require(CalendarDate(daysSinceEpoch: -1))
    for day in 0..<146_097 {
      let date = try #require(CalendarDate(daysSinceEpoch: day))
      #expect(date.daysSinceEpoch == day)
      #expect(previous < date)
      previous = date
    }
    #expect(CalendarDate("\(previous)") == previous)
  }

  @Test(arguments: ["2026-13-01", "2026-00-01", "2026-04-31", "1900-02-29", "2026-1-1", "26-01-01"])
  func `a day that no calendar has is none`(text: String) {
    #expect(CalendarDate(text) == nil)
  }

  @Test(arguments: [
    ("0s", Duration.zero, "0s"), ("60s", .seconds(60), "1m"), ("90s", .seconds(90), "90s"),
    ("10m", .seconds(600), "10m"), ("24h", .seconds(86_400), "1d"), ("2d", .seconds(172_800), "2d"),
  ])
  func `lengths of time are read, and written in their largest unit`(
    text: String, duration: Duration, shortest: String
  ) {
    #expect(Duration(shortText: text) == duration)
    #expect(duration.shortText == shortest)
  }

  @Test(arguments: ["", "60", "s", "1w", "-1s", "1.5h", "1h30m", " 1s", "12345678s", "１s"])
  func `other lengths of time are none`(text: String) {
    #expect(Duration(shortText: text) == nil)
  }
}

@Suite struct `Forms of text` {
  private static let name = TextPattern(.joined("a-z0-9", by: ".-", upTo: 5))
  private static let cve = TextPattern(
    .literal("CVE-"), .characters("0-9", 4...4), .literal("-"), .characters("0-9", 4...19))
  private static let path = TextPattern(.anyCharacters(but: "\0/", 1...3), .literal("/"))
  private static let glob = TextPattern(.characters("A-Za-z*?!\\^\\[\\]-", 1...3))

  @Test(arguments: [
    (name, "a", true), (name, "a-b.c", true), (name, "", false), (name, "-a", false),
    (name, "a-", false), (name, "abcdef", false), (name, "aB", false), (name, "ä", false),
    (cve, "CVE-2026-1234", true), (cve, "CVE-2026-123", false), (cve, "CVE-202-1234", false),
    (cve, "CVE-2026-1234x", false), (cve, "xCVE-2026-1234", false), (cve, "", false),
    (path, "ä/", true), (path, "👍🏽b/", true), (path, "/", false), (path, "abcd/", false),
    (path, "a\0/", false), (path, "a", false),
    (glob, "[^]", true), (glob, "a-z", true), (glob, "\\", false), (glob, "_", false),
    (TextForm.sha256.pattern ?? cve, String(repeating: "a", count: 64), true),
    (TextForm.sha256.pattern ?? cve, String(repeating: "a", count: 63), false),
    (TextForm.sha256.pattern ?? cve, String(repeating: "A", count: 64), false),
  ])
  func `are checked as their pattern says`(pattern: TextPattern, text: String, matches: Bool) {
    #expect(pattern.matches(text) == matches)
  }

  @Test(arguments: [
    (name, "^[a-z0-9]([a-z0-9.-]{0,3}[a-z0-9])?$"), (cve, "^CVE-[0-9]{4}-[0-9]{4,19}$"),
    (path, "^[^\\u0000/]{1,3}\\/$"),
    (glob, "^[A-Za-z*?!\\^\\[\\]-]{1,3}$"),
  ])
  func `are written as regular expressions`(pattern: TextPattern, expression: String) {
    #expect(pattern.regularExpression == expression)
  }
}
