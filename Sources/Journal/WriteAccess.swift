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
  ///   - timeout: how long to try again while another run holds it; zero tries once.
  /// - Throws: `Refusal`.
  package init(path: FilePath, timeout: Duration) throws(Refusal) {
    let deadline = ContinuousClock.now + timeout
    while true {
      // Opened anew each time: a lock on a file that was removed meanwhile excludes nobody.
      let file = try WriteAccess.open(path)
      if try WriteAccess.isLocked(file.descriptor, path) {
        lock = file
        break
      }
      if ContinuousClock.now >= deadline {
        throw .held(by: WriteAccess.holder(file.descriptor))
      }
      usleep(20_000)
    }
    let descriptor = lock.descriptor
    // For the message of whoever finds the lock held; the lock itself does not depend on it.
    let mark = "\(getpid())\n"
    _ = ftruncate(descriptor.rawValue, 0)
    _ = unsafe mark.withCString { unsafe pwrite(descriptor.rawValue, $0, mark.utf8.count, 0) }
  }

  private static func open(_ path: FilePath) throws(Refusal) -> OwnedDescriptor {
    do throws(SystemError) {
      try makeDirectory(path.removingLastComponent())
      return try orFailure("open", path) { () throws(Errno) in
        // Whoever may open it could take the lock, even for reading only.
        try openForWriting(path, O_RDWR, permissions: 0o600)
      }
    } catch {
      throw .failed(error)
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
