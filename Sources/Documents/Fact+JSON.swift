package import JSONText

extension Fact: JSONValue where Value: JSONValue {
  package func write(to writer: inout JSONWriter) {
    switch self {
    case .known(let value): value.write(to: &writer)
    case .unknown: writer.null()
    }
  }
}
