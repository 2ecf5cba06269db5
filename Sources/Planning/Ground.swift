package import Documents
package import PolicyModel

/// The host as planning starts from it: who owns which live patch, and where each stands once the
/// transition that may be running is over.
struct Ground {
  /// Every live patch module, in load order, by name.
  let live: [LivePatch]
  private let byModule: [String: LivePatch]
  private let records: [String: ManagedModule]

  init(_ snapshot: HostSnapshot) {
    live = snapshot.live.patches
    byModule = Dictionary(live.map { ($0.module, $0) }, uniquingKeysWith: { first, _ in first })
    records = Dictionary(
      (snapshot.history.managed.value ?? []).map { ($0.module, $0) },
      uniquingKeysWith: { _, last in last })
  }

  func livePatch(_ module: String) -> LivePatch? { byModule[module] }

  /// The journal's record of a module, if the very build it speaks of is what is in memory.
  func record(_ module: String) -> ManagedModule? {
    guard let record = records[module], let live = byModule[module],
      live.buildID?.value == record.buildID
    else { return nil }
    return record
  }

  /// The module that the journal knows a patch by.
  func module(ofPatch patch: String) -> String? {
    live.first { record($0.module)?.patch == patch }?.module
  }

  /// Whether the build in memory could be loaded again.
  func isStored(_ module: String) -> Bool {
    record(module)?.stored.value == true
  }
}

/// Whether the artefact of a desired patch has to be read to plan for it.
///
/// It need not be when the kernel holds the very build that the journal recorded for this digest:
/// its bytes were verified before it was loaded.
package func needsArtefact(_ build: BuildDefinition, snapshot: HostSnapshot) -> Bool {
  let ground = Ground(snapshot)
  guard let record = ground.record(build.module), record.sha256 == build.sha256,
    ground.livePatch(build.module)?.state == .known(.applied)
  else { return true }
  return snapshot.live.transition != nil
}
