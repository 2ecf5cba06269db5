package import Diagnostics
internal import HostFacts
internal import Shapes

extension Diagnostic.Code {
  package static let moduleForOneRelease = Diagnostic.Code(
    "module-for-one-release",
    "A module is for one kernel release, and the rule it is defined in is for several.")
}

/// A module defined under a glob will be refused on all releases but its own.
struct OneReleasePerModule: Rule {
  func check(_ policies: [Policy], _ findings: inout [Diagnostic]) {
    for (rule, entry) in policies.entries
    where rule.release.value.isGlob && entry.state.value == .applied {
      guard let module = entry.module, !module.value.text.isEmpty else { continue }
      findings.append(
        Diagnostic(
          .moduleForOneRelease,
          """
          the module \(module.value.text.quoted) fits one kernel release, and this rule is for \
          all of \(rule.release.value.text.quoted)
          """,
          at: module.location, advice: "define it under its exact release",
          severity: .warning,
          notes: [Diagnostic.Note("the rule's releases", at: rule.release.location)]))
    }
  }
}
