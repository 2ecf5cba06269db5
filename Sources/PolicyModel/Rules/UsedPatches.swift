package import Diagnostics
internal import Nodes
internal import Shapes

extension Diagnostic.Code {
  package static let unusedPatch = Diagnostic.Code(
    "unused-patch", "A patch of a PatchSet that no policy refers to.")
}

/// A PatchSet's patch is named by some policy.
struct UsedPatches: Rule {
  func check(_ context: RuleContext, _ findings: inout [Diagnostic]) {
    let catalogue = context.catalogue
    if context.policies.isEmpty { return }
    for (name, patch) in catalogue.patches.sorted(by: { $0.key < $1.key })
    where !context.namedPatches.contains(name) && !name.isEmpty {
      guard let part = patch.parts.first else { continue }
      findings.append(
        Diagnostic(
          .unusedPatch, "no policy here names the patch \(name.quoted)", at: part.name.location,
          advice: "name it in a policy, or take it out", severity: .warning))
    }
  }

}
