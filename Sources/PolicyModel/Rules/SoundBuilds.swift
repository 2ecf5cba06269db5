package import Diagnostics
internal import HostFacts
internal import Shapes

extension Diagnostic.Code {
  package static let duplicateBuild = Diagnostic.Code(
    "duplicate-build",
    "Two builds of a patch for one release that cannot be told apart by their versions.")
}

/// The builds of a patch for one release can be put in order, and the parts of a patch in several
/// PatchSets agree.
struct SoundBuilds: Rule {
  func check(_ context: RuleContext, _ findings: inout [Diagnostic]) {
    for (name, patch) in context.catalogue.patches.sorted(by: { $0.key < $1.key })
    where !name.isEmpty {
      checkOrder(name, patch, &findings)
      checkParts(name, patch, &findings)
      for file in patch.parts.flatMap(\.builds).compactMap(\.file) {
        refuseAddress(file, &findings)
      }
    }
  }

  private func checkOrder(
    _ name: String, _ patch: Catalogue.Patch, _ findings: inout [Diagnostic]
  ) {
    var earlier: [String: [CatalogueBuild]] = [:]
    for build in patch.parts.flatMap(\.builds) where !build.release.value.text.isEmpty {
      let release = build.release.value.text
      let others = earlier[release] ?? []
      let twin = others.first { other in
        switch (other.version?.value.text, build.version?.value.text) {
        case (nil, nil): other.kernelBuildID?.value == build.kernelBuildID?.value
        case (let left?, let right?):
          compareDebian(left, right) == .same
            && other.kernelBuildID?.value == build.kernelBuildID?.value
        default: false
        }
      }
      if let twin {
        let what = build.version.map { "of version \($0.value.text)" } ?? "without a version"
        findings.append(
          Diagnostic(
            .duplicateBuild,
            "the patch \(name.quoted) has two builds \(what) for \(release.quoted)",
            at: build.location, advice: "give each build of a release a version of its own",
            notes: [Diagnostic.Note("the other one", at: twin.location)]))
      } else if let other = others.first(where: { ($0.version == nil) != (build.version == nil) }) {
        let bare = build.version == nil ? build : other
        findings.append(
          Diagnostic(
            .missingKey,
            "`version` is missing: the patch \(name.quoted) has several builds for \(release.quoted)",
            at: bare.location, advice: "give each a version, by which they are ordered"))
      }
      earlier[release, default: []].append(build)
    }
  }

  private func checkParts(
    _ name: String, _ patch: Catalogue.Patch, _ findings: inout [Diagnostic]
  ) {
    guard let first = patch.parts.first, patch.parts.count > 1 else { return }
    for part in patch.parts.dropFirst() {
      let differences = [
        ("fixes", Set(part.fixes?.value ?? []) == Set(first.fixes?.value ?? [])),
        ("severity", part.severity?.value == first.severity?.value),
        (
          "requires",
          Set(part.requires?.map(\.value) ?? []) == Set(first.requires?.map(\.value) ?? [])
        ),
        ("fixedIn", part.fixedIn?.value == first.fixedIn?.value),
      ].filter { !$0.1 }.map(\.0)
      if differences.isEmpty { continue }
      findings.append(
        Diagnostic(
          .conflictingDefinitions,
          "the patch \(name.quoted) is in the catalogue twice, and the two differ in "
            + differences.quotedList("and"),
          at: part.location, advice: "say the same in both, or keep all its builds in one place",
          notes: [Diagnostic.Note("the other one", at: first.location)]))
    }
  }
}
