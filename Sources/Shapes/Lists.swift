/// A list with at least one item.
package struct NonEmpty<Element> {
  /// Empty for the placeholder of a list that was missing or wrong.
  package var items: [Element]
}

extension NonEmpty: Sendable where Element: Sendable {}
extension NonEmpty: Equatable where Element: Equatable {}
extension NonEmpty: Hashable where Element: Hashable {}

extension NonEmpty: ShapedValue where Element: ShapedValue {
  package init<S: ValueShape>(value shape: inout S) {
    items = shape.list(of: Element.self, count: 1...)
  }
}

/// One text, number or word, or a list of several: `x` says the same as `[x]`.
package struct OneOrMany<Element> {
  /// Empty for the placeholder of what was missing or wrong.
  package var items: [Element]
}

extension OneOrMany: Sendable where Element: Sendable {}
extension OneOrMany: Equatable where Element: Equatable {}
extension OneOrMany: Hashable where Element: Hashable {}

extension OneOrMany: ShapedValue where Element: ShapedValue {
  package init<S: ValueShape>(value shape: inout S) {
    items = shape.oneOrMany(of: Element.self)
  }
}

extension ValueShape {
  /// A list with at least so many items.
  package mutating func list<V: ShapedValue>(
    of type: V.Type, count: PartialRangeFrom<Int>
  ) -> [V] {
    list(of: type, count: count.lowerBound...Int.max)
  }
}
