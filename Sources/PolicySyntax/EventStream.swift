internal import CLibYAML
internal import Diagnostics
internal import Nodes

/// libyaml's parser over one buffer, one event at a time.
///
/// `yaml_parser_t` points into itself, so it lives on the heap; the buffer must outlive it.
@safe struct EventStream: ~Copyable {
  /// How many lines of the text come before the buffer.
  private let linesBefore: UInt32
  private let parser: UnsafeMutablePointer<yaml_parser_t>
  private let event: UnsafeMutablePointer<yaml_event_t>
  private let byteCount: Int

  /// Where the parser could not go on; libyaml's own words.
  struct Failure: Error {
    var problem: String
    /// Absent for bytes that are wrong in themselves, and then `byteOffset` is there.
    var mark: Position?
    var byteOffset: Int?
    /// What was being read, and where that began.
    var context: String?
    var contextMark: Position?
  }

  /// - Throws: when there is no memory.
  init(_ bytes: UnsafeBufferPointer<UInt8>, linesBefore: UInt32) throws(Failure) {
    byteCount = bytes.count
    self.linesBefore = linesBefore
    unsafe parser = .allocate(capacity: 1)
    unsafe event = .allocate(capacity: 1)
    unsafe event.initialize(to: yaml_event_t())
    guard unsafe yaml_parser_initialize(parser) == 1 else {
      unsafe parser.initialize(to: yaml_parser_t())
      throw Failure(problem: "there is no memory for the YAML parser")
    }
    unsafe yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
    unsafe yaml_parser_set_input_string(parser, bytes.baseAddress, bytes.count)
  }

  deinit {
    unsafe yaml_event_delete(event)
    unsafe yaml_parser_delete(parser)
    unsafe event.deallocate()
    unsafe parser.deallocate()
  }

  /// Moves to the next event, which is `YAML_STREAM_END_EVENT` at last.
  mutating func next() throws(Failure) -> yaml_event_type_t {
    unsafe yaml_event_delete(event)
    guard unsafe yaml_parser_parse(parser, event) == 1 else { throw failure() }
    return unsafe event.pointee.type
  }

  /// Where the event begins.
  var start: Position { unsafe position(event.pointee.start_mark) }

  /// Where the event's own text begins and ends, in code points from the start of the buffer; a
  /// byte order mark does not count.
  var range: Range<Int> {
    let (start, end) = unsafe (event.pointee.start_mark.index, event.pointee.end_mark.index)
    return Int(clamping: start)..<Int(clamping: max(start, end))
  }

  /// Whether a scalar is neither quoted nor a block scalar.
  var isPlain: Bool {
    unsafe event.pointee.data.scalar.style == YAML_PLAIN_SCALAR_STYLE
  }

  /// Whether a scalar is one of `|` or `>`.
  var isBlockScalar: Bool {
    let style = unsafe event.pointee.data.scalar.style
    return style == YAML_LITERAL_SCALAR_STYLE || style == YAML_FOLDED_SCALAR_STYLE
  }

  /// Whether a scalar has no text.
  var isEmpty: Bool { unsafe event.pointee.data.scalar.length == 0 }

  /// Whether the event's own text has several lines.
  var hasLines: Bool { unsafe event.pointee.start_mark.line < event.pointee.end_mark.line }

  /// Whether a sequence or mapping is written in brackets.
  var isFlow: Bool {
    if unsafe event.pointee.type == YAML_SEQUENCE_START_EVENT {
      return unsafe event.pointee.data.sequence_start.style == YAML_FLOW_SEQUENCE_STYLE
    }
    return unsafe event.pointee.data.mapping_start.style == YAML_FLOW_MAPPING_STYLE
  }

  /// Appends a scalar's text.
  func appendText(to text: inout [UInt8]) {
    unsafe text.append(
      contentsOf: UnsafeBufferPointer(
        start: event.pointee.data.scalar.value, count: event.pointee.data.scalar.length))
  }

  /// The name of an alias.
  var alias: String? { unsafe string(event.pointee.data.alias.anchor) }

  /// The name of an alias, or of a node's anchor.
  var name: String? {
    unsafe event.pointee.type == YAML_ALIAS_EVENT ? alias : properties.anchor
  }

  /// The anchor and tag of a scalar, a sequence or a mapping.
  var properties: (anchor: String?, hasTag: Bool) {
    // No copy of `data`: it is a union of a hundred bytes.
    switch unsafe event.pointee.type {
    case YAML_SCALAR_EVENT:
      let (anchor, tag) = unsafe (event.pointee.data.scalar.anchor, event.pointee.data.scalar.tag)
      return unsafe (string(anchor), tag != nil)
    case YAML_SEQUENCE_START_EVENT:
      return unsafe (
        string(event.pointee.data.sequence_start.anchor),
        event.pointee.data.sequence_start.tag != nil
      )
    case YAML_MAPPING_START_EVENT:
      return unsafe (
        string(event.pointee.data.mapping_start.anchor),
        event.pointee.data.mapping_start.tag != nil
      )
    default: return (nil, false)
    }
  }

  private func failure() -> Failure {
    let parser = unsafe parser.pointee
    var failure = Failure(
      problem: unsafe parser.problem.map { unsafe String(cString: $0) } ?? "it cannot be read")
    if unsafe parser.error == YAML_READER_ERROR {
      failure.byteOffset = unsafe min(parser.problem_offset, byteCount)
    } else {
      failure.mark = unsafe position(parser.problem_mark)
    }
    if let context = unsafe parser.context {
      failure.context = unsafe String(cString: context)
      failure.contextMark = unsafe position(parser.context_mark)
    }
    return failure
  }

  private func position(_ mark: yaml_mark_t) -> Position {
    Position(
      line: UInt32(truncatingIfNeeded: mark.line + 1) + linesBefore,
      column: UInt32(truncatingIfNeeded: mark.column + 1))
  }

  private func string(_ text: UnsafeMutablePointer<yaml_char_t>?) -> String? {
    unsafe text.map { unsafe String(cString: $0) }
  }
}
