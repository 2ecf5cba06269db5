import Documents
import ModuleFile
import Planning
import Testing

@Suite struct `A signature` {
  /// The rule, what the host's certificates say, and what comes of it.
  static let cases: [(rule: String, finding: SignatureFinding?, blocked: [String])] = [
    ("verify", .valid, []),
    ("verify", nil, []),
    ("verify", .noCertificates, []),
    ("verify", .invalid("it was changed"), ["a signature-invalid"]),
    ("verify", .unknownSigner, ["a signature-invalid"]),
    ("verify", .unobserved("no"), ["a unverified"]),
    ("require", .valid, []),
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
}
