package import Shapes

/// A date and a time on the clocks of a place, without an offset: `2026-12-20T00:00`.
package struct LocalTime: Hashable, Sendable {
  /// Counted as if the place were at UTC; nil for the placeholder of a time that was wrong.
  package let seconds: Int?

  /// nil for a text that is no such time; its seconds may be left out.
  package init?(_ text: String) {
    let parts = text.split(separator: "T", omittingEmptySubsequences: false)
    guard LocalTime.pattern.matches(text), parts.count == 2,
      let date = CalendarDate(parts[0]),
      let time = TimeOfDay(String(parts[1].prefix(5)), latest: 1439)
    else { return nil }
    var seconds = 0
    let rest = parts[1].dropFirst(5)
    if !rest.isEmpty {
      guard rest.utf8.count == 3, rest.first == ":", let written = Int(rest.dropFirst()),
        written < 60
      else { return nil }
      seconds = written
    }
    self.seconds = date.daysSinceEpoch * secondsPerDay + time.minutes * 60 + seconds
  }

  private init(seconds: Int?) { self.seconds = seconds }
}

extension LocalTime: ShapedValue {
  private static let pattern = TextPattern(
    .characters("0-9", 4...4), .literal("-"), .characters("0-9", 2...2), .literal("-"),
    .characters("0-9", 2...2), .literal("T"), .characters("0-9:", 5...8))

  private static let form = TextForm(
    "a local date and time such as 2026-12-20T00:00", pattern, examples: ["2026-12-20T00:00"],
    advice: advice)

  package init<S: ValueShape>(value shape: inout S) {
    self = shape.text(LocalTime.form, or: LocalTime(seconds: nil)) { LocalTime($0) }
  }

  /// What to write instead of a text that is no such time.
  @Sendable private static func advice(_ text: String) -> String? {
    if CalendarDate(text) != nil { return "write \(text)T00:00 for the beginning of that day" }
    var meant = text
    if let space = text.firstIndex(where: { $0 == " " || $0 == "t" }) {
      meant.replaceSubrange(space...space, with: "T")
    }
    if LocalTime(meant) != nil { return "write \(meant)" }
    if RFC3339.secondsSinceEpoch(text) != nil {
      return "leave the offset out, and name the place in `timeZone`"
    }
    if text.hasSuffix("T24:00") { return "write T00:00 of the day after" }
    return nil
  }
}

extension LocalTime: CustomStringConvertible {
  /// With seconds only where there are some.
  package var description: String {
    guard let seconds else { return "" }
    let text = RFC3339.text(secondsSinceEpoch: seconds).dropLast()
    return String(text.hasSuffix(":00") ? text.dropLast(3) : text)
  }
}
