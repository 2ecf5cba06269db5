package import Diagnostics

/// The documents of one file as one array of nodes and one buffer of scalar text.
///
/// Both readers, YAML and JSON, make this table, and `Shapes` decodes from it: every kind of
/// document, whoever wrote it, gets the same checks and the same positions in its diagnostics.
package struct NodeTable: Sendable {
  package let source: SourceText
  package var nodes: [Node]
  /// The bytes of all scalars, valid UTF-8; the JSON reader keeps the whole source here, and what
  /// it unescaped behind it.
  package var text: [UInt8]
  /// The index of each document's root node, in order.
  package var roots: [Int]

  package init(source: SourceText) {
    self.source = source
    self.nodes = []
    self.text = []
    self.roots = []
  }

  /// A scalar's text.
  package func string(_ index: Int) -> String {
    String(decoding: text[textRange(index)], as: UTF8.self)
  }

  /// Where a scalar's text is in `text`.
  package func textRange(_ index: Int) -> Range<Int> {
    let node = nodes[index]
    let start = Int(node.textStart)
    return start..<(start + Int(node.textCount))
  }

  /// Where a node stands.
  package func place(_ index: Int) -> Place {
    let node = nodes[index]
    return Place(source: source, position: Position(line: node.line, column: node.column))
  }

  /// The place of a node, with the line it stands in.
  package func location(_ index: Int) -> Location {
    let node = nodes[index]
    return source.location(Position(line: node.line, column: node.column))
  }

  /// The indices of a sequence's items, or of a mapping's keys and values in turn.
  package func children(_ index: Int) -> [Int] {
    var indices: [Int] = []
    var child = index + 1
    let end = Int(nodes[index].end)
    while child < end {
      indices.append(child)
      child = Int(nodes[child].end)
    }
    return indices
  }
}
