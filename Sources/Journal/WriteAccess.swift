package import Files
internal import Glibc
package import SystemPackage

/// The right to change this host: it *is* the run lock.
///
/// Everything that writes to the kernel, the journal or the store borrows one, so code that has
/// none, all planning, cannot write. The lock is an flock(2) on an open file: the kernel lets go
/// of it when the process ends, however it ends.
package struct WriteAccess: ~Copyable {
  private let lock: OwnedDescriptor
  /// A second lock, where nobody cleans up: `/run` may be swept while a run is at work.
  private let companion: OwnedDescriptor?

  /// Why the lock was not taken.
  package enum Refusal: Error, Hashable, Sendable {
    /// Another run holds it, and still did when the time was up.
    case held(by: String?)
    case failed(SystemError)
  }

  /// Takes the run lock at `path`, creating the file and its directory where they are missing.
  ///
  /// - Parameters:
  ///   - path: the lock file, `/run/klpolicy/lock` on a host.
  ///   - companion: a lock file that is taken with it, in a directory that is never cleaned; nil for
  ///     none.
  ///   - timeout: how long to try again while another run holds it; zero tries once.
  /// - Throws: `Refusal`.
  package init(path: FilePath, companion: FilePath? = nil, timeout: Duration) throws(Refusal) {
    let deadline = ContinuousClock.now + timeout
    let lock = try WriteAccess.take(path, until: deadline)
    let second = try companion.map { path throws(Refusal) in
      try WriteAccess.take(path, until: deadline)
    }
    self.lock = lock
    self.companion = second
  }

  private static func take(
    _ path: FilePath, until deadline: ContinuousClock.Instant
  ) throws(Refusal) -> OwnedDescriptor {
    while true {
      // Opened anew each time: a lock on a file that was removed meanwhile excludes nobody.
      let file = try open(path)
      if try isLocked(file.descriptor, path) {
        // For the message of whoever finds the lock held; the lock itself does not depend on it.
        let mark = "\(getpid())\n"
        _ = ftruncate(file.descriptor.rawValue, 0)
        _ = unsafe mark.withCString {
          unsafe pwrite(file.descriptor.rawValue, $0, mark.utf8.count, 0)
        }
        return file
      }
      if ContinuousClock.now >= deadline { throw .held(by: holder(file.descriptor)) }
      usleep(20_000)
    }
  }

  private static func open(_ path: FilePath) throws(Refusal) -> OwnedDescriptor {
    do throws(SystemError) {
      let directory = path.removingLastComponent()
      try makeDirectory(directory)
      let file = try orFailure("open", path) { () throws(Errno) in
        // Whoever may open it could take the lock, even for reading only.
        try openForWriting(path, O_RDWR | O_NONBLOCK, permissions: 0o600)
      }
      try checkOwner(file.descriptor, path, directory)
      return file
    } catch {
      throw .failed(error)
    }
  }

  /// A lock that others may open or swap is none: the file is a regular one of this user's, and
  /// nobody else may write to it or to its directory.
  private static func checkOwner(
    _ file: FileDescriptor, _ path: FilePath, _ directory: FilePath
  ) throws(SystemError) {
    var status = stat()
    guard unsafe fstat(file.rawValue, &status) == 0 else {
      throw SystemError("fstat", path.string, Errno(rawValue: errno))
    }
    guard status.st_mode & S_IFMT == S_IFREG, status.st_uid == geteuid(),
      status.st_mode & 0o022 == 0
    else { throw SystemError("lock", path.string, .permissionDenied) }
    guard unsafe directory.withPlatformString({ unsafe lstat($0, &status) }) == 0 else {
      throw SystemError("lstat", directory.string, Errno(rawValue: errno))
    }
    guard status.st_uid == geteuid(), status.st_mode & 0o022 == 0 else {
      throw SystemError("lock", directory.string, .permissionDenied)
    }
  }

  /// Tries to lock the file, and makes sure that it is the one which `path` names.
  private static func isLocked(
    _ descriptor: FileDescriptor, _ path: FilePath
  ) throws(Refusal) -> Bool {
    do throws(Errno) {
      _ = try systemCall { flock(descriptor.rawValue, LOCK_EX | LOCK_NB) }
    } catch {
      if error == .wouldBlock { return false }
      throw .failed(SystemError("flock", path.string, error))
    }
    var locked = stat()
    var named = stat()
    guard unsafe fstat(descriptor.rawValue, &locked) == 0,
      unsafe path.withPlatformString({ unsafe lstat($0, &named) }) == 0
    else { return false }
    return locked.st_ino == named.st_ino && locked.st_dev == named.st_dev
  }

  private static func holder(_ descriptor: FileDescriptor) -> String? {
    var bytes = [UInt8](repeating: 0, count: 32)
    let count = unsafe pread(descriptor.rawValue, &bytes, bytes.count, 0)
    guard count > 0 else { return nil }
    let text = String(decoding: bytes[..<count], as: UTF8.self)
    return text.split(separator: "\n").first.map(String.init)
  }
}
