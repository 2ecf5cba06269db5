/// What an unquoted scalar means under the core schema of YAML 1.2 (10.3.2), which JSON's
/// literals share, and to readers of YAML 1.2 that kept some numbers of 1.1: those with `_` between
/// digits, in binary, or in another base with a sign.
enum PlainScalar {
  case null, boolean, number, text

  init(_ scalar: Span<UInt8>) {
    // Most scalars are words, which the first byte tells.
    guard let first = scalar.first else {
      self = .null
      return
    }
    switch first {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"),
      UInt8(ascii: "."):
      self = scalar.isNumber ? .number : .text
    case UInt8(ascii: "t"), UInt8(ascii: "T"):
      self = scalar.isOne(of: "true", "True", "TRUE") ? .boolean : .text
    case UInt8(ascii: "f"), UInt8(ascii: "F"):
      self = scalar.isOne(of: "false", "False", "FALSE") ? .boolean : .text
    case UInt8(ascii: "n"), UInt8(ascii: "N"), UInt8(ascii: "~"):
      self = scalar.isOne(of: "null", "Null", "NULL", "~") ? .null : .text
    default: self = .text
    }
  }
}

extension Span<UInt8> {
  fileprivate var first: UInt8? { isEmpty ? nil : self[0] }

  fileprivate func isOne(of words: StaticString...) -> Bool {
    for word in words where has(word, at: 0) && word.utf8CodeUnitCount == count { return true }
    return false
  }

  /// Whether a word stands at an index.
  fileprivate func has(_ word: StaticString, at start: Int) -> Bool {
    guard start + word.utf8CodeUnitCount <= count else { return false }
    return word.withUTF8Buffer { letters in
      for offset in 0..<letters.count where unsafe self[start + offset] != letters[offset] {
        return false
      }
      return true
    }
  }

  /// A decimal, octal (`0o`) or hexadecimal (`0x`) integer, a float, an infinity or `.nan`.
  fileprivate var isNumber: Bool {
    if isOne(of: ".nan", ".NaN", ".NAN") { return true }
    let start = self[0] == UInt8(ascii: "+") || self[0] == UInt8(ascii: "-") ? 1 : 0
    if count == start + 4,
      has(".inf", at: start) || has(".Inf", at: start) || has(".INF", at: start)
    {
      return true
    }
    if has("0b", at: start) { return areDigits(from: start + 2, base: 2) }
    if has("0o", at: start) { return areDigits(from: start + 2, base: 8) }
    if has("0x", at: start) { return areDigits(from: start + 2, base: 16) }
    var end = endOfDigits(from: start)
    var digits = end - start
    if end < count, self[end] == UInt8(ascii: ".") {
      let point = end
      end = endOfDigits(from: point + 1)
      digits += end - point - 1
    }
    guard digits > 0 else { return false }
    if end < count, self[end] | 0x20 == UInt8(ascii: "e") {
      end += 1
      if end < count, self[end] == UInt8(ascii: "+") || self[end] == UInt8(ascii: "-") { end += 1 }
      let exponent = end
      end = endOfDigits(from: exponent)
      guard end > exponent else { return false }
    }
    return end == count
  }

  /// Behind digits with `_` among them, where a digit is first.
  private func endOfDigits(from start: Int) -> Int {
    var end = start
    while end < count,
      self[end] &- UInt8(ascii: "0") < 10 || (end > start && self[end] == UInt8(ascii: "_"))
    {
      end += 1
    }
    return end
  }

  /// Whether there are digits to the end, and nothing but digits and `_`.
  private func areDigits(from start: Int, base: Int) -> Bool {
    var digits = 0
    for index in start..<count where self[index] != UInt8(ascii: "_") {
      let digit = Character(Unicode.Scalar(self[index])).hexDigitValue
      guard let digit, digit < base else { return false }
      digits += 1
    }
    return digits > 0
  }
}
