package import Digests
internal import Files
package import ModuleFile
package import SystemPackage

extension SignatureVerdict {
  /// Verifies the signature at the end of a module.
  ///
  /// - Parameters:
  ///   - file: the module's bytes, decompressed.
  ///   - state: what was read of their end.
  ///   - certificates: whose signatures count.
  package init(
    of file: [UInt8], _ state: ModuleSignature.State, by certificates: [Certificate]
  ) {
    switch state {
    // To the kernel the second is none either.
    case .none, .unsupported: self = .noSignature
    case .malformed(let problem): self = .invalid(problem)
    case .present(let signature):
      guard signature.message.upperBound <= file.count,
        (0...signature.message.lowerBound).contains(signature.signedLength)
      else {
        self = .invalid("it lies beyond the end of the file")
        return
      }
      if signature.signers.contains(where: \.hasAttributes) {
        self = .invalid("it signs attributes, which no kernel takes; sign with -noattr")
        return
      }
      self.init(
        of: file[signature.message], about: file[..<signature.signedLength], by: certificates)
    }
  }
}

extension Artefact {
  /// Verifies the module's signature, over the bytes that would be loaded.
  ///
  /// - Throws: the errno, when the copy in memory could not be read again.
  package borrowing func signatureVerdict(
    by certificates: [Certificate]
  ) throws(Errno) -> SignatureVerdict {
    let bytes = try descriptor.readToEnd(limit: Artefact.largestSize, expecting: size) ?? []
    try descriptor.rewind()
    return SignatureVerdict(of: bytes, facts.signature, by: certificates)
  }
}
