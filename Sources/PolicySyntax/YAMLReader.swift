internal import CLibYAML
package import Diagnostics
package import Nodes

extension TextLimits {
  /// Policies and the other documents that people write.
  package static let yaml = TextLimits(bytes: 8 << 20, depth: 64, nodes: 2 << 20)
}

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
  var reader = YAMLReader(source: source, limits: limits)
  do {
    try refuseBinary(source)
    try source.check(limits)
    try refuseTagDirectives(source)
    try unsafe source.bytes.withUnsafeBufferPointer { (bytes) throws(Diagnostic) in
      try unsafe reader.read(bytes)
    }
  } catch {
    reader.problems.append(error)
  }
  return (reader.table, reader.problems)
}

/// Builds the node table from events, with the open sequences and mappings on a stack of its own.
private struct YAMLReader {
  var table: NodeTable
  var problems: [Diagnostic] = []
  private let limits: TextLimits
  private var open: [OpenNode] = []
  private var anchors: [String: Anchored] = [:]
  private var documents = 0

  /// A sequence or mapping whose end has not come.
  private struct OpenNode {
    var index: Int
    var anchor: String?
    /// How deep its children are nested so far.
    var height = 0
  }

  /// A complete node that aliases may repeat.
  private struct Anchored {
    var index: Int
    var height: Int
  }

  init(source: SourceText, limits: TextLimits) {
    table = NodeTable(source: source)
    self.limits = limits
  }

  mutating func read(_ bytes: UnsafeBufferPointer<UInt8>) throws(Diagnostic) {
    do {
      var events = try unsafe EventStream(bytes)
      while true {
        let type = try events.next()
        if type == YAML_STREAM_END_EVENT { return }
        try take(type, events)
      }
    } catch let failure as EventStream.Failure {
      let innermost = open.last.map { table.nodes[$0.index] }
      throw failure.diagnostic(
        in: table.source,
        innermost: innermost.map { Position(line: $0.line, column: $0.column) })
    } catch let problem as Diagnostic {
      throw problem
    } catch {}
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
    // `---` with nothing behind it is no document.
    if open.isEmpty, events.isPlain, textCount == 0 { return }
    let anchor = properties(events)
    let index = try append(.scalar, events.isPlain ? .plain : .quoted, events.start)
    table.nodes[index].textStart = UInt32(textStart)
    table.nodes[index].textCount = UInt32(textCount)
    nodeIsComplete(index, anchor: anchor, height: 0)
  }

  private mutating func openNode(
    _ kind: Node.Kind, _ events: borrowing EventStream
  ) throws(Diagnostic) {
    guard open.count < limits.depth else { throw tooDeep(events.start) }
    let anchor = properties(events)
    let index = try append(kind, .plain, events.start)
    // A node that contains itself through an alias has no end.
    if let anchor { anchors[anchor] = nil }
    open.append(OpenNode(index: index, anchor: anchor))
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
      open[open.count - 1].height = max(open[open.count - 1].height, height)
    }
  }

  private mutating func expandAlias(_ events: borrowing EventStream) throws(Diagnostic) {
    let name = events.alias ?? ""
    guard let anchored = anchors[name] else {
      if open.contains(where: { $0.anchor == name }) {
        throw problem(.invalidAlias, "\(name.quoted) would contain itself", events.start)
      }
      throw problem(
        .invalidAlias, "there is no anchor \(name.quoted) before this alias", events.start,
        advice: nearest(to: name, among: anchors.keys.sorted())
          .map { "did you mean \($0.quoted)?" }
          ?? "a text that begins with * must be quoted")
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
  private mutating func properties(_ events: borrowing EventStream) -> String? {
    let (anchor, hasTag) = events.properties
    if hasTag { reportTag(events.start) }
    return anchor
  }

  private mutating func reportTag(_ start: Position) {
    problems.append(
      problem(.yamlTag, tagMessage, start, advice: "leave it out; quote a text that begins with !"))
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
