/// What an unquoted scalar means under the core schema of YAML 1.2 (10.3.2), which JSON's
/// literals share.
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
    if scalar.starts(with: "0o".utf8) || scalar.starts(with: "0x".utf8) {
      let isOctal = scalar.dropFirst().first == UInt8(ascii: "o")
      let digits = scalar.dropFirst(2)
      return !digits.isEmpty
        && digits.allSatisfy { byte in
          let scalar = Unicode.Scalar(byte)
          return isOctal ? ("0"..."7").contains(scalar) : scalar.properties.isASCIIHexDigit
        }
    }
    if [".nan", ".NaN", ".NAN"].contains(where: { scalar.elementsEqual($0.utf8) }) { return true }
    var rest = scalar
    if rest.first == UInt8(ascii: "+") || rest.first == UInt8(ascii: "-") { rest.removeFirst() }
    if [".inf", ".Inf", ".INF"].contains(where: { rest.elementsEqual($0.utf8) }) { return true }
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

  private static func takeDigits(_ rest: inout ArraySlice<UInt8>) -> Int {
    let count = rest.prefix { $0 &- UInt8(ascii: "0") < 10 }.count
    rest.removeFirst(count)
    return count
  }
}
