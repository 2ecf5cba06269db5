package import JSONText
package import Shapes

/// A document of the contract: it says its version and kind, then its fields.
package protocol Document: JSONObject, DocumentType {
  func writeBody(to object: inout JSONObjectWriter)
}

extension Document {
  package func writeFields(to object: inout JSONObjectWriter) {
    object.field("apiVersion", apiVersion)
    object.field("kind", Self.kind)
    writeBody(to: &object)
  }
}
