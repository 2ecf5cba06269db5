package import Diagnostics
internal import Shapes

extension Diagnostic.Code {
  package static let moduleClaimedTwice = Diagnostic.Code(
    "module-claimed-twice", "Two patches of one host are said to be the same module.")
}

/// A module is in the kernel once, so it is one patch: two that claim it would undo each other.
func moduleConflicts(_ patches: [Settled]) -> [Diagnostic] {
  var first: [String: Int] = [:]
  var findings: [Diagnostic] = []
  for (index, patch) in patches.enumerated() {
    for module in patch.modules.sorted() {
      guard let known = first[module] else {
        first[module] = index
        continue
      }
      let earlier = patches[known]
      // Two patches that are both to be absent may well be the same module.
      if earlier.build == nil, patch.build == nil { continue }
      findings.append(
        Diagnostic(
          .moduleClaimedTwice,
          """
          the patches \(earlier.patch.name.quoted) and \(patch.patch.name.quoted) both are the \
          module \(module.quoted)
          """,
          at: patch.entry.location, advice: "give each patch a module of its own",
          notes: [Diagnostic.Note("the other one", at: earlier.entry.location)]))
    }
  }
  return findings
}
