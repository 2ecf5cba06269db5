/// Appends `text` in quotes, escaping only what RFC 8785 escapes.
func appendQuoted(_ text: String, to bytes: inout [UInt8]) {
  let done: Void? = unsafe text.utf8.withContiguousStorageIfAvailable {
    unsafe appendQuoted($0, to: &bytes)
  }
  if done != nil { return }
  var text = text
  text.withUTF8 { unsafe appendQuoted($0, to: &bytes) }
}

/// The same for UTF-8 bytes, which must be valid.
func appendQuoted(_ text: UnsafeBufferPointer<UInt8>, to bytes: inout [UInt8]) {
  var end = unsafe plainEnd(text, from: 0)
  if end == text.count { return unsafe appendPlain(text, to: &bytes) }
  bytes.append(UInt8(ascii: "\""))
  var index = 0
  while true {
    unsafe bytes.append(contentsOf: UnsafeBufferPointer(rebasing: text[index..<end]))
    if end == text.count { break }
    appendEscape(unsafe text[end], to: &bytes)
    index = end + 1
    end = unsafe plainEnd(text, from: index)
  }
  bytes.append(UInt8(ascii: "\""))
}

/// Appends a text in quotes that needs no escapes, all of it at once.
private func appendPlain(_ text: UnsafeBufferPointer<UInt8>, to bytes: inout [UInt8]) {
  let count = text.count + 2
  bytes.append(addingCapacity: count) { room in
    unsafe room.withUnsafeMutableBufferPointer { room, initialized in
      let end = unsafe room[1...].initialize(fromContentsOf: text)
      unsafe room[0] = UInt8(ascii: "\"")
      unsafe room[end] = UInt8(ascii: "\"")
      initialized = count
    }
  }
}

/// Where the characters end that stand for themselves in a JSON string; eight bytes are looked at
/// together.
func plainEnd(_ text: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
  let raw = UnsafeRawBufferPointer(text)
  func marks(at index: Int) -> UInt64 {
    JSONText.marks(
      UInt64(littleEndian: unsafe raw.loadUnaligned(fromByteOffset: index, as: UInt64.self)))
  }
  var index = start
  while index + 8 <= text.count {
    let marks = marks(at: index)
    if marks != 0 { return index + marks.trailingZeroBitCount / 8 }
    index += 8
  }
  // Those that are left, with some of the others for the second time.
  if text.count >= 8, marks(at: text.count - 8) == 0 { return text.count }
  while index < text.count, isPlain(unsafe text[index]) { index += 1 }
  return index
}

/// Whether a byte stands for itself: no control character, no quote, no backslash.
private func isPlain(_ byte: UInt8) -> Bool {
  byte >= 0x20 && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
}

/// The top bit of the first of eight bytes, from the lowest, that does not stand for itself, and perhaps
/// of bytes behind it.
private func marks(_ eight: UInt64) -> UInt64 {
  let low: UInt64 = 0x0101_0101_0101_0101
  let high = low << 7
  // Of a byte that is zero, and of none before it, the top bit is set: a borrow.
  func zeros(_ bytes: UInt64) -> UInt64 { (bytes &- low) & ~bytes & high }
  let control = (eight &- 0x20 &* low) & ~eight & high
  let quote = zeros(eight ^ (low &* UInt64(UInt8(ascii: "\""))))
  let backslash = zeros(eight ^ (low &* UInt64(UInt8(ascii: "\\"))))
  return control | quote | backslash
}

private func appendEscape(_ byte: UInt8, to bytes: inout [UInt8]) {
  let short: Unicode.Scalar? =
    switch byte {
    case UInt8(ascii: "\""): "\""
    case UInt8(ascii: "\\"): "\\"
    case 0x08: "b"
    case 0x09: "t"
    case 0x0A: "n"
    case 0x0C: "f"
    case 0x0D: "r"
    default: nil
    }
  bytes.append(UInt8(ascii: "\\"))
  if let short {
    bytes.append(UInt8(ascii: short))
  } else {
    bytes.append(contentsOf: "u00".utf8)
    bytes.append(hexDigit(byte >> 4))
    bytes.append(hexDigit(byte & 15))
  }
}

private func hexDigit(_ value: UInt8) -> UInt8 {
  value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
}

func appendDecimal(_ value: Int, to bytes: inout [UInt8]) {
  // Most numbers of the documents have one or two digits.
  if value >= 0, value < 10 {
    bytes.append(UInt8(ascii: "0") + UInt8(value))
  } else {
    bytes.append(contentsOf: String(value).utf8)
  }
}

/// Appends a finite number as `Number::toString` of ECMAScript writes it, which is the form of
/// RFC 8785: the shortest digits that read back the same, exponents outside 1e-7 to 1e21.
func appendECMAScript(_ value: Double, to bytes: inout [UInt8]) {
  if value == 0 { return bytes.append(UInt8(ascii: "0")) }
  if value < 0 { bytes.append(UInt8(ascii: "-")) }
  let (digits, point) = shortestDigits(value.magnitude)
  switch point {
  case digits.count...21:
    bytes.append(contentsOf: digits)
    bytes.append(contentsOf: repeatElement(UInt8(ascii: "0"), count: point - digits.count))
  case 1...21:
    bytes.append(contentsOf: digits[..<point])
    bytes.append(UInt8(ascii: "."))
    bytes.append(contentsOf: digits[point...])
  case -5...0:
    bytes.append(contentsOf: "0.".utf8)
    bytes.append(contentsOf: repeatElement(UInt8(ascii: "0"), count: -point))
    bytes.append(contentsOf: digits)
  default:
    bytes.append(digits[0])
    if digits.count > 1 {
      bytes.append(UInt8(ascii: "."))
      bytes.append(contentsOf: digits[1...])
    }
    bytes.append(UInt8(ascii: "e"))
    bytes.append(UInt8(ascii: point > 0 ? "+" : "-"))
    appendDecimal(abs(point - 1), to: &bytes)
  }
}

/// The shortest significant digits of a positive number, and where the decimal point stands:
/// the value is 0.d1d2d3... times ten to the power of `point`.
///
/// Swift's own description has those digits (SE-0100's algorithm, shortest and correctly
/// rounded); only its layout is not ECMAScript's.
private func shortestDigits(_ value: Double) -> (digits: [UInt8], point: Int) {
  var digits: [UInt8] = []
  var point = 0
  var exponent = 0
  var sawPoint = false
  let text = value.description.utf8
  let mantissa = text.prefix { $0 != UInt8(ascii: "e") }
  if mantissa.count < text.count {
    exponent = Int(String(Substring(text.dropFirst(mantissa.count + 1)))) ?? 0
  }
  for byte in mantissa {
    if byte == UInt8(ascii: ".") {
      sawPoint = true
    } else if byte == UInt8(ascii: "0"), digits.isEmpty {
      if sawPoint { point -= 1 }
    } else {
      digits.append(byte)
      if !sawPoint { point += 1 }
    }
  }
  while digits.last == UInt8(ascii: "0") { digits.removeLast() }
  return (digits, point + exponent)
}
