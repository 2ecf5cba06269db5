internal import ChildProcess
internal import Diagnostics
internal import Files
internal import Glibc
internal import SystemPackage

/// Files for the programs that the agent runs, which are gone when it has run them: each can be read by
/// the one user they run as, and by nobody else.
struct PrivateFiles: Sendable {
  let directory: FilePath
  let user: Command.User?

  /// Makes the directory, empty.
  ///
  /// - Throws: `SyncProblem`.
  func prepare() throws(SyncProblem) {
    do throws(SystemError) {
      try makeDirectories(directory.removingLastComponent(), mode: 0o755)
      try removeTree(directory)
      try makeDirectories(directory, mode: 0o711)
    } catch {
      throw unusable(error)
    }
  }

  /// Takes them away.
  func clear() { try? removeTree(directory) }

  /// Writes one of them.
  ///
  /// - Returns: its path.
  /// - Throws: `SyncProblem`.
  func write(_ name: String, _ bytes: [UInt8]) throws(SyncProblem) -> FilePath {
    let path = directory.appending(name)
    do throws(SystemError) {
      _ = unsafe unlink(path.string)
      try orFailure("write", path) { () throws(Errno) in
        let number = try systemCall {
          unsafe open(path.string, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o400)
        }
        let file = OwnedDescriptor(FileDescriptor(rawValue: number))
        try file.descriptor.writeEverything(bytes)
        if let user {
          _ = try systemCall { fchown(file.descriptor.rawValue, user.userID, user.groupID) }
        }
      }
    } catch {
      throw unusable(error)
    }
    return path
  }

  private func unusable(_ error: SystemError) -> SyncProblem {
    SyncProblem(
      .unreachable,
      Diagnostic(
        .sourceUnusable, "the agent has no place for its files: \(error)",
        advice: "see to it; it is tried again"))
  }
}

/// Makes a directory, and those above it, where they are missing.
func makeDirectories(_ path: FilePath, mode: mode_t) throws(SystemError) {
  let parent = path.removingLastComponent()
  if !parent.isEmpty, parent != path, unsafe access(parent.string, F_OK) != 0 {
    try makeDirectories(parent, mode: 0o755)
  }
  try orFailure("mkdir", path) { () throws(Errno) in
    do throws(Errno) {
      _ = try systemCall { unsafe mkdir(path.string, mode) }
    } catch {
      if error != .fileExists { throw error }
    }
  }
}
