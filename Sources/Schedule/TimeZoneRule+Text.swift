extension TimeZoneRule {
  /// nil for a text that is no such rule. A name of saving time without the days on which it
  /// begins and ends, which POSIX leaves to the system, is none.
  init?(_ text: some Sequence<UInt8>) {
    var reader = RuleReader(rest: Array(text)[...])
    guard reader.skipName(), let standard = reader.offset() else { return nil }
    offset = -standard
    if reader.rest.isEmpty { return }
    guard reader.skipName() else { return nil }
    var savingOffset = offset + 3600
    if reader.rest.first != UInt8(ascii: ",") {
      guard let written = reader.offset() else { return nil }
      savingOffset = -written
    }
    guard reader.skip(","), let start = reader.moment(), reader.skip(","),
      let end = reader.moment(), reader.rest.isEmpty
    else { return nil }
    saving = SavingTime(offset: savingOffset, start: start, end: end)
  }
}

/// Reads the parts of a `TZ` string one after the other.
private struct RuleReader {
  var rest: ArraySlice<UInt8>

  mutating func skip(_ character: Unicode.Scalar) -> Bool {
    guard let first = rest.first, first == UInt8(ascii: character) else { return false }
    rest.removeFirst()
    return true
  }

  /// Three letters or more, or anything of letters, digits and signs in angle brackets.
  mutating func skipName() -> Bool {
    if skip("<") {
      let name = rest.prefix { isLetter($0) || isDigit($0) || $0 == 0x2B || $0 == 0x2D }
      rest.removeFirst(name.count)
      return !name.isEmpty && skip(">")
    }
    let name = rest.prefix(while: isLetter)
    rest.removeFirst(name.count)
    return name.count >= 3
  }

  /// `[+-]hh[:mm[:ss]]` as seconds west of UTC.
  mutating func offset() -> Int? { time(hours: 0...24) }

  mutating func moment() -> TimeZoneRule.YearlyMoment? {
    guard let day = day() else { return nil }
    var time = 7200
    if skip("/") {
      guard let written = self.time(hours: 0...167) else { return nil }
      time = written
    }
    return TimeZoneRule.YearlyMoment(day: day, time: time)
  }

  private mutating func day() -> TimeZoneRule.YearlyMoment.Day? {
    if skip("J") { return number(1...365).map { .julian($0) } }
    guard skip("M") else { return number(0...365).map { .ofYear($0) } }
    guard let month = number(1...12), skip("."), let week = number(1...5), skip("."),
      let weekday = number(0...6)
    else { return nil }
    return .weekday(weekday, week: week, month: month)
  }

  private mutating func time(hours: ClosedRange<Int>) -> Int? {
    let isNegative = skip("-")
    if !isNegative { _ = skip("+") }
    guard var seconds = number(hours).map({ $0 * 3600 }) else { return nil }
    for unit in [60, 1] {
      guard skip(":") else { break }
      guard let value = number(0...59) else { return nil }
      seconds += value * unit
    }
    return isNegative ? -seconds : seconds
  }

  private mutating func number(_ range: ClosedRange<Int>) -> Int? {
    let digits = rest.prefix(while: isDigit)
    guard (1...3).contains(digits.count) else { return nil }
    rest.removeFirst(digits.count)
    let value = digits.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
    return range.contains(value) ? value : nil
  }
}

private func isLetter(_ byte: UInt8) -> Bool { (byte | 0x20) &- UInt8(ascii: "a") < 26 }
