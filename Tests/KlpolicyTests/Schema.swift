/// A JSON Schema, as far as klpolicy's own use it.
struct Schema {
  private let schema: JSON

  init(_ schema: JSON) { self.schema = schema }

  /// The keywords that this checker knows; `format` and `examples` are annotations.
  private static let known: Set<String> = [
    "$schema", "title", "description", "default", "format", "type", "properties", "required",
    "additionalProperties", "propertyNames", "items", "enum", "const", "anyOf", "oneOf", "allOf",
    "pattern", "minimum", "maximum", "not", "dependentRequired", "minItems", "maxItems", "examples",
    "enumDescriptions",
  ]

  /// Where a document does not satisfy it, a line each.
  func problems(_ value: JSON, at path: String = "$") -> [String] {
    if schema == .bool(false) { return ["\(path): may not be there"] }
    guard case .object(let keywords) = schema else { return ["\(path): the schema is none"] }
    var problems = keywords.keys.filter { !Schema.known.contains($0) }
      .map { "\(path): the schema has the keyword \($0), which is not checked" }
    func demand(_ holds: Bool, _ problem: String) {
      if !holds { problems.append("\(path): \(problem)") }
    }
    func parts(_ keyword: String) -> [Schema] { keywords[keyword]?.items.map(Schema.init) ?? [] }

    if let type = keywords["type"] {
      let types = type.text.map { [$0] } ?? type.items.compactMap(\.text)
      let due = types.joined(separator: " or ")
      demand(types.contains { value.has(type: $0) }, "is no \(due)")
    }
    if let constant = keywords["const"] { demand(value == constant, "is not the constant") }
    if let choices = keywords["enum"] {
      demand(choices.items.contains(value), "is none of the values")
    }
    if let pattern = keywords["pattern"]?.text, let text = value.text {
      let matches = (try? Regex(pattern))?.firstMatchExists(in: text)
      demand(matches == true, "\(text) does not match \(pattern)")
    }
    if let minimum = keywords["minimum"]?.number, let number = value.number {
      demand(number >= minimum, "is too small")
    }
    if let maximum = keywords["maximum"]?.number, let number = value.number {
      demand(number <= maximum, "is too large")
    }
    for part in parts("allOf") { problems += part.problems(value, at: path) }
    if keywords["anyOf"] != nil {
      let fits = parts("anyOf").contains { $0.problems(value, at: path).isEmpty }
      demand(fits, "fits none of anyOf")
    }
    if keywords["oneOf"] != nil {
      let fitting = parts("oneOf").count { $0.problems(value, at: path).isEmpty }
      demand(fitting == 1, "fits \(fitting) of oneOf")
    }
    if let excluded = keywords["not"] {
      let fits = Schema(excluded).problems(value, at: path).isEmpty
      demand(!fits, "fits what it must not")
    }
    if case .array(let items) = value {
      demand(items.count >= Int(keywords["minItems"]?.number ?? 0), "has too few items")
      demand(items.count <= Int(keywords["maxItems"]?.number ?? 1e9), "has too many items")
    }
    if case .object(let needs) = keywords["dependentRequired"] ?? .null {
      for (key, others) in needs where value[key] != nil {
        for other in others.items.compactMap(\.text) {
          demand(value[other] != nil, "has \(key) and no \(other)")
        }
      }
    }
    for key in keywords["required"]?.items.compactMap(\.text) ?? [] {
      if case .object = value { demand(value[key] != nil, "has no \(key)") }
    }
    if let items = keywords["items"] {
      for (index, item) in value.items.enumerated() {
        problems += Schema(items).problems(item, at: "\(path)[\(index)]")
      }
    }
    if case .object(let members) = value {
      for (key, member) in members {
        if let names = keywords["propertyNames"] {
          problems += Schema(names).problems(.string(key), at: "\(path).\(key)")
        }
        if let property = keywords["properties"]?[key] {
          problems += Schema(property).problems(member, at: "\(path).\(key)")
        } else if keywords["additionalProperties"] == .bool(false) {
          demand(false, "has the key \(key), which the schema has not")
        } else if let rest = keywords["additionalProperties"], rest != .bool(true) {
          problems += Schema(rest).problems(member, at: "\(path).\(key)")
        }
      }
    }
    return problems
  }
}

extension JSON {
  var number: Double? { if case .number(let digits) = self { Double(digits) } else { nil } }

  fileprivate func has(type: String) -> Bool {
    switch (type, self) {
    case ("object", .object), ("array", .array), ("string", .string), ("boolean", .bool),
      ("null", .null), ("number", .number):
      true
    case ("integer", .number(let digits)): Int(digits) != nil
    default: false
    }
  }
}

extension Regex {
  fileprivate func firstMatchExists(in text: String) -> Bool {
    ((try? firstMatch(in: text)) ?? nil) != nil
  }
}
