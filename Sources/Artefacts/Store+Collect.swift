package import Documents
package import Files
internal import Glibc
package import Journal
internal import SystemPackage

/// A copy in the store.
package struct StoredCopy: Hashable, Sendable {
  package let sha256: String
  /// When it was put there.
  package let keptAt: Timestamp
}

extension Store {
  /// The copies that are there, sorted by digest; none where the store cannot be looked into.
  package var copies: [StoredCopy] {
    entries.compactMap { entry in
      let name = entry.name.string
      guard entry.kind == .directory, path(of: name) != nil,
        let status = try? root.appending(entry.name).stat()
      else { return nil }
      return StoredCopy(
        sha256: name, keptAt: Timestamp(secondsSinceEpoch: Int(status.st_mtim.tv_sec)))
    }
  }

  /// Takes a copy out: nothing half removed counts as one, whenever this is cut off.
  ///
  /// - Throws: `SystemError`.
  package func remove(_ sha256: String, access: borrowing WriteAccess) throws(SystemError) {
    guard path(of: sha256) != nil else { return }
    let directory = root.appending(sha256)
    let condemned = root.appending("\(Store.unfinished)\(sha256)")
    try removeRemains()
    try call("rename", directory) { unsafe rename(directory.string, condemned.string) }
    try removeRemains()
    try syncDirectory(root)
  }

  /// Takes out what is left of downloads that were given up before a moment.
  ///
  /// - Throws: `SystemError`.
  package func removeDownloads(
    before moment: Timestamp, access: borrowing WriteAccess
  ) throws(SystemError) {
    for entry in entries where entry.kind == .file && entry.name.string.hasPrefix(Store.partial) {
      let path = root.appending(entry.name)
      guard let status = try? path.stat(), status.st_mtim.tv_sec < moment.secondsSinceEpoch
      else { continue }
      try call("unlink", path) { unsafe unlink(path.string) }
    }
  }

  private var entries: [DirectoryEntry] {
    (try? listTrusted(root, trust: .unchecked)) ?? []
  }
}
