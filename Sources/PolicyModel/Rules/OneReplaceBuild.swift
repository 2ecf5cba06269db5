package import Diagnostics
internal import Shapes

extension Diagnostic.Code {
  package static let replaceConflict = Diagnostic.Code(
    "replace-conflict", "Two builds of one host each take all other live patches off.")
}

/// At most one build of a host may be declared `replace: true`: each would take the other off.
func replaceConflicts(_ patches: [Settled]) -> [Diagnostic] {
  let replacing = patches.filter { $0.build?.replace == true }
  guard let first = replacing.first else { return [] }
  return replacing.dropFirst().map { other in
    Diagnostic(
      .replaceConflict,
      """
      the patches \(first.patch.name.quoted) and \(other.patch.name.quoted) both replace all \
      others, and so each other
      """,
      at: other.entry.replace?.location ?? other.entry.location,
      advice: "want one of them on a host",
      notes: [
        Diagnostic.Note(
          "the other one", at: first.entry.replace?.location ?? first.entry.location)
      ])
  }
}
