package import JSONText
package import Shapes

extension Fact: JSONValue where Value: JSONValue {
  package func write(to writer: inout JSONWriter) {
    switch self {
    case .known(let value): value.write(to: &writer)
    case .unknown: writer.null()
    }
  }
}

extension Fact: ShapedValue where Value: ShapedValue {
  package init<S: ValueShape>(value shape: inout S) {
    self = shape.nullable(or: .unknown) { .known(Value(value: &$0)) }
  }
}
