internal import Diagnostics

/// Something that must hold in policies beyond the shape of their documents.
///
/// Each rule has a file of its own, with the codes and words of its diagnostics. A value that was
/// reported as missing or wrong while decoding is a placeholder, and a rule says nothing more
/// about it: empty texts are skipped.
protocol Rule: Sendable {
  /// Reports where it does not hold.
  func check(_ policies: [Policy], _ findings: inout [Diagnostic])
}

/// All rules that need no host.
let rules: [any Rule] = [
  CompleteDefinition(), BareAbsence(), OneReleasePerModule(), UniquePolicyNames(),
  UniquePatches(), KnownRequirements(), SoundDeadline(),
]

extension Sequence<Policy> {
  /// Each entry with the rule it stands in.
  var entries: [(rule: KernelRule, entry: PatchEntry)] {
    flatMap { policy in
      policy.spec.kernels.flatMap { rule in rule.patches.map { (rule, $0) } }
    }
  }
}
