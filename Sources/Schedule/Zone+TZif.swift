/// Why bytes are no usable zone: a few words to go on after "it".
struct TZifProblem: Error, Hashable, Sendable {
  let description: String

  init(_ description: String) { self.description = description }
}

extension Zone {
  /// Reads the TZif format, versions 1 to 4 (RFC 9636). Any bytes are safe.
  init(tzif bytes: [UInt8]) throws(TZifProblem) {
    let span = bytes.span
    let first = try TZifBlock(span, at: 0, timeSize: 4)
    guard first.version > 0 else {
      self = try first.zone(span, rule: nil)
      return
    }
    // From version 2 on the same follows with 64 bits, and a rule for the time after it.
    let block = try TZifBlock(span, at: first.end, timeSize: 8)
    self = try block.zone(span, rule: Zone.footer(span, at: block.end))
  }

  /// The rule between two line feeds; nil where there is none between them.
  private static func footer(
    _ bytes: Span<UInt8>, at start: Int
  ) throws(TZifProblem) -> TimeZoneRule? {
    let lineFeed = UInt8(ascii: "\n")
    guard start < bytes.count, bytes[start] == lineFeed else {
      throw TZifProblem("has no footer")
    }
    var text: [UInt8] = []
    var index = start + 1
    while index < bytes.count, bytes[index] != lineFeed, text.count < 256 {
      text.append(bytes[index])
      index += 1
    }
    guard index < bytes.count, bytes[index] == lineFeed else {
      throw TZifProblem("has a footer without an end")
    }
    if text.isEmpty { return nil }
    guard let rule = TimeZoneRule(text) else {
      throw TZifProblem("has a footer that is no rule of POSIX")
    }
    return rule
  }
}

/// Where the parts of one data block lie, all of it inside of the bytes.
private struct TZifBlock {
  let version: Int
  private let timeSize: Int
  private let timeCount: Int
  private let typeCount: Int
  private let start: Int
  /// Behind the block.
  let end: Int

  init(_ bytes: Span<UInt8>, at header: Int, timeSize: Int) throws(TZifProblem) {
    guard header + 44 <= bytes.count, bytes[header] == UInt8(ascii: "T"),
      bytes[header + 1] == UInt8(ascii: "Z"), bytes[header + 2] == UInt8(ascii: "i"),
      bytes[header + 3] == UInt8(ascii: "f")
    else { throw TZifProblem("is no TZif file") }
    switch bytes[header + 4] {
    case 0: version = 0
    case UInt8(ascii: "2")...: version = Int(bytes[header + 4] - UInt8(ascii: "0"))
    default: throw TZifProblem("has an unknown TZif version")
    }
    self.timeSize = timeSize
    // Each count has 32 bits: no sum of them overflows.
    func count(_ index: Int) -> Int { bigEndian(bytes, header + 20 + index * 4, 4) & 0xFFFF_FFFF }
    let (utCount, standardCount, leapCount) = (count(0), count(1), count(2))
    (timeCount, typeCount) = (count(3), count(4))
    start = header + 44
    end =
      start + timeCount * (timeSize + 1) + typeCount * 6 + count(5) + leapCount * (timeSize + 4)
      + standardCount + utCount
    guard end <= bytes.count else { throw TZifProblem("ends in the middle") }
    // Such times are not those of the system's clock.
    guard leapCount == 0 else { throw TZifProblem("counts leap seconds") }
  }

  func zone(_ bytes: Span<UInt8>, rule: TimeZoneRule?) throws(TZifProblem) -> Zone {
    guard typeCount > 0 else { throw TZifProblem("has no type of local time") }
    let indices = start + timeCount * timeSize
    let types = indices + timeCount
    var offsets: [Int] = []
    offsets.reserveCapacity(min(typeCount, 256))
    // No index reaches further.
    for type in 0..<min(typeCount, 256) {
      let offset = bigEndian(bytes, types + type * 6, 4)
      guard abs(offset) <= Zone.largestOffset else {
        throw TZifProblem("has a local time too far from UTC")
      }
      offsets.append(offset)
    }
    var transitions: [Zone.Transition] = []
    transitions.reserveCapacity(timeCount)
    var previous = Int.min
    for index in 0..<timeCount {
      let at = bigEndian(bytes, start + index * timeSize, timeSize)
      let type = Int(bytes[indices + index])
      guard at > previous, type < offsets.count else {
        throw TZifProblem("has transitions out of order or of an unknown type")
      }
      previous = at
      let isRepresentable = Zone.always.start <= at && at < Zone.always.end
      guard isRepresentable else { throw TZifProblem("has a transition beyond all times") }
      transitions.append(Zone.Transition(at: at, offset: offsets[type]))
    }
    return Zone(transitions: transitions, firstOffset: offsets[0], rule: rule)
  }
}

/// A signed number of 4 or 8 bytes, which are there.
private func bigEndian(_ bytes: Span<UInt8>, _ start: Int, _ size: Int) -> Int {
  var bits: UInt64 = 0
  for index in start..<start + size { bits = bits << 8 | UInt64(bytes[index]) }
  return size == 4 ? Int(Int32(truncatingIfNeeded: bits)) : Int(Int64(bitPattern: bits))
}
