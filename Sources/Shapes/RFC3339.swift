/// Moments in the form of RFC 3339, as all documents have them: seconds since
/// 1970-01-01T00:00:00Z without leap seconds, as `time_t` counts them.
package enum RFC3339 {
  /// What a moment looks like in a document.
  package static let form = TextForm(
    "a time such as 2026-11-23T17:30:00Z",
    TextPattern(
      .characters("0-9", 4...4), .literal("-"), .characters("0-9", 2...2), .literal("-"),
      .characters("0-9", 2...2), .characters("Tt", 1...1), .characters("0-9:.Zz+-", 9...40)),
    format: "date-time", examples: ["2026-11-23T17:30:00Z"],
    advice: { advice(on: $0) })

  /// In UTC, without fractions.
  package static func text(secondsSinceEpoch seconds: Int) -> String {
    let day = days(seconds)
    let time = seconds - day * 86_400
    guard let date = CalendarDate(daysSinceEpoch: day) else { return "0000-01-01T00:00:00Z" }
    var text: [UInt8] = []
    text.reserveCapacity(20)
    date.append(to: &text)
    text.append(UInt8(ascii: "T"))
    appendDecimal(time / 3600, digits: 2, to: &text)
    text.append(UInt8(ascii: ":"))
    appendDecimal(time / 60 % 60, digits: 2, to: &text)
    text.append(UInt8(ascii: ":"))
    appendDecimal(time % 60, digits: 2, to: &text)
    text.append(UInt8(ascii: "Z"))
    return String(decoding: text, as: UTF8.self)
  }

  /// The day in UTC.
  package static func date(_ seconds: Int) -> CalendarDate {
    CalendarDate(daysSinceEpoch: days(seconds)) ?? .epoch
  }

  /// Those that are whole before a moment; negative before the epoch.
  private static func days(_ seconds: Int) -> Int {
    (seconds >= 0 ? seconds : seconds - 86_399) / 86_400
  }

  /// The seconds since the epoch, fractions dropped; nil if the text is no RFC 3339 time, or of no year from
  /// 0 to 9999 in UTC.
  ///
  /// A leap second, `23:59:60`, is the second after.
  package static func secondsSinceEpoch(_ text: String) -> Int? {
    let bytes = Array(text.utf8)
    guard bytes.count >= 20, bytes[10] | 0x20 == UInt8(ascii: "t"),
      let date = CalendarDate(bytes[..<10]),
      bytes[13] == UInt8(ascii: ":"), bytes[16] == UInt8(ascii: ":"),
      let hour = number(bytes[11...12], 0...23), let minute = number(bytes[14...15], 0...59),
      let second = number(bytes[17...18], 0...60)
    else { return nil }
    var rest = bytes[19...]
    if rest.first == UInt8(ascii: ".") {
      let digits = rest.dropFirst().prefix { $0 &- UInt8(ascii: "0") < 10 }
      guard !digits.isEmpty else { return nil }
      rest = rest[digits.endIndex...]
    }
    guard let offset = offset(rest) else { return nil }
    let seconds = date.daysSinceEpoch * 86_400 + hour * 3600 + minute * 60 + second - offset
    // In UTC it can be of a year that has more than four digits, or is before the first.
    return CalendarDate(daysSinceEpoch: days(seconds)) == nil ? nil : seconds
  }

  /// The seconds that local time is ahead of UTC: `Z`, `+02:00`.
  private static func offset(_ text: ArraySlice<UInt8>) -> Int? {
    guard let sign = text.first else { return nil }
    if sign | 0x20 == UInt8(ascii: "z") { return text.count == 1 ? 0 : nil }
    let start = text.startIndex
    guard sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-"), text.count == 6,
      text[start + 3] == UInt8(ascii: ":"),
      let hours = number(text[(start + 1)...(start + 2)], 0...23),
      let minutes = number(text[(start + 4)...(start + 5)], 0...59)
    else { return nil }
    return (hours * 3600 + minutes * 60) * (sign == UInt8(ascii: "+") ? 1 : -1)
  }

  private static func number(_ digits: ArraySlice<UInt8>, _ range: ClosedRange<Int>) -> Int? {
    decimal(digits).flatMap { range.contains($0) ? $0 : nil }
  }
}
