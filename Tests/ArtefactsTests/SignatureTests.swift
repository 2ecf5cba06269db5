import Artefacts
import Digests
import Files
import ModuleFile
import ModuleFixtures
import Testing

/// Without a certificate nothing is valid, whatever the end of a module looks like.
struct SignatureTests {
  static let module = ModuleBuilder().build()

  private func verdict(_ end: [UInt8]) throws -> SignatureVerdict {
    let file = Self.module + end
    let facts = try ModuleFacts(file)
    return SignatureVerdict(of: file, facts.signature, by: [])
  }

  @Test("a module without a signature, and one whose type no kernel verifies, have none")
  func none() throws {
    #expect(try verdict([]) == .noSignature)
    var signature = SignatureBuilder()
    signature.type = 1
    #expect(try verdict(signature.bytes) == .noSignature)
  }

  @Test("a damaged trailer makes it invalid; a signer whose certificate is not given is unknown")
  func others() throws {
    var signature = SignatureBuilder()
    #expect(try verdict(signature.bytes) == .unknownSigner)
    signature.trailer = [0, 0, 2, 0, 0, 0, 0, 1, 0, 0, 0, 9]
    #expect(
      try verdict(signature.bytes) == .invalid("its trailer has something else than zeros in it"))
  }

  @Test("a signature of attributes is invalid: every kernel refuses it")
  func attributes() throws {
    var signature = SignatureBuilder()
    signature.attributes = SignatureBuilder.element(0xa0, [0x30, 0])
    #expect(
      try verdict(signature.bytes)
        == .invalid("it signs attributes, which no kernel takes; sign with -noattr"))
  }

  @Test("the bytes that are verified are those of the sealed copy")
  func ofArtefact() throws {
    let scratch = try Scratch()
    let path = try scratch.file("m.ko", Self.module + SignatureBuilder().bytes)
    let artefact = try Artefact(reading: path, sha256: nil, trust: .unchecked)
    try scratch.file("m.ko", Self.module)
    let verdict = try artefact.signatureVerdict(by: [])
    #expect(verdict == .unknownSigner)
  }
}
