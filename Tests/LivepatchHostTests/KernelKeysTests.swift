import Documents
import SystemPackage
import Testing

@testable import LivepatchHost

@Suite struct `The keys that the kernel takes modules by` {
  /// As Linux 6.1 prints it, shortened.
  static let text = """
    01a2b3c4 I------     1 perm 1f030000     0     0 asymmetri Shop: Lab key: 14aa14aa: X509.rsa 14aa14aa []
    02a2b3c4 I------     1 perm 1f030000     0     0 asymmetri Vendor CA: 6ccece7e: X509.rsa 6ccece7e []
    03a2b3c4 I--Q---     1 perm 1f030000  1000  1000 asymmetri Of a user: ffff: X509.rsa ffff []
    04a2b3c4 I-R----     1 perm 1f030000     0     0 asymmetri Revoked: eeee: X509.rsa eeee []
    05a2b3c4 I------     1 perm 1f030000     0     0 asymmetri Firmware: Key: 77: X509.rsa 77 []
    0a000000 I------     1 perm 1f0b0000     0     0 keyring   .builtin_trusted_keys: 1
    0b000000 I------     1 perm 1f0f0000     0     0 keyring   .secondary_trusted_keys: 2
    0c000000 I------     1 perm 1f0b0000     0     0 keyring   .machine: empty
    0d000000 I------     1 perm 1f0b0000     0     0 keyring   .platform: 1
    0e000000 I--Q---     3 perm 1f3f0000     0 65534 keyring   _uid_ses.0: 1
    not a key

    """

  static let members: [Int32: [Int32]] = [
    0x0a00_0000: [0x01a2_b3c4], 0x0b00_0000: [0x0a00_0000, 0x02a2_b3c4, 0x04a2_b3c4, 0x0b00_0000],
    0x0c00_0000: [], 0x0d00_0000: [0x05a2_b3c4, 0x01a2_b3c4],
  ]

  private func keys(_ text: String) throws -> [String]? {
    try KernelKeys(parsing: text).keys { Self.members[$0] ?? [] }?.map { key in
      let use = key.isForModules.value.map { $0 ? "yes" : "no" } ?? "?"
      return "\(key.keyring) \(key.id) \(use) \(key.name)"
    }
  }

  @Test func `are those of its own keyrings`() throws {
    #expect(
      try keys(Self.text) == [
        ".builtin_trusted_keys 14aa14aa yes Shop: Lab key",
        ".secondary_trusted_keys 6ccece7e yes Vendor CA", ".platform 77 ? Firmware: Key",
      ])
  }

  /// Nobody but root sees them, and a keyring that is not seen may hold anything.
  @Test func `are not known where its keyrings are not listed`() throws {
    let others = Self.text.split(separator: "\n").filter { !$0.contains("trusted_keys") }
    #expect(try keys(others.joined(separator: "\n")) == nil)
    #expect(try keys("") == nil)
  }

  @Test func `are not known where a keyring cannot be read`() {
    #expect(throws: Errno.permissionDenied) {
      try KernelKeys(parsing: Self.text).keys { _ throws(Errno) in throw .permissionDenied }
    }
  }

  @Test func `are not known of a host below another root, and why is told`() throws {
    let fake = try FakeHost()
    try fake.write("proc/keys", Self.text)
    let seen = try fake.observe()
    func facts(_ asks: Bool) throws -> KernelFacts {
      try fake.host().facts(for: KernelQuestions(keys: asks), of: seen.host, seen.live)
    }
    #expect(try facts(false).keys == nil)
    #expect(try facts(true).keys == .unknown)
    #expect(try facts(true).missing.map(\.source) == [.keys])
    fake.remove("proc/keys")
    #expect(try facts(true).missing.map(\.problem) == [.absent])
  }
}
