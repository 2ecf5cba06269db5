/// Writes the fields of one JSON object.
package struct JSONObjectWriter: ~Copyable {
  var writer = JSONWriter()
  var isEmpty = true

  /// One field.
  package mutating func field(_ key: String, _ value: some JSONValue) {
    begin(key)
    value.write(to: &writer)
    writer.valueWasWritten()
  }

  /// A field that is left out when its value is nil: it does not apply.
  package mutating func field(_ key: String, _ value: (some JSONValue)?) {
    if let value { field(key, value) }
  }

  /// One field that holds a text: most do, and are written without asking what they are.
  package mutating func field(_ key: String, _ value: String) {
    begin(key)
    writer.string(value)
  }

  /// One that is left out when there is no text.
  package mutating func field(_ key: String, _ value: String?) {
    if let value { field(key, value) }
  }

  /// A field whose value is there and not known.
  package mutating func null(_ key: String) {
    begin(key)
    writer.null()
  }

  /// A field that holds an object.
  package mutating func object(_ key: String, _ body: (inout JSONObjectWriter) -> Void) {
    begin(key)
    writer.object(body)
  }

  /// A field that holds an array.
  package mutating func array(_ key: String, _ body: (inout JSONArrayWriter) -> Void) {
    begin(key)
    writer.array(body)
  }

  /// A field that holds an array of objects, one for each element.
  package mutating func array<Element>(
    _ key: String, of elements: some Sequence<Element>,
    _ body: (inout JSONObjectWriter, Element) -> Void
  ) {
    array(key) { array in
      for element in elements {
        array.object { body(&$0, element) }
      }
    }
  }

  private mutating func begin(_ key: String) {
    writer.beginElement(isFirst: isEmpty)
    isEmpty = false
    writer.key(key)
  }
}

/// Writes the items of one JSON array.
package struct JSONArrayWriter: ~Copyable {
  var writer = JSONWriter()
  var isEmpty = true

  /// One item.
  package mutating func item(_ value: some JSONValue) {
    begin()
    value.write(to: &writer)
    writer.valueWasWritten()
  }

  package mutating func null() {
    begin()
    writer.null()
  }

  package mutating func object(_ body: (inout JSONObjectWriter) -> Void) {
    begin()
    writer.object(body)
  }

  package mutating func array(_ body: (inout JSONArrayWriter) -> Void) {
    begin()
    writer.array(body)
  }

  private mutating func begin() {
    writer.beginElement(isFirst: isEmpty)
    isEmpty = false
  }
}
