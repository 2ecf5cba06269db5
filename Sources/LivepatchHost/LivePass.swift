internal import Documents

/// One reading of the kernel's live patches. It takes many system calls, between which the kernel
/// goes on, so it also tells whether it can have been one moment.
struct LivePass {
  /// `/sys/kernel/livepatch`; absent without CONFIG_LIVEPATCH.
  let listing: Reading<[TreeEntry]>
  let table: Reading<ModuleTable>
  /// In the order in which the modules were loaded.
  let patches: [PatchReading]
  /// Whether nothing was caught in mid-change.
  let isSettled: Bool

  /// Reads every live patch module, or `focus` and, as far as they decide about its state, those
  /// in the kernel's list.
  init(_ root: RootDirectory, focus: String? = nil) {
    let table = ModuleTable.read(root)
    let listing = LivePass.listing(root)
    let listed = Set(listing.value?.map(\.name) ?? [])
    let rows = table.value?.rows ?? []
    var names: [String] = []
    for row in rows where listed.contains(row.name) { names.append(row.name) }
    let unknownToTable = listed.subtracting(names).sorted()
    if let focus {
      if !listed.contains(focus) { names.append(focus) }
    } else {
      names = rows.filter { listed.contains($0.name) || $0.isLivePatch }.map(\.name)
    }
    names += unknownToTable
    let patches = names.map {
      PatchReading(
        root, $0, isListed: listed.contains($0), objects: focus == nil || focus == $0)
    }
    self.table = table
    self.listing = listing
    self.patches = patches
    isSettled =
      (table.value == nil || unknownToTable.isEmpty)
      && patches.allSatisfy { patch in
        let isGone = patch.module == focus && table.value?.position(patch.module) == nil
        return patch.isSettled || (isGone && !patch.isListed && patch.initState.isAbsent)
      }
      && patches.count { $0.transition.value == true } <= 1
      && LivePass.isUnchanged(root, since: listing, patches)
  }

  /// Names together with inodes: a patch that was replaced by another of its name is noticed.
  private static func listing(_ root: RootDirectory) -> Reading<[TreeEntry]> {
    root.entries(PatchReading.listing).map { $0.filter(\.isDirectory) }
  }

  private static func isUnchanged(
    _ root: RootDirectory, since listing: Reading<[TreeEntry]>, _ patches: [PatchReading]
  ) -> Bool {
    for patch in patches where patch.isListed {
      let directory = PatchReading.patchDirectory(patch.module)
      guard root.flag(directory + "/enabled") == patch.enabled,
        root.flag(directory + "/transition") == patch.transition
      else { return false }
    }
    return LivePass.listing(root) == listing
  }
}
