internal import Shapes

/// A day of the week, as policies write it.
package enum Weekday: String, Hashable, Sendable, ShapedValue, TranslatedWord {
  case monday = "Mon"
  case tuesday = "Tue"
  case wednesday = "Wed"
  case thursday = "Thu"
  case friday = "Fri"
  case saturday = "Sat"
  case sunday = "Sun"

  /// What people mean by `Mon-Fri`, `weekdays`, `Monday`, and by the numbers of cron.
  package static func advice(on text: String) -> String? {
    switch text.lowercased() {
    case "weekdays", "weekday", "workdays", "workweek": return list(allCases[0...4])
    case "weekend", "weekends": return list(allCases[5...6])
    case "daily", "every day", "everyday", "all", "any", "*":
      return "leave `days` out for every day"
    default: break
    }
    let ends = text.split(whereSeparator: { "-\u{2013}.".contains($0) }).map(meant)
    guard let first = ends.first ?? nil, let last = ends.last ?? nil, ends.count <= 2 else {
      return nil
    }
    if ends.count == 1 { return "write \(first.rawValue)" }
    let from = allCases.firstIndex(of: first) ?? 0
    let count = ((allCases.firstIndex(of: last) ?? 0) - from + 7) % 7 + 1
    return list((0..<count).map { allCases[(from + $0) % 7] })
  }

  private static func list(_ days: some Sequence<Weekday>) -> String {
    "write a list: [\(days.map(\.rawValue).joined(separator: ", "))]"
  }

  private static func meant(by text: Substring) -> Weekday? {
    let word = text.lowercased().filter { $0 != " " }
    if let number = Int(word), (0...7).contains(number) {
      return allCases.first { $0.number == number % 7 }
    }
    return word.utf8.count < 2
      ? nil
      : allCases.first {
        let day = $0.rawValue.lowercased()
        return word.hasPrefix(day) || day.hasPrefix(word)
      }
  }

  /// 0 for Sunday to 6 for Saturday, as cron and POSIX have it.
  var number: Int {
    switch self {
    case .sunday: 0
    case .monday: 1
    case .tuesday: 2
    case .wednesday: 3
    case .thursday: 4
    case .friday: 5
    case .saturday: 6
    }
  }
}
