/// Where the bytes of zones come from.
package struct ZoneDatabase: Sendable {
  /// Why there are no bytes.
  package enum Problem: Error, Hashable, Sendable {
    case absent
    /// A sentence without a full stop.
    case unreadable(String)
  }

  /// A zone in the TZif format (RFC 9636).
  package var read: @Sendable (ZoneName) -> Result<[UInt8], Problem>
  /// All zones that there are, to tell which one was meant; asked for only when one is absent.
  package var names: @Sendable () -> [String]

  package init(
    read: @escaping @Sendable (ZoneName) -> Result<[UInt8], Problem>,
    names: @escaping @Sendable () -> [String] = { [] }
  ) {
    self.read = read
    self.names = names
  }
}
