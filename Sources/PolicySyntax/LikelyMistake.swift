internal import Diagnostics
internal import Nodes

/// What a person most likely did where libyaml could not go on, by the looks of the line and of the
/// one above it.
struct LikelyMistake {
  var message: String
  var advice: String
  var position: Position
}

extension LikelyMistake {
  /// - Parameters:
  ///   - position: where libyaml stopped.
  ///   - source: the text.
  init?(at position: Position, in source: SourceText) {
    guard let line = source.line(position.line) else { return nil }
    let above = source.lineWithText(above: position.line)
    let found =
      LikelyMistake.tab(line, position.line) ?? LikelyMistake.template(line, position)
      ?? LikelyMistake.missingBlank(line, position.line)
      ?? above.flatMap { LikelyMistake.missingBlank($0.text, $0.number) }
      ?? LikelyMistake.beginning(line, position)
      ?? LikelyMistake.colon(line, position, above)
      ?? LikelyMistake.behindQuote(line, position)
    guard let found else { return nil }
    self = found
  }

  private static func tab(_ line: String, _ number: UInt32) -> LikelyMistake? {
    let indentation = line.prefix { $0 == " " || $0 == "\t" }
    guard let tab = indentation.unicodeScalars.firstIndex(of: "\t") else { return nil }
    let column = indentation.unicodeScalars.distance(from: indentation.startIndex, to: tab) + 1
    return LikelyMistake(
      message: "a tab stands in the indentation",
      advice: "indent with blanks: YAML has no tabs there",
      position: Position(line: number, column: UInt32(column)))
  }

  /// `{{ value }}` is the beginning of two mappings.
  static func template(at position: Position, in source: SourceText) -> LikelyMistake? {
    source.line(position.line).flatMap { template($0, position) }
  }

  private static func template(_ line: String, _ position: Position) -> LikelyMistake? {
    guard line.contains("{{") || line.contains("{%") else { return nil }
    return LikelyMistake(
      message: "this looks like a template, and a policy is none",
      advice: "let the template engine write the policy first, or quote the text",
      position: position)
  }

  /// `-name: x` and `name:x`.
  private static func missingBlank(_ line: String, _ number: UInt32) -> LikelyMistake? {
    if let match = line.firstMatch(of: /^( *(?:- +)*)-([A-Za-z_][A-Za-z0-9_]*)(:| |$)/) {
      return LikelyMistake(
        message: "a blank is missing behind `-`", advice: "write `- \(match.2)`",
        position: Position(line: number, column: UInt32(match.1.unicodeScalars.count + 1)))
    }
    if let match = line.firstMatch(of: /^( *(?:- +)*)([A-Za-z_][A-Za-z0-9_]*):([^ :\/].*)$/),
      !match.3.contains(": ")
    {
      let column = match.1.unicodeScalars.count + match.2.unicodeScalars.count + 1
      return LikelyMistake(
        message: "a blank is missing behind `:`", advice: "write `\(match.2): ...`",
        position: Position(line: number, column: UInt32(column)))
    }
    return nil
  }

  /// Texts that begin with a character that means something.
  private static func beginning(_ line: String, _ position: Position) -> LikelyMistake? {
    let scalars = Array(line.unicodeScalars)
    // libyaml stops behind the indicators of aliases and block scalars.
    for column in [Int(position.column), Int(position.column) - 1] {
      guard scalars.indices.contains(column - 1), let what = meanings[scalars[column - 1]],
        scalars[..<(column - 1)].last.map({ " [{,-".unicodeScalars.contains($0) }) ?? true
      else { continue }
      var text = String.UnicodeScalarView(scalars[(column - 1)...])
      if let comment = String(text).firstRange(of: " #") {
        text = String.UnicodeScalarView(String(text)[..<comment.lowerBound].unicodeScalars)
      }
      return LikelyMistake(
        message:
          "\(scalars[column - 1] == "`" ? "a back-tick" : "`\(scalars[column - 1])`") at the beginning of a value \(what)",
        advice: "quote the text: \(String(text).quotedYAML)",
        position: Position(line: position.line, column: UInt32(column)))
    }
    return nil
  }

  private static let meanings: [Unicode.Scalar: String] = [
    "*": "repeats what has that name elsewhere, and no name follows",
    "&": "gives the value a name, and no name follows",
    "@": "is reserved", "`": "is reserved", "%": "is reserved",
    ">": "begins a text in the lines below", "|": "begins a text in the lines below",
    "}": "closes a mapping, and none is open", "]": "closes a list, and none is open",
    ",": "separates the items of a list in brackets, and none is open",
  ]

  /// A `:` in a text, behind a line that has a value already, or below a key without one.
  private static func colon(
    _ line: String, _ position: Position, _ above: (text: String, number: UInt32)?
  ) -> LikelyMistake? {
    let scalars = Array(line.unicodeScalars)
    let column = Int(position.column)
    guard scalars.indices.contains(column - 1), scalars[column - 1] == ":" else { return nil }
    let before = String(String.UnicodeScalarView(scalars[..<(column - 1)]))
    if let match = line.firstMatch(of: /^ *(?:- +)*[A-Za-z_][A-Za-z0-9_-]*: +([^"'{\[].*)$/),
      before.contains(": ")
    {
      return LikelyMistake(
        message: "a text with `: ` in it has to be quoted",
        advice: "quote the text: \(String(match.1).quotedYAML)", position: position)
    }
    guard let above, !before.contains(":") else { return nil }
    let isDeeper =
      line.prefix { $0 == " " }.count > above.text.prefix { $0 == " " || $0 == "-" }.count
    if above.text.firstMatch(of: /^ *(- +)*[A-Za-z_][A-Za-z0-9_]* *$/) != nil {
      return LikelyMistake(
        message: "a key without `:`", advice: "write `key: value`",
        position: Position(
          line: above.number, column: UInt32(above.text.prefix { $0 == " " }.count + 1)))
    }
    guard isDeeper else { return nil }
    return LikelyMistake(
      message: "this line is indented deeper than the one above, which has a value already",
      advice: "indent both lines alike",
      position: Position(line: position.line, column: UInt32(line.prefix { $0 == " " }.count + 1)))
  }

  private static func behindQuote(_ line: String, _ position: Position) -> LikelyMistake? {
    let before = String.UnicodeScalarView(
      line.unicodeScalars.prefix(Int(position.column) - 1))
    // It can be the opening one, and a character behind it that no text may have: the line has U+FFFD there.
    if line.unicodeScalars.dropFirst(before.count).first == "\u{FFFD}" { return nil }
    let text = String(before).reversed().drop { $0 == " " }
    guard let quote = text.first, quote == "\"" || quote == "'", text.contains(where: { $0 == ":" })
    else { return nil }
    return LikelyMistake(
      message: "text follows behind the closing quote",
      advice: "quote the whole text, or separate it by a comma in brackets", position: position)
  }
}

extension String {
  /// As a YAML scalar in quotes, without blanks at its end.
  var quotedYAML: String {
    let text = String(reversed().drop { $0 == " " }.reversed())
    return text.contains("\"") || text.contains("\\")
      ? "'\(text.replacing("'", with: "''"))'" : "\"\(text)\""
  }
}

extension SourceText {
  fileprivate func line(_ number: UInt32) -> String? {
    location(Position(line: number, column: 1)).excerpt
  }

  /// The nearest line above that is neither empty nor a comment, looked for in a few lines.
  fileprivate func lineWithText(above number: UInt32) -> (text: String, number: UInt32)? {
    for number in stride(from: Int(number) - 1, to: max(0, Int(number) - 20), by: -1) {
      guard let text = line(UInt32(number)) else { return nil }
      let start = text.drop { $0 == " " }
      if !start.isEmpty, !start.hasPrefix("#") { return (text, UInt32(number)) }
    }
    return nil
  }
}
