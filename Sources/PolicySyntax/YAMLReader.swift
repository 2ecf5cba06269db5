internal import CLibYAML
package import Diagnostics
package import Nodes

/// How many documents one file may hold.
package let documentLimit = 10_000

/// Reads a YAML text into a node table: the part of YAML 1.2 that the policy language has.
///
/// Aliases are expanded, their nodes placed where they were written; tags are refused; documents
/// without content are left out. Duplicate keys stay: what they mean is for `Shapes` to say.
///
/// - Returns: all documents before the first place where the text is no YAML, and what is wrong.
package func readYAML(
  _ source: SourceText, limits: TextLimits = .yaml
) -> (table: NodeTable, problems: [Diagnostic]) {
  YAMLText(source, limits: limits).read()
}

extension YAMLText {
  /// Reads the whole text.
  package func read() -> (table: NodeTable, problems: [Diagnostic]) {
    guard problems.isEmpty else { return (NodeTable(source: source), problems) }
    return read(Part(all: source))
  }

  /// Reads one of its parts. A part with problems is better told by reading the whole text.
  package func read(_ part: Part) -> (table: NodeTable, problems: [Diagnostic]) {
    var reader = YAMLReader(self)
    do {
      try unsafe source.bytes.withUnsafeBufferPointer { (bytes) throws(Diagnostic) in
        try unsafe reader.read(UnsafeBufferPointer(rebasing: bytes[part.bytes]), part)
      }
    } catch {
      reader.problems.append(error)
    }
    return (reader.table, reader.problems)
  }
}

/// Builds the node table from events, with the open sequences and mappings on a stack of its own.
struct YAMLReader {
  var table: NodeTable
  var problems: [Diagnostic] = []
  private let limits: TextLimits
  private var gaps: Gaps
  private var open: [OpenNode] = []
  private var anchors: [String: Anchored] = [:]
  private var documents = 0

  /// A sequence or mapping whose end has not come.
  private struct OpenNode {
    var index: Int
    var anchor: String?
    /// Whether it is written in brackets.
    var isFlow: Bool
    /// How many blanks stand before the innermost block collection; nil until it is known.
    var indentation: Int?
    /// Whether the next child of a mapping is a key.
    var awaitsKey: Bool
    /// How deep its children are nested so far.
    var height = 0
  }

  /// A complete node that aliases may repeat.
  private struct Anchored {
    var index: Int
    var height: Int
  }

  init(_ text: YAMLText) {
    table = NodeTable(source: text.source)
    limits = text.limits
    gaps = Gaps(text)
  }

  mutating func read(
    _ bytes: UnsafeBufferPointer<UInt8>, _ part: YAMLText.Part
  ) throws(Diagnostic) {
    // No more than this can come without aliases; what is not written to takes no memory.
    table.text.reserveCapacity(bytes.count)
    table.nodes.reserveCapacity(bytes.count / 12)
    do {
      var events = try unsafe EventStream(bytes, linesBefore: part.linesBefore)
      gaps.begin(part.bytes)
      let source = table.source
      let text = source.bytes
      while true {
        let type = try events.next()
        if let oddity = gaps.judge(
          text.span, events.range, context, own(type, events), name: events.name?.utf8.count)
        {
          let position = source.position(ofByte: oddity.byte)
          throw oddity.kind.diagnostic(at: source.location(position))
        }
        if type == YAML_STREAM_END_EVENT { return }
        try take(type, events)
      }
    } catch var failure as EventStream.Failure {
      failure.byteOffset = failure.byteOffset.map { part.bytes.lowerBound + $0 }
      let innermost = open.last.map { table.nodes[$0.index] }
      throw failure.diagnostic(
        in: table.source,
        innermost: innermost.map { Position(line: $0.line, column: $0.column) })
    } catch let problem as Diagnostic {
      throw problem
    } catch {}
  }

  /// How many blanks stand before the innermost block collection; -1 at the top.
  private var indentation: Int { open.last.map { $0.indentation ?? 0 } ?? -1 }

  /// Where the next event stands.
  private var context: Gaps.Context {
    guard let last = open.last, last.isFlow else { return .block }
    return .flow(indentation: indentation)
  }

  private func own(_ type: yaml_event_type_t, _ events: borrowing EventStream) -> Gaps.Own {
    guard type == YAML_SCALAR_EVENT else { return .other }
    if events.isBlockScalar { return .blockScalar(isEmpty: events.isEmpty) }
    return .flowScalar(isPlain: events.isPlain, indentation: events.hasLines ? indentation : nil)
  }

  private mutating func take(
    _ type: yaml_event_type_t, _ events: borrowing EventStream
  ) throws(Diagnostic) {
    switch type {
    case YAML_DOCUMENT_START_EVENT: try beginDocument(events)
    case YAML_SCALAR_EVENT: try addScalar(events)
    case YAML_SEQUENCE_START_EVENT: try openNode(.sequence, events)
    case YAML_MAPPING_START_EVENT: try openNode(.mapping, events)
    case YAML_SEQUENCE_END_EVENT, YAML_MAPPING_END_EVENT: closeNode()
    case YAML_ALIAS_EVENT: try expandAlias(events)
    default: break
    }
  }

  private mutating func beginDocument(_ events: borrowing EventStream) throws(Diagnostic) {
    documents += 1
    guard documents <= documentLimit else {
      throw problem(.tooLarge, "a file has at most \(documentLimit) documents", events.start)
    }
    anchors = [:]
  }

  private mutating func addScalar(_ events: borrowing EventStream) throws(Diagnostic) {
    let textStart = table.text.count
    events.appendText(to: &table.text)
    let textCount = table.text.count - textStart
    let isPlain = events.isPlain
    let start = events.start
    let anchor = try properties(events)
    // `---` with nothing behind it is no document.
    if open.isEmpty, isPlain, textCount == 0 { return }
    try checkIndentation(start, textCount)
    if isPlain, textCount == 0 || mayMislead(table.text[textStart]) {
      try judgePlain(textStart, start, hasAnchor: anchor != nil)
    }
    learnIndentation(start)
    let index = try append(.scalar, isPlain ? .plain : .quoted, start)
    table.nodes[index].textStart = UInt32(textStart)
    table.nodes[index].textCount = UInt32(textCount)
    nodeIsComplete(index, anchor: anchor, height: 0)
  }

  private mutating func openNode(
    _ kind: Node.Kind, _ events: borrowing EventStream
  ) throws(Diagnostic) {
    guard open.count < limits.depth else { throw tooDeep(events.start) }
    let anchor = try properties(events)
    learnIndentation(events.start)
    let index = try append(kind, .plain, events.start)
    // A node that contains itself through an alias has no end.
    if let anchor { anchors[anchor] = nil }
    if open.last?.awaitsKey == true {
      if let template = LikelyMistake.template(at: events.start, in: table.source) {
        throw problem(.invalidYAML, template.message, events.start, advice: template.advice)
      }
      throw problem(
        .invalidYAML, "a list or a mapping cannot be a key", events.start,
        advice: "write `key: value`, and quote a text that begins with [ or {")
    }
    let isFlow = events.isFlow
    if isFlow { try checkIndentation(events.start, 1) }
    let column = Int(events.start.column) - 1
    // Where the dashes of a list stand that begins with an anchor, nothing tells.
    let isUnknown = anchor != nil && kind == .sequence
    open.append(
      OpenNode(
        index: index, anchor: anchor, isFlow: isFlow,
        indentation: isFlow || isUnknown ? indentation : anchor == nil ? column : nil,
        awaitsKey: kind == .mapping))
  }

  /// A mapping begins at its anchor, if it has one, and its indentation is that of its first key.
  private mutating func learnIndentation(_ start: Position) {
    guard let last = open.last, last.indentation == nil else { return }
    open[open.count - 1].indentation = Int(start.column) - 1
  }

  /// A value of a block collection that begins in a line of its own stands under its key.
  private func checkIndentation(_ start: Position, _ textCount: Int) throws(Diagnostic) {
    guard let parent = open.last, !parent.isFlow, !parent.awaitsKey, textCount > 0,
      let indentation = parent.indentation, Int(start.column) - 1 <= indentation
    else { return }
    throw Gaps.Oddity.Kind.outdented.diagnostic(at: table.source.location(start))
  }

  private mutating func closeNode() {
    guard let node = open.popLast() else { return }
    table.nodes[node.index].end = UInt32(table.nodes.count)
    nodeIsComplete(node.index, anchor: node.anchor, height: node.height + 1)
  }

  /// A node has all its children: it may be repeated, and counts in its parent's height.
  private mutating func nodeIsComplete(_ index: Int, anchor: String?, height: Int) {
    if let anchor { anchors[anchor] = Anchored(index: index, height: height) }
    if open.isEmpty {
      table.roots.append(index)
    } else {
      let parent = open.count - 1
      open[parent].height = max(open[parent].height, height)
      if table.nodes[open[parent].index].kind == .mapping { open[parent].awaitsKey.toggle() }
    }
  }

  private mutating func expandAlias(_ events: borrowing EventStream) throws(Diagnostic) {
    try checkIndentation(events.start, 1)
    let name = events.alias ?? ""
    guard let anchored = anchors[name] else {
      if open.contains(where: { $0.anchor == name }) {
        throw problem(.invalidAlias, "\(name.quoted) would contain itself", events.start)
      }
      throw problem(
        .invalidAlias, "there is no anchor \(name.quoted) before this alias", events.start,
        advice: (anchors.count < 1000 ? nearest(to: name, among: anchors.keys.sorted()) : nil)
          .map { "did you mean \($0.quoted)?" }
          ?? "quote a text that begins with *: \("*\(name)".quotedYAML)")
    }
    guard open.count + anchored.height <= limits.depth else { throw tooDeep(events.start) }
    let range = anchored.index..<Int(table.nodes[anchored.index].end)
    guard table.nodes.count + range.count <= limits.nodes else { throw tooMany(events.start) }
    let copy = table.nodes.count
    for index in range {
      var node = table.nodes[index]
      node.end = UInt32(Int(node.end) - anchored.index + copy)
      table.nodes.append(node)
    }
    table.nodes[copy].line = events.start.line
    table.nodes[copy].column = events.start.column
    nodeIsComplete(copy, anchor: nil, height: anchored.height)
  }

  private mutating func append(
    _ kind: Node.Kind, _ style: Node.Style, _ start: Position
  ) throws(Diagnostic) -> Int {
    guard table.nodes.count < limits.nodes else { throw tooMany(start) }
    let index = table.nodes.count
    table.nodes.append(
      Node(
        kind: kind, style: style, line: start.line, column: start.column,
        end: UInt32(index + 1)))
    return index
  }

  /// The anchor of a node; a tag is reported and has no effect.
  private mutating func properties(
    _ events: borrowing EventStream
  ) throws(Diagnostic) -> String? {
    let (anchor, hasTag) = events.properties
    if hasTag {
      try report(
        problem(
          .yamlTag, tagMessage, events.start,
          advice: "leave it out; quote a text that begins with !"))
    }
    return anchor
  }

  private mutating func report(_ problem: Diagnostic) throws(Diagnostic) {
    guard problems.count < diagnosticLimit else { throw table.source.tooManyProblems }
    problems.append(problem)
  }

  /// Whether a plain scalar that begins so has to be looked at: nearly none has.
  private func mayMislead(_ first: UInt8) -> Bool {
    first >= 0x80 || first == UInt8(ascii: "-") || first == UInt8(ascii: "<")
  }

  /// Tells what is wrong with a plain scalar, whose text is the last one.
  private mutating func judgePlain(
    _ textStart: Int, _ start: Position, hasAnchor: Bool
  ) throws(Diagnostic) {
    let isEmpty = textStart == table.text.count
    if !isEmpty, let problem = foreignBlank(textStart, start) { throw problem }
    if isEmpty, hasAnchor {
      try report(
        problem(
          .invalidYAML, "`&` gives a value a name, and no value follows", start,
          advice: "quote a text that begins with &"))
    } else if let problem = problem(ofPlain: textStart, start) {
      try report(problem)
    }
  }

  /// What is wrong with a plain scalar, whose text is the last one.
  private func problem(ofPlain textStart: Int, _ start: Position) -> Diagnostic? {
    let isKey = open.last?.awaitsKey ?? false
    guard textStart < table.text.count else {
      return isKey
        ? problem(
          .invalidYAML, "a key is missing before this", start, advice: "write `key: value`")
        : nil
    }
    let first = table.text[textStart]
    if first == UInt8(ascii: "-"), textStart + 1 == table.text.count, open.last?.isFlow == true {
      return problem(
        .invalidYAML, "a `-` alone is no text in brackets", start, advice: "quote it: \"-\"")
    }
    if isKey, first == UInt8(ascii: "<"), table.text[textStart...].elementsEqual("<<".utf8) {
      return problem(
        .mergeKey, "the policy language has no merge keys", start,
        advice: "write out what is to be merged, or repeat a whole value with an alias")
    }
    return first < 0x80 ? nil : foreignQuote(textStart, start)
  }

  /// A blank that a word processor puts in, and YAML takes for text.
  private func foreignBlank(_ textStart: Int, _ start: Position) -> Diagnostic? {
    guard table.text[textStart] >= 0x80, let first = firstScalar(textStart),
      [.spaceSeparator, .format].contains(first.properties.generalCategory)
    else { return nil }
    let digits = String(first.value, radix: 16, uppercase: true)
    let name = "U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    return problem(
      .invalidCharacter, "a character that looks like a blank and is none (\(name)) stands here",
      start, advice: "write ordinary blanks")
  }

  /// A quotation mark that a word processor puts in, and YAML takes for text.
  private func foreignQuote(_ textStart: Int, _ start: Position) -> Diagnostic? {
    guard let first = firstScalar(textStart), "“”„‟‘’‚‛«»‹›".unicodeScalars.contains(first)
    else { return nil }
    return problem(
      .invalidCharacter, "\(first) is part of the text here, it quotes nothing", start,
      advice: "quote with \" or '")
  }

  private func firstScalar(_ textStart: Int) -> Unicode.Scalar? {
    String(decoding: table.text[textStart...].prefix(8), as: UTF8.self).unicodeScalars.first
  }

  private func tooDeep(_ start: Position) -> Diagnostic {
    problem(.tooDeep, "lists and mappings are nested more than \(limits.depth) deep", start)
  }

  private func tooMany(_ start: Position) -> Diagnostic {
    problem(
      .tooLarge, "the file has more than \(limits.nodes) values, aliases expanded", start)
  }

  private func problem(
    _ code: Diagnostic.Code, _ message: String, _ position: Position, advice: String? = nil
  ) -> Diagnostic {
    Diagnostic(code, message, at: table.source.location(position), advice: advice)
  }
}
