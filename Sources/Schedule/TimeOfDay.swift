package import Shapes

/// A time on a clock, `HH:MM`.
package struct TimeOfDay: Hashable, Sendable {
  /// Minutes after midnight; -1 for the placeholder of a time that was wrong.
  package let minutes: Int

  /// 1440 minutes are the midnight at which a day ends.
  init(minutes: Int) { self.minutes = minutes }

  static let placeholder = TimeOfDay(minutes: -1)
  static let pattern = TextPattern(
    .characters("0-2", 1...1), .characters("0-9", 1...1), .literal(":"),
    .characters("0-5", 1...1), .characters("0-9", 1...1))

  /// nil for a text that is no time from 00:00 to `latest`.
  init?(_ text: String, latest: Int) {
    guard TimeOfDay.pattern.matches(text), let hours = Int(text.prefix(2)),
      let minutes = Int(text.suffix(2)), hours * 60 + minutes <= latest
    else { return nil }
    self.minutes = hours * 60 + minutes
  }
}

extension TimeOfDay: CustomStringConvertible {
  package var description: String { "\(twoDigits(minutes / 60)):\(twoDigits(minutes % 60))" }
}

extension TimeOfDay: ShapedValue {
  private static let form = TextForm(
    "a time of day such as 22:00", pattern, examples: ["22:00"],
    advice: { advice($0, latest: 1439) })

  package init<S: ValueShape>(value shape: inout S) {
    self = shape.text(TimeOfDay.form, or: .placeholder) { TimeOfDay($0, latest: 1439) }
  }
}

/// The time at which a window closes: that of a clock, or `24:00`.
package struct ClosingTime: ShapedValue, Hashable, Sendable {
  package let time: TimeOfDay

  private static let form = TextForm(
    "a time of day such as 02:00, or 24:00 for midnight", TimeOfDay.pattern,
    examples: ["02:00", "24:00"], advice: { TimeOfDay.advice($0, latest: 1440) })

  package init<S: ValueShape>(value shape: inout S) {
    time = shape.text(ClosingTime.form, or: .placeholder) { TimeOfDay($0, latest: 1440) }
  }
}

extension TimeOfDay {
  /// What to write instead of a text that is no time from 00:00 to `latest`.
  static func advice(_ text: String, latest: Int) -> String {
    let usual =
      latest == 1440
      ? "write it as HH:MM, from \"00:00\" to \"24:00\""
      : "write it as HH:MM, from \"00:00\" to \"23:59\""
    if latest < 1440, text == "24:00" {
      return "write \"00:00\", and the day after in `days`"
    }
    guard let meant = meant(by: text) else { return usual }
    return "write \"\(meant)\""
  }

  /// What people write: `2200`, `22h`, `22h30`, `22.30`, `9:00`, `22:00:00`, `10pm`, `10:30 PM`,
  /// `noon`.
  private static func meant(by text: String) -> TimeOfDay? {
    var rest = text.lowercased().filter { $0 != " " }[...]
    if rest == "noon" { return TimeOfDay(minutes: 720) }
    if rest == "midnight" { return TimeOfDay(minutes: 0) }
    var half: Int?
    for (mark, value) in [("a.m.", 0), ("p.m.", 12), ("am", 0), ("pm", 12)]
    where rest.hasSuffix(mark) {
      half = value
      rest = rest.dropLast(mark.count)
      break
    }
    var parts = rest.split(whereSeparator: { ":.h".contains($0) })
    if parts.count == 3, parts[2] == "00" { parts.removeLast() }
    if parts.count == 1, (3...4).contains(rest.utf8.count), rest.utf8.allSatisfy(isDigit) {
      parts = [rest.dropLast(2), rest.suffix(2)]
    }
    guard (1...2).contains(parts.count), parts.allSatisfy({ $0.utf8.count <= 2 }),
      parts.allSatisfy({ $0.utf8.allSatisfy(isDigit) }), var hours = Int(parts[0]),
      let minutes = parts.count == 2 ? Int(parts[1]) : 0, minutes < 60
    else { return nil }
    if let half {
      guard (1...12).contains(hours) else { return nil }
      hours = hours % 12 + half
    }
    return hours < 24 ? TimeOfDay(minutes: hours * 60 + minutes) : nil
  }
}

func isDigit(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "0") < 10 }

func twoDigits(_ value: Int) -> String { value < 10 ? "0\(value)" : String(value) }
