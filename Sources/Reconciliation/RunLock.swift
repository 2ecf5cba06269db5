internal import Diagnostics
internal import Documents
internal import Files
internal import Journal

/// Why the run lock was not taken.
enum LockRefusal: Error {
  case held(by: String?)
  case failed(Diagnostic)
}

extension HostLayout {
  /// Takes the run lock: both of its files.
  ///
  /// - Parameter timeout: how long to try again while another run holds it; zero tries once.
  /// - Throws: `LockRefusal`; nothing was changed then.
  /// - Returns: the right to write, and the lock itself.
  func takeLock(timeout: Duration) throws(LockRefusal) -> WriteAccess {
    do throws(WriteAccess.Refusal) {
      return try WriteAccess(path: lock, companion: companionLock, timeout: timeout)
    } catch {
      switch error {
      case .held(let holder): throw .held(by: holder)
      case .failed(let error): throw .failed(Diagnostic(error, doing: "the run lock was not taken"))
      }
    }
  }
}
