package import Diagnostics
internal import HostFacts
internal import Shapes

extension Diagnostic.Code {
  package static let shadowedPolicy = Diagnostic.Code(
    "shadowed-policy", "A policy that loses every patch it names to others.")
}

/// A policy wins a patch somewhere: one that loses all it names does not do what it says.
struct EffectivePolicies: Rule {
  func check(_ context: RuleContext, _ findings: inout [Diagnostic]) {
    // Per patch and release, who wins it on every host.
    var strongest: [String: [(policy: Policy, release: String, flavour: String?)]] = [:]
    for policy in context.policies where policy.spec.hosts == nil {
      for rule in policy.spec.kernels where rule.version == nil {
        for entry in rule.patches {
          strongest[entry.name.value.text, default: []].append(
            (policy, rule.release.value.text, rule.flavour?.value.text))
        }
      }
    }
    for policy in context.policies {
      let entries = policy.spec.kernels.flatMap { rule in rule.patches.map { (rule, $0) } }
      var winner: Policy?
      let isShadowed = entries.allSatisfy { rule, entry in
        let stronger = strongest[entry.name.value.text]?.first {
          $0.policy.spec.priority > policy.spec.priority
            && ($0.release == "*" || $0.release == rule.release.value.text)
            && ($0.flavour == nil || $0.flavour == rule.flavour?.value.text)
        }
        winner = stronger?.policy ?? winner
        return stronger != nil
      }
      guard isShadowed, let winner else { continue }
      findings.append(
        Diagnostic(
          .shadowedPolicy,
          "the policy \(policy.name.value.text.quoted) loses every patch that it names to policies "
            + "of a higher priority",
          at: policy.name.location,
          advice: "raise its priority, or take it out; only its constraints have an effect",
          severity: .warning,
          notes: [Diagnostic.Note("one of them", at: winner.name.location)]))
    }
  }
}
