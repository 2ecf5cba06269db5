internal import Digests

/// The machine ID, in the form in which it may leave the machine.
enum MachineID {
  /// What machine-id(5) calls an application ID: random, and never to be changed.
  private static let application: [UInt8] = [
    0x30, 0xa5, 0x80, 0x2e, 0x17, 0x9f, 0x4e, 0x96, 0xb4, 0x91, 0xb6, 0x79, 0x8b, 0x23, 0x4a, 0x1e,
  ]

  /// HMAC-SHA-256 of the application ID with the machine ID as key, in lower-case hex. Absent on a
  /// host without the file.
  static func hashed(_ root: RootDirectory) -> Reading<String> {
    root.value("etc/machine-id", expecting: "32 hexadecimal digits") { text in
      bytes(text).map { hexadecimal(hmacSHA256(key: $0, application)) }
    }
  }

  /// The sixteen bytes; nil for `uninitialized` and anything else that is no ID.
  private static func bytes(_ text: String) -> [UInt8]? {
    let digits = text.utf8.compactMap { Character(Unicode.Scalar($0)).hexDigitValue }
    guard digits.count == 32, text.utf8.count == 32, digits.contains(where: { $0 != 0 }) else {
      return nil
    }
    return stride(from: 0, to: 32, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
  }
}
