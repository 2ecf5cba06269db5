import Digests
import Testing

/// Who signed a module, held against certificates: what openssl signed, klpolicy believes, and
/// nothing else.
@Suite(.enabled(if: OpenSSL.isThere, "needs the openssl program"))
struct SignatureVerdictTests {
  let openssl: OpenSSL
  let content = [UInt8]((0..<5_000).map { UInt8(truncatingIfNeeded: $0 &* 7) })

  init() throws { openssl = try OpenSSL() }

  private func verdict(
    _ message: [UInt8], _ content: [UInt8], _ certificates: Certificate...
  ) -> SignatureVerdict {
    SignatureVerdict(of: message[...], about: content[...], by: certificates)
  }

  private func isInvalid(_ verdict: SignatureVerdict) -> Bool {
    if case .invalid = verdict { true } else { false }
  }

  private static let forms: [(name: String, options: [String])] = [
    ("as the kernel's build signs", ["-noattr", "-nocerts", "-md", "sha256"]),
    ("with SHA-512", ["-noattr", "-nocerts", "-md", "sha512"]),
    ("the key called by its subject key ID", ["-noattr", "-nocerts", "-md", "sha256", "-keyid"]),
    ("with signed attributes", ["-nocerts", "-md", "sha256"]),
    ("with its certificate", ["-noattr", "-md", "sha256"]),
  ]

  @Test("what a known key signed is valid, and says whose it is", arguments: forms)
  func valid(_ name: String, _ options: [String]) async throws {
    let own = try await openssl.makeKey("own", subject: "Own key")
    let other = try await openssl.makeKey("other", subject: "Other key")
    let message = try await openssl.sign(content, by: "own", options)
    #expect(verdict(message, content, other, own) == .valid(signer: own))
    #expect(own.subject == "Own key")
    #expect(verdict(message, content, other) == .unknownSigner)
    #expect(verdict(message, content) == .unknownSigner)
    var changed = content
    changed[4_999] ^= 1
    #expect(isInvalid(verdict(message, changed, own)))
    #expect(isInvalid(verdict(message, Array(content.dropLast()), own)))
    #expect(isInvalid(verdict(message, content + [0], own)))
    #expect(isInvalid(verdict(message, [], own)))
  }

  @Test("RSA, as Debian signs")
  func rsa() async throws {
    let own = try await openssl.makeKey("rsa", subject: "RSA", "-newkey", "rsa:2048")
    let message = try await openssl.sign(content, by: "rsa")
    #expect(verdict(message, content, own) == .valid(signer: own))
  }

  @Test("another key under the same name and serial number is not believed")
  func impostor() async throws {
    let serial = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-set_serial", "7"]
    let own = try await openssl.makeKey(
      "own", subject: "Key", serial[0], serial[1], serial[2], serial[3], serial[4], serial[5])
    _ = try await openssl.makeKey(
      "impostor", subject: "Key", serial[0], serial[1], serial[2], serial[3], serial[4], serial[5])
    #expect(own.serial == "07")
    let bare = try await openssl.sign(content, by: "impostor")
    #expect(isInvalid(verdict(bare, content, own)))
    // With the impostor's own certificate in the message.
    let carried = try await openssl.sign(content, by: "impostor", ["-noattr", "-md", "sha256"])
    #expect(isInvalid(verdict(carried, content, own)))
  }

  @Test("a message that is none, or carries its own content, is invalid")
  func others() async throws {
    let own = try await openssl.makeKey("own", subject: "Own key")
    let message = try await openssl.sign(content, by: "own")
    #expect(isInvalid(verdict([], content, own)))
    #expect(isInvalid(verdict([0x30, 0x80], content, own)))
    #expect(isInvalid(verdict(message + [0], content, own)))
    #expect(isInvalid(verdict(Array(message.dropLast()), content, own)))
    #expect(isInvalid(verdict(own.der, content, own)))
    let carrying = try await openssl.sign(
      content, by: "own", ["-noattr", "-nocerts", "-md", "sha256", "-nodetach"])
    #expect(isInvalid(verdict(carrying, content, own)))
  }

  @Test("with any byte of the message changed, nothing is valid that was not signed")
  func changed() async throws {
    let own = try await openssl.makeKey("own", subject: "Own key")
    let message = try await openssl.sign(content, by: "own")
    for index in message.indices {
      var changed = message
      changed[index] ^= 0x41
      // Some bytes say nothing: what is then still valid is the same signature of the same bytes.
      var other = content
      other[0] ^= 1
      #expect(verdict(changed, content, own) != .noSignature)
      #expect(verdict(changed, other, own) != .valid(signer: own))
    }
  }

  @Test("certificates are read from PEM with text and others around them, and from DER")
  func certificates() async throws {
    let first = try await openssl.makeKey("first", subject: "First")
    let second = try await openssl.makeKey("second", subject: "Second")
    try await openssl.convert("first", to: "first.der")
    #expect(try Certificate.read(try openssl.read("first.der")) == [first])
    let (one, two) = (try openssl.read("first.pem"), try openssl.read("second.pem"))
    let text = Array("Certificate of the lab\n".utf8)
    #expect(try Certificate.read(text + one + text + two + text) == [first, second])
    #expect(first.issuer == "First")
    #expect(first.serial.count == 40)
    #expect(first.subjectKeyID?.count == 40)
    #expect(first.subjectKeyID != second.subjectKeyID)
  }

  @Test("what holds no certificate, or a damaged one, is an error")
  func noCertificates() async throws {
    let own = try await openssl.makeKey("own", subject: "Own key")
    let pem = try openssl.read("own.pem")
    func problem(_ file: [UInt8]) -> String? {
      #expect(throws: CertificateProblem.self) { try Certificate.read(file) }?.description
    }
    #expect(problem([]) == "it is empty")
    #expect(problem(Array("hello\n".utf8)) == "it is no certificate in PEM or DER")
    #expect(problem(try openssl.read("own.key")) == "it is no certificate in PEM or DER")
    #expect(problem(own.der + [0]) == "it is no certificate in DER")
    #expect(problem(Array(own.der.dropLast())) == "it is no certificate in DER")
    let damaged = String(decoding: pem, as: UTF8.self).replacing("M", with: "N", maxReplacements: 3)
    #expect(problem(pem + Array(damaged.utf8)) == "certificate 2 in it is damaged")
    // Its password would be asked for on the terminal.
    let locked = String(decoding: pem, as: UTF8.self).replacing(
      "-----BEGIN CERTIFICATE-----\n",
      with: """
        -----BEGIN CERTIFICATE-----
        Proc-Type: 4,ENCRYPTED
        DEK-Info: AES-128-CBC,00000000000000000000000000000000


        """)
    #expect(problem(Array(locked.utf8)) == "it is no certificate in PEM or DER")
  }
}
