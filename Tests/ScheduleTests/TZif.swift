/// A zone file, part by part, to be right or wrong at will (RFC 9636).
struct TZif {
  var version: UInt8 = UInt8(ascii: "2")
  var transitions: [(at: Int, type: UInt8)] = []
  var offsets: [Int32] = [0]
  var leapSeconds = 0
  var footer: String? = ""

  var bytes: [UInt8] {
    let second = block(timeSize: 8)
    if version == 0 { return block(timeSize: 4) }
    return block(timeSize: 4) + second + (footer.map { Array("\n\($0)\n".utf8) } ?? [])
  }

  private func block(timeSize: Int) -> [UInt8] {
    var bytes = Array("TZif".utf8) + [version] + [UInt8](repeating: 0, count: 15)
    for count in [0, 0, leapSeconds, transitions.count, offsets.count, 4] {
      bytes += big(count, 4)
    }
    for transition in transitions { bytes += big(transition.at, timeSize) }
    bytes += transitions.map(\.type)
    for offset in offsets { bytes += big(Int(offset), 4) + [0, 0] }
    bytes += Array("ABC\0".utf8)
    for _ in 0..<leapSeconds { bytes += big(0, timeSize) + big(0, 4) }
    return bytes
  }

  private func big(_ value: Int, _ size: Int) -> [UInt8] {
    (0..<size).reversed().map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) }
  }
}
