internal import Diagnostics
internal import JSONText
internal import Nodes

/// The JSON Schema (2020-12) of a document type, as an indented JSON text.
package func schema<D: DocumentType>(of type: D.Type) -> [UInt8] {
  var mapping = MappingSchema()
  mapping.property("apiVersion", "the version of the language", [("const", apiVersion)])
  mapping.property("kind", "what the document is", [("const", D.kind)])
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

  func writeFields(to object: inout JSONObjectWriter) {
    for (key, value) in members { object.field(key, value) }
  }
}

/// Schemas in an array: Swift has no array of existentials that is a `JSONValue` itself.
private struct SchemaList: JSONValue {
  var items: [Schema]

  func write(to writer: inout JSONWriter) { items.write(to: &writer) }
}

/// Schemas have no place in a text.
private let nowhere = Place(source: SourceText(path: "", bytes: []), position: nil)

/// The shape that writes what a mapping may hold.
private struct MappingSchema: Shape {
  var properties = Schema([])
  var requiredKeys: [String] = []
  private var alternatives: [[String]] = []

  var place: Place { nowhere }

  var members: Schema.Members {
    var members: Schema.Members = [("type", "object"), ("properties", properties)]
    if !requiredKeys.isEmpty { members.append(("required", requiredKeys)) }
    if !alternatives.isEmpty {
      let each = alternatives.map { keys in
        Schema([("oneOf", SchemaList(items: keys.map { Schema([("required", [$0])]) }))])
      }
      members.append(("allOf", SchemaList(items: each)))
    }
    members.append(("additionalProperties", false))
    return members
  }

  mutating func property(_ key: String, _ about: String, _ members: Schema.Members) {
    properties.members.append((key, Schema([("description", about)] + members)))
  }

  mutating func required<V: ShapedValue>(_ key: String, _ about: String, as type: V.Type) -> V {
    requiredKeys.append(key)
    return value(key, about)
  }

  mutating func optional<V: ShapedValue>(_ key: String, _ about: String, as type: V.Type) -> V? {
    value(key, about)
  }

  mutating func `default`<V: ShapedValue & JSONValue>(
    _ key: String, _ value: V, _ about: String
  ) -> V {
    self.value(key, about, default: value)
  }

  mutating func exactlyOne(of keys: [String]) { alternatives.append(keys) }

  mutating func report(_ diagnostic: Diagnostic) {}

  private mutating func value<V: ShapedValue>(
    _ key: String, _ about: String, default: (any JSONValue)? = nil
  ) -> V {
    var schema = ValueSchema()
    let value = V(value: &schema)
    let end = `default`.map { [("default", $0)] } ?? []
    property(key, about, schema.members + end)
    return value
  }
}

/// The shape that writes what one value may be.
private struct ValueSchema: ValueShape {
  var members: Schema.Members = []

  var place: Place { nowhere }

  mutating func text<V>(_ form: TextForm, or placeholder: V, _ parse: (String) -> V?) -> V {
    members = [("type", "string")]
    if let pattern = form.pattern { members.append(("pattern", pattern.regularExpression)) }
    if let format = form.format { members.append(("format", format)) }
    return placeholder
  }

  mutating func integer(_ range: ClosedRange<Int>) -> Int {
    members = [("type", "integer")]
    if range.lowerBound > -(1 << 53 - 1) { members.append(("minimum", range.lowerBound)) }
    if range.upperBound < 1 << 53 - 1 { members.append(("maximum", range.upperBound)) }
    return placeholder(range)
  }

  mutating func number(_ range: ClosedRange<Double>) -> Double {
    members = [("type", "number")]
    let largest = Double.greatestFiniteMagnitude
    if range.lowerBound > -largest { members.append(("minimum", range.lowerBound)) }
    if range.upperBound < largest { members.append(("maximum", range.upperBound)) }
    return placeholder(range)
  }

  mutating func boolean() -> Bool {
    members = [("type", "boolean")]
    return false
  }

  mutating func choice<V: RawRepresentable & CaseIterable>(_ type: V.Type) -> V
  where V.RawValue == String {
    members = [("enum", V.allCases.map(\.rawValue))]
    return firstCase(of: type)
  }

  mutating func list<V: ShapedValue>(of type: V.Type) -> [V] {
    members = [("type", "array"), ("items", schema(of: type))]
    return []
  }

  mutating func dictionary<V: ShapedValue>(_ keys: TextForm, of type: V.Type) -> [String: V] {
    members = [("type", "object")]
    if let pattern = keys.pattern {
      members.append(("propertyNames", Schema([("pattern", pattern.regularExpression)])))
    }
    members.append(("additionalProperties", schema(of: type)))
    return [:]
  }

  mutating func mapping<M: Shaped>(_ type: M.Type) -> M {
    var mapping = MappingSchema()
    let value = M(&mapping)
    let short = mapping.properties.members.first { $0.key == M.shorthand }
    if let short = short?.value as? Schema {
      members = [("anyOf", SchemaList(items: [short, Schema(mapping.members)]))]
    } else {
      members = mapping.members
    }
    return value
  }

  mutating func nullable<V: ShapedValue>(_ type: V.Type) -> V? {
    members = [("anyOf", SchemaList(items: [schema(of: type), Schema([("type", "null")])]))]
    return nil
  }

  private func schema<V: ShapedValue>(of type: V.Type) -> Schema {
    var schema = ValueSchema()
    _ = V(value: &schema)
    return Schema(schema.members)
  }
}
