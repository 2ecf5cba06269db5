internal import Diagnostics

/// One field of a cron expression: what its numbers may be, and which names stand for some.
struct CronField {
  let name: String
  let range: ClosedRange<Int>
  var names: [String] = []
  /// The last of all its numbers: 7 is Sunday again.
  private var largest: Int { range.upperBound == 7 ? 6 : range.upperBound }

  static let minute = CronField(name: "minute", range: 0...59)
  static let hour = CronField(name: "hour", range: 0...23)
  static let dayOfMonth = CronField(name: "day of the month", range: 1...31)
  static let month = CronField(
    name: "month", range: 1...12,
    names: [
      "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
    ])
  /// Both 0 and 7 are Sunday.
  static let weekday = CronField(
    name: "day of the week", range: 0...7,
    names: ["sun", "mon", "tue", "wed", "thu", "fri", "sat"])

  /// A bit for each number that a list of values, ranges and steps has.
  func read(_ field: Substring) throws(CronProblem) -> UInt64 {
    var bits: UInt64 = 0
    for item in field.split(separator: ",", omittingEmptySubsequences: false) {
      bits |= try readItem(item)
    }
    return bits
  }

  /// `*`, `5`, `1-5`, `*/2`, `1-9/2`.
  private func readItem(_ item: Substring) throws(CronProblem) -> UInt64 {
    let parts = item.split(separator: "/", omittingEmptySubsequences: false)
    guard let values = parts.first, parts.count <= 2 else { throw unreadable(item) }
    var numbers = range.lowerBound...largest
    if values != "*" {
      let ends = values.split(separator: "-", omittingEmptySubsequences: false)
      guard let first = ends.first, let last = ends.last, ends.count <= 2 else {
        throw unreadable(item)
      }
      let low = try number(first)
      var high = try number(last)
      // A range that ends with Sunday, by name or as 0.
      if range.upperBound == 7, ends.count == 2, high == 0, low > 0 { high = 7 }
      if low == 7, high < 7 { throw CronProblem("write the \(name) as 0-\(high)") }
      guard low <= high else {
        throw CronProblem(
          "write the \(name) in two ranges: \(low)-\(largest),\(range.lowerBound)-\(high)")
      }
      if parts.count == 2, ends.count == 1 {
        throw CronProblem(
          "a step needs a range: write the \(name) as \(first)-\(largest)/\(parts[1])")
      }
      numbers = low...high
    }
    var step = 1
    if parts.count == 2 {
      guard let written = decimal(parts[1]), written > 0 else {
        throw CronProblem("write the step of the \(name) as a number from 1")
      }
      step = written
    }
    return stride(from: numbers.lowerBound, through: numbers.upperBound, by: step).reduce(0) {
      $0 | 1 << UInt64($1)
    }
  }

  private func number(_ text: Substring) throws(CronProblem) -> Int {
    if let index = names.firstIndex(of: text.lowercased()) {
      return range.lowerBound + index
    }
    guard let number = decimal(text) else { throw unreadable(text) }
    guard range.contains(number) else {
      throw CronProblem(
        """
        the \(name) must be from \(range.lowerBound) to \(range.upperBound), \
        and here it is \(text.quoted)
        """)
    }
    return number
  }

  private func decimal(_ text: Substring) -> Int? {
    (1...4).contains(text.utf8.count) && text.utf8.allSatisfy(isDigit) ? Int(text) : nil
  }

  private func unreadable(_ text: Substring) -> CronProblem {
    let known = names.isEmpty ? "numbers" : "numbers, names such as \(names[1])"
    return CronProblem(
      "write the \(name) with \(known), `*`, `,`, `-` and `/` only, and not as \(text.quoted)")
  }
}
