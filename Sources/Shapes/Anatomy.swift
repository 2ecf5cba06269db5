internal import Diagnostics
internal import JSONText
internal import Nodes

/// What a type of value asks a shape for: it is looked at when a value is something else, so that
/// the advice can say what to write instead.
indirect enum Anatomy {
  case text(TextForm)
  /// One of a few words, and what to write instead of another text.
  case words([String], instead: (String) -> String?)
  case number
  case boolean
  case list(Anatomy)
  case oneOrMany(Anatomy)
  /// A mapping whose keys the user chooses.
  case dictionary
  case mapping([Part], shorthand: String?)

  /// A known key of a mapping.
  struct Part {
    let key: String
    let about: String
    let isRequired: Bool
    let value: Anatomy
  }

  init<V: ShapedValue>(of type: V.Type) {
    var dissection = Dissection()
    _ = V(value: &dissection)
    self = dissection.anatomy
  }

  var isNumber: Bool { if case .number = self { true } else { false } }

  /// The known keys of a mapping; none of anything else.
  var parts: [Part] {
    guard case .mapping(let parts, _) = self else { return [] }
    return parts
  }

  /// The part that a value alone most likely is: the first, where that is not just a name.
  var mainPart: Part? { parts.first { $0.isRequired || $0.key != "name" } }

  /// How a value of the type is written, between brackets where it is none of a few characters.
  var example: String? {
    switch self {
    case .text(let form): form.examples.first.map(inBrackets)
    case .words(let words, _): words.first
    case .number, .dictionary: nil
    case .boolean: "true"
    case .list(let item): item.example.map { "[\($0)]" }
    case .oneOrMany(let item): item.example
    case .mapping(let parts, nil): Anatomy.example(parts)
    case .mapping(let parts, let key?): parts.first { $0.key == key }?.value.example
    }
  }

  private static func example(_ parts: [Part]) -> String? {
    let required = parts.filter(\.isRequired).map { part in
      part.value.example.map { "\(part.key): \($0)" }
    }
    if required.isEmpty || required.contains(nil) { return nil }
    return "{\(required.compactMap(\.self).joined(separator: ", "))}"
  }

  /// Whether an unquoted or quoted text may well be such a value.
  func accepts(_ text: String) -> Bool {
    switch self {
    case .text(let form): return form.pattern?.matches(text) ?? true
    case .words(let words, _): return words.contains(text)
    case .number: return PlainScalar(text.utf8Span.span) == .number
    case .boolean: return PlainScalar(text.utf8Span.span) == .boolean
    case .oneOrMany(let item): return item.accepts(text)
    case .list, .dictionary: return false
    case .mapping(let parts, let shorthand):
      return parts.first { $0.key == shorthand }?.value.accepts(text) ?? false
    }
  }
}

/// A text as it can stand in `[...]` and `{...}`.
func inBrackets(_ text: String) -> String {
  let isSafe = text.utf8.allSatisfy { byte in
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "a")...UInt8(ascii: "z"):
      true
    default: "-_./".utf8.contains(byte)
    }
  }
  let isText = PlainScalar(text.utf8Span.span) == .text && text != "-"
  return isSafe && isText ? text : "\"\(text)\""
}

/// The shape that finds out what one value is.
private struct Dissection: ValueShape {
  var anatomy = Anatomy.dictionary

  var place: Place { nowhere }

  mutating func text<V>(_ form: TextForm, or placeholder: V, _ parse: (String) -> V?) -> V {
    anatomy = .text(form)
    return placeholder
  }

  mutating func text(_ form: TextForm) -> String {
    anatomy = .text(form)
    return ""
  }

  mutating func integer(_ range: ClosedRange<Int>) -> Int {
    anatomy = .number
    return placeholder(range)
  }

  mutating func number(_ range: ClosedRange<Double>, whole: Double) -> Double {
    anatomy = .number
    return placeholder(range)
  }

  mutating func boolean() -> Bool {
    anatomy = .boolean
    return false
  }

  mutating func choice<V: RawRepresentable & CaseIterable>(_ type: V.Type) -> V
  where V.RawValue == String {
    anatomy = .words(V.allCases.map(\.rawValue)) { wordInstead(of: $0, type) }
    return firstCase(of: type)
  }

  mutating func list<V: ShapedValue>(of type: V.Type) -> [V] {
    anatomy = .list(Anatomy(of: type))
    return []
  }

  mutating func list<V: ShapedValue>(of type: V.Type, count: ClosedRange<Int>) -> [V] {
    list(of: type)
  }

  mutating func oneOrMany<V: ShapedValue>(of type: V.Type) -> [V] {
    anatomy = .oneOrMany(Anatomy(of: type))
    return []
  }

  mutating func dictionary<V: ShapedValue>(_ keys: TextForm, of type: V.Type) -> [String: V] {
    anatomy = .dictionary
    return [:]
  }

  mutating func mapping<M: Shaped>(_ type: M.Type) -> M {
    var mapping = MappingDissection()
    let value = M(&mapping)
    anatomy = .mapping(mapping.parts, shorthand: M.shorthand)
    return value
  }

  mutating func nullable<V>(or null: V, _ read: (inout Dissection) -> V) -> V {
    read(&self)
  }
}

/// The shape that finds out which keys a mapping has.
private struct MappingDissection: Shape {
  var parts: [Anatomy.Part] = []

  var place: Place { nowhere }

  mutating func required<V: ShapedValue>(_ key: String, _ about: String, as type: V.Type) -> V {
    part(key, about, isRequired: true)
  }

  mutating func optional<V: ShapedValue>(_ key: String, _ about: String, as type: V.Type) -> V? {
    part(key, about) as V
  }

  mutating func `default`<V: ShapedValue & JSONValue>(
    _ key: String, _ value: V, _ about: String
  ) -> V {
    part(key, about)
  }

  mutating func demand(_ rule: KeyRule) {}

  mutating func report(_ diagnostic: Diagnostic) {}

  private mutating func part<V: ShapedValue>(
    _ key: String, _ about: String, isRequired: Bool = false
  ) -> V {
    var dissection = Dissection()
    let value = V(value: &dissection)
    parts.append(
      Anatomy.Part(
        key: key, about: about, isRequired: isRequired, value: dissection.anatomy))
    return value
  }
}
