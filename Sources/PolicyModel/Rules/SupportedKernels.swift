package import Diagnostics
internal import Documents
internal import Shapes

extension Diagnostic.Code {
  package static let supportEnded = Diagnostic.Code(
    "support-ended", "The support of a rule's kernels has ended.")
}

/// A rule speaks of kernels that still get fixes.
struct SupportedKernels: Rule {
  func check(_ context: RuleContext, _ findings: inout [Diagnostic]) {
    let today = RFC3339.date(context.now.secondsSinceEpoch)
    for end in context.policies.flatMap(\.spec.kernels).compactMap(\.supportUntil)
    where today > end.value && end.value.daysSinceEpoch > 0 {
      findings.append(
        Diagnostic(
          .supportEnded, "the support of these kernels ended on \(end.value)", at: end.location,
          advice: "boot newer kernels, and take the rule out when no host needs it",
          severity: .warning))
    }
  }
}
