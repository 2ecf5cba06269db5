internal import CFiles
internal import Glibc
package import SystemPackage

/// Writes a file so that, whenever the power goes, either the old content or the whole new one is
/// there: a temporary file beside it, synced, renamed over it, and the directory synced.
///
/// What is there and no file, such as a device, a pipe or a link to one, is left as it is: root would put a
/// file in the place of `/dev/null`, or of `/dev/stdout`. The umask does not touch `permissions`. When it
/// throws before the last sync, the old content is still there, and no temporary file is left.
package func writeDurably(
  _ bytes: [UInt8], to path: FilePath, permissions: FilePermissions = [.ownerReadWrite]
) throws(SystemError) {
  guard let name = path.lastComponent, name.kind == .regular else {
    throw SystemError("open", path.string, .isDirectory)
  }
  if let type = try? path.stat(followTargetSymlink: false).type, type != .regular,
    type != .directory
  {
    let isLink = type == .symbolicLink
    throw SystemError("rename", path.string, isLink ? .tooManySymbolicLinkLevels : .fileExists)
  }
  let parent = path.removingLastComponent()
  let directoryPath: FilePath = parent.isEmpty ? "." : parent
  let directory = try orFailure("open", directoryPath) { () throws(Errno) in
    try open(directoryPath, in: nil, O_RDONLY | O_DIRECTORY)
  }
  let temporary = FilePath(".\(name).\(getpid())-\(UInt32.random(in: 0 ... .max))")
  let temporaryPath = directoryPath.pushing(temporary)
  let file = try orFailure("open", temporaryPath) { () throws(Errno) in
    let descriptor = try systemCall {
      unsafe temporary.withPlatformString {
        unsafe openat(
          directory.descriptor.rawValue, $0, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
          0o600)
      }
    }
    return OwnedDescriptor(FileDescriptor(rawValue: descriptor))
  }
  do throws(SystemError) {
    try orFailure("write", temporaryPath) { () throws(Errno) in
      try file.descriptor.writeEverything(bytes)
    }
    try orFailure("fchmod", temporaryPath) { () throws(Errno) in
      _ = try systemCall { fchmod(file.descriptor.rawValue, permissions.rawValue) }
    }
    try orFailure("fsync", temporaryPath) { () throws(Errno) in try file.descriptor.sync() }
    try orFailure("rename", path) { () throws(Errno) in
      _ = try systemCall {
        unsafe temporary.withPlatformString { from in
          unsafe FilePath(root: nil, components: name).withPlatformString { to in
            let parent = directory.descriptor.rawValue
            return unsafe renameat(parent, from, parent, to)
          }
        }
      }
    }
  } catch {
    _ = unsafe temporary.withPlatformString {
      unsafe unlinkat(directory.descriptor.rawValue, $0, 0)
    }
    throw error
  }
  try orFailure("fsync", directoryPath) { () throws(Errno) in try directory.descriptor.sync() }
}

/// Waits until the entries of a directory, as they are now, are on the disk.
package func syncDirectory(_ path: FilePath) throws(SystemError) {
  try orFailure("fsync", path) { () throws(Errno) in
    let directory = try open(path, in: nil, O_RDONLY | O_DIRECTORY)
    try directory.descriptor.sync()
  }
}

/// Waits until everything that was written to the file system of a directory is on the disk.
package func syncFileSystem(of path: FilePath) throws(SystemError) {
  try orFailure("syncfs", path) { () throws(Errno) in
    let directory = try open(path, in: nil, O_RDONLY | O_DIRECTORY)
    let answer = klp_sync_file_system(directory.descriptor.rawValue)
    guard answer == 0 else { throw Errno(rawValue: -answer) }
  }
}

/// Turns the errno of `operation` into a system error that says on what it was tried.
package func orFailure<Result: ~Copyable>(
  _ operation: String, _ path: FilePath, _ body: () throws(Errno) -> Result
) throws(SystemError) -> Result {
  do throws(Errno) {
    return try body()
  } catch {
    throw SystemError(operation, path.string, error)
  }
}
