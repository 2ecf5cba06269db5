package import Diagnostics
internal import HostFacts
internal import Shapes

extension Diagnostic.Code {
  package static let moduleForOneRelease = Diagnostic.Code(
    "module-for-one-release",
    "A module is for one kernel release, and the rule it is defined in is for several.")
}

/// A module defined under a glob or a range will be refused on all releases but its own.
struct OneReleasePerModule: Rule {
  func check(_ context: RuleContext, _ findings: inout [Diagnostic]) {
    for (rule, entry) in context.entries
    where !rule.release.value.isExact && entry.state.value == .applied {
      guard let module = entry.module, !module.value.text.isEmpty else { continue }
      findings.append(
        Diagnostic(
          .moduleForOneRelease,
          """
          the module \(module.value.text.quoted) fits one kernel release, and this rule is for \
          all of \(rule.release.value.text.quoted)
          """,
          at: module.location,
          advice: "define it under its exact release, or its builds in a PatchSet",
          severity: .warning,
          notes: [Diagnostic.Note("the rule's releases", at: rule.release.location)]))
    }
  }
}
