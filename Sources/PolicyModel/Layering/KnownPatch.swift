package import Documents
internal import Nodes
internal import Shapes

/// What documents know of a patch on the kernel of a host, whatever they want of it now.
package struct KnownPatch: Sendable {
  /// The policy that wins it; nil where none that selects the host names it.
  package var policy: String?
  package var requires: [String]
  package var fixes: [String]
  /// Those of the policy that wins it before others, each the highest version first.
  package var builds: [BuildDefinition]

  /// The versions of its builds, each once.
  package var versions: [String] {
    var seen: Set<String> = []
    return builds.compactMap(\.version).filter { seen.insert($0).inserted }
  }
}

extension PolicySet {
  package func known(ofPatch name: String, on host: Host, at now: Timestamp) -> KnownPatch {
    let layering = Layering(set: self, subject: Subject(host, now: now))
    let candidates = layering.candidates.filter { $0.name == name }
    let release = host.kernel.release
    let winner = Layering.contenders(among: candidates).first
    let definitions = ([winner].compactMap(\.self) + candidates).map {
      PatchDefinition($0.entry, release: release, catalogue: catalogue)
    }
    let patch = catalogue[name]
    var builds = definitions.flatMap(\.builds)
    builds += patch?.builds(for: release).map { BuildDefinition($0) } ?? []
    return KnownPatch(
      policy: winner?.policy.name.value.text,
      requires: definitions.first { !$0.requires.isEmpty }?.requires.map(\.value.text)
        ?? patch?.requires.map(\.value.text) ?? [],
      fixes: definitions.first { !$0.fixes.isEmpty }?.fixes ?? patch?.fixes ?? [],
      builds: builds)
  }
}
