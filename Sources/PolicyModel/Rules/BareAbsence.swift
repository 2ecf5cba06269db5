internal import Diagnostics
internal import Nodes
internal import Shapes

/// A patch that is to be absent has a name, perhaps a module, and no definition: nothing of it
/// would have an effect.
struct BareAbsence: Rule {
  func check(_ policies: [Policy], _ findings: inout [Diagnostic]) {
    for (_, entry) in policies.entries where entry.state.value == .absent {
      let keys: [(key: String, place: Place?)] = [
        ("file", entry.file?.place), ("sha256", entry.sha256?.place),
        ("replace", entry.replace?.place), ("version", entry.version?.place),
        ("fixes", entry.fixes?.place), ("severity", entry.severity?.place),
        ("released", entry.released?.place), ("requires", entry.requires?.first?.place),
      ]
      for case (let key, let place?) in keys {
        findings.append(
          Diagnostic(
            .conflictingKeys, "\(key.quoted) has no meaning for a patch that is to be absent",
            at: place.location, advice: "leave it out; name and module are enough",
            notes: [Diagnostic.Note("absent is said here", at: entry.state.location)]))
      }
    }
  }
}
