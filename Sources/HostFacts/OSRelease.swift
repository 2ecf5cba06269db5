/// What os-release(5) says about the distribution.
package struct OSRelease: Hashable, Sendable {
  /// `ID`; the specification's default is `linux`.
  package var id: String
  /// `VERSION_ID`, which rolling distributions leave out.
  package var versionID: String?

  /// A line that was needed and is no assignment as the specification allows it.
  package struct Malformed: Error, Hashable, Sendable {
    package var line: String

    package init(line: String) {
      self.line = line
    }
  }

  /// Reads the text of an os-release file. Where a name is assigned twice, the last wins, as in a
  /// shell. Lines that matter to nobody here may be anything.
  ///
  /// - Throws: `Malformed` when `ID` or `VERSION_ID` cannot be read.
  package init(parsing text: String) throws(Malformed) {
    id = "linux"
    for line in text.split(whereSeparator: \.isNewline) {
      let assignment = line.drop { $0 == " " || $0 == "\t" }
      guard let equals = assignment.firstIndex(of: "=") else { continue }
      let name = assignment[..<equals]
      guard name == "ID" || name == "VERSION_ID" else { continue }
      guard let value = unquoted(assignment[assignment.index(after: equals)...]) else {
        throw Malformed(line: String(line))
      }
      if name == "ID" {
        id = value.isEmpty ? "linux" : value
      } else {
        versionID = value.isEmpty ? nil : value
      }
    }
  }
}

/// The value of a shell assignment in the subset of os-release(5): one word, bare or in one pair
/// of quotes. Nil where it is anything else.
private func unquoted(_ written: Substring) -> String? {
  var rest = written[...]
  while let last = rest.last, last == " " || last == "\t" { rest.removeLast() }
  var value = ""
  let quote = rest.first.flatMap { $0 == "\"" || $0 == "'" ? $0 : nil }
  if quote != nil { rest.removeFirst() }
  while let character = rest.popFirst() {
    switch character {
    case quote:
      return rest.isEmpty ? value : nil
    case "\\" where quote == nil:
      guard let escaped = rest.popFirst() else { return nil }
      value.append(escaped)
    case "\\" where quote == "\"":
      guard let escaped = rest.popFirst() else { return nil }
      // In double quotes a shell takes the backslash away before these only.
      if !"$\"\\`".contains(escaped) { value.append(character) }
      value.append(escaped)
    case "\"", "'", " ", "\t", "$", "`", ";", "&", "|", "<", ">", "(", ")":
      // In single quotes everything stands for itself; in double quotes, what does not expand.
      let literal = quote == "'" || (quote == "\"" && character != "$" && character != "`")
      guard literal else { return nil }
      value.append(character)
    default:
      value.append(character)
    }
  }
  return quote == nil ? value : nil
}
