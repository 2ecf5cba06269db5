extension String: JSONValue {
  package func write(to writer: inout JSONWriter) { writer.string(self) }
}

extension Int: JSONValue {
  package func write(to writer: inout JSONWriter) { writer.integer(self) }
}

extension Double: JSONValue {
  package func write(to writer: inout JSONWriter) { writer.double(self) }
}

extension Bool: JSONValue {
  package func write(to writer: inout JSONWriter) { writer.bool(self) }
}

extension Array: JSONValue where Element: JSONValue {
  package func write(to writer: inout JSONWriter) {
    writer.array { array in
      for element in self { array.item(element) }
    }
  }
}

/// Keys are written in order, so that equal dictionaries give equal bytes.
extension Dictionary: JSONValue where Key == String, Value: JSONValue {
  package func write(to writer: inout JSONWriter) {
    writer.object { object in
      for (key, value) in self.sorted(by: { $0.key < $1.key }) { object.field(key, value) }
    }
  }
}

/// An enumeration of texts is written as its text: declare the conformance, this is its body.
extension JSONValue where Self: RawRepresentable, RawValue == String {
  package func write(to writer: inout JSONWriter) { writer.string(rawValue) }
}

/// A document or a part of one, written as an object: only its fields are left to say.
package protocol JSONObject: JSONValue {
  func writeFields(to object: inout JSONObjectWriter)
}

extension JSONObject {
  package func write(to writer: inout JSONWriter) {
    writer.object { self.writeFields(to: &$0) }
  }
}
