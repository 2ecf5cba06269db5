internal import Diagnostics
internal import HostFacts
internal import Nodes
internal import Shapes

/// What the PatchSets of a policy set define, by the patch's name.
struct Catalogue: Sendable {
  /// One patch; several PatchSets may each hold builds of it.
  struct Patch: Sendable {
    /// In the order of the documents' names and places.
    var parts: [CataloguePatch]

    var fixes: [String] {
      parts.lazy.compactMap(\.fixes).first?.value.map(\.text) ?? []
    }
    var severity: Severity? { parts.lazy.compactMap(\.severity).first?.value }
    var requires: [Located<PatchName>] { parts.lazy.compactMap(\.requires).first ?? [] }
    var fixedIn: Located<KernelReleaseList>? { parts.lazy.compactMap(\.fixedIn).first }

    /// The builds for a release, the highest version first.
    func builds(for release: String) -> [CatalogueBuild] {
      parts.flatMap(\.builds).filter { $0.release.value.text == release }.sorted {
        compareDebian($0.version?.value.text ?? "", $1.version?.value.text ?? "") == .above
      }
    }
  }

  let patches: [String: Patch]
  /// By release.
  private let withdrawn: [String: [BuildDefinition]]

  init(_ sets: [PatchSet]) {
    let ordered = sets.sorted {
      ($0.metadata.name.value.text, $0.place.source.path)
        < ($1.metadata.name.value.text, $1.place.source.path)
    }
    var patches: [String: Patch] = [:]
    for patch in ordered.flatMap(\.spec.patches) {
      patches[patch.name.value.text, default: Patch(parts: [])].parts.append(patch)
    }
    self.patches = patches
    withdrawn = Dictionary(
      grouping: ordered.lazy.flatMap(\.spec.patches).flatMap(\.builds).filter(\.isWithdrawn),
      by: \.release.value.text
    ).mapValues { $0.map { BuildDefinition($0) } }
  }

  subscript(name: String) -> Patch? { patches[name] }

  /// What was withdrawn for a release, whichever patch it was a build of.
  func withdrawals(for release: String) -> [BuildDefinition] {
    withdrawn[release] ?? []
  }
}
