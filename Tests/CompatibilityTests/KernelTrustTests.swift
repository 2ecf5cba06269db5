import Compatibility
import Documents
import ModuleFile
import Testing

@Suite struct `A signed module` {
  private static let signature = ModuleSignature(
    signedLength: 0, message: 0..<0,
    signers: [.init(name: "Lab CA", keyID: .serial("7a"), hash: "sha256")])
  private static let certificate = InspectedModule.Certificate(
    subject: "Lab key", serial: "7a", subjectKeyID: "14aa")

  private static func key(
    _ name: String, _ id: String, isForModules: Fact<Bool> = .known(true)
  ) -> KernelFacts.Key {
    KernelFacts.Key(
      keyring: ".builtin_trusted_keys", name: name, id: id, isForModules: isForModules)
  }

  private func trust(
    _ keys: [KernelFacts.Key], certificate: InspectedModule.Certificate? = certificate,
    _ change: (inout ModuleSignature) -> Void = { _ in }
  ) -> String {
    var signature = Self.signature
    change(&signature)
    switch kernelTrust(in: signature, named: certificate, keys: .known(keys), missing: []) {
    case .trusted(let key): return "trusted: \(key.name)"
    case .untrusted: return "untrusted"
    case .unknown(let why): return "unknown: \(why ?? "")"
    }
  }

  @Test func `is trusted by the key of its certificate`() {
    #expect(
      trust([Self.key("Vendor", "01"), Self.key("Shop: Lab key", "14aa")])
        == "trusted: Shop: Lab key")
    #expect(trust([Self.key("Lab key", "14aa")]) == "trusted: Lab key")
    #expect(trust([Self.key("Vendor", "01")]) == "untrusted")
    #expect(
      trust([Self.key("Another", "14aa")]) == "unknown: it has that key under another name, Another"
    )
    #expect(
      trust([Self.key("Lab key", "14aa", isForModules: .unknown)]).hasPrefix(
        "unknown: it is in .builtin_trusted_keys, by which some"))
  }

  /// /proc/keys has no issuers, and serial numbers of few.
  @Test func `is not known to be by one of several keys without its certificate`() {
    #expect(
      trust([Self.key("Vendor", "01")], certificate: nil)
        == "unknown: give the certificate of Lab CA with --certificate")
    #expect(trust([], certificate: nil) == "untrusted")
    #expect(trust([Self.key("Lab CA", "7a")], certificate: nil) == "trusted: Lab CA")
    let other = InspectedModule.Certificate(subject: "Other", serial: "99", subjectKeyID: "14aa")
    #expect(trust([Self.key("Other", "14aa")], certificate: other).hasPrefix("unknown: give"))
  }

  @Test func `that names its key itself needs no certificate`() {
    func named(_ id: String) -> String {
      trust([Self.key("Lab key", "14aa")], certificate: nil) {
        $0.signers[0].keyID = .subjectKeyID(id)
      }
    }
    #expect(named("14aa") == "trusted: Lab key")
    // The kernel leaves a zero byte out.
    #expect(named("0014aa") == "trusted: Lab key")
    #expect(named("14ab") == "untrusted")
  }

  /// How the kernel guards itself, what the certificates say, the kernel's keys, and what comes of it.
  @Test(
    arguments: [
      (true, .none, .valid, "14aa", "yes -"), (true, .none, .valid, "01", "no EKEYREJECTED"),
      (false, .integrity, .valid, "01", "no EPERM"), (false, .none, .valid, "01", "yes -"),
      (false, .none, .invalid, "14aa", "no EKEYREJECTED"), (false, .none, .invalid, "01", "yes -"),
      (false, .none, nil, "14aa", "unknown -"), (true, .none, nil, "14aa", "unknown -"),
      (false, .none, .valid, nil, "yes -"), (true, .none, .valid, nil, "unknown -"),
      (false, .none, .unknownSigner, nil, "unknown -"),
    ] as [(Bool, Host.Lockdown, InspectedModule.Signature.Verdict?, String?, String)])
  func `would load or not by what the kernel has of its key`(
    isEnforced: Bool, lockdown: Host.Lockdown,
    verdict: InspectedModule.Signature.Verdict?, key: String?, expected: String
  ) {
    var world = FitCase.World()
    world.facts.signature = .present(Self.signature)
    world.kernel?.keys = key.map { .known([Self.key("Lab key", $0)]) } ?? .unknown
    world.host.kernel.signatureEnforced = .known(isEnforced)
    world.host.kernel.lockdown = .known(lockdown)
    let found = loadVerdict(
      world.facts, on: world.host, live: .usual, kernel: world.kernel,
      signature: SignatureKnowledge(
        verdict: verdict,
        named: verdict == .valid || verdict == .invalid || verdict == nil && key != nil
          ? Self.certificate : nil))
    let would = found.wouldLoad.value.map { $0 ? "yes" : "no" } ?? "unknown"
    #expect("\(would) \(found.errno ?? "-")" == expected, "\(found)")
  }
}
