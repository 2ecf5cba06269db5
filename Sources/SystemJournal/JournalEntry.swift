/// An entry of systemd's journal: a message, how much it matters, and fields that `journalctl` finds it by.
package struct JournalEntry: Hashable, Sendable {
  /// The levels of syslog(3) that are used here.
  package enum Priority: Int, Sendable {
    case error = 3
    case warning = 4
    case notice = 5
    case info = 6
  }

  /// An upper-case name and its value.
  package struct Field: Hashable, Sendable {
    package var name: String
    package var value: String

    package init(_ name: String, _ value: String) {
      self.name = name
      self.value = value
    }
  }

  package var priority: Priority
  package var message: String
  package var fields: [Field]

  package init(_ priority: Priority, _ message: String, _ fields: [Field] = []) {
    self.priority = priority
    self.message = message
    self.fields = fields
  }

  /// The entry as journald takes it (https://systemd.io/JOURNAL_NATIVE_PROTOCOL): a line a field, or, where
  /// the value has lines itself, the name, the value's length as 64 bits, little-endian, and the value.
  package var bytes: [UInt8] {
    var bytes: [UInt8] = []
    for field in [Field("MESSAGE", message), Field("PRIORITY", "\(priority.rawValue)")] + fields {
      bytes += Array(field.name.utf8)
      let value = Array(field.value.utf8)
      if value.contains(UInt8(ascii: "\n")) {
        bytes.append(UInt8(ascii: "\n"))
        let length = UInt64(value.count)
        bytes += (0..<8).map { UInt8(truncatingIfNeeded: length >> (8 * UInt64($0))) }
      } else {
        bytes.append(UInt8(ascii: "="))
      }
      bytes += value
      bytes.append(UInt8(ascii: "\n"))
    }
    return bytes
  }
}
