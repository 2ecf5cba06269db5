/// The files of an archive in the kernel's form for its initial file system
/// (Documentation/driver-api/early-userspace/buffer-format.rst): `newc`, one archive after another.
struct CPIOArchive {
  struct Entry {
    var name: String
    var content: Range<Int>
  }

  /// Reads archives from an offset on, until something else stands there.
  ///
  /// - Parameters:
  ///   - bytes: may be anything.
  ///   - start: where the first of them begins, zeros before it skipped.
  ///   - body: gets each regular file.
  /// - Returns: where it stopped: the end, or what is no archive; nil when one is damaged.
  static func read(_ bytes: [UInt8], from start: Int, _ body: (Entry) -> Void) -> Int? {
    var offset = start
    while true {
      while offset < bytes.count, bytes[offset] == 0 { offset += 1 }
      guard offset <= bytes.count - 6, bytes[offset..<(offset + 5)].elementsEqual("07070".utf8),
        bytes[offset + 5] == UInt8(ascii: "1") || bytes[offset + 5] == UInt8(ascii: "2")
      else { return offset }
      guard let end = readOne(bytes, from: offset, body) else { return nil }
      offset = end
    }
  }

  private static func readOne(_ bytes: [UInt8], from start: Int, _ body: (Entry) -> Void) -> Int? {
    var offset = start
    while offset <= bytes.count - 110, bytes[offset..<(offset + 5)].elementsEqual("07070".utf8) {
      guard let mode = hexadecimal(bytes, offset + 14), let size = hexadecimal(bytes, offset + 54),
        let nameSize = hexadecimal(bytes, offset + 94), nameSize > 0
      else { return nil }
      let name = offset + 110
      // The name with its zero, and then the content, are padded to four bytes.
      let content = aligned(name + nameSize - start) + start
      let end = content + size
      guard name + nameSize <= bytes.count, content <= bytes.count, end <= bytes.count else {
        return nil
      }
      let text = String(decoding: bytes[name..<(name + nameSize - 1)], as: UTF8.self)
      if text == "TRAILER!!!" { return min(aligned(end - start) + start, bytes.count) }
      if mode & 0o170000 == 0o100000 { body(Entry(name: text, content: content..<end)) }
      offset = min(aligned(end - start) + start, bytes.count)
    }
    return nil
  }

  private static func aligned(_ offset: Int) -> Int { (offset + 3) & ~3 }

  /// Eight hexadecimal digits.
  private static func hexadecimal(_ bytes: [UInt8], _ offset: Int) -> Int? {
    var value = 0
    for byte in bytes[offset..<(offset + 8)] {
      guard let digit = Character(UnicodeScalar(byte)).hexDigitValue else { return nil }
      value = value << 4 | digit
    }
    return value
  }
}
