package import SystemPackage

/// A system call that failed: what was tried, on what, and the kernel's answer.
package struct SystemError: Error, Hashable, Sendable {
  /// The call or kernel operation, as its manual page names it: `open`, `finit_module`.
  package var operation: String
  /// The file, directory or module it was tried on.
  package var path: String
  package var errno: Errno

  package init(_ operation: String, _ path: String, _ errno: Errno) {
    self.operation = operation
    self.path = path
    self.errno = errno
  }
}

extension SystemError: CustomStringConvertible {
  package var description: String { "\(operation) \(path): \(errno)" }
}
