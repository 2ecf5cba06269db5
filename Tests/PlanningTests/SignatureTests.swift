import Documents
import ModuleFile
import Planning
import Testing

@Suite struct `A signature` {
  /// The rule, what the host's certificates say, and what comes of it.
  static let cases: [(rule: String, finding: SignatureFinding?, blocked: [String])] = [
    ("verify", .valid(by: nil), []),
    ("verify", nil, []),
    ("verify", .noCertificates, []),
    ("verify", .invalid("it was changed"), ["a signature-invalid"]),
    ("verify", .unknownSigner, ["a signature-invalid"]),
    ("verify", .unobserved("no"), ["a unverified"]),
    ("require", .valid(by: nil), []),
    ("require", .missing, ["a signature-missing"]),
    ("require", .invalid("it was changed"), ["a signature-invalid"]),
    ("require", .unknownSigner, ["a signature-invalid"]),
    ("require", .noCertificates, ["a unverified"]),
    ("require", .unobserved("no"), ["a unverified"]),
    ("require", nil, ["a unverified"]),
    ("ignore", .invalid("it was changed"), []),
    ("ignore", .missing, []),
  ]

  @Test(arguments: cases)
  func `is judged by the rule of the policies`(
    example: (rule: String, finding: SignatureFinding?, blocked: [String])
  ) throws {
    let plan = try World().wanting("a").bound(by: "safety: {signature: \(example.rule)}").changed {
      $0.signatures = example.finding.map { ["a": $0] } ?? [:]
    }.plan()
    #expect(plan.blockedReasons == example.blocked, "\(plan.blocked)")
  }

  @Test func `that is required and that only the host can verify is a warning for a snapshot`()
    throws
  {
    let plan = try World().wanting("a").bound(by: "safety: {signature: require}").changed {
      $0.options.unverified = .warn
    }.plan()
    #expect(plan.blockedReasons == [])
    #expect(plan.warnings.map(\.code) == [Warning.unverified])
  }

  /// What the kernel has of keys, how it guards itself, and what comes of it.
  @Test(arguments: [
    (["14aa"], true, [], []), ([], true, ["a signature-invalid"], []), ([], false, [], []),
    (["15bb"], true, ["a signature-invalid"], []), (nil, true, [], ["left-to-kernel"]),
    (nil, false, [], []),
  ])
  func `by a key that the kernel does not have is told before the load, where it matters`(
    keys: [String]?, isEnforced: Bool, blocked: [String], warnings: [String]
  ) throws {
    let certificate = InspectedModule.Certificate(
      subject: "Lab", serial: "07", subjectKeyID: "14aa")
    let plan = try World().wanting("a").changed { world in
      guard case .verified(var facts)? = world.artefacts["a"] else { return }
      facts.signature = .present(
        ModuleSignature(
          signedLength: 0, message: 0..<0,
          signers: [.init(name: "Lab", keyID: .serial("07"), hash: "sha256")]))
      world.artefacts["a"] = .verified(facts)
      world.signatures = ["a": .valid(by: certificate)]
      world.snapshot.host.kernel.signatureEnforced = .known(isEnforced)
      world.snapshot.facts = world.fittingFacts
      world.snapshot.facts?.keys =
        keys.map { ids in
          .known(
            ids.map {
              KernelFacts.Key(
                keyring: ".builtin_trusted_keys", name: "Shop: Lab", id: $0,
                isForModules: .known(true))
            })
        } ?? .unknown
    }.plan()
    #expect(plan.blockedReasons == blocked, "\(plan.blocked)")
    #expect(plan.warnings.map(\.code) == warnings, "\(plan.warnings)")
  }
}
