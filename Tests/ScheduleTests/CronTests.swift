import Diagnostics
import Schedule
import Testing

@Suite struct `A cron expression` {
  /// The first times in UTC from the beginning of 2026, a Thursday, as `MM-DD HH:MM`.
  private func times(_ cron: String, _ count: Int, from start: String = "2026") throws -> [String] {
    let schedule = try schedule([["cron: \"\(cron)\", duration: 1s"]])
    let openings = schedule.openings(from: try instant("\(start)-01-01T00:00:00Z"), count: count)
    return openings.map { opening in
      String(opening.start.description.dropFirst(5).prefix(11)).replacing("T", with: " ")
    }
  }

  @Test(arguments: [
    ("0 2 * * 6", ["01-03 02:00", "01-10 02:00", "01-17 02:00"]),
    ("30 4 1,15 * *", ["01-01 04:30", "01-15 04:30", "02-01 04:30"]),
    ("*/20 3 * * *", ["01-01 03:00", "01-01 03:20", "01-01 03:40", "01-02 03:00"]),
    ("10-30/10 0 * * *", ["01-01 00:10", "01-01 00:20", "01-01 00:30", "01-02 00:10"]),
    ("0 22-23,0 * * *", ["01-01 00:00", "01-01 22:00", "01-01 23:00", "01-02 00:00"]),
    ("0 0 * FEB,apr Mon", ["02-02 00:00", "02-09 00:00"]),
    ("0 0 * jan-mar sat-sun", ["01-03 00:00", "01-04 00:00", "01-10 00:00"]),
    ("0 0 * * 7", ["01-04 00:00", "01-11 00:00"]),
    ("0 0 * * 0", ["01-04 00:00", "01-11 00:00"]),
    ("0 0 * * 5-7", ["01-02 00:00", "01-03 00:00", "01-04 00:00", "01-09 00:00"]),
    ("0 0 * * fri-sun", ["01-02 00:00", "01-03 00:00", "01-04 00:00", "01-09 00:00"]),
    ("0 0 * * 5-0", ["01-02 00:00", "01-03 00:00", "01-04 00:00", "01-09 00:00"]),
    ("0 0 * * */3", ["01-03 00:00", "01-04 00:00", "01-07 00:00", "01-10 00:00"]),
    ("0 0 31 * *", ["01-31 00:00", "03-31 00:00", "05-31 00:00"]),
    // Both days restricted: one of them is enough.
    ("0 0 13 * Fri", ["01-02 00:00", "01-09 00:00", "01-13 00:00", "01-16 00:00"]),
    // A field that begins with `*` restricts nothing, and both have to be right.
    ("0 0 */2 * Fri", ["01-09 00:00", "01-23 00:00", "02-13 00:00"]),
    ("0 0 1-7 * */7", ["01-04 00:00", "02-01 00:00"]),
    ("0\t0   1 1 *", ["01-01 00:00", "01-01 00:00"]),
  ])
  func `means what crontab(5) says`(cron: String, expected: [String]) throws {
    #expect(try times(cron, expected.count) == expected)
  }

  @Test func `for 29 February waits for eight years if it must`() throws {
    #expect(try times("0 0 29 2 *", 2, from: "2097") == ["02-29 00:00", "02-29 00:00"])
    let schedule = try schedule([["cron: \"0 0 29 2 *\", duration: 1s"]])
    let openings = schedule.openings(from: try instant("2096-03-01T00:00:00Z"), count: 2)
    #expect(openings.map(\.start.description) == ["2104-02-29T00:00:00Z", "2108-02-29T00:00:00Z"])
  }

  @Test(arguments: [
    ("0 2 * *", "write five fields: minute, hour, day of the month, month, day of the week"),
    (
      "0 0 2 * * 6",
      """
      write five fields, without seconds or a year: minute, hour, day of the month, month, day of \
      the week
      """
    ),
    ("@daily", "write \"0 0 * * *\""),
    ("60 * * * *", "the minute must be from 0 to 59, and here it is `60`"),
    ("0 0 0 * *", "the day of the month must be from 1 to 31, and here it is `0`"),
    ("0 0 * 13 *", "the month must be from 1 to 12, and here it is `13`"),
    ("0 0 * * 8", "the day of the week must be from 0 to 7, and here it is `8`"),
    ("0 22-2 * * *", "write the hour in two ranges: 22-23,0-2"),
    ("0 0 * * 7-2", "write the day of the week as 0-2"),
    ("0 0 * * fri-mon", "write the day of the week in two ranges: 5-6,0-1"),
    ("5/15 * * * *", "a step needs a range: write the minute as 5-59/15"),
    ("*/0 * * * *", "write the step of the minute as a number from 1"),
    ("*/x * * * *", "write the step of the minute as a number from 1"),
    (
      "0 0 ? * 1",
      "write the day of the month with numbers, `*`, `,`, `-` and `/` only, and not as `?`"
    ),
    (
      "0 0 L * *",
      "write the day of the month with numbers, `*`, `,`, `-` and `/` only, and not as `L`"
    ),
    (
      "0 0 * * 5#2",
      """
      write the day of the week with numbers, names such as mon, `*`, `,`, `-` and `/` only, and \
      not as `5#2`
      """
    ),
    (
      "0 0 * * monday",
      "write the day of the week with numbers, names such as mon, `*`, `,`, `-` and `/` only, and not as `monday`"
    ),
    ("0,,5 0 * * *", "write the minute with numbers, `*`, `,`, `-` and `/` only, and not as ``"),
    (
      "1-2-3 0 * * *",
      "write the minute with numbers, `*`, `,`, `-` and `/` only, and not as `1-2-3`"
    ),
    (" 0 0 * * *", "write no more than the five fields, with blanks between them"),
  ])
  func `that is none gets advice`(cron: String, advice: String) {
    let (_, diagnostics) = decodeMaintenance("windows: [{cron: \"\(cron)\", duration: 1h}]")
    #expect(diagnostics.map(\.advice) == [advice])
  }

  @Test(arguments: ["0 0 30 2 *", "0 0 31 4,6,9,11 *", "0 0 30-31 feb */2"])
  func `that never fires is an error`(cron: String) {
    let (_, diagnostics) = decodeMaintenance("windows: [{cron: \"\(cron)\", duration: 1h}]")
    #expect(diagnostics.map(\.code) == [.cronNeverFires])
  }

  @Test(arguments: ["0 0 29 2 *", "0 0 30 2 Mon", "0 0 31 2,3 *"])
  func `that fires on some day is none`(cron: String) {
    #expect(decodeMaintenance("windows: [{cron: \"\(cron)\", duration: 1h}]").diagnostics == [])
  }
}
