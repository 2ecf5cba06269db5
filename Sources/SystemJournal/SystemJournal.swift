internal import Glibc

/// systemd's journal, where standard error goes to it: entries with fields, each a datagram.
package struct SystemJournal: Sendable {
  private let path: String

  /// - Parameter path: the socket that journald listens on.
  package init(path: String = "/run/systemd/journal/socket") { self.path = path }

  /// The journal, where this process's standard error is connected to it, as systemd says in
  /// `JOURNAL_STREAM` (systemd.exec(5)); nil elsewhere, and where standard error was led away since.
  package static func ofStandardError() -> SystemJournal? {
    isAt(STDERR_FILENO) ? SystemJournal() : nil
  }

  /// Whether what is written to a descriptor goes to the journal.
  package static func isAt(_ descriptor: CInt) -> Bool {
    guard let variable = unsafe getenv("JOURNAL_STREAM") else { return false }
    return unsafe isStream(String(cString: variable), descriptor)
  }

  /// Whether `JOURNAL_STREAM`, a device and an inode with a colon between, is this descriptor.
  package static func isStream(_ variable: String, _ descriptor: CInt) -> Bool {
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0 else { return false }
    return variable == "\(status.st_dev):\(status.st_ino)"
  }

  /// Writes entries.
  ///
  /// - Returns: whether the journal took all of them; after the first that it did not take the others
  ///   are not tried.
  package func write(_ entries: [JournalEntry]) -> Bool {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    let name = Array(path.utf8)
    let isShort = unsafe withUnsafeMutableBytes(of: &address.sun_path) { room in
      guard name.count < room.count else { return false }
      unsafe room.copyBytes(from: name)
      return true
    }
    guard isShort else { return false }
    let descriptor = socket(AF_UNIX, CInt(SOCK_DGRAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    let length = socklen_t(MemoryLayout<sockaddr_un>.size)
    let isConnected = unsafe withUnsafePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe connect(descriptor, $0, length) == 0
      }
    }
    guard isConnected else { return false }
    for entry in entries {
      let bytes = entry.bytes
      let sent = unsafe bytes.withUnsafeBytes {
        unsafe send(descriptor, $0.baseAddress, $0.count, CInt(MSG_NOSIGNAL))
      }
      guard sent == bytes.count else { return false }
    }
    return true
  }
}
