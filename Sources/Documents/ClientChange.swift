package import JSONText
package import Shapes

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
  /// Whether `before` is not all of it, so that nobody can bring it back by that.
  package var isHidden: Bool

  package init(
    service: String, key: String, value: String?, before: String?, isHidden: Bool = false
  ) {
    self.service = service
    self.key = key
    self.value = value
    self.before = before
    self.isHidden = isHidden
  }

  /// `patch-delay=2d`
  package var text: String { "\(key)=\(value ?? "")" }
}

extension ClientChange: JSONObject {
  package func writeFields(to object: inout JSONObjectWriter) {
    object.field("service", service)
    object.field("key", key)
    object.field("value", value)
    object.field("before", before)
    if isHidden { object.field("hidden", true) }
  }
}

extension ClientChange: Shaped {
  package init<S: Shape>(_ shape: inout S) {
    service = shape.required("service", "whose client it is")
    key = shape.required("key", "the setting, as the client calls it")
    value = shape.optional("value", "what it is set to; what is absent is taken back")
    before = shape.optional("before", "what it was set to before, as far as the client shows it")
    isHidden = shape.optional("hidden", "whether there was more to it, which is a secret") ?? false
  }
}
