package import Diagnostics
internal import Shapes

extension Diagnostic.Code {
  package static let duplicatePatch = Diagnostic.Code(
    "duplicate-patch", "One rule names a patch twice.")
}

struct UniquePatches: Rule {
  func check(_ policies: [Policy], _ findings: inout [Diagnostic]) {
    for rule in policies.flatMap(\.spec.kernels) {
      var first: [PatchName: Located<PatchName>] = [:]
      for name in rule.patches.map(\.name) where !name.value.text.isEmpty {
        guard let earlier = first[name.value] else {
          first[name.value] = name
          continue
        }
        findings.append(
          Diagnostic(
            .duplicatePatch, "this rule names the patch \(name.value.text.quoted) twice",
            at: name.location, advice: "keep one of them",
            notes: [Diagnostic.Note("the first one", at: earlier.location)]))
      }
    }
  }
}
