extension StringProtocol {
  /// The text between back-ticks, for a message: cut when it is long, and with nothing in it that
  /// could act on a terminal or break the line.
  package var quoted: String {
    // Nearly all are short, and of letters that stand for themselves.
    if utf8.count <= 80, utf8.allSatisfy({ (0x20...0x7E).contains($0) }) { return "`\(self)`" }
    var text = "`"
    for (count, scalar) in unicodeScalars.enumerated() {
      if count == 80 {
        text += "..."
        break
      }
      switch scalar.properties.generalCategory {
      case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate:
        text += "\\u{\(String(scalar.value, radix: 16))}"
      default:
        text.unicodeScalars.append(scalar)
      }
    }
    return text + "`"
  }
}

extension Collection<String> {
  /// The texts as a sentence has them: `a`, `b` or `c`.
  package func quotedList(_ conjunction: String) -> String {
    let all = map(\.quoted)
    guard let last = all.last, all.count > 1 else { return all.first ?? "" }
    return all.dropLast().joined(separator: ", ") + " \(conjunction) " + last
  }
}
