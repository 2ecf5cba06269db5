internal import Diagnostics
internal import JSONText
internal import Nodes

/// Answers every question with a placeholder: it makes the value that stands for one that is
/// missing or wrong.
struct Blank: Shape, ValueShape {
  let place: Place

  static func value<V: ShapedValue>(_ type: V.Type, at place: Place) -> V {
    var blank = Blank(place: place)
    return V(value: &blank)
  }

  mutating func required<V: ShapedValue>(_ key: String, _ about: String, as type: V.Type) -> V {
    V(value: &self)
  }

  mutating func optional<V: ShapedValue>(_ key: String, _ about: String, as type: V.Type) -> V? {
    nil
  }

  mutating func `default`<V: ShapedValue & JSONValue>(
    _ key: String, _ value: V, _ about: String
  ) -> V { value }

  mutating func demand(_ rule: KeyRule) {}

  mutating func report(_ diagnostic: Diagnostic) {}

  mutating func text<V>(_ form: TextForm, or placeholder: V, _ parse: (String) -> V?) -> V {
    placeholder
  }

  mutating func text(_ form: TextForm) -> String { "" }

  mutating func integer(_ range: ClosedRange<Int>) -> Int { placeholder(range) }

  mutating func number(_ range: ClosedRange<Double>, whole: Double) -> Double { placeholder(range) }

  mutating func boolean() -> Bool { false }

  mutating func choice<V: RawRepresentable & CaseIterable>(_ type: V.Type) -> V
  where V.RawValue == String {
    firstCase(of: type)
  }

  mutating func list<V: ShapedValue>(of type: V.Type) -> [V] { [] }

  mutating func list<V: ShapedValue>(of type: V.Type, count: ClosedRange<Int>) -> [V] { [] }

  mutating func oneOrMany<V: ShapedValue>(of type: V.Type) -> [V] { [] }

  mutating func dictionary<V: ShapedValue>(
    _ keys: TextForm, of type: V.Type
  ) -> [String: V] { [:] }

  mutating func mapping<M: Shaped>(_ type: M.Type) -> M { M(&self) }

  mutating func nullable<V>(or null: V, _ read: (inout Blank) -> V) -> V { null }
}

/// The placeholder of an enumeration.
func firstCase<V: CaseIterable>(of type: V.Type) -> V {
  guard let first = V.allCases.first else { preconditionFailure("\(type) has no cases") }
  return first
}

/// The placeholder of a number: zero, or what is nearest to it.
func placeholder<Number: SignedNumeric & Comparable>(_ range: ClosedRange<Number>) -> Number {
  min(max(range.lowerBound, .zero), range.upperBound)
}
