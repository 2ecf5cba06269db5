/// One scalar, sequence or mapping of a document text: 24 bytes in document order.
///
/// A mapping's children are key, value, key, value; a sequence's its items. Children follow their
/// parent directly, and `end` is the index behind the last of them, so a subtree is a range of
/// the table and skipping one is a single read.
package struct Node: Sendable {
  package enum Kind: UInt8, Sendable {
    case scalar, sequence, mapping
  }

  /// How a scalar was written, which decides what it may mean: `"1"` is text, `1` is a number.
  package enum Style: UInt8, Sendable {
    /// Unquoted: YAML's plain scalars; JSON's numbers, `true`, `false` and `null`.
    case plain
    /// Quoted, or a YAML block scalar; JSON's strings.
    case quoted
  }

  package var kind: Kind
  package var style: Style
  /// Where it begins: line and column from 1, column in code points.
  package var line: UInt32
  package var column: UInt32
  /// A scalar's text is `textCount` bytes of the table's `text` from `textStart`.
  package var textStart: UInt32
  package var textCount: UInt32
  /// The index behind this node's subtree.
  package var end: UInt32

  package init(
    kind: Kind, style: Style, line: UInt32, column: UInt32, textStart: UInt32 = 0,
    textCount: UInt32 = 0, end: UInt32 = 0
  ) {
    self.kind = kind
    self.style = style
    self.line = line
    self.column = column
    self.textStart = textStart
    self.textCount = textCount
    self.end = end
  }
}
