package import Diagnostics
package import Nodes

extension Diagnostic.Code {
  package static let invalidJSON = Diagnostic.Code(
    "invalid-json", "The text is not JSON (RFC 8259).")
}

/// Reads a JSON text into a node table: strictly RFC 8259, one value, nothing behind it.
///
/// Strings become quoted scalars, unescaped; numbers, `true`, `false` and `null` plain ones, as
/// written. Duplicate keys stay: what they mean is for `Shapes` to say.
///
/// - Throws: the first thing that is wrong, as a diagnostic with its place.
package func readJSON(
  _ source: SourceText, limits: TextLimits = .json
) throws(Diagnostic) -> NodeTable {
  try source.check(limits)
  var reader = JSONReader(source: source, limits: limits)
  try reader.read()
  return reader.table
}

/// One pass over the bytes, with the open arrays and objects on a stack of its own: no depth of
/// input can exhaust the call stack.
private struct JSONReader {
  var table: NodeTable
  private let bytes: [UInt8]
  private let limits: TextLimits
  private var index = 0
  private var line: UInt32 = 1
  /// The byte at which a column counted in code points would be 0: line feeds set it, and every
  /// continuation byte moves it.
  private var columnZero = -1
  private var open: [Int] = []

  init(source: SourceText, limits: TextLimits) {
    table = NodeTable(source: source)
    bytes = source.bytes
    self.limits = limits
    // Scalars without escapes are slices of the source; the others are appended to it.
    table.text = source.bytes
    table.nodes.reserveCapacity(bytes.count / 12)
  }

  mutating func read() throws(Diagnostic) {
    skipWhiteSpace()
    if index == bytes.count { throw problem("the text is empty, where JSON is due") }
    table.roots.append(0)
    repeat {
      try readValue()
      try closeAndContinue()
    } while !open.isEmpty
    if index < bytes.count { throw problem("something stands behind the end of the JSON value") }
  }

  /// A scalar, or the beginning of an array or object that is then open.
  private mutating func readValue() throws(Diagnostic) {
    switch current {
    case UInt8(ascii: "\""): try readString()
    case UInt8(ascii: "{"): try openContainer(.mapping)
    case UInt8(ascii: "["): try openContainer(.sequence)
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): try readNumber()
    case UInt8(ascii: "t"): try readWord("true")
    case UInt8(ascii: "f"): try readWord("false")
    case UInt8(ascii: "n"): try readWord("null")
    default: throw problem("a value is due here", found: true)
    }
  }

  /// Behind a value or an opening bracket: closes what ends here and moves to the next value.
  private mutating func closeAndContinue() throws(Diagnostic) {
    skipWhiteSpace()
    while let container = open.last {
      let isMapping = table.nodes[container].kind == .mapping
      let close = isMapping ? UInt8(ascii: "}") : UInt8(ascii: "]")
      let isEmpty = table.nodes.count == container + 1
      if current == close {
        advance()
        table.nodes[container].end = UInt32(table.nodes.count)
        open.removeLast()
        skipWhiteSpace()
        continue
      }
      if !isEmpty {
        guard current == UInt8(ascii: ",") else {
          throw problem("`,` or `\(Unicode.Scalar(close))` is due here", found: true)
        }
        advance()
        skipWhiteSpace()
      }
      if isMapping { try readKey() }
      return
    }
  }

  private mutating func readKey() throws(Diagnostic) {
    guard current == UInt8(ascii: "\"") else {
      throw problem("a key in double quotes is due here", found: true)
    }
    try readString()
    skipWhiteSpace()
    guard current == UInt8(ascii: ":") else { throw problem("`:` is due here", found: true) }
    advance()
    skipWhiteSpace()
  }

  private mutating func openContainer(_ kind: Node.Kind) throws(Diagnostic) {
    guard open.count < limits.depth else {
      throw problem("arrays and objects are nested more than \(limits.depth) deep", code: .tooDeep)
    }
    open.append(table.nodes.count)
    try append(kind, .plain, from: index, count: 0)
    advance()
  }

  private mutating func readWord(_ word: StaticString) throws(Diagnostic) {
    let start = index
    let matches = word.withUTF8Buffer { unsafe bytes[index...].starts(with: $0) }
    guard matches else { throw problem("a value is due here", found: true) }
    index += word.utf8CodeUnitCount
    try append(.scalar, .plain, from: start, count: index - start)
  }

  private mutating func readNumber() throws(Diagnostic) {
    let start = index
    if current == UInt8(ascii: "-") { index += 1 }
    if current == UInt8(ascii: "0") {
      index += 1
      if isDigit(current) { throw problem("a number has no leading zeros") }
    } else {
      try readDigits()
    }
    var mayOverflow = index - start > 300
    if current == UInt8(ascii: ".") {
      index += 1
      try readDigits()
    }
    if current | 0x20 == UInt8(ascii: "e") {
      index += 1
      if current == UInt8(ascii: "+") || current == UInt8(ascii: "-") { index += 1 }
      try readDigits()
      mayOverflow = true
    }
    if mayOverflow, Double(String(decoding: bytes[start..<index], as: UTF8.self))?.isFinite != true
    {
      index = start
      throw problem("the number is larger than a double can hold")
    }
    try append(.scalar, .plain, from: start, count: index - start)
  }

  private mutating func readDigits() throws(Diagnostic) {
    guard isDigit(current) else { throw problem("a digit is due here", found: true) }
    while isDigit(current) { index += 1 }
  }

  private func isDigit(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "0") < 10 }

  private mutating func readString() throws(Diagnostic) {
    let quote = index
    // A node is placed at its quote; the columns behind it shift with each multi-byte character.
    let node = table.nodes.count
    try append(.scalar, .quoted, from: quote + 1, count: 0)
    index += 1
    let end = plainRun(from: index)
    if end < bytes.count, bytes[end] == UInt8(ascii: "\"") {
      table.nodes[node].textCount = UInt32(end - index)
      index = end + 1
      return
    }
    let textStart = table.text.count
    table.text.append(contentsOf: bytes[index..<end])
    index = end
    while true {
      switch current {
      case UInt8(ascii: "\""):
        index += 1
        table.nodes[node].textStart = UInt32(textStart)
        table.nodes[node].textCount = UInt32(table.text.count - textStart)
        return
      case UInt8(ascii: "\\"):
        try readEscape()
      case 0 where index == bytes.count:
        index = quote
        throw problem("the string that begins here is not closed")
      default:
        throw problem("a control character in a string is written as an escape, such as \\n")
      }
      let end = plainRun(from: index)
      table.text.append(contentsOf: bytes[index..<end])
      index = end
    }
  }

  /// The end of the characters that stand for themselves.
  private mutating func plainRun(from start: Int) -> Int {
    let (end, continuations) = unsafe bytes.withUnsafeBufferPointer { bytes in
      let end = unsafe plainEnd(bytes, from: start)
      var continuations = 0
      for index in start..<end where unsafe bytes[index] & 0xC0 == 0x80 { continuations &+= 1 }
      return (end, continuations)
    }
    columnZero += continuations
    return end
  }

  private mutating func readEscape() throws(Diagnostic) {
    let start = index
    index += 1
    let scalar: Unicode.Scalar
    switch current {
    case UInt8(ascii: "\""): scalar = "\""
    case UInt8(ascii: "\\"): scalar = "\\"
    case UInt8(ascii: "/"): scalar = "/"
    case UInt8(ascii: "b"): scalar = "\u{08}"
    case UInt8(ascii: "f"): scalar = "\u{0C}"
    case UInt8(ascii: "n"): scalar = "\n"
    case UInt8(ascii: "r"): scalar = "\r"
    case UInt8(ascii: "t"): scalar = "\t"
    case UInt8(ascii: "u"): return try readUnicodeEscape(from: start)
    default:
      index = start
      throw problem("JSON has no such escape; it has \\\" \\\\ \\/ \\b \\f \\n \\r \\t and \\uXXXX")
    }
    index += 1
    table.text.append(contentsOf: UTF8.encode(scalar) ?? .init())
  }

  private mutating func readUnicodeEscape(from start: Int) throws(Diagnostic) {
    var units = [try readCodeUnit()]
    if UTF16.isLeadSurrogate(units[0]), current == UInt8(ascii: "\\"),
      index + 1 < bytes.count, bytes[index + 1] == UInt8(ascii: "u")
    {
      index += 1
      units.append(try readCodeUnit())
    }
    guard let text = String(validating: units, as: UTF16.self) else {
      index = start
      throw problem("half of a surrogate pair stands for no character")
    }
    table.text.append(contentsOf: text.utf8)
  }

  /// Four hex digits behind the `u` at the current byte.
  private mutating func readCodeUnit() throws(Diagnostic) -> UInt16 {
    index += 1
    var unit: UInt16 = 0
    for _ in 0..<4 {
      guard let digit = Character(Unicode.Scalar(current)).hexDigitValue else {
        throw problem("four hex digits are due behind \\u", found: true)
      }
      unit = unit << 4 | UInt16(digit)
      index += 1
    }
    return unit
  }

  /// The byte that is next; 0, which is part of no JSON text, at the end.
  private var current: UInt8 { index < bytes.count ? bytes[index] : 0 }

  /// Moves over an ASCII character.
  private mutating func advance() { index += 1 }

  private mutating func skipWhiteSpace() {
    while index < bytes.count {
      switch bytes[index] {
      case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"): break
      case UInt8(ascii: "\n"):
        line += 1
        columnZero = index
      default: return
      }
      index += 1
    }
  }

  private mutating func append(
    _ kind: Node.Kind, _ style: Node.Style, from start: Int, count: Int
  ) throws(Diagnostic) {
    guard table.nodes.count < limits.nodes else {
      throw problem("the text has more than \(limits.nodes) values", code: .tooLarge)
    }
    let begin = style == .quoted ? start - 1 : start
    table.nodes.append(
      Node(
        kind: kind, style: style, line: line, column: UInt32(begin - columnZero),
        textStart: UInt32(start), textCount: UInt32(count), end: UInt32(table.nodes.count + 1)))
  }

  private func problem(
    _ message: String, found: Bool = false, code: Diagnostic.Code = .invalidJSON
  ) -> Diagnostic {
    var message = message
    if found {
      if index < bytes.count {
        let rest = String(decoding: bytes[index..<min(index + 4, bytes.count)], as: UTF8.self)
        let isVisible = current > 0x20 && current != 0x7F
        let what = rest.unicodeScalars.first.map(String.init) ?? ""
        message += isVisible ? ", not `\(what)`" : ", not the byte \(current)"
      } else {
        message += ", and the text ends"
      }
    }
    let source = table.source
    return Diagnostic(code, message, at: source.location(source.position(ofByte: index)))
  }
}
