/// A change of how a vendor's client is set. A token never stands in it.
package struct ClientChange: Hashable, Sendable {
  /// Whose client it is, as policies name it: `canonical`.
  package var service: String
  /// As the client calls it: `patch-delay`; `enabled` for whether it is.
  package var key: String
  /// Nil where the setting is taken back.
  package var value: String?
  /// What it was before, as far as the client shows it: of an address without what may be a password.
  /// Nil where it was not set.
  package var before: String?

  package init(service: String, key: String, value: String?, before: String?) {
    self.service = service
    self.key = key
    self.value = value
    self.before = before
  }

  /// `patch-delay=2d`
  package var text: String { "\(key)=\(value ?? "")" }
}
