import Digests
import Glibc
import SystemPackage
import Testing

/// Digests as published by others: FIPS 180-4's examples and RFC 4231's.
struct DigestTests {
  static let digests: [(text: String, times: Int, digest: String)] = [
    ("", 1, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    ("abc", 1, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    (
      "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 1,
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
    ),
    ("a", 1_000_000, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"),
  ]

  @Test("SHA-256 as FIPS 180-4 has it: at once, piece by piece, and of a file", arguments: digests)
  func sha256(_ text: String, _ times: Int, _ digest: String) throws {
    let bytes = [UInt8](repeating: 0, count: times).flatMap { _ in Array(text.utf8) }
    #expect(sha256Hex(bytes) == digest)

    var pieces = SHA256()
    var rest = bytes[...]
    var size = 0
    while !rest.isEmpty {
      pieces.update(Array(rest.prefix(size)))
      rest = rest.dropFirst(size)
      size = size * 2 + 1
    }
    #expect(hexadecimal(pieces.finish()) == digest)

    var template = Array("/tmp/klpolicy-test-XXXXXX".utf8CString)
    let file = FileDescriptor(rawValue: unsafe mkstemp(&template))
    defer {
      try? file.close()
      unsafe unlink(template)
    }
    try file.writeAll(bytes)
    #expect(try sha256Hex(of: file) == digest)
    #expect(try file.seek(offset: 0, from: .current) == Int64(bytes.count))
  }

  @Test("a descriptor that cannot be read says why")
  func unreadable() {
    #expect(throws: Errno.badFileDescriptor) {
      try sha256Hex(of: FileDescriptor(rawValue: -1))
    }
  }

  static let codes: [(key: [UInt8], message: [UInt8], code: String)] = [
    (
      [UInt8](repeating: 0x0b, count: 20), Array("Hi There".utf8),
      "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
    ),
    (
      Array("Jefe".utf8), Array("what do ya want for nothing?".utf8),
      "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    ),
    (
      [UInt8](repeating: 0xaa, count: 131),
      Array("Test Using Larger Than Block-Size Key - Hash Key First".utf8),
      "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
    ),
    ([], [], "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad"),
  ]

  @Test("HMAC-SHA-256 as RFC 4231 has it, and with nothing at all", arguments: codes)
  func hmac(_ key: [UInt8], _ message: [UInt8], _ code: String) {
    #expect(hexadecimal(hmacSHA256(key: key, message)) == code)
  }
}
