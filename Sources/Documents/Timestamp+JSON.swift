internal import Glibc
package import JSONText
package import Shapes

extension Timestamp: CustomStringConvertible {
  /// RFC 3339 in UTC: `2026-11-20T08:00:00Z`.
  package var description: String {
    var seconds = time_t(secondsSinceEpoch)
    var parts = tm()
    guard unsafe gmtime_r(&seconds, &parts) != nil else { return "\(secondsSinceEpoch)" }
    func digits(_ value: Int32, _ count: Int = 2) -> String {
      let text = String(value)
      return String(repeating: "0", count: max(0, count - text.count)) + text
    }
    return "\(digits(parts.tm_year + 1900, 4))-\(digits(parts.tm_mon + 1))-\(digits(parts.tm_mday))"
      + "T\(digits(parts.tm_hour)):\(digits(parts.tm_min)):\(digits(parts.tm_sec))Z"
  }
}

extension Timestamp: JSONValue {
  package func write(to writer: inout JSONWriter) { writer.string(description) }
}

extension Timestamp: ShapedValue {
  package init<S: ValueShape>(value shape: inout S) {
    self = shape.text(.time, or: Timestamp(secondsSinceEpoch: 0), Timestamp.init(rfc3339:))
  }
}
