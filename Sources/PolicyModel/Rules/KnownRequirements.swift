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
    let inPlace = context.entries.lazy.compactMap { _, entry in
      entry.requires.map { (entry.name.value.text, $0) }
    }
    let catalogued = context.documents.patchSets.lazy.flatMap(\.spec.patches).compactMap { patch in
      patch.requires.map { (patch.name.value.text, $0) }
    }
    let requiring = Array(inPlace) + catalogued
    if requiring.isEmpty { return }
    let names = context.namedPatches.union(context.catalogue.patches.keys)
    lazy var sorted = names.sorted()
    for (patch, requires) in requiring {
      for required in requires where !required.value.text.isEmpty {
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
                ? nearest(to: name, among: sorted).map { "did you mean \($0.quoted)?" }
                  ?? "name it in a policy, or give the policy that does along with this one"
                : nil,
              severity: .warning))
        }
      }
    }
  }
}
