package import Diagnostics
internal import HostFacts
internal import Shapes

extension Diagnostic.Code {
  package static let unknownPatch = Diagnostic.Code(
    "unknown-patch",
    "A patch that no PatchSet defines, or that is required or held and named nowhere.")
  package static let noBuildForRelease = Diagnostic.Code(
    "no-build-for-release", "A patch has no build for the one release that a rule is for.")
}

/// A patch that a policy wants is defined, by the policy or by a PatchSet.
struct KnownPatches: Rule {
  func check(_ context: RuleContext, _ findings: inout [Diagnostic]) {
    let catalogue = context.catalogue
    lazy var known = catalogue.patches.keys.sorted()
    for (rule, entry) in context.entries
    where entry.state.value == .applied && !entry.isInPlace && !entry.name.value.text.isEmpty
      && !context.isDoubtful(entry)
    {
      let name = entry.name.value.text
      guard let patch = catalogue[name] else {
        let similar =
          findings.count < 1000
          ? nearest(to: name, among: known).map { "did you mean \($0.quoted)? otherwise " } : nil
        findings.append(
          Diagnostic(
            .unknownPatch, "no PatchSet here defines the patch \(name.quoted)",
            at: entry.name.location,
            advice: (similar ?? "")
              + "give the PatchSet along with the policy, or define the patch here with module, file "
              + "and sha256"))
        continue
      }
      if rule.release.value.isExact, !rule.release.value.text.isEmpty {
        checkBuilds(rule, entry, patch, &findings)
      }
    }
  }

  private func checkBuilds(
    _ rule: KernelRule, _ entry: PatchEntry, _ patch: Catalogue.Patch,
    _ findings: inout [Diagnostic]
  ) {
    let release = rule.release.value.text
    if patch.fixedIn?.value.contains(KernelRelease(release)) == true { return }
    let builds = patch.builds(for: release)
    let fitting = builds.filter { build in
      guard let range = entry.version?.value else { return true }
      return build.version.map { range.matches($0.value.text) } ?? false
    }
    if !fitting.isEmpty { return }
    let versions = builds.compactMap(\.version?.value.text)
    let releases = Set(patch.parts.flatMap(\.builds).map(\.release.value.text)).sorted()
    let message =
      builds.isEmpty
      ? "the patch \(entry.name.value.text.quoted) has no build for \(release.quoted)"
      : "the patch \(entry.name.value.text.quoted) has no build of a version "
        + "\((entry.version?.value.text ?? "").quoted) for \(release.quoted)"
    let advice =
      builds.isEmpty
      ? nearest(to: release, among: releases).map { "did you mean \($0.quoted)?" }
        ?? "add one to the PatchSet: on such a host the patch is blocked"
      : versions.isEmpty
        ? "give the builds versions" : "there is \(versions.prefix(5).map { $0 }.quotedList("and"))"
    findings.append(
      Diagnostic(
        .noBuildForRelease, message, at: (entry.version?.location ?? entry.name.location),
        advice: advice, severity: .warning,
        notes: patch.parts.prefix(1).map { Diagnostic.Note("the patch", at: $0.name.location) }))
  }
}
