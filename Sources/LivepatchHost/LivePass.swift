internal import Documents

/// One reading of the kernel's live patches. It takes many system calls, between which the kernel
/// goes on, so it also tells whether it can have been one moment.
struct LivePass {
  /// `/sys/kernel/livepatch`; absent without CONFIG_LIVEPATCH.
  let listing: Reading<[TreeEntry]>
  let table: Reading<ModuleTable>
  /// In the order in which the modules were loaded.
  let patches: [PatchReading]
  let quality: Quality
  /// Whether a second look saw something else.
  var isChanging: Bool

  /// How far a reading can be believed.
  enum Quality {
    /// Not one moment: its parts contradict each other.
    case torn
    /// One moment, in which something was half done. It may stay so, as after a forced transition.
    case passing
    case settled
  }

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
    isChanging = !LivePass.isUnchanged(root, since: listing, patches)
    let isTorn =
      isChanging || (table.value != nil && !unknownToTable.isEmpty)
      || patches.count { $0.transition.value == true } > 1
      || patches.contains { patch in
        let isGone = patch.module == focus && table.value?.position(patch.module) == nil
        return patch.isTorn && !(isGone && !patch.isListed)
      }
    quality = isTorn ? .torn : patches.contains(where: \.isPassing) ? .passing : .settled
  }

  /// Names together with inodes: a patch that was replaced by another of its name is noticed.
  private static func listing(_ root: RootDirectory) -> Reading<[TreeEntry]> {
    let entries = root.entries(PatchReading.listing)
    // Where there is no sysfs at all, nobody knows.
    if entries.isAbsent, ["sys/kernel", "sys/module"].allSatisfy({ root.exists($0).isAbsent }) {
      return .failed(.missing(path: "/sys"))
    }
    return entries.map { $0.filter(\.isDirectory) }
  }
  /// Whether a second look at what states follow from sees the same.
  static func isUnchanged(
    _ root: RootDirectory, since listing: Reading<[TreeEntry]>, _ patches: [PatchReading]
  ) -> Bool {
    patches.allSatisfy { $0.isUnchanged(root) } && LivePass.listing(root) == listing
  }
}
