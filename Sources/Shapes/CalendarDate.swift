package import JSONText

/// A day of the proleptic Gregorian calendar, `YYYY-MM-DD` (RFC 3339, `full-date`).
package struct CalendarDate: Hashable, Sendable {
  package let year: Int
  package let month: Int
  package let day: Int

  /// nil for a day that no calendar has.
  package init?(year: Int, month: Int, day: Int) {
    guard (0...9999).contains(year), (1...12).contains(month) else { return nil }
    let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    let days = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    guard (1...days[month - 1]).contains(day) else { return nil }
    (self.year, self.month, self.day) = (year, month, day)
  }

  /// The day that began so many days after 1970-01-01.
  package init?(daysSinceEpoch days: Int) {
    // Howard Hinnant's algorithm: years begin in March, so that leap days end them.
    let shifted = days + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    self.init(
      year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month: month,
      day: dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
  }

  package var daysSinceEpoch: Int {
    let shiftedYear = month <= 2 ? year - 1 : year
    let era = (shiftedYear >= 0 ? shiftedYear : shiftedYear - 399) / 400
    let yearOfEra = shiftedYear - era * 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }
}

extension CalendarDate: CustomStringConvertible {
  package init?(_ text: some StringProtocol) {
    self.init(Array(text.utf8)[...])
  }

  init?(_ text: ArraySlice<UInt8>) {
    let start = text.startIndex
    guard text.count == 10, text[start + 4] == UInt8(ascii: "-"),
      text[start + 7] == UInt8(ascii: "-"), let year = decimal(text[start..<start + 4]),
      let month = decimal(text[start + 5..<start + 7]),
      let day = decimal(text[start + 8..<start + 10])
    else { return nil }
    self.init(year: year, month: month, day: day)
  }

  package var description: String {
    var text: [UInt8] = []
    append(to: &text)
    return String(decoding: text, as: UTF8.self)
  }

  func append(to text: inout [UInt8]) {
    appendDecimal(year, digits: 4, to: &text)
    text.append(UInt8(ascii: "-"))
    appendDecimal(month, digits: 2, to: &text)
    text.append(UInt8(ascii: "-"))
    appendDecimal(day, digits: 2, to: &text)
  }
}

extension CalendarDate: Comparable {
  package static func < (lhs: CalendarDate, rhs: CalendarDate) -> Bool {
    (lhs.year, lhs.month, lhs.day) < (rhs.year, rhs.month, rhs.day)
  }
}

extension CalendarDate: ShapedValue, JSONValue {
  package static let form = TextForm(
    "a day such as 2026-11-01",
    TextPattern(
      .characters("0-9", 4...4), .literal("-"), .characters("0-9", 2...2), .literal("-"),
      .characters("0-9", 2...2)),
    format: "date", examples: ["2026-11-01"], advice: { advice(on: $0) })

  package init<S: ValueShape>(value shape: inout S) {
    self = shape.text(CalendarDate.form, or: CalendarDate.epoch) { CalendarDate($0) }
  }

  package func write(to writer: inout JSONWriter) { writer.string(description) }

  package static let epoch = CalendarDate(uncheckedYear: 1970, month: 1, day: 1)

  private init(uncheckedYear year: Int, month: Int, day: Int) {
    (self.year, self.month, self.day) = (year, month, day)
  }
}

/// Appends a number that has no more than so many decimal digits, with zeros before it.
func appendDecimal(_ value: Int, digits: Int, to text: inout [UInt8]) {
  let start = text.count
  text.append(contentsOf: repeatElement(UInt8(ascii: "0"), count: digits))
  var rest = value
  for index in (start..<text.count).reversed() where rest > 0 {
    text[index] += UInt8(rest % 10)
    rest /= 10
  }
}

/// The number in a few decimal digits; nil where there is anything else.
func decimal(_ digits: ArraySlice<UInt8>) -> Int? {
  var value = 0
  for byte in digits {
    let digit = byte &- UInt8(ascii: "0")
    guard digit < 10 else { return nil }
    value = value &* 10 &+ Int(digit)
  }
  return value
}
