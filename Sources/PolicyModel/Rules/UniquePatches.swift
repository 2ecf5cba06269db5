package import Diagnostics
internal import Shapes

extension Diagnostic.Code {
  package static let duplicatePatch = Diagnostic.Code(
    "duplicate-patch", "One rule of a policy, or one PatchSet, names a patch twice.")
}

/// One rule of a policy, and one PatchSet, names a patch once.
struct UniquePatches: Rule {
  func check(_ context: RuleContext, _ findings: inout [Diagnostic]) {
    for rule in context.policies.flatMap(\.spec.kernels) {
      check("this rule names", rule.patches.map(\.name), &findings)
    }
    for set in context.documents.patchSets {
      check("this PatchSet has", set.spec.patches.map(\.name), &findings)
    }
  }

  private func check(
    _ what: String, _ names: [Located<PatchName>], _ findings: inout [Diagnostic]
  ) {
    var first: [PatchName: Located<PatchName>] = [:]
    for name in names where !name.value.text.isEmpty {
      guard let earlier = first[name.value] else {
        first[name.value] = name
        continue
      }
      findings.append(
        Diagnostic(
          .duplicatePatch, "\(what) the patch \(name.value.text.quoted) twice",
          at: name.location, advice: "keep one of them",
          notes: [Diagnostic.Note("the first one", at: earlier.location)]))
    }
  }
}
