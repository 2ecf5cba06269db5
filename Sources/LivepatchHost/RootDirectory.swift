internal import CLinux
internal import Files
internal import Glibc
internal import SystemPackage

/// The directory below which a host is read. Nothing that lies below it, link or `..`, leads out.
///
/// A class because one descriptor serves all copies of the values that read through it.
final class RootDirectory: Sendable {
  /// How paths are resolved.
  enum Resolution {
    /// The root is this machine's own: nothing has to be kept in.
    case live
    /// openat2(2) with RESOLVE_IN_ROOT.
    case kernel
    /// Component by component, for kernels before 5.6 and sandboxes that forbid openat2.
    case walk
  }

  private let directory: OwnedDescriptor
  private let resolution: Resolution

  /// Whether what is read here is the running kernel.
  var isLive: Bool { resolution == .live }

  /// Opens `path` as root.
  ///
  /// - Throws: `SystemError` when it is no directory that can be entered.
  convenience init(_ path: FilePath) throws(SystemError) {
    try self.init(path, resolution: path.lexicallyNormalized() == "/" ? .live : .kernel)
  }

  init(_ path: FilePath, resolution: Resolution) throws(SystemError) {
    do throws(Errno) {
      directory = OwnedDescriptor(
        FileDescriptor(
          rawValue: try systemCall {
            unsafe path.withPlatformString {
              unsafe Glibc.open($0, O_PATH | O_DIRECTORY | O_CLOEXEC)
            }
          }))
    } catch {
      throw SystemError("open", path.string, error)
    }
    self.resolution = resolution
  }

  /// Opens `path`, relative to the root and without a leading slash.
  ///
  /// Never blocks: a pipe in the place of a file is opened without a writer.
  func open(_ path: String, _ access: CInt = O_RDONLY) throws(Errno) -> OwnedDescriptor {
    var flags = access | O_CLOEXEC
    // openat2 refuses what O_PATH ignores.
    if access & O_PATH == 0 { flags |= O_NONBLOCK | O_NOCTTY }
    switch resolution {
    case .live:
      return try openAt(directory.descriptor, path, flags)
    case .kernel:
      let root = directory.descriptor.rawValue
      var descriptor = unsafe path.withCString { unsafe klp_open_in_root(root, $0, flags) }
      // Something was renamed anywhere while a `..` was followed: the kernel asks to try again.
      for _ in 0..<100 where descriptor == -Errno.resourceTemporarilyUnavailable.rawValue {
        descriptor = unsafe path.withCString { unsafe klp_open_in_root(root, $0, flags) }
      }
      if descriptor >= 0 { return OwnedDescriptor(FileDescriptor(rawValue: descriptor)) }
      let reason = Errno(rawValue: -descriptor)
      // Not there, or hidden by a seccomp filter.
      guard reason == .noFunction || reason == .notPermitted else { throw reason }
      return try openByWalking(from: directory.descriptor, path, flags)
    case .walk:
      return try openByWalking(from: directory.descriptor, path, flags)
    }
  }
}

/// openat(2).
func openAt(
  _ directory: FileDescriptor, _ path: String, _ flags: CInt
) throws(Errno) -> OwnedDescriptor {
  let descriptor = try systemCall {
    unsafe path.withCString { unsafe openat(directory.rawValue, $0, flags) }
  }
  return OwnedDescriptor(FileDescriptor(rawValue: descriptor))
}

/// O_PATH of linux/fcntl.h, which Swift does not import: a place in the tree and no more, so that
/// nothing is opened that does something when it is opened.
let O_PATH: CInt = 0o10_000_000
