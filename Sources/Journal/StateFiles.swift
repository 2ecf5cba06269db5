internal import Files
internal import Glibc
internal import SystemPackage

/// Makes one directory of klpolicy's own, where it is missing; its parent has to be there.
func makeDirectory(_ path: FilePath) throws(SystemError) {
  do throws(Errno) {
    _ = try systemCall { unsafe path.withPlatformString { unsafe mkdir($0, 0o755) } }
  } catch {
    if error != .fileExists { throw SystemError("mkdir", path.string, error) }
  }
}

/// Opens a file of klpolicy's own, making it where it is missing; never through a symbolic link.
func openForWriting(_ path: FilePath, _ flags: CInt) throws(Errno) -> OwnedDescriptor {
  let number = try systemCall {
    unsafe path.withPlatformString {
      unsafe open($0, flags | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o644)
    }
  }
  return OwnedDescriptor(FileDescriptor(rawValue: number))
}
