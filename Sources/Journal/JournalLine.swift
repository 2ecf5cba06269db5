internal import Digests
internal import JSONText

/// A line of the journal and the checksum at its end: the field `sum`, the first 16 hexadecimal
/// digits of the SHA-256 of all bytes before `,"sum":`.
enum JournalLine {
  /// What the checksum says of a line.
  enum Verdict: Hashable {
    case sound
    /// It has none, as every line of an earlier version.
    case unsigned
    /// The bytes are not those that were written.
    case damaged
  }

  private static let opening = Array(#","sum":""#.utf8)
  private static let closing = Array(#""}"#.utf8)
  private static let digits = 16

  /// The line of a record, with its checksum and without a line feed.
  static func bytes(of record: JournalRecord) -> [UInt8] {
    var line = JSONWriter.bytes(of: record)
    // A record is an object with fields, so a bracket ends it.
    line.removeLast()
    let sum = sum(of: line)
    line += opening
    line += sum
    line += closing
    return line
  }

  static func verdict(on line: [UInt8]) -> Verdict {
    let length = opening.count + digits + closing.count
    guard line.count > length, line.suffix(closing.count).elementsEqual(closing),
      line.suffix(length).prefix(opening.count).elementsEqual(opening)
    else { return .unsigned }
    let written = line.suffix(digits + closing.count).prefix(digits)
    return written.elementsEqual(sum(of: Array(line.dropLast(length)))) ? .sound : .damaged
  }

  private static func sum(of bytes: [UInt8]) -> some Sequence<UInt8> {
    sha256Hex(bytes).utf8.prefix(digits)
  }
}
