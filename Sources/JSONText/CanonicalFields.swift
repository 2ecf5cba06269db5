/// The fields of the objects that are being written, the innermost last: they come in the order of the
/// documents, and the canonical form (RFC 8785, 3.2.3) has them in that of their keys.
struct CanonicalFields {
  private struct Field {
    var key: String
    /// Its first bytes, which mostly tell what it comes before.
    var head: UInt64
    /// Where its key begins, and where its value ends.
    var text: Range<Int>

    func precedes(_ other: Field) -> Bool {
      // Of ASCII alone: bytes are in the order of the UTF-16 code units then.
      if head != other.head, (head | other.head) & 0x8080_8080_8080_8080 == 0 {
        return head < other.head
      }
      return utf16Precedes(key, other.key)
    }
  }

  private var fields: [Field] = []
  /// What an object's fields are put in order in; kept, so that it is allocated once.
  private var ordered: [UInt8] = []

  var count: Int { fields.count }

  mutating func begin(_ key: String, at start: Int) {
    fields.append(Field(key: key, head: head(of: key), text: start..<start))
  }

  /// Puts the fields of the object that has just been written into the order of their keys, and
  /// forgets them.
  ///
  /// - Parameters:
  ///   - first: the number of the first of them.
  ///   - bytes: all that was written, and ends with the last of them.
  ///   - omitted: the key of one that is left out.
  mutating func sort(from first: Int, in bytes: inout [UInt8], omitting omitted: String?) {
    guard first < fields.count else { return }
    let start = fields[first].text.lowerBound
    // A comma stands between them.
    for index in first..<fields.count {
      let end = index + 1 < fields.count ? fields[index + 1].text.lowerBound - 1 : bytes.count
      fields[index].text = fields[index].text.lowerBound..<end
    }
    if sort(from: first) || omitted != nil {
      ordered.removeAll(keepingCapacity: true)
      for index in first..<fields.count where omitted == nil || fields[index].key != omitted {
        if !ordered.isEmpty { ordered.append(UInt8(ascii: ",")) }
        ordered.append(contentsOf: bytes[fields[index].text])
      }
      bytes.removeLast(bytes.count - start)
      bytes.append(contentsOf: ordered)
    }
    fields.removeLast(fields.count - first)
  }

  /// Sorts by insertion: objects have few fields, and those of many come in order.
  ///
  /// - Returns: whether any was out of order.
  private mutating func sort(from first: Int) -> Bool {
    var hasMoved = false
    for index in fields.indices.dropFirst(first + 1) {
      var place = index
      while place > first, fields[place].precedes(fields[place - 1]) {
        fields.swapAt(place, place - 1)
        place -= 1
        hasMoved = true
      }
    }
    return hasMoved
  }
}

/// The first eight bytes of a text as a number, the first of them the highest; zeros stand for those
/// that a short one lacks.
private func head(of text: String) -> UInt64 {
  var text = text
  return text.withUTF8 { bytes in
    var head: UInt64 = 0
    for index in 0..<min(8, bytes.count) {
      head |= unsafe UInt64(bytes[index]) << UInt64(56 - 8 * index)
    }
    return head
  }
}

/// Whether one text comes before another in the order of their UTF-16 code units.
///
/// That order and that of their bytes differ in one place only: characters beyond U+FFFF (first byte
/// F0 and up) are surrogates in UTF-16 and come before U+E000 to U+FFFF (first byte EE and EF).
func utf16Precedes(_ left: String, _ right: String) -> Bool {
  let (leftSpan, rightSpan) = (left.utf8Span, right.utf8Span)
  let (left, right) = (leftSpan.span, rightSpan.span)
  for index in 0..<min(left.count, right.count) {
    let (one, other) = (left[index], right[index])
    if one == other { continue }
    if one >= 0xEE, other >= 0xEE, (one >= 0xF0) != (other >= 0xF0) { return one >= 0xF0 }
    return one < other
  }
  return left.count < right.count
}
