internal import Diagnostics
internal import HostFacts
internal import Nodes
internal import Shapes

/// An entry is one of three things, and says what belongs to that: a patch that is to be absent has
/// a name and perhaps a module; one that is defined in place has all of its definition; one that
/// refers to a PatchSet has a name and perhaps the versions admitted.
struct EntryForm: Rule {
  func check(_ context: RuleContext, _ findings: inout [Diagnostic]) {
    for (_, entry) in context.entries {
      if entry.state.value == .absent {
        refuse(
          entry.definitionKeys, "no meaning for a patch that is to be absent",
          "leave out all but name, state and module",
          Diagnostic.Note("absent is said here", at: entry.state.location), &findings)
      } else if entry.isInPlace {
        checkDefinition(entry, context, &findings)
      } else {
        let keys = entry.definitionKeys.filter { $0.key != "version" }
        if keys.isEmpty { continue }
        refuse(
          keys, "no meaning where the patch is not defined",
          "say it in the PatchSet, or define the patch here with module, file and sha256", nil,
          &findings)
      }
    }
  }

  private func checkDefinition(
    _ entry: PatchEntry, _ context: RuleContext, _ findings: inout [Diagnostic]
  ) {
    if entry.name.value.text.isEmpty { return }
    if let file = entry.file, let url = entry.url {
      findings.append(
        Diagnostic(
          .conflictingKeys, "`file` and `url` exclude each other", at: url.location,
          advice: "keep one of them", notes: [Diagnostic.Note("the file", at: file.location)]))
    }
    let missing = [
      ("module", entry.module == nil), ("file", entry.file == nil && entry.url == nil),
      ("sha256", entry.sha256 == nil),
    ].filter(\.1).map(\.0)
    if !missing.isEmpty, !context.isDoubtful(entry) {
      findings.append(
        Diagnostic(
          .missingKey,
          """
          \(missing.quotedList("and")) \(missing.count == 1 ? "is" : "are") missing: the patch \
          \(entry.name.value.text.quoted) is defined here, and not whole
          """,
          at: entry.location,
          advice: "give module, file and sha256 together, or only the name of a PatchSet's patch"))
    }
    if let version = entry.version, !version.value.isExact, !version.value.text.isEmpty {
      findings.append(
        Diagnostic(
          .invalidValue,
          "a build that is defined here has one version, and \(version.value.text.quoted) is a range",
          at: version.location, advice: "write its own version, such as \"1\""))
    }
    if let file = entry.file { refuseAddress(file, &findings) }
  }

  private func refuse(
    _ keys: [(key: String, place: Place)], _ why: String, _ advice: String,
    _ note: Diagnostic.Note?, _ findings: inout [Diagnostic]
  ) {
    guard let first = keys.first else { return }
    let (names, verb) = (keys.map(\.key).quotedList("and"), keys.count == 1 ? "has" : "have")
    findings.append(
      Diagnostic(
        .conflictingKeys, "\(names) \(verb) \(why)", at: first.place.location, advice: advice,
        notes: note.map { [$0] } ?? []))
  }
}

/// A `file` is a path: an address there would be looked for below the document's folder.
func refuseAddress(_ file: Located<ArtefactPath>, _ findings: inout [Diagnostic]) {
  let text = file.value.text
  // Most paths have no colon, and a search for a text takes long.
  if !text.utf8.contains(UInt8(ascii: ":")) { return }
  guard let colon = text.firstRange(of: "://"), text[..<colon.lowerBound].allSatisfy(\.isLetter)
  else { return }
  let isFile = text.hasPrefix("file:")
  findings.append(
    Diagnostic(
      .invalidValue, "`file` must be a path, not the address \(text.quoted)", at: file.location,
      advice: isFile
        ? "write the path alone: \(text[colon.upperBound...])"
        : "write url: https://\(text[colon.upperBound...])"))
}

extension PatchEntry {
  /// What it says besides name, state and module.
  fileprivate var definitionKeys: [(key: String, place: Place)] {
    let keys: [(String, Place?)] = [
      ("file", file?.place), ("url", url?.place), ("sha256", sha256?.place),
      ("buildID", buildID?.place), ("kernelBuildID", kernelBuildID?.place),
      ("replace", replace?.place), ("version", version?.place), ("fixes", fixes?.place),
      ("severity", severity?.place), ("released", released?.place),
      ("requires", requires?.first?.place), ("fixedIn", fixedIn?.place),
    ]
    return keys.compactMap { key, place in place.map { (key, $0) } }
  }
}
