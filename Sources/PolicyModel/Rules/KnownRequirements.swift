package import Diagnostics
internal import Shapes

extension Diagnostic.Code {
  package static let unknownPatch = Diagnostic.Code(
    "unknown-patch", "A patch requires one that no policy names.")
  package static let requiresCycle = Diagnostic.Code(
    "requires-cycle", "Patches require each other, so that none can be the first.")
}

/// A required patch is one that some policy names, and never the patch itself.
///
/// An unmet requirement blocks at the host, where it may yet be met by something else; so what is
/// known without one is a warning.
struct KnownRequirements: Rule {
  func check(_ policies: [Policy], _ findings: inout [Diagnostic]) {
    let entries = policies.entries.map(\.entry)
    if !entries.contains(where: { $0.requires != nil }) { return }
    let names = Set(entries.map(\.name.value.text))
    let sorted = names.sorted()
    for entry in entries {
      for required in entry.requires ?? [] where !required.value.text.isEmpty {
        let name = required.value.text
        if name == entry.name.value.text {
          findings.append(
            Diagnostic(
              .requiresCycle, "the patch \(name.quoted) requires itself",
              at: required.location, advice: "leave it out"))
        } else if !names.contains(name) {
          findings.append(
            Diagnostic(
              .unknownPatch, "no policy here names the required patch \(name.quoted)",
              at: required.location,
              advice: findings.count < 1000
                ? nearest(to: name, among: sorted).map { "did you mean \($0.quoted)?" } : nil,
              severity: .warning))
        }
      }
    }
  }
}
