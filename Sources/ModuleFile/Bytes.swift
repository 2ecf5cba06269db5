/// Numbers and strings out of bytes that anybody may have made: every read is checked, and none
/// overflows.
struct Bytes {
  let all: [UInt8]
  let order: ByteOrder

  var count: Int { all.count }

  /// The bytes from `offset` on, or nil when they are not all there.
  func range(_ offset: UInt64, _ count: UInt64) -> Range<Int>? {
    guard let start = Int(exactly: offset), let length = Int(exactly: count) else { return nil }
    let (end, overflow) = start.addingReportingOverflow(length)
    guard !overflow, end <= all.count else { return nil }
    return start..<end
  }

  func u16(_ offset: Int) -> UInt16? { number(offset) }
  func u32(_ offset: Int) -> UInt32? { number(offset) }
  func u64(_ offset: Int) -> UInt64? { number(offset) }

  private func number<Number: FixedWidthInteger & UnsignedInteger>(_ offset: Int) -> Number? {
    let size = MemoryLayout<Number>.size
    guard offset >= 0, size <= all.count, offset <= all.count - size else { return nil }
    var number: Number = 0
    for index in 0..<size {
      let position = order == .little ? size - 1 - index : index
      number = number << 8 | Number(all[offset + position])
    }
    return number
  }

  /// The bytes from `start` up to the first zero, which must come before `end`.
  func terminated(_ start: Int, before end: Int) -> ArraySlice<UInt8>? {
    guard start >= 0, start < end, end <= all.count else { return nil }
    return all[start..<end].firstIndex(of: 0).map { all[start..<$0] }
  }

  /// The kernel's longest names have 511 characters, those of livepatch's own symbols some more.
  private static let longestName = 1023

  /// A zero-terminated name of visible ASCII characters, as the kernel's own names are.
  func name(_ start: Int, before end: Int) -> String? {
    guard let bytes = terminated(start, before: min(end, start &+ Bytes.longestName &+ 1)),
      !bytes.isEmpty,
      bytes.allSatisfy({ (0x21...0x7e).contains($0) })
    else { return nil }
    return String(decoding: bytes, as: UTF8.self)
  }

  func isZero(_ range: Range<Int>) -> Bool {
    range.lowerBound >= 0 && range.upperBound <= all.count && all[range].allSatisfy { $0 == 0 }
  }
}

/// The order of bytes in the numbers of a file.
package enum ByteOrder: Hashable, Sendable {
  case little, big
}
