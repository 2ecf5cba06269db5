internal import Glibc
package import LivepatchHost
internal import SystemPackage

extension LivepatchHost {
  /// The folder that a change of a vendor's packages writes and that is mounted read-only for this
  /// process, as systemd does it in the sandbox of a unit.
  ///
  /// - Parameters:
  ///   - folders: where the change writes, as absolute paths; of one that is not there, the folder counts
  ///     in which it would be made.
  ///   - isInstalling: whether rpm's database is written too.
  /// - Returns: the first one; nil where there is none, or where this is not this machine, which nobody
  ///   changes.
  package func readOnlyFolder(among folders: [String], isInstalling: Bool) -> String? {
    guard isThisMachine else { return nil }
    let databases = isInstalling ? rpmFolders.map { "/" + $0 }.filter(isOnThisMachine) : []
    return (databases + folders.map(nearestThere)).first(where: isReadOnly)
  }
}

func isOnThisMachine(_ path: String) -> Bool { unsafe access(path, F_OK) == 0 }

private func nearestThere(_ path: String) -> String {
  var path = FilePath(path)
  while path.lastComponent != nil, !isOnThisMachine(path.string) { path.removeLastComponent() }
  return path.string
}

/// Whether the mount says so. What cannot be asked is left to whoever writes there.
func isReadOnly(_ path: String) -> Bool {
  var facts = statvfs()
  guard unsafe statvfs(path, &facts) == 0 else { return false }
  return facts.f_flag & UInt(ST_RDONLY) != 0
}
