package import Diagnostics
internal import Shapes

extension Diagnostic.Code {
  /// Two patches of one host are said to be the same module.
  package static let moduleClaimedTwice = Diagnostic.Code("module-claimed-twice")
}

/// A module is in the kernel once, so it is one patch: two that claim it would undo each other.
func moduleConflicts(_ patches: [Settled]) -> [Diagnostic] {
  var first: [String: Settled] = [:]
  var findings: [Diagnostic] = []
  // A module that an absence only took over from another definition claims nothing.
  let claims = patches.filter { $0.build != nil || $0.entry.module != nil }
  for patch in claims {
    guard let module = patch.entry.module?.value.text else { continue }
    guard let earlier = first[module] else {
      first[module] = patch
      continue
    }
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
  return findings
}
