internal import CLibYAML
internal import Diagnostics
internal import Nodes

/// libyaml's parser over one buffer, one event at a time.
///
/// `yaml_parser_t` points into itself, so it lives on the heap; the buffer must outlive it.
@safe struct EventStream: ~Copyable {
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
  init(_ bytes: UnsafeBufferPointer<UInt8>) throws(Failure) {
    byteCount = bytes.count
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

  /// Whether a scalar is neither quoted nor a block scalar.
  var isPlain: Bool {
    unsafe event.pointee.data.scalar.style == YAML_PLAIN_SCALAR_STYLE
  }

  /// Appends a scalar's text.
  func appendText(to text: inout [UInt8]) {
    let scalar = unsafe event.pointee.data.scalar
    unsafe text.append(contentsOf: UnsafeBufferPointer(start: scalar.value, count: scalar.length))
  }

  /// The name of an alias.
  var alias: String? { unsafe string(event.pointee.data.alias.anchor) }

  /// The anchor and tag of a scalar, a sequence or a mapping.
  var properties: (anchor: String?, hasTag: Bool) {
    let data = unsafe event.pointee.data
    switch unsafe event.pointee.type {
    case YAML_SCALAR_EVENT:
      return unsafe (string(data.scalar.anchor), data.scalar.tag != nil)
    case YAML_SEQUENCE_START_EVENT:
      return unsafe (string(data.sequence_start.anchor), data.sequence_start.tag != nil)
    case YAML_MAPPING_START_EVENT:
      return unsafe (string(data.mapping_start.anchor), data.mapping_start.tag != nil)
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
      line: UInt32(truncatingIfNeeded: mark.line + 1),
      column: UInt32(truncatingIfNeeded: mark.column + 1))
  }

  private func string(_ text: UnsafeMutablePointer<yaml_char_t>?) -> String? {
    unsafe text.map { unsafe String(cString: $0) }
  }
}
