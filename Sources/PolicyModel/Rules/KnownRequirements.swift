package import Diagnostics
internal import Shapes

extension Diagnostic.Code {
  package static let requiresCycle = Diagnostic.Code(
    "requires-cycle", "Patches require each other, so that none can be the first.")
}

/// A required patch is one that some policy names, and never the patch itself.
///
/// An unmet requirement blocks at the host, where it may yet be met by something else; so what is
/// known without one is a warning.
struct KnownRequirements: Rule {
  func check(_ context: RuleContext, _ findings: inout [Diagnostic]) {
    let names = context.namedPatches.union(context.catalogue.patches.keys)
    let inPlace = context.policies.entries.map { ($0.entry.name.value.text, $0.entry.requires) }
    let catalogued = context.documents.patchSets.flatMap(\.spec.patches).map {
      ($0.name.value.text, $0.requires)
    }
    lazy var sorted = names.sorted()
    for (patch, requires) in inPlace + catalogued {
      for required in requires ?? [] where !required.value.text.isEmpty {
        let name = required.value.text
        if name == patch {
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
