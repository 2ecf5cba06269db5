package import Diagnostics

/// What a text must look like: for the check, for the message and for the schema.
///
/// A reference: a form is passed along with each text that is read.
package final class TextForm: Sendable {
  /// What it is called in a message: "a SHA-256 digest in 64 lower-case hex digits".
  package let name: String
  package let pattern: TextPattern?
  /// The JSON Schema `format`, where one exists.
  package let format: String?
  /// Texts of the form, for the schema.
  package let examples: [String]
  /// The code of the diagnostic for a text that is not of the form.
  package let code: Diagnostic.Code
  /// More than the name says, for one wrong text.
  package let advice: @Sendable (String) -> String?

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
    let source = "write what sha256sum prints for the file"
    if digits {
      switch text.utf8.count {
      case 64: return "write it in lower case: \(text.lowercased())"
      case 32: return "the digest has 64 digits, and here are 32, as of MD5: \(source)"
      case 40: return "the digest has 64 digits, and here are 40, as of SHA-1: \(source)"
      case 128: return "the digest has 64 digits, and here are 128, as of SHA-512: \(source)"
      default: return "the digest has 64 digits, and here are \(text.utf8.count): \(source)"
      }
    }
    let words = text.split { $0 == " " || $0 == ":" || $0 == "*" }
    let digest = words.first {
      $0.utf8.count == 64 && $0.utf8.allSatisfy { Unicode.Scalar($0).properties.isASCIIHexDigit }
    }
    return digest.map { "write the digits alone: \($0.lowercased())" } ?? source
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

  package func matches(_ text: String) -> Bool { matches(text.utf8Span.span) }

  /// Whether a text, in UTF-8, is of this form.
  package func matches(_ text: Span<UInt8>) -> Bool {
    var index = 0
    for step in steps {
      switch step {
      case .literal(let bytes):
        for byte in bytes {
          guard index < text.count, text[index] == byte else { return false }
          index += 1
        }
      case .anyCharacters(let excluded, let count):
        var taken = 0
        while index < text.count, taken < count.upperBound, !excluded.contains(text[index]) {
          taken += 1
          index += 1
          while index < text.count, text[index] & 0xC0 == 0x80 { index += 1 }
        }
        guard taken >= count.lowerBound else { return false }
      case .characters(let set, let count):
        let start = index
        index = set.end(in: text, from: start, atMost: count.upperBound)
        guard index - start >= count.lowerBound else { return false }
      case .joined(let ends, let all, let count):
        let start = index
        index = all.end(in: text, from: start, atMost: count)
        guard index > start, ends.contains(text[start]), ends.contains(text[index - 1])
        else { return false }
      }
    }
    return index == text.count
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
  private var low: UInt64 = 0
  private var high: UInt64 = 0

  /// From the inside of a bracket expression: single characters and ranges, a `-` last, and a
  /// backslash before what would mean something.
  init(_ characters: String) {
    let bytes = Array(characters.utf8)
    var index = 0
    while index < bytes.count {
      if bytes[index] == UInt8(ascii: "\\"), index + 1 < bytes.count {
        insert(bytes[index + 1])
        index += 2
        continue
      }
      let isRange = index + 2 < bytes.count && bytes[index + 1] == UInt8(ascii: "-")
      let last = isRange ? bytes[index + 2] : bytes[index]
      for byte in bytes[index]...last { insert(byte) }
      index += isRange ? 3 : 1
    }
  }

  private mutating func insert(_ byte: UInt8) {
    if byte < 64 { low |= 1 << UInt64(byte) } else if byte < 128 { high |= 1 << UInt64(byte - 64) }
  }

  func contains(_ byte: UInt8) -> Bool {
    if byte < 64 { return low >> UInt64(byte) & 1 == 1 }
    return byte < 128 && high >> UInt64(byte - 64) & 1 == 1
  }

  /// The end of the characters of this set that stand in a text from an index on.
  func end(in text: Span<UInt8>, from start: Int, atMost count: Int) -> Int {
    let limit = min(text.count, start + count)
    var index = start
    while index < limit, contains(text[index]) { index += 1 }
    return index
  }
}
