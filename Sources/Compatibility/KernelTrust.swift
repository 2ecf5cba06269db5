package import Documents
package import ModuleFile

/// What is known of a module's signature beside what is in its file.
package struct SignatureKnowledge: Hashable, Sendable {
  /// What the certificates say that somebody gave; nil where nobody gave any.
  package var verdict: InspectedModule.Signature.Verdict?
  /// The one of them that the signature names, whether it made it or not.
  package var named: InspectedModule.Certificate?

  package init(
    verdict: InspectedModule.Signature.Verdict? = nil, named: InspectedModule.Certificate? = nil
  ) {
    self.verdict = verdict
    self.named = named
  }
}

/// Whether the kernel has the key that a module is signed with.
package enum KernelTrust: Hashable, Sendable {
  case trusted(KernelFacts.Key)
  /// It has none that the signature names.
  case untrusted
  /// Says why, to go into parentheses; nil where nobody asked.
  case unknown(String?)
}

/// Looks a signature's key up among the kernel's.
///
/// A signature names its key by the issuer and serial number of a certificate, and `/proc/keys` by the
/// subject and the identifier of the key: only the certificate itself tells that they are one. Rarely a
/// signature has the identifier, or a certificate none.
///
/// - Parameters:
///   - signature: as it was read from the module.
///   - certificate: the one that it names, where somebody gave it.
///   - keys: those of the kernel; nil where nobody asked.
///   - missing: why they are not known.
/// - Returns: the key, that there is none, or why nobody can tell.
package func kernelTrust(
  in signature: ModuleSignature, named certificate: InspectedModule.Certificate?,
  keys: Fact<[KernelFacts.Key]>?, missing: [KernelFacts.Missing]
) -> KernelTrust {
  guard let keys else { return .unknown(nil) }
  guard let keys = keys.value else {
    let why = missing.first { $0.source == .keys }
    return .unknown(
      why.map { "\($0.path): \($0.message)" } ?? "only the running kernel tells its keys")
  }
  guard let signer = signature.signers.first, signature.signers.count == 1 else {
    return .unknown("it has several signers")
  }
  let found: KernelFacts.Key?
  switch signer.keyID {
  case .subjectKeyID(let id):
    found = keys.first { sameID($0.id, id) }
  case .serial(let serial):
    if let certificate, sameID(certificate.serial, serial) {
      let id = certificate.subjectKeyID ?? certificate.serial
      let ofID = keys.filter { sameID($0.id, id) }
      found = ofID.first { isOf($0, certificate.subject) }
      if found == nil, !ofID.isEmpty {
        return .unknown("it has that key under another name, \(ofID[0].name)")
      }
    } else if let own = keys.first(where: {
      sameID($0.id, serial) && signer.name.map { [key = $0] in isOf(key, $0) } == true
    }) {
      found = own
    } else {
      return keys.isEmpty
        ? .untrusted
        : .unknown("give the certificate of \(signer.name ?? "the signer") with --certificate")
    }
  }
  guard let found else { return .untrusted }
  if found.isForModules.value == nil {
    return .unknown(
      "it is in \(found.keyring), by which some kernels take modules and others do not")
  }
  return .trusted(found)
}

/// The kernel makes a certificate's name of its common name, with the organisation before it unless that
/// says the same (x509_fabricate_name).
private func isOf(_ key: KernelFacts.Key, _ subject: String) -> Bool {
  key.name == subject || key.name.hasSuffix(": \(subject)")
}

/// Hexadecimal digits, of which the kernel leaves out a leading zero byte.
private func sameID(_ left: String, _ right: String) -> Bool {
  func bare(_ digits: String) -> Substring {
    digits.count > 2 && digits.hasPrefix("00") ? digits.dropFirst(2) : digits[...]
  }
  return bare(left) == bare(right)
}

/// What the kernel says to a module's signature, as a plan has it.
///
/// - Parameters:
///   - facts: the module.
///   - known: what is known of its signature.
///   - kernel: what was asked of the kernel.
///   - host: the host.
/// - Returns: obstacles, and what the kernel is left to find out where it insists on signatures.
package func trustFindings(
  _ facts: ModuleFacts, _ known: SignatureKnowledge, on kernel: KernelFacts, host: Host
) -> Findings {
  var findings = Findings()
  _ = findings.addSignature(facts, known, kernel, host)
  if isGuarded(host) { findings.leftToKernel = findings.unproven }
  findings.unproven = []
  return findings
}

extension Findings {
  /// What the kernel says to a module's signature.
  ///
  /// - Returns: the key by which the kernel takes it, where it has one.
  mutating func addSignature(
    _ facts: ModuleFacts, _ known: SignatureKnowledge, _ kernel: KernelFacts?, _ host: Host
  ) -> KernelTrust? {
    guard case .present(let signature) = facts.signature,
      !signature.signers.contains(where: \.hasAttributes)
    else { return nil }
    let trust = kernelTrust(
      in: signature, named: known.named, keys: kernel?.keys, missing: kernel?.missing ?? [])
    func block(_ message: String, _ fact: String, _ errno: String) {
      obstacles.append(
        Obstacle(
          .signatureInvalid, message, fact: fact, refusal: Refusal(.signature, errno)))
    }
    let signer = signature.signers.first?.name.map { " (\($0))" } ?? ""
    switch trust {
    case .trusted(let key):
      switch known.verdict {
      case .valid: break
      case .invalid:
        block(
          "module \(facts.name) is not what was signed, and the kernel knows the key (\(key.name)): it "
            + "takes such a module never; copy it again from where it was signed", "/proc/keys",
          "EKEYREJECTED")
      case .unknownSigner, .noSignature, nil:
        unproven.append("whether the module is what was signed (verify it with --certificate)")
      }
    case .untrusted:
      let advice =
        "it is signed with a key\(signer) that the kernel does not have; sign it with one that it has, "
        + "or enrol that one"
      switch (host.kernel.signatureEnforced, host.kernel.lockdown) {
      case (.known(true), _):
        block(
          "this kernel takes signed modules only (sig_enforce), and \(facts.name) is none to it: "
            + advice, "/proc/keys", "EKEYREJECTED")
      case (_, .known(.integrity)?), (_, .known(.confidentiality)?):
        block(
          "this kernel takes signed modules only (lockdown), and \(facts.name) is none to it: "
            + advice, "/proc/keys", "EPERM")
      case (.known(false), nil), (.known(false), .known(.none)?): break
      default: unproven.append("whether the kernel insists on signatures by its own keys")
      }
    case .unknown(let why):
      let reason = why.map { " (\($0))" } ?? ""
      if isGuarded(host) {
        unproven.append("whether the kernel knows the key that it is signed with\(reason)")
      } else if known.verdict != .valid {
        unproven.append(
          "whether the module is what was signed, should the kernel know the key\(reason)")
      }
    }
    return trust
  }
}

/// Whether the kernel takes signed modules only, or may.
private func isGuarded(_ host: Host) -> Bool {
  if host.kernel.signatureEnforced != .known(false) { return true }
  switch host.kernel.lockdown {
  case nil, .known(.none): return false
  case .known, .unknown: return true
  }
}
