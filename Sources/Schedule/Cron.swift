package import Shapes

/// A cron expression of five fields with the meaning of Vixie's cron (crontab(5)): minute, hour,
/// day of the month, month, day of the week.
package struct Cron: Hashable, Sendable {
  /// As it was written; empty for the placeholder of one that was wrong.
  package let text: String
  /// A bit for each minute from 0 to 59, each hour from 0 to 23, each day from 1 to 31, each month
  /// from 1 to 12, and each weekday from 0, which is Sunday, to 6.
  let minutes: UInt64
  let hours: UInt64
  let daysOfMonth: UInt64
  let months: UInt64
  let weekdays: UInt64
  /// Whether one of the two kinds of days is enough: so it is where neither field begins with `*`.
  let eitherDay: Bool

  private init() {
    text = ""
    (minutes, hours, daysOfMonth, months, weekdays) = (0, 0, 0, 0, 0)
    eitherDay = false
  }

  package init(_ text: String) throws(CronProblem) {
    let fields = text.split(whereSeparator: { $0 == " " || $0 == "\t" })
    guard fields.count == 5 else { throw CronProblem(fields: fields) }
    self.text = text
    minutes = try CronField.minute.read(fields[0])
    hours = try CronField.hour.read(fields[1])
    daysOfMonth = try CronField.dayOfMonth.read(fields[2])
    months = try CronField.month.read(fields[3])
    let written = try CronField.weekday.read(fields[4])
    weekdays = (written | written >> 7) & 0x7F
    eitherDay = !fields[2].hasPrefix("*") && !fields[4].hasPrefix("*")
  }

  func isDue(day: Int, month: Int, weekday: Int) -> Bool {
    guard months >> UInt64(month) & 1 == 1 else { return false }
    let isDay = daysOfMonth >> UInt64(day) & 1 == 1
    let isWeekday = weekdays >> UInt64(weekday) & 1 == 1
    return eitherDay ? isDay || isWeekday : isDay && isWeekday
  }

  /// Whether no calendar has the day: 30 February, or 31 April.
  var neverFires: Bool {
    if eitherDay { return false }
    let lengths = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    return !lengths.enumerated().contains { month, length in
      months >> UInt64(month + 1) & 1 == 1 && daysOfMonth & ((1 << UInt64(length + 1)) - 1) != 0
    }
  }

  /// The times of a day that is due, in minutes after midnight, ascending.
  var minutesOfDay: [Int] {
    (0..<24).filter { hours >> UInt64($0) & 1 == 1 }.flatMap { hour in
      (0..<60).filter { minutes >> UInt64($0) & 1 == 1 }.map { hour * 60 + $0 }
    }
  }
}

extension Cron: ShapedValue {
  private static let form = TextForm(
    "a cron expression of five fields such as 0 2 * * 6", pattern, examples: ["0 2 * * 6"],
    advice: advice)

  private static let pattern = TextPattern(
    field, blank, field, blank, field, blank, field, blank, field)
  private static let field = TextPattern.Piece.characters("A-Za-z0-9*/,-", 1...200)
  private static let blank = TextPattern.Piece.characters(" \t", 1...20)

  package init<S: ValueShape>(value shape: inout S) {
    self = shape.text(Cron.form, or: Cron()) { try? Cron($0) }
  }

  @Sendable private static func advice(_ text: String) -> String? {
    do throws(CronProblem) {
      _ = try Cron(text)
      return "write no more than the five fields, with blanks between them"
    } catch {
      return error.advice
    }
  }
}

/// What is wrong with a cron expression.
package struct CronProblem: Error, Hashable, Sendable {
  /// As an instruction.
  package let advice: String

  init(_ advice: String) { self.advice = advice }

  /// Not five fields.
  fileprivate init(fields: [Substring]) {
    let names = "minute, hour, day of the month, month, day of the week"
    let macros = [
      "@hourly": "0 * * * *", "@daily": "0 0 * * *", "@midnight": "0 0 * * *",
      "@weekly": "0 0 * * 0", "@monthly": "0 0 1 * *", "@yearly": "0 0 1 1 *",
      "@annually": "0 0 1 1 *",
    ]
    if fields.count == 1, let field = fields.first, let written = macros[field.lowercased()] {
      advice = "write \"\(written)\""
    } else if fields.count == 6 {
      advice = "write five fields, without seconds or a year: \(names)"
    } else {
      advice = "write five fields: \(names)"
    }
  }
}
