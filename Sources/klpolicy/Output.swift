internal import Documents
internal import Glibc
internal import JSONText
internal import SystemPackage

/// Writes data to standard output, whole.
///
/// - Throws: the errno, such as that of a full disk or a reader that went away: a pipeline must not
///   take half a document for a whole one.
func writeOutput(_ bytes: [UInt8]) throws(Errno) {
  do {
    try FileDescriptor.standardOutput.writeAll(bytes)
  } catch {
    throw error as? Errno ?? .ioError
  }
}

/// Writes what is not data to standard error. There is nowhere to report that this failed.
func writeError(_ text: String) {
  _ = try? FileDescriptor.standardError.writeAll(text.utf8)
}

/// Whether a descriptor is a terminal that a person looks at.
func isTerminal(_ descriptor: FileDescriptor) -> Bool {
  isatty(descriptor.rawValue) == 1
}
