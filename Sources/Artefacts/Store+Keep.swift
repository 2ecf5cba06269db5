internal import Files
internal import Glibc
package import Journal
internal import SystemPackage

extension Store {
  /// Keeps a copy of a build, on the disk when this returns. A build that is kept already is left
  /// as it is; a damaged copy is replaced.
  ///
  /// - Parameters:
  ///   - artefact: the build.
  ///   - access: the right to write.
  /// - Throws: `ArtefactProblem` of kind `notKept`; nothing half written is left then.
  package func keep(
    _ artefact: borrowing Artefact, access: borrowing WriteAccess
  ) throws(ArtefactProblem) {
    guard let path = path(of: artefact.sha256) else { return }
    let isKept = (try? open(artefact.sha256)) != nil
    do throws(SystemError) {
      // A run that was killed may have left a copy whose name is not on the disk yet.
      if isKept { return try syncDirectory(root) }
      try makeRoot()
      try removeRemains()
      try write(artefact, to: path)
    } catch {
      throw ArtefactProblem(notKept: error, in: root)
    }
  }

  /// Names that begin like this are unfinished.
  static var unfinished: String { ".new-" }

  private func write(
    _ artefact: borrowing Artefact, to path: FilePath
  ) throws(SystemError) {
    let (module, packed) = try orFailure("read", path) { () throws(Errno) in
      (try artefact.readModule(), try artefact.readPacked())
    }
    let directory = path.removingLastComponent()
    let temporary = root.appending("\(Store.unfinished)\(artefact.sha256)")
    try makeDirectory(temporary, mode: 0o700)
    do throws(SystemError) {
      let name = temporary.appending("module.ko")
      var names = [name]
      if let packed, let compression = artefact.compression {
        let packedName = self.packed(name, compression)
        try writeDurably(packed, to: packedName)
        names.append(packedName)
      }
      try writeDurably(module, to: name)
      do throws(SystemError) {
        try call("rename", directory) { unsafe rename(temporary.string, directory.string) }
      } catch {
        guard [.directoryNotEmpty, .fileExists].contains(error.errno) else { throw error }
        // A damaged copy is there: only its files are replaced.
        try removeOthers(in: directory, than: names)
        for name in names.reversed() {
          guard let last = name.lastComponent else { continue }
          let target = directory.appending(last)
          try call("rename", target) { unsafe rename(name.string, target.string) }
        }
        try syncDirectory(directory)
      }
    } catch {
      try? removeRemains()
      throw error
    }
    try removeRemains()
    try syncDirectory(root)
  }

  /// Removes what a damaged copy has besides the files that replace it: a packed file that was not
  /// published would be taken for the copy.
  private func removeOthers(in directory: FilePath, than names: [FilePath]) throws(SystemError) {
    let kept = Set(names.compactMap(\.lastComponent))
    for entry in (try? listTrusted(directory, trust: .unchecked)) ?? []
    where entry.kind == .file && !kept.contains(entry.name) {
      let path = directory.appending(entry.name)
      try call("unlink", path) { unsafe unlink(path.string) }
    }
  }

  /// The store, 0700, and the directory it is in, 0755; what that is in must be there.
  func makeRoot() throws(SystemError) {
    let parent = root.removingLastComponent()
    if try makeDirectory(parent, mode: 0o755) { try syncDirectory(parent.removingLastComponent()) }
    if try makeDirectory(root, mode: 0o700) { try syncDirectory(parent) }
  }

  /// Whoever holds the run lock writes alone: what is unfinished was left by a run that was killed.
  func removeRemains() throws(SystemError) {
    let entries: [DirectoryEntry]
    do throws(FileProblem) {
      entries = try listTrusted(root, trust: .unchecked)
    } catch {
      guard case .unreadable(let errno) = error.kind else { return }
      throw SystemError("opendir", root.string, errno)
    }
    for entry in entries where entry.name.string.hasPrefix(Store.unfinished) {
      let directory = root.appending(entry.name)
      guard entry.kind == .directory else {
        try call("unlink", directory) { unsafe unlink(directory.string) }
        continue
      }
      for file in (try? listTrusted(directory, trust: .unchecked)) ?? [] {
        let path = directory.appending(file.name)
        try call("unlink", path) { unsafe unlink(path.string) }
      }
      try call("rmdir", directory) { unsafe rmdir(directory.string) }
    }
  }
}

/// Makes a directory, whatever the umask says; false when it was there.
@discardableResult
private func makeDirectory(_ path: FilePath, mode: mode_t) throws(SystemError) -> Bool {
  do throws(SystemError) {
    try call("mkdir", path) { unsafe mkdir(path.string, mode) }
  } catch {
    if error.errno == .fileExists { return false }
    throw error
  }
  try call("chmod", path) { unsafe chmod(path.string, mode) }
  return true
}

func call(
  _ operation: String, _ path: FilePath, _ body: () -> CInt
) throws(SystemError) {
  try orFailure(operation, path) { () throws(Errno) in _ = try systemCall(body) }
}
