/// A set of names, to be recognised in long texts by their bytes.
struct NameTable {
  let names: [String]
  private let bytes: [[UInt8]]
  /// Indices into `names`, by hash; -1 is free. A power of two, and never more than half full.
  private var slots: [Int32]
  private let mask: UInt64

  init(_ names: [String]) {
    self.names = names
    bytes = names.map { [UInt8]($0.utf8) }
    var size = 16
    while size < names.count * 2 { size *= 2 }
    slots = [Int32](repeating: -1, count: size)
    mask = UInt64(size - 1)
    for (index, name) in bytes.enumerated() {
      var hash = NameTable.start
      for byte in name { hash = NameTable.mix(hash, byte) }
      var slot = Int(hash & mask)
      while slots[slot] >= 0 { slot = (slot + 1) & Int(mask) }
      slots[slot] = Int32(truncatingIfNeeded: index)
    }
  }

  /// The name that begins at `start` of a line and ends before a blank or at the line's end.
  ///
  /// - Returns: its index in `names`, nil for one that is not among them; and where it ends.
  func find(in line: Span<UInt8>, at start: Int) -> (index: Int?, end: Int) {
    var hash = NameTable.start
    var end = start
    while end < line.count, line[end] > 0x20 {
      hash = NameTable.mix(hash, line[end])
      end += 1
    }
    var slot = Int(hash & mask)
    while slots[slot] >= 0 {
      let index = Int(slots[slot])
      if equals(bytes[index], line, start, end) { return (index, end) }
      slot = (slot + 1) & Int(mask)
    }
    return (nil, end)
  }

  private func equals(_ name: [UInt8], _ line: Span<UInt8>, _ start: Int, _ end: Int) -> Bool {
    guard name.count == end - start else { return false }
    for index in name.indices where name[index] != line[start + index] { return false }
    return true
  }

  // FNV-1a.
  private static var start: UInt64 { 0xcbf2_9ce4_8422_2325 }

  private static func mix(_ hash: UInt64, _ byte: UInt8) -> UInt64 {
    (hash ^ UInt64(byte)) &* 0x100_0000_01b3
  }
}
