extension Duration {
  /// What to write instead of a text that is no length of time as documents have it.
  package static func advice(on text: String) -> String {
    if let meant = meant(by: text) { return "write \(meant.shortText)" }
    let trimmed = text.filter { $0 != " " }
    if !trimmed.isEmpty, trimmed.utf8.count < 8, let count = Int(trimmed), count >= 0 {
      return "write a unit behind the number: \(count)s, \(count)m, \(count)h or \(count)d"
    }
    return "write a whole number and one of s, m, h and d"
  }

  /// What people mean by `4 hours`, `1h30m`, `PT4H`, `2w`, `90 min`, `500ms` and `04:00`.
  private static func meant(by text: String) -> Duration? {
    var rest = text.lowercased().filter { $0 != " " && $0 != "," }[...]
    let clock = rest.split(separator: ":", omittingEmptySubsequences: false)
    if clock.count == 2, clock[1].utf8.count == 2, let hours = number(clock[0]),
      let minutes = number(clock[1]), minutes < 60
    {
      return hours + minutes == 0 ? nil : .seconds(hours * 3600 + minutes * 60)
    }
    if rest.hasPrefix("p") { rest = rest.dropFirst().filter { $0 != "t" }[...] }
    var seconds = 0
    while !rest.isEmpty {
      let digits = rest.prefix { $0.isASCII && $0.isNumber }
      let unit = rest.dropFirst(digits.count).prefix { $0.isLetter }
      guard let count = number(digits), let length = length(of: unit) else { return nil }
      seconds += (count * length + 999) / 1000
      rest = rest.dropFirst(digits.count + unit.count)
    }
    return seconds > 0 && seconds < 10_000_000 ? .seconds(seconds) : nil
  }

  private static func number(_ digits: Substring) -> Int? {
    (1...7).contains(digits.utf8.count) ? Int(digits) : nil
  }

  /// Of a unit, in milliseconds.
  private static func length(of unit: Substring) -> Int? {
    switch unit {
    case "ms", "msec", "millisecond", "milliseconds": 1
    case "s", "sec", "secs", "second", "seconds": 1000
    case "m", "min", "mins", "minute", "minutes": 60_000
    case "h", "hr", "hrs", "hour", "hours": 3_600_000
    case "d", "day", "days": 86_400_000
    case "w", "week", "weeks": 604_800_000
    default: nil
    }
  }
}
