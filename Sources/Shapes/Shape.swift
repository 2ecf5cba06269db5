package import Diagnostics
package import JSONText
package import Nodes

/// A value that a document can hold, told once: run on nodes its initialiser decodes, run on a
/// schema writer it writes the JSON Schema.
///
/// The initialiser asks the shape for exactly one thing. On the schema side the answers are
/// placeholders: empty texts, zeros, nils.
package protocol ShapedValue {
  init<S: ValueShape>(value shape: inout S)
}

/// A mapping of known keys: the initialiser asks for each of them, in the order of the document,
/// and always for all of them. Asking for a key declares it; a key not asked for is unknown.
package protocol Shaped: ShapedValue {
  /// A text alone is short for the mapping that has only this key; nil for most mappings.
  static var shorthand: String? { get }

  /// Keys that people bring from other tools or other words: the known key that is meant, or what
  /// to do instead.
  static var foreignKeys: [String: String] { get }

  init<S: Shape>(_ shape: inout S)
}

extension Shaped {
  package static var shorthand: String? { nil }

  package static var foreignKeys: [String: String] { [:] }

  package init<S: ValueShape>(value shape: inout S) {
    self = shape.mapping(Self.self)
  }
}

/// A document of its own, under `apiVersion` and `kind`, which are not asked for.
package protocol DocumentType: Shaped {
  static var kind: String { get }
  /// What it is, in one sentence, for the schema.
  static var about: String { get }
}

/// The version of the language and of all documents.
package let apiVersion = "klpolicy/v1"

/// One mapping: its keys are asked for, and rules inside it are checked.
///
/// What is missing or wrong is reported, and a placeholder takes its place: decoding goes on, so
/// that all errors of a document are found at once.
package protocol Shape {
  /// Where the mapping stands.
  var place: Place { get }

  /// A key that must be there. `about` says in a few words what it holds, for messages and the
  /// schema.
  mutating func required<V: ShapedValue>(_ key: String, _ about: String, as type: V.Type) -> V

  /// A key that may be left out, where nil means something of its own.
  mutating func optional<V: ShapedValue>(_ key: String, _ about: String, as type: V.Type) -> V?

  /// A key that may be left out, which says the same as giving `value`.
  mutating func `default`<V: ShapedValue & JSONValue>(
    _ key: String, _ value: V, _ about: String
  ) -> V

  /// A rule on keys that are asked for as optional: see `exactlyOne(of:)` and the like, which are
  /// short for this. It is judged when all keys of the mapping have been asked for.
  mutating func demand(_ rule: KeyRule)

  /// Reports a broken rule. On the schema side nothing happens.
  mutating func report(_ diagnostic: Diagnostic)
}

extension Shape {
  package mutating func required<V: ShapedValue>(_ key: String, _ about: String) -> V {
    required(key, about, as: V.self)
  }

  package mutating func optional<V: ShapedValue>(_ key: String, _ about: String) -> V? {
    optional(key, about, as: V.self)
  }
}

/// One value, of any kind: exactly one of these is asked for.
package protocol ValueShape {
  /// Where the value stands.
  var place: Place { get }

  /// A text of a form, made into a value by `parse`, whose nil means that it is not of the form
  /// after all.
  mutating func text<V>(_ form: TextForm, or placeholder: V, _ parse: (String) -> V?) -> V

  /// A text of a form, as it is; an empty one takes the place of what is wrong.
  mutating func text(_ form: TextForm) -> String

  /// A whole number in decimal.
  mutating func integer(_ range: ClosedRange<Int>) -> Int

  /// A number within bounds; `whole` is what `100%` would mean.
  mutating func number(_ range: ClosedRange<Double>, whole: Double) -> Double

  mutating func boolean() -> Bool

  /// One of a few words; the first takes the place of what is wrong. The schema describes each
  /// where they are `DescribedWord`s.
  mutating func choice<V: RawRepresentable & CaseIterable>(_ type: V.Type) -> V
  where V.RawValue == String

  mutating func list<V: ShapedValue>(of type: V.Type) -> [V]

  /// A list with so many items.
  mutating func list<V: ShapedValue>(of type: V.Type, count: ClosedRange<Int>) -> [V]

  /// One scalar, or a list of at least one.
  mutating func oneOrMany<V: ShapedValue>(of type: V.Type) -> [V]

  /// A mapping whose keys the user chooses.
  mutating func dictionary<V: ShapedValue>(_ keys: TextForm, of type: V.Type) -> [String: V]

  /// A mapping of known keys.
  mutating func mapping<M: Shaped>(_ type: M.Type) -> M

  /// What `read` reads, or JSON `null`, which is there and not known: `null` stands for that.
  mutating func nullable<V>(or null: V, _ read: (inout Self) -> V) -> V
}

extension ValueShape {
  package mutating func number(_ range: ClosedRange<Double>) -> Double {
    number(range, whole: 100)
  }
}
