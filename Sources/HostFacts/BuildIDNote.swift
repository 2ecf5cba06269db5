/// The GNU build ID among the ELF notes of a kernel or module, as sysfs shows them
/// (`/sys/kernel/notes`, `/sys/module/<module>/notes/.note.gnu.build-id`).
package enum BuildIDNote {
  /// Bytes that are no sequence of notes.
  package struct Malformed: Error, Hashable, Sendable {}

  /// `NT_GNU_BUILD_ID` of elf(5).
  private static let type: UInt32 = 3
  private static let name = [UInt8]("GNU\0".utf8)

  /// Looks for the build ID.
  ///
  /// - Parameter notes: notes in this machine's byte order, aligned to four bytes.
  /// - Returns: the build ID in lower-case hex; nil when none of the notes is one.
  /// - Throws: `Malformed` when a note does not fit into the bytes, or the build ID is empty.
  package static func find(in notes: [UInt8]) throws(Malformed) -> String? {
    var rest = notes[...]
    while !rest.isEmpty {
      guard let nameSize = word(&rest), let size = word(&rest), let type = word(&rest),
        let name = field(&rest, size: nameSize), let description = field(&rest, size: size)
      else { throw Malformed() }
      if type == self.type, name.elementsEqual(self.name) {
        if description.isEmpty { throw Malformed() }
        return description.map(hex).joined()
      }
    }
    return nil
  }

  private static func word(_ rest: inout ArraySlice<UInt8>) -> UInt32? {
    guard rest.count >= 4 else { return nil }
    let value = rest.prefix(4).reversed().reduce(0) { $0 << 8 | UInt32($1) }
    rest.removeFirst(4)
    return UInt32(littleEndian: value)
  }

  /// Takes `size` bytes and the padding behind them, which the last note may lack.
  private static func field(_ rest: inout ArraySlice<UInt8>, size: UInt32) -> ArraySlice<UInt8>? {
    guard let size = Int(exactly: size), size <= rest.count else { return nil }
    let field = rest.prefix(size)
    rest.removeFirst(min(rest.count, (size + 3) & ~3))
    return field
  }

  private static func hex(_ byte: UInt8) -> String {
    (byte < 16 ? "0" : "") + String(byte, radix: 16)
  }
}
