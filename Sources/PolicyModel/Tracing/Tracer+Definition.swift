internal import Diagnostics
internal import Documents
internal import HostFacts
internal import Nodes
internal import Shapes

extension Tracer {
  /// What the patch is: who defines it, what it fixes, what it needs.
  mutating func traceDefinition() {
    if let settled, case .absent(let modules) = settled.patch.wanted {
      tell(
        .definition, "modules", .note,
        modules.isEmpty
          ? "the policies do not say which; what klpolicy loaded for it is known all the same"
          : modules.sorted().joined(separator: ", "), at: settled.patch.source)
      return
    }
    let winner = contenders.first
    if let winner, let build = BuildDefinition(winner.entry) {
      tell(
        .definition, winner.policyName, .yes, "defines it in place: \(build.title)",
        policy: winner.policyName, at: winner.entry.module?.location ?? winner.location)
    }
    traceCatalogue(isUsed: winner?.entry.isInPlace != true)
    guard let definition = definition ?? cataloguedDefinition else { return }
    traceFields(definition)
    if let range = definition.versions {
      tell(
        .definition, "version", .note, "only \(range.value.text) is asked for",
        policy: winner?.policyName, at: range.place.location)
    }
    requirements = definition.requires.map { required in
      PatchTrace.Requirement(
        patch: required.value.text, source: required.place.bareLocation.description,
        excerpt: excerpt(required.place.bareLocation))
    }
  }

  /// What the PatchSets know, where no entry asks for it.
  private var cataloguedDefinition: PatchDefinition? {
    guard contenders.isEmpty, let part = set.catalogue[patch]?.parts.first else { return nil }
    return PatchDefinition(part)
  }

  private mutating func traceCatalogue(isUsed: Bool) {
    for patchSet in set.patchSets.sorted(by: {
      $0.metadata.name.value.text < $1.metadata.name.value.text
    }) {
      let name = patchSet.metadata.name.value.text
      for part in patchSet.spec.patches where part.name.value.text == patch {
        let here = part.builds.count { $0.release.value.text == subject.release.text }
        let count = part.builds.count == 1 ? "1 build" : "\(part.builds.count) builds"
        tell(
          .definition, "PatchSet \(name)", isUsed ? .yes : .no,
          isUsed
            ? "has \(count) of it, \(here) for this kernel"
            : "has \(count) of it, and the entry that won defines its own",
          at: part.location)
      }
    }
  }

  private mutating func traceFields(_ definition: PatchDefinition) {
    let parts = set.catalogue[patch]?.parts ?? []
    let entry = contenders.first?.entry
    let isInPlace = entry?.isInPlace == true
    if !definition.fixes.isEmpty {
      let place = isInPlace ? entry?.fixes?.place : parts.lazy.compactMap(\.fixes).first?.place
      tell(
        .definition, "fixes", .note, definition.fixes.joined(separator: ", "), at: place?.location)
    }
    if let severity = definition.severity {
      let place =
        isInPlace ? entry?.severity?.place : parts.lazy.compactMap(\.severity).first?.place
      tell(.definition, "severity", .note, severity.rawValue, at: place?.location)
    }
    if let fixedIn = definition.fixedIn {
      let patterns = fixedIn.value.patterns.map(\.text).joined(separator: ", ")
      let isFixed = fixedIn.value.contains(subject.release)
      tell(
        .definition, "fixedIn", isFixed ? .yes : .no,
        isFixed
          ? "\(subject.release.text) is among \(patterns): it has the fix itself"
          : "\(subject.release.text) is not among \(patterns)",
        reason: isFixed ? .kernelHasFix : nil, at: fixedIn.place.location)
    }
  }
}

extension PatchDefinition {
  /// What a PatchSet says, without an entry that asks for it, and without the builds.
  fileprivate init(_ part: CataloguePatch) {
    fixes = part.fixes?.value.map(\.text) ?? []
    severity = part.severity?.value
    requires = part.requires ?? []
    fixedIn = part.fixedIn
    builds = []
  }
}
