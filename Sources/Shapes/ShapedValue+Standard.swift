package import Diagnostics
package import Nodes

extension String: ShapedValue {
  package init<S: ValueShape>(value shape: inout S) {
    self = shape.text(.any)
  }
}

/// Whole numbers stay exact in every JSON reader: below 2^53.
extension Int: ShapedValue {
  package init<S: ValueShape>(value shape: inout S) {
    self = shape.integer(-(1 << 53 - 1)...(1 << 53 - 1))
  }
}

extension Double: ShapedValue {
  package init<S: ValueShape>(value shape: inout S) {
    self = shape.number(-Double.greatestFiniteMagnitude...Double.greatestFiniteMagnitude)
  }
}

extension Bool: ShapedValue {
  package init<S: ValueShape>(value shape: inout S) {
    self = shape.boolean()
  }
}

extension Array: ShapedValue where Element: ShapedValue {
  package init<S: ValueShape>(value shape: inout S) {
    self = shape.list(of: Element.self)
  }
}

extension Dictionary: ShapedValue where Key == String, Value: ShapedValue {
  package init<S: ValueShape>(value shape: inout S) {
    self = shape.dictionary(.any, of: Value.self)
  }
}

/// An enumeration of words: declare the conformance, this is its body.
extension ShapedValue where Self: RawRepresentable & CaseIterable, RawValue == String {
  package init<S: ValueShape>(value shape: inout S) {
    self = shape.choice(Self.self)
  }
}

/// A word of an enumeration that says what it means, for the schema.
package protocol DescribedWord: RawRepresentable, CaseIterable where RawValue == String {
  /// What the word means, in a few words.
  var about: String { get }
}

/// A word of an enumeration for which people have other words.
package protocol TranslatedWord: RawRepresentable, CaseIterable where RawValue == String {
  /// What to write instead of a wrong text, as an instruction; nil where that cannot be told.
  static func advice(on text: String) -> String?
  /// What is due, where the words are too many to list them.
  static var name: String { get }
}

extension TranslatedWord {
  package static var name: String { "one of the words that klpolicy schema prints" }
}

/// What to write instead of a text that is no word of an enumeration.
func wordInstead<V: RawRepresentable & CaseIterable>(of text: String, _ type: V.Type) -> String?
where V.RawValue == String {
  if let translated = V.self as? any TranslatedWord.Type, let advice = translated.advice(on: text) {
    return advice
  }
  return abbreviation(text, V.allCases.map(\.rawValue))
}

/// The word that a text goes on after: `Mon` of `Monday`.
private func abbreviation(_ text: String, _ words: [String]) -> String? {
  words.first { $0.utf8.count >= 3 && text.lowercased().hasPrefix($0.lowercased()) }
    .map { "write \($0)" }
}

/// A value, and where it stood.
package struct Located<Value> {
  package var value: Value
  package var place: Place

  package init(_ value: Value, at place: Place) {
    self.value = value
    self.place = place
  }

  /// With the line of text, for a diagnostic.
  package var location: Location { place.location }
}

extension Located: Sendable where Value: Sendable {}

extension Located: ShapedValue where Value: ShapedValue {
  package init<S: ValueShape>(value shape: inout S) {
    place = shape.place
    value = Value(value: &shape)
  }
}

/// A text of one form, kept as text: `static var form` is all that a conforming type adds.
package protocol FormedText: ShapedValue, Hashable, Sendable {
  static var form: TextForm { get }
  /// Empty for the placeholder of a text that was missing or wrong.
  var text: String { get }
  /// `text` is of the form.
  init(checked text: String)
}

extension FormedText {
  package init<S: ValueShape>(value shape: inout S) {
    self.init(checked: shape.text(Self.form))
  }
}
