extension RootDirectory {
  /// Where the modules of each kernel lie, in a folder named after its release.
  private static var moduleFolders: [String] { ["lib/modules", "usr/lib/modules"] }

  /// The releases of the kernels that could be booted: those of which the image lies in `/boot`, or,
  /// as some distributions have it, beside the modules. A folder of modules alone is what a removed
  /// kernel leaves behind.
  ///
  /// - Returns: sorted; none where nothing is installed here, as on a host that boots over a network.
  func installedKernels() -> Reading<[String]> {
    var releases: Set<String> = []
    for folder in RootDirectory.moduleFolders {
      switch entries(folder) {
      case .absent: continue
      case .failed(let failure): return .failed(failure)
      case .value(let entries):
        for entry in entries where !releases.contains(entry.name) {
          let images = ["vmlinuz", "vmlinux", "Image"].map { "boot/\($0)-\(entry.name)" }
          if (images + ["\(folder)/\(entry.name)/vmlinuz"]).contains(where: {
            exists($0).value != nil
          }) {
            releases.insert(entry.name)
          }
        }
      }
    }
    return .value(releases.sorted())
  }

  /// Whether there is anything of a kernel of that release: its image, its configuration or its
  /// modules.
  func hasTraces(ofKernel release: String) -> Bool {
    if release.isEmpty || release.contains("/") { return false }
    let places =
      ["boot/vmlinuz-\(release)", "boot/config-\(release)"]
      + RootDirectory.moduleFolders.map { "\($0)/\(release)" }
    return places.contains { exists($0).value != nil }
  }
}
