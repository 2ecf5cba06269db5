internal import Diagnostics
internal import JSONText
internal import Nodes

/// The JSON Schema (2020-12) of a document type, as an indented JSON text.
///
/// It is written for editors too: each property has a description, and alternatives are used only
/// where no plain type says the same.
package func schema<D: DocumentType>(of type: D.Type) -> [UInt8] {
  var mapping = MappingSchema()
  mapping.property("apiVersion", "the version of the language", Schema.constant(apiVersion))
  mapping.property("kind", "what the document is", Schema.constant(D.kind))
  mapping.requiredKeys = ["apiVersion", "kind"]
  _ = D(&mapping)
  var members: Schema.Members = [
    ("$schema", "https://json-schema.org/draft/2020-12/schema"),
    ("title", D.kind), ("description", D.about),
  ]
  members += mapping.members
  return JSONWriter.bytes(of: Schema(members), .indented)
}

/// A part of a schema, with its members in the order in which they are written.
struct Schema: JSONObject {
  typealias Members = [(key: String, value: any JSONValue)]
  var members: Members

  init(_ members: Members) { self.members = members }

  /// The schema that says `text` and nothing else.
  static func constant(_ text: String) -> Members { [("type", "string"), ("const", text)] }

  /// The schema of a value that is also allowed to be null: by its type, where that can say so.
  var nullable: Schema {
    var schema = self
    for (index, member) in members.enumerated() {
      switch (member.key, member.value) {
      case ("type", let type as String): schema.members[index].value = [type, "null"]
      case ("enum", let words as [String]):
        schema.members[index].value = SchemaArray(words + [SchemaNull()])
      case ("anyOf", let alternatives as SchemaArray):
        schema.members[index].value = SchemaArray(
          alternatives.items + [Schema([("type", "null")])])
      default: break
      }
    }
    return schema
  }

  func writeFields(to object: inout JSONObjectWriter) {
    for (key, value) in members { object.field(key, value) }
  }
}

/// An array of any values: Swift has no array of existentials that is a `JSONValue` itself.
struct SchemaArray: JSONValue {
  var items: [any JSONValue]

  init(_ items: [any JSONValue]) { self.items = items }

  func write(to writer: inout JSONWriter) {
    writer.array { array in
      for item in items { array.item(item) }
    }
  }
}

private struct SchemaNull: JSONValue {
  func write(to writer: inout JSONWriter) { writer.null() }
}

/// Schemas have no place in a text.
let nowhere = Place(source: SourceText(path: "", bytes: []), position: nil)
