internal import Compatibility
internal import Documents
internal import ModuleFile
internal import PolicyModel

extension Planner {
  /// What the kernel itself has against a module's signature, where somebody asked for its keys.
  func kernelSignatureFindings(_ facts: ModuleFacts, of patch: DesiredSet.Patch) -> Findings {
    guard let kernel = input.snapshot.facts, kernel.keys != nil else { return Findings() }
    var known = SignatureKnowledge()
    switch input.signatures[patch.name] {
    case .valid(let certificate): known = SignatureKnowledge(verdict: .valid, named: certificate)
    case .invalid: known.verdict = .invalid
    case .unknownSigner: known.verdict = .unknownSigner
    case .missing, .noCertificates, .unobserved, nil: break
    }
    return trustFindings(facts, known, on: kernel, host: input.snapshot.host)
  }

  /// What the policies' rule for signatures has against a module.
  func signatureFindings(_ facts: ModuleFacts, of patch: DesiredSet.Patch) -> Findings {
    var findings = Findings()
    let rule = patch.constraints.signature
    if rule == .ignore { return findings }
    func block(_ reason: Reason, _ message: String) {
      findings.obstacles.append(Obstacle(reason, message, fact: "signature"))
    }
    switch input.signatures[patch.name] {
    case .valid: break
    case .missing where rule == .require:
      block(
        .signatureMissing,
        "module \(facts.name) is not signed, and the policies of \(patch.name) require a signature "
          + "(safety.signature); sign it with a key whose certificate this host trusts")
    case .missing: break
    case .invalid(let problem):
      block(
        .signatureInvalid,
        "the signature of module \(facts.name) is not good: \(problem); copy the module again from "
          + "where it was signed, or sign it anew")
    case .unknownSigner:
      block(
        .signatureInvalid,
        "module \(facts.name) is signed by \(signer(facts)), with none of the certificates that this "
          + "host trusts; sign it with one of those, or add that one to trustedCertificates in "
          + "/etc/klpolicy/config.yaml")
    case .noCertificates where rule == .require:
      block(
        .unverified,
        "the policies of \(patch.name) require a verified signature (safety.signature), and this host "
          + "trusts no certificate; name some under trustedCertificates in "
          + "/etc/klpolicy/config.yaml")
    // The kernel looks at it by its own keys.
    case .noCertificates: break
    case .unobserved(let problem):
      findings.unknown.append("whether the signature of \(facts.name) is good (\(problem))")
    case nil where rule == .require:
      findings.unknown.append(
        "whether the signature of \(facts.name) is good (only the host itself has its certificates)"
      )
    case nil: break
    }
    return findings
  }

  private func signer(_ facts: ModuleFacts) -> String {
    guard case .present(let signature) = facts.signature, let signer = signature.signers.first
    else {
      return "nobody that is known"
    }
    return "\(signer.name ?? "a key without a name") (key \(signer.keyID.digits))"
  }
}
