/// A value with one JSON form.
package protocol JSONValue {
  /// Writes exactly one value.
  func write(to writer: inout JSONWriter)
}

/// Writes one JSON text (RFC 8259) into bytes.
///
/// Objects and arrays are closures, so that none stays open, and a field takes its key and its
/// value in one call. What types cannot forbid, a value that writes nothing or twice, traps.
package struct JSONWriter {
  package enum Layout: Sendable {
    /// No white space at all: one line, as NDJSON and digests need it.
    case compact
    /// One field or item a line, two spaces for each level.
    case indented
    /// The form that digests are made of (RFC 8785): as compact, and the fields sorted by their keys.
    case canonical
  }

  /// What was written so far.
  package private(set) var bytes: [UInt8] = []
  let layout: Layout
  private var depth = 0
  private var valueIsDue = true
  /// Those of the objects that are being written, for the canonical layout; none for the others.
  private var fields = CanonicalFields()
  /// A field of the outermost object that the canonical layout leaves out.
  private var omitted: String?

  package init(_ layout: Layout = .compact) {
    self.layout = layout
  }

  /// The JSON text of `value`; the indented layout ends with a line feed.
  package static func bytes(of value: some JSONValue, _ layout: Layout = .compact) -> [UInt8] {
    var writer = JSONWriter(layout)
    value.write(to: &writer)
    writer.valueWasWritten()
    if layout == .indented { writer.bytes.append(UInt8(ascii: "\n")) }
    return writer.bytes
  }

  /// The canonical JSON text of `value` (RFC 8785), whose keys are unique: what
  /// ``canonicalJSON(_:omitting:)`` makes of its text.
  package static func canonicalBytes(
    of value: some JSONValue, omitting omitted: String? = nil
  ) -> [UInt8] {
    var writer = JSONWriter(.canonical)
    writer.omitted = omitted
    value.write(to: &writer)
    writer.valueWasWritten()
    return writer.bytes
  }

  package mutating func null() { literal("null") }

  package mutating func bool(_ value: Bool) { literal(value ? "true" : "false") }

  package mutating func string(_ value: String) {
    beginValue()
    appendQuoted(value, to: &bytes)
  }

  package mutating func integer(_ value: Int) {
    beginValue()
    appendDecimal(value, to: &bytes)
  }

  /// The shortest text that reads back as the same number, in ECMAScript's form; `null` for
  /// infinities and for what is not a number, as JSON has neither.
  package mutating func double(_ value: Double) {
    guard value.isFinite else { return null() }
    beginValue()
    appendECMAScript(value, to: &bytes)
  }

  package mutating func object(_ body: (inout JSONObjectWriter) -> Void) {
    beginValue()
    open("{")
    let firstField = fields.count
    var object = JSONObjectWriter()
    swap(&object.writer, &self)
    body(&object)
    swap(&object.writer, &self)
    if layout == .canonical {
      fields.sort(from: firstField, in: &bytes, omitting: depth == 1 ? omitted : nil)
    }
    close("}", isEmpty: object.isEmpty)
  }

  package mutating func array(_ body: (inout JSONArrayWriter) -> Void) {
    beginValue()
    open("[")
    var array = JSONArrayWriter()
    swap(&array.writer, &self)
    body(&array)
    swap(&array.writer, &self)
    close("]", isEmpty: array.isEmpty)
  }

  /// Before a field or an item: the comma, the new line.
  mutating func beginElement(isFirst: Bool) {
    if !isFirst { bytes.append(UInt8(ascii: ",")) }
    breakLine()
    valueIsDue = true
  }

  mutating func key(_ key: String) {
    if layout == .canonical { fields.begin(key, at: bytes.count) }
    appendQuoted(key, to: &bytes)
    bytes.append(UInt8(ascii: ":"))
    if layout == .indented { bytes.append(UInt8(ascii: " ")) }
  }

  /// After a field or an item: there must have been one value.
  func valueWasWritten() {
    precondition(!valueIsDue, "a JSON value was asked for and not written")
  }

  private mutating func beginValue() {
    precondition(valueIsDue, "one JSON value was asked for, and two were written")
    valueIsDue = false
  }

  private mutating func literal(_ text: StaticString) {
    beginValue()
    text.withUTF8Buffer { unsafe bytes.append(contentsOf: $0) }
  }

  private mutating func open(_ bracket: Unicode.Scalar) {
    bytes.append(UInt8(ascii: bracket))
    depth += 1
  }

  private mutating func close(_ bracket: Unicode.Scalar, isEmpty: Bool) {
    depth -= 1
    if !isEmpty { breakLine() }
    bytes.append(UInt8(ascii: bracket))
    valueIsDue = false
  }

  private mutating func breakLine() {
    guard layout == .indented else { return }
    bytes.append(UInt8(ascii: "\n"))
    for _ in 0..<depth {
      bytes.append(UInt8(ascii: " "))
      bytes.append(UInt8(ascii: " "))
    }
  }
}
