package import JSONText
package import Shapes

extension Timestamp: CustomStringConvertible {
  /// RFC 3339 in UTC: `2026-11-20T08:00:00Z`.
  package var description: String { RFC3339.text(secondsSinceEpoch: secondsSinceEpoch) }
}

extension Timestamp: JSONValue {
  package func write(to writer: inout JSONWriter) { writer.string(description) }
}

extension Timestamp: ShapedValue {
  package init<S: ValueShape>(value shape: inout S) {
    self = shape.text(RFC3339.form, or: Timestamp(secondsSinceEpoch: 0)) { text in
      RFC3339.secondsSinceEpoch(text).map(Timestamp.init(secondsSinceEpoch:))
    }
  }
}
