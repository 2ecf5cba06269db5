internal import Diagnostics
internal import JSONText
internal import Nodes

/// The shape that writes what a mapping may hold.
struct MappingSchema: Shape {
  var properties = Schema([])
  var requiredKeys: [String] = []
  private var rules: [KeyRule] = []

  var place: Place { nowhere }

  var members: Schema.Members {
    var members: Schema.Members = [("type", "object"), ("properties", properties)]
    if !requiredKeys.isEmpty { members.append(("required", requiredKeys)) }
    members += KeyRule.members(rules)
    members.append(("additionalProperties", false))
    return members
  }

  /// Whether a mapping with this key and no other one is whole.
  func isWhole(having key: String) -> Bool {
    requiredKeys.allSatisfy { $0 == key }
      && rules.allSatisfy { $0.violation(having: $0.keys.filter { $0 == key }) == nil }
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

  mutating func demand(_ rule: KeyRule) { rules.append(rule) }

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

extension KeyRule {
  /// What a schema says of them all.
  fileprivate static func members(_ rules: [KeyRule]) -> Schema.Members {
    var members: Schema.Members = []
    let dependent = dependencies(rules)
    if !dependent.isEmpty { members.append(("dependentRequired", Schema(dependent))) }
    let conditions = rules.flatMap(\.conditions)
    if conditions.count == 1 { return members + conditions[0].members }
    if !conditions.isEmpty { members.append(("allOf", SchemaArray(conditions))) }
    return members
  }

  /// Which keys need which, in the order in which the keys were first spoken of.
  private static func dependencies(_ rules: [KeyRule]) -> Schema.Members {
    let pairs = rules.flatMap { rule -> [(key: String, others: [String])] in
      switch rule {
      case .exactlyOne, .atMostOne, .atLeastOne: []
      case .together(let keys): keys.map { key in (key, keys.filter { $0 != key }) }
      case .needs(let key, let others): [(key, others)]
      }
    }
    var needs: [(key: String, others: [String])] = []
    for (key, others) in pairs {
      if let index = needs.firstIndex(where: { $0.key == key }) {
        needs[index].others += others.filter { !needs[index].others.contains($0) }
      } else {
        needs.append((key, others))
      }
    }
    return needs.map { ($0.key, $0.others) }
  }

  private var conditions: [Schema] {
    func required(_ keys: [String]) -> Schema { Schema([("required", keys)]) }
    switch self {
    case .exactlyOne(let groups):
      if groups.allSatisfy({ $0.keys.count == 1 }) {
        return [Schema([("oneOf", SchemaArray(groups.map { required($0.required) }))])]
      }
      let ways = groups.map { group in
        let excluded = keys.filter { !group.keys.contains($0) }
        return Schema([
          ("required", group.required),
          ("properties", Schema(excluded.map { ($0, false) })),
        ])
      }
      return [Schema([("anyOf", SchemaArray(ways))])]
    case .atMostOne(let keys):
      return keys.indices.flatMap { first in
        keys[(first + 1)...].map { Schema([("not", required([keys[first], $0]))]) }
      }
    case .atLeastOne(let keys):
      return [Schema([("anyOf", SchemaArray(keys.map { required([$0]) }))])]
    case .together, .needs: return []
    }
  }
}
