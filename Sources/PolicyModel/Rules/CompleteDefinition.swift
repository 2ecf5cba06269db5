internal import Diagnostics
internal import Shapes

/// A patch that is to be applied says which module that is, where it lies and what its bytes are.
struct CompleteDefinition: Rule {
  func check(_ policies: [Policy], _ findings: inout [Diagnostic]) {
    let reported = Set(findings.compactMap(\.location))
    for (_, entry) in policies.entries where entry.state.value == .applied {
      let missing = [
        ("module", entry.module == nil), ("file", entry.file == nil),
        ("sha256", entry.sha256 == nil),
      ].filter(\.1).map(\.0)
      if missing.isEmpty || entry.name.value.text.isEmpty { continue }
      // A state that was said and is wrong does not say that the patch is to be applied.
      let state = entry.state.location
      if state != entry.location, reported.contains(state) { continue }
      let verb = missing.count == 1 ? "is" : "are"
      findings.append(
        Diagnostic(
          .missingKey,
          """
          \(missing.quotedList("and")) \(verb) missing: the patch \
          \(entry.name.value.text.quoted) is to be applied and not defined
          """,
          at: entry.location,
          advice: "give module, file and sha256 together, or say state: absent"))
    }
  }
}
