/// The hashes by which GitHub code scanning knows a line again when others have moved it, for some
/// lines of a text; `primaryLocationLineHash` of a SARIF result.
///
/// A line's hash is of the 100 UTF-16 code units from its beginning on, blanks and tabs left out
/// and line ends made equal; behind it stands which line of the same hash it is. This is what
/// GitHub's upload action computes by itself: it warns of a result that says anything else.
package func lineHashes(of text: [UInt8], lines wanted: Set<Int>) -> [Int: String] {
  var hash = RollingHash(wanted: wanted)
  for unit in String(decoding: text, as: UTF8.self).utf16 { hash.take(unit) }
  return hash.finish()
}

private struct RollingHash {
  private static let size = 100
  private static let factor: UInt64 = 37
  /// `factor` to the power of `size`: the weight of the unit that leaves the window.
  private static let leaving = (0..<size).reduce(UInt64(1)) { power, _ in power &* factor }

  private let wanted: Set<Int>
  private var found: [Int: String] = [:]
  private var counts: [UInt64: Int] = [:]
  private var window = [UInt64](repeating: 0, count: size)
  /// The line that begins at each place of the window, 0 for none.
  private var lines = [Int](repeating: 0, count: size)
  private var index = 0
  private var value: UInt64 = 0
  private var line = 0
  private var isLineStart = true
  private var isAfterReturn = false

  init(wanted: Set<Int>) { self.wanted = wanted }

  mutating func take(_ unit: UInt16) {
    let (blank, tab, feed, carriageReturn) = (
      UInt16(0x20), UInt16(0x09), UInt16(0x0A), UInt16(0x0D)
    )
    if unit == blank || unit == tab || (isAfterReturn && unit == feed) {
      isAfterReturn = false
      return
    }
    isAfterReturn = unit == carriageReturn
    let unit = isAfterReturn ? feed : unit
    report()
    if isLineStart {
      isLineStart = false
      line += 1
      lines[index] = line
    }
    if unit == feed { isLineStart = true }
    shift(in: UInt64(unit))
  }

  mutating func finish() -> [Int: String] {
    take(0xFFFF)
    for _ in 0..<RollingHash.size {
      report()
      shift(in: 0)
    }
    return found
  }

  /// The line that begins where the window does now has its hash.
  private mutating func report() {
    let begun = lines[index]
    if begun == 0 { return }
    lines[index] = 0
    counts[value, default: 0] += 1
    if wanted.contains(begun) {
      found[begun] = "\(String(value, radix: 16)):\(counts[value] ?? 1)"
    }
  }

  private mutating func shift(in unit: UInt64) {
    value = RollingHash.factor &* value &+ unit &- RollingHash.leaving &* window[index]
    window[index] = unit
    index = (index + 1) % RollingHash.size
  }
}
