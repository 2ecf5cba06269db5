package import Diagnostics
internal import Digests
internal import HostFacts
internal import Nodes
internal import Shapes

/// Policies without errors, found by the kernel release of a host.
package struct PolicySet: Sendable {
  /// In the order in which they were read.
  package let policies: [Policy]
  /// SHA-256 of each policy's file, in the order of `policies`.
  let digests: [String]
  /// The modules that the policies name for each patch, whatever the release.
  let modules: [String: Set<String>]
  private let exactRules: [String: [RuleIndex]]
  private let globRules: [(pattern: KernelReleasePattern, rules: [RuleIndex])]

  /// A rule by the index of its policy and its own.
  struct RuleIndex {
    var policy: Int
    var rule: Int
  }

  init(_ policies: [Policy]) {
    self.policies = policies
    var digestOfFile: [Int: String] = [:]
    digests = policies.map { policy in
      let source = policy.place.source
      let digest = digestOfFile[source.fileIndex] ?? sha256Hex(source.bytes)
      digestOfFile[source.fileIndex] = digest
      return digest
    }
    var modules: [String: Set<String>] = [:]
    for (_, entry) in policies.entries {
      guard let module = entry.module else { continue }
      modules[entry.name.value.text, default: []].insert(module.value.text)
    }
    self.modules = modules
    var rules: [KernelReleasePattern: [RuleIndex]] = [:]
    for (policyIndex, policy) in policies.enumerated() {
      for (ruleIndex, rule) in policy.spec.kernels.enumerated() {
        rules[rule.release.value, default: []].append(
          RuleIndex(policy: policyIndex, rule: ruleIndex))
      }
    }
    exactRules = [String: [RuleIndex]](
      uniqueKeysWithValues: rules.filter { !$0.key.isGlob }.map { ($0.key.text, $0.value) })
    globRules = rules.filter(\.key.isGlob).map { ($0.key, $0.value) }
  }

  /// The rules that are for a release, in no particular order.
  func ruleIndices(for release: String) -> [RuleIndex] {
    globRules.filter { $0.pattern.matches(release) }.flatMap(\.rules)
      + (exactRules[release] ?? [])
  }

  /// What the policies want of a host with this kernel release; the result does not depend on the
  /// order in which they were read.
  ///
  /// - Returns: the desired set, nil if policies contradict each other, and where they do.
  package func desired(
    on release: String
  ) -> (desired: DesiredSet?, diagnostics: [Diagnostic]) {
    var layering = Layering(set: self, release: release)
    let desired = layering.resolve()
    let diagnostics = layering.findings.sortedByLocation()
    return (diagnostics.containsError ? nil : desired, diagnostics)
  }

  /// Where policies contradict each other on a kernel that they name, without a host to ask.
  ///
  /// A glob stands for one of the releases that it matches, itself.
  func contradictions() -> [Diagnostic] {
    var seen: Set<Diagnostic> = []
    return Set(policies.flatMap(\.spec.kernels).map(\.release.value.text)).sorted()
      .flatMap { desired(on: $0).diagnostics }
      .filter { seen.insert($0).inserted }
  }
}
