/// What an unquoted scalar means under the core schema of YAML 1.2 (10.3.2), which JSON's
/// literals share, and to readers of YAML 1.2 that kept some numbers of 1.1: those with `_` between
/// digits, in binary, or in another base with a sign.
enum PlainScalar {
  case null, boolean, number, text

  init(_ scalar: ArraySlice<UInt8>) {
    // Most scalars are words, which the first byte tells.
    guard let first = scalar.first else {
      self = .null
      return
    }
    switch first {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"),
      UInt8(ascii: "."):
      self = PlainScalar.isNumber(scalar) ? .number : .text
    case UInt8(ascii: "t"), UInt8(ascii: "T"), UInt8(ascii: "f"), UInt8(ascii: "F"):
      self = PlainScalar.boolean(scalar) == nil ? .text : .boolean
    case UInt8(ascii: "n"), UInt8(ascii: "N"), UInt8(ascii: "~"):
      let nulls = ["null", "Null", "NULL", "~"]
      self = nulls.contains { scalar.elementsEqual($0.utf8) } ? .null : .text
    default: self = .text
    }
  }

  static func boolean(_ scalar: ArraySlice<UInt8>) -> Bool? {
    if ["true", "True", "TRUE"].contains(where: { scalar.elementsEqual($0.utf8) }) { return true }
    if ["false", "False", "FALSE"].contains(where: { scalar.elementsEqual($0.utf8) }) {
      return false
    }
    return nil
  }

  /// A decimal, octal (`0o`) or hexadecimal (`0x`) integer, a float, an infinity or `.nan`.
  private static func isNumber(_ scalar: ArraySlice<UInt8>) -> Bool {
    if [".nan", ".NaN", ".NAN"].contains(where: { scalar.elementsEqual($0.utf8) }) { return true }
    var rest = scalar
    if rest.first == UInt8(ascii: "+") || rest.first == UInt8(ascii: "-") { rest.removeFirst() }
    if [".inf", ".Inf", ".INF"].contains(where: { rest.elementsEqual($0.utf8) }) { return true }
    if rest.first == UInt8(ascii: "0"), let base = rest.dropFirst().first {
      let digits = rest.dropFirst(2)
      switch base {
      case UInt8(ascii: "b"): return isNumber(digits) { ("0"..."1").contains($0) }
      case UInt8(ascii: "o"): return isNumber(digits) { ("0"..."7").contains($0) }
      case UInt8(ascii: "x"): return isNumber(digits) { $0.properties.isASCIIHexDigit }
      default: break
      }
    }
    var digits = takeDigits(&rest)
    if rest.first == UInt8(ascii: ".") {
      rest.removeFirst()
      digits += takeDigits(&rest)
    }
    guard digits > 0 else { return false }
    if let byte = rest.first, byte | 0x20 == UInt8(ascii: "e") {
      rest.removeFirst()
      if rest.first == UInt8(ascii: "+") || rest.first == UInt8(ascii: "-") { rest.removeFirst() }
      guard takeDigits(&rest) > 0 else { return false }
    }
    return rest.isEmpty
  }

  /// Whether there are digits, and nothing but digits and `_`.
  private static func isNumber(
    _ rest: ArraySlice<UInt8>, ofDigits isDigit: (Unicode.Scalar) -> Bool
  ) -> Bool {
    let digits = rest.filter { $0 != UInt8(ascii: "_") }
    return !digits.isEmpty && digits.allSatisfy { isDigit(Unicode.Scalar($0)) }
  }

  /// Takes digits with `_` among them, from a digit on. Returns how many characters that were.
  private static func takeDigits(_ rest: inout ArraySlice<UInt8>) -> Int {
    guard let first = rest.first, first &- UInt8(ascii: "0") < 10 else { return 0 }
    let count = rest.prefix { $0 &- UInt8(ascii: "0") < 10 || $0 == UInt8(ascii: "_") }.count
    rest.removeFirst(count)
    return count
  }
}
