package import JSONText

/// A document of the contract: it says its version and kind, then its fields.
package protocol Document: JSONObject {
  static var kind: String { get }
  func writeBody(to object: inout JSONObjectWriter)
}

/// The version of all documents, in and out.
package let apiVersion = "klpolicy/v1"

extension Document {
  package func writeFields(to object: inout JSONObjectWriter) {
    object.field("apiVersion", apiVersion)
    object.field("kind", Self.kind)
    writeBody(to: &object)
  }
}
