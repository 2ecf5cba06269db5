internal import Files
internal import Glibc
internal import SystemPackage

/// Makes a directory of klpolicy's own, and those above it, where they are missing: on the disk when
/// this returns.
func makeDirectory(_ path: FilePath) throws(SystemError) {
  let parent = path.removingLastComponent()
  if !parent.isEmpty, parent != path { try makeDirectory(parent) }
  do throws(Errno) {
    _ = try systemCall { unsafe path.withPlatformString { unsafe mkdir($0, 0o755) } }
  } catch {
    if error != .fileExists { throw SystemError("mkdir", path.string, error) }
    return
  }
  if !parent.isEmpty { try syncDirectory(parent) }
}

/// Opens a file of klpolicy's own, making it where it is missing; never through a symbolic link.
func openForWriting(
  _ path: FilePath, _ flags: CInt, permissions: mode_t
) throws(Errno) -> OwnedDescriptor {
  let number = try systemCall {
    unsafe path.withPlatformString {
      unsafe open($0, flags | O_CREAT | O_CLOEXEC | O_NOFOLLOW, permissions)
    }
  }
  return OwnedDescriptor(FileDescriptor(rawValue: number))
}
