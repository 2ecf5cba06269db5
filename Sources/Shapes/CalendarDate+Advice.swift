extension CalendarDate {
  /// What to write instead of a text that is no day as documents have it.
  package static func advice(on text: String) -> String {
    if let time = text.firstIndex(where: { $0 == "T" || $0 == "t" || $0 == " " }),
      let date = CalendarDate(text[..<time])
    {
      return "write the day alone: \(date)"
    }
    let parts = text.split(whereSeparator: { "-./".contains($0) }).map(String.init)
    let numbers = parts.compactMap { $0.utf8.count <= 4 ? Int($0) : nil }
    guard numbers.count == 3, parts.count == 3 else {
      return "write year, month and day, such as 2026-11-01"
    }
    let isYearFirst = parts[0].utf8.count == 4
    guard isYearFirst || parts[2].utf8.count == 4 else {
      return "write the year in four digits, then month and day, such as 2026-11-01"
    }
    // Points are between day and month where people write the day first.
    let isDayFirst = text.contains(".") || numbers[0] > 12
    let (year, month, day) =
      isYearFirst
      ? (numbers[0], numbers[1], numbers[2])
      : isDayFirst
        ? (numbers[2], numbers[1], numbers[0]) : (numbers[2], numbers[0], numbers[1])
    guard let date = CalendarDate(year: year, month: month, day: day) else {
      return "there is no such day: write one that the month has"
    }
    // 3/4/2026 is a day in March to some, and one in April to others.
    if !isYearFirst, !text.contains("."), numbers[0] <= 12, numbers[1] <= 12 {
      return "write year, month and day, such as 2026-11-01"
    }
    return "write \(date)"
  }
}

extension RFC3339 {
  /// What to write instead of a text that is no moment as documents have it.
  static func advice(on text: String) -> String {
    if let date = CalendarDate(text) { return "write the time too: \(date)T00:00:00Z" }
    var meant = text
    if let blank = meant.firstIndex(of: " ") { meant.replaceSubrange(blank...blank, with: "T") }
    for end in ["", "Z", ":00Z", "00Z"] where secondsSinceEpoch(meant + end) != nil {
      return end.isEmpty
        ? "write \(meant)" : "write the offset from UTC too, such as Z: \(meant + end)"
    }
    return "write a day, a time and an offset from UTC, such as 2026-11-23T17:30:00Z"
  }
}
