/// One element of DER (ITU-T X.690): its tag, and where its content is in the bytes it came from.
///
/// Nothing is copied, and an element never reaches beyond the one that it is in: what is read of a
/// message is bounded by its length.
struct DERElement {
  var tag: UInt8
  var content: ArraySlice<UInt8>
}

/// Reads elements that stand one after the other.
struct DERReader {
  private(set) var rest: ArraySlice<UInt8>

  init(_ bytes: ArraySlice<UInt8>) {
    rest = bytes
  }

  var isAtEnd: Bool { rest.isEmpty }

  /// The tag of the next element.
  var nextTag: UInt8? { rest.first }

  /// The next element; nil when there is none that is whole, with a short tag and a definite length.
  mutating func next() -> DERElement? {
    guard let tag = rest.first, tag & 0x1f != 0x1f, let first = rest.dropFirst().first else {
      return nil
    }
    var header = 2
    var length = Int(first)
    if first >= 0x80 {
      let count = Int(first & 0x7f)
      guard (1...4).contains(count), rest.count >= 2 + count else { return nil }
      let digits = rest.dropFirst(2).prefix(count)
      length = digits.reduce(0) { $0 << 8 | Int($1) }
      header += count
    }
    guard length <= rest.count - header else { return nil }
    let start = rest.startIndex + header
    let content = rest[start..<(start + length)]
    rest = rest[(start + length)...]
    return DERElement(tag: tag, content: content)
  }

  /// The content of the next element if it has this tag; otherwise nothing is read.
  mutating func next(_ tag: DERTag) -> ArraySlice<UInt8>? {
    guard nextTag == tag.rawValue else { return nil }
    return next()?.content
  }

  /// A reader of what is in the next element.
  mutating func enter(_ tag: DERTag) -> DERReader? {
    next(tag).map(DERReader.init)
  }
}

enum DERTag: UInt8 {
  case integer = 0x02
  case octetString = 0x04
  case objectIdentifier = 0x06
  case sequence = 0x30
  case set = 0x31
  /// Context-specific, primitive.
  case implicit0 = 0x80
  /// Context-specific, constructed.
  case explicit0 = 0xa0
  case explicit1 = 0xa1
}

/// An object identifier with points; nil when it is none, or longer than any that is in use.
func dottedIdentifier(_ content: ArraySlice<UInt8>) -> String? {
  guard (1...32).contains(content.count), content.last.map({ $0 < 0x80 }) == true else {
    return nil
  }
  var arcs: [UInt64] = []
  var arc: UInt64 = 0
  for byte in content {
    guard arc < 1 << 56 else { return nil }
    arc = arc << 7 | UInt64(byte & 0x7f)
    if byte < 0x80 {
      if arcs.isEmpty {
        let first = min(arc / 40, 2)
        arcs = [first, arc - first * 40]
      } else {
        arcs.append(arc)
      }
      arc = 0
    }
  }
  return arcs.map(String.init).joined(separator: ".")
}
