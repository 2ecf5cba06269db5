internal import JSONText
internal import Nodes

/// The shape that writes what one value may be.
struct ValueSchema: ValueShape {
  var members: Schema.Members = []

  var place: Place { nowhere }

  mutating func text<V>(_ form: TextForm, or placeholder: V, _ parse: (String) -> V?) -> V {
    _ = text(form)
    return placeholder
  }

  mutating func text(_ form: TextForm) -> String {
    members = [("type", "string")]
    if let pattern = form.pattern { members.append(("pattern", pattern.regularExpression)) }
    if let format = form.format { members.append(("format", format)) }
    if !form.examples.isEmpty { members.append(("examples", form.examples)) }
    return ""
  }

  mutating func integer(_ range: ClosedRange<Int>) -> Int {
    members = [
      ("type", "integer"), ("minimum", range.lowerBound), ("maximum", range.upperBound),
    ]
    return placeholder(range)
  }

  mutating func number(_ range: ClosedRange<Double>, whole: Double) -> Double {
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
    let words = Array(V.allCases)
    members = [("type", "string"), ("enum", words.map(\.rawValue))]
    let descriptions = words.compactMap { ($0 as? any DescribedWord)?.about }
    // No keyword of JSON Schema, which passes over it; editors show it beside each word.
    if !descriptions.isEmpty { members.append(("enumDescriptions", descriptions)) }
    return firstCase(of: type)
  }

  mutating func list<V: ShapedValue>(of type: V.Type) -> [V] {
    list(of: type, count: 0...Int.max)
  }

  mutating func list<V: ShapedValue>(of type: V.Type, count: ClosedRange<Int>) -> [V] {
    members = [("type", "array")]
    if count.lowerBound > 0 { members.append(("minItems", count.lowerBound)) }
    if count.upperBound < Int.max { members.append(("maxItems", count.upperBound)) }
    members.append(("items", schema(of: type)))
    return []
  }

  mutating func oneOrMany<V: ShapedValue>(of type: V.Type) -> [V] {
    _ = list(of: type, count: 1...Int.max)
    members = [("anyOf", SchemaArray([schema(of: type), Schema(members)]))]
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
    members = mapping.members
    if let key = M.shorthand, mapping.isWhole(having: key),
      let short = mapping.properties.members.first(where: { $0.key == key })?.value as? Schema
    {
      members = [("anyOf", SchemaArray([short, Schema(members)]))]
    }
    return value
  }

  mutating func nullable<V>(or null: V, _ read: (inout ValueSchema) -> V) -> V {
    _ = read(&self)
    members = Schema(members).nullable.members
    return null
  }

  private func schema<V: ShapedValue>(of type: V.Type) -> Schema {
    var schema = ValueSchema()
    _ = V(value: &schema)
    return Schema(schema.members)
  }
}
