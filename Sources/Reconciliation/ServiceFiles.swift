internal import Artefacts
internal import Documents
internal import Files
internal import Glibc
internal import Journal
internal import Planning
internal import SystemPackage

/// The files of vendors' services that are changed: those from which kpatch.service loads at boot,
/// `/var/lib/kpatch/<release>`, and the configuration of dnf's plugin kpatch.
///
/// Each change needs the run lock and an intent that is in the journal, as one of the kernel does.
/// Whatever the power does meanwhile, a file is as it was before or as it is to be.
struct ServiceFiles {
  /// The kernel release whose directory it is.
  let release: String
  let trust: FileTrust

  private var folder: FilePath { FilePath(kpatchFolder(release)) }

  /// What is in a file now; nil where there is none.
  ///
  /// - Throws: a problem of a file that cannot be read, or that somebody else than root could have
  ///   written.
  func content(of path: String) throws(FileProblem) -> [UInt8]? {
    do throws(FileProblem) {
      return try readTrusted(FilePath(path), trust: trust, limit: Artefact.largestSize)
    } catch {
      if error.kind == .absent { return nil }
      throw error
    }
  }

  /// Whether a path is that of a file which may be changed, and of none elsewhere.
  func has(_ path: String) -> Bool { path == kpatchPluginPath || isModule(path) }

  private func isModule(_ path: String) -> Bool {
    let path = FilePath(path)
    return path.removingLastComponent() == folder && path.isLexicallyNormal
      && path.lastComponent?.kind == .regular
  }

  /// Makes the change that `intent` announces, with `bytes` for what is written.
  func carryOut(
    _ intent: consuming Intent, _ bytes: [UInt8], under access: borrowing WriteAccess
  ) -> Outcome {
    let change = intent.change
    do throws(SystemError) {
      switch change {
      case .writeFile(let file):
        if isModule(file.path) { try makeFolder() }
        try removeRemains(of: FilePath(file.path))
        try writeDurably(
          bytes, to: FilePath(file.path),
          permissions: [.ownerReadWrite, .groupRead, .otherRead])
      case .removeFile(let file): try remove(FilePath(file.path))
      case .load, .disable, .unload, .reverse, .force, .installPackage, .removePackage,
        .configureClient:
        throw SystemError("write", change.module, .invalidArgument)
      }
      return intent.outcome(nil)
    } catch {
      return intent.outcome(error)
    }
  }

  /// What a run that was killed left of a file, which kpatch passes over: whoever holds the lock writes
  /// alone.
  private func removeRemains(of path: FilePath) throws(SystemError) {
    let begin = ".\(path.lastComponent?.string ?? "")."
    let folder = path.removingLastComponent()
    let entries = (try? listTrusted(folder, trust: .unchecked)) ?? []
    for entry in entries where entry.name.string.hasPrefix(begin) {
      let rest = entry.name.string.dropFirst(begin.count)
      if rest.allSatisfy({ $0.isNumber || $0 == "-" }) { try remove(folder.appending(entry.name)) }
    }
  }

  private func remove(_ path: FilePath) throws(SystemError) {
    try orFailure("unlink", path) { () throws(Errno) in
      _ = try systemCall { unsafe path.withPlatformString { unsafe unlink($0) } }
    }
    try syncDirectory(path.removingLastComponent())
  }

  /// kpatch's directory and that of the release, for everybody to read, as kpatch itself makes them.
  private func makeFolder() throws(SystemError) {
    for directory in [folder.removingLastComponent(), folder] {
      do throws(SystemError) {
        try orFailure("mkdir", directory) { () throws(Errno) in
          _ = try systemCall { unsafe directory.withPlatformString { unsafe mkdir($0, 0o755) } }
        }
      } catch {
        if error.errno == .fileExists { continue }
        throw error
      }
      try orFailure("chmod", directory) { () throws(Errno) in
        _ = try systemCall { unsafe directory.withPlatformString { unsafe chmod($0, 0o755) } }
      }
      try syncDirectory(directory.removingLastComponent())
    }
    // Whoever could write there could choose what root loads at boot.
    do throws(FileProblem) {
      _ = try listTrusted(folder, trust: trust)
    } catch {
      throw SystemError("open", "\(folder) (\(error))", .permissionDenied)
    }
  }
}
