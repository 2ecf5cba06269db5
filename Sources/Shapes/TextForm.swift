package import Diagnostics

/// What a text must look like: for the check, for the message and for the schema.
package struct TextForm: Sendable {
  /// What it is called in a message: "a SHA-256 digest in 64 lower-case hex digits".
  package var name: String
  package var pattern: TextPattern?
  /// The JSON Schema `format`, where one exists.
  package var format: String?
  /// Texts of the form, for the schema.
  package var examples: [String]
  /// The code of the diagnostic for a text that is not of the form.
  package var code: Diagnostic.Code
  /// More than the name says, for one wrong text.
  package var advice: @Sendable (String) -> String?

  package init(
    _ name: String, _ pattern: TextPattern? = nil, format: String? = nil,
    examples: [String] = [], code: Diagnostic.Code = .invalidValue,
    advice: @escaping @Sendable (String) -> String? = { _ in nil }
  ) {
    self.name = name
    self.pattern = pattern
    self.format = format
    self.examples = examples
    self.code = code
    self.advice = advice
  }
}

extension TextForm {
  /// Any text at all.
  package static let any = TextForm("text")

  /// SHA-256 in the form that `sha256sum` prints.
  package static let sha256 = TextForm(
    "a SHA-256 digest of 64 lower-case hex digits",
    TextPattern(.characters("0-9a-f", 64...64)), code: .invalidDigest
  ) { text in
    let digits = text.utf8.allSatisfy { Unicode.Scalar($0).properties.isASCIIHexDigit }
    if digits, text.utf8.count == 64 { return "write it in lower case" }
    if digits { return "the digest has 64 digits, and here are \(text.utf8.count)" }
    return nil
  }

  /// Bytes as lower-case hex, such as a GNU build ID.
  package static let hexadecimal = TextForm(
    "lower-case hex digits", TextPattern(.characters("0-9a-f", 2...128)))
}

/// A regular expression of the simplest kind: pieces one after the other, each taking all it can.
///
/// One value gives both the check and the `pattern` of the schema, so that they cannot differ.
package struct TextPattern: Sendable {
  package enum Piece: Sendable {
    case literal(String)
    /// So many characters (Unicode scalars), but none of these ASCII ones.
    case anyCharacters(but: String, ClosedRange<Int>)
    /// So many of these ASCII characters, in the notation of a bracket expression: `a-z0-9_`.
    case characters(String, ClosedRange<Int>)
    /// At most so many of the first characters, with the second ones between but not at the ends.
    case joined(String, by: String, upTo: Int)
  }

  /// A piece whose bracket expressions are read.
  private enum Step {
    case literal([UInt8])
    case anyCharacters(but: ASCIISet, ClosedRange<Int>)
    case characters(ASCIISet, ClosedRange<Int>)
    case joined(ASCIISet, all: ASCIISet, upTo: Int)
  }

  /// As JSON Schema has it (ECMA-262).
  package let regularExpression: String
  private let steps: [Step]

  package init(_ pieces: Piece...) {
    regularExpression = "^" + pieces.map(\.regularExpression).joined() + "$"
    steps = pieces.map { piece in
      switch piece {
      case .literal(let text): .literal(Array(text.utf8))
      case .anyCharacters(let excluded, let count):
        .anyCharacters(but: ASCIISet(excluded), count)
      case .characters(let characters, let count): .characters(ASCIISet(characters), count)
      case .joined(let characters, let joints, let count):
        .joined(ASCIISet(characters), all: ASCIISet(characters + joints), upTo: count)
      }
    }
  }

  package func matches(_ text: String) -> Bool {
    var rest = Substring(text).utf8
    for step in steps {
      switch step {
      case .literal(let bytes):
        guard rest.starts(with: bytes) else { return false }
        rest.removeFirst(bytes.count)
      case .anyCharacters(let excluded, let count):
        let taken = Substring(rest).unicodeScalars.prefix { scalar in
          !scalar.isASCII || !excluded.contains(UInt8(truncatingIfNeeded: scalar.value))
        }.prefix(count.upperBound)
        guard taken.count >= count.lowerBound else { return false }
        rest = rest[taken.endIndex...]
      case .characters(let set, let count):
        let taken = rest.prefix { set.contains($0) }.prefix(count.upperBound)
        guard taken.count >= count.lowerBound else { return false }
        rest.removeFirst(taken.count)
      case .joined(let ends, let all, let count):
        let taken = rest.prefix { all.contains($0) }.prefix(count)
        guard let first = taken.first, let last = taken.last, ends.contains(first),
          ends.contains(last)
        else { return false }
        rest.removeFirst(taken.count)
      }
    }
    return rest.isEmpty
  }
}

extension TextPattern.Piece {
  fileprivate var regularExpression: String {
    switch self {
    case .literal(let text):
      return text.reduce(into: "") { result, character in
        if "\\^$.*+?()[]{}|/".contains(character) { result += "\\" }
        result.append(character)
      }
    case .joined(let characters, let joints, let count):
      return "[\(characters)]([\(characters)\(joints)]{0,\(count - 2)}[\(characters)])?"
    case .anyCharacters(let excluded, let count):
      return "[^\(excluded.replacing("\0", with: "\\u0000"))]" + repeats(count)
    case .characters(let characters, let count):
      return "[\(characters)]" + repeats(count)
    }
  }

  private func repeats(_ count: ClosedRange<Int>) -> String {
    switch (count.lowerBound, count.upperBound) {
    case (1, 1): ""
    case (0, .max): "*"
    case (1, .max): "+"
    case (let least, .max): "{\(least),}"
    case (let least, let most): least == most ? "{\(least)}" : "{\(least),\(most)}"
    }
  }
}

/// A set of ASCII characters as 128 bits.
private struct ASCIISet: Sendable {
  private var bits: UInt128 = 0

  /// From the inside of a bracket expression: single characters and ranges, a `-` last, and a
  /// backslash before what would mean something.
  init(_ characters: String) {
    let bytes = Array(characters.utf8)
    var index = 0
    while index < bytes.count {
      if bytes[index] == UInt8(ascii: "\\"), index + 1 < bytes.count {
        bits |= 1 << UInt128(bytes[index + 1])
        index += 2
        continue
      }
      let isRange = index + 2 < bytes.count && bytes[index + 1] == UInt8(ascii: "-")
      let last = isRange ? bytes[index + 2] : bytes[index]
      for byte in bytes[index]...last { bits |= 1 << UInt128(byte) }
      index += isRange ? 3 : 1
    }
  }

  func contains(_ byte: UInt8) -> Bool { byte < 128 && bits >> UInt128(byte) & 1 == 1 }
}
