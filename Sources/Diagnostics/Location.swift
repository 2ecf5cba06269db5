/// A place in a text: line and column, both from 1.
///
/// Columns count Unicode code points, as libyaml's marks do (SARIF: `unicodeCodePoints`).
package struct Position: Hashable, Comparable, Sendable {
  package var line: UInt32
  package var column: UInt32

  package init(line: UInt32, column: UInt32) {
    self.line = line
    self.column = column
  }

  package static func < (lhs: Position, rhs: Position) -> Bool {
    (lhs.line, lhs.column) < (rhs.line, rhs.column)
  }
}

/// A place in a named file, with the line of text it points into.
package struct Location: Hashable, Sendable {
  /// The path as the user gave it, or as it was found below the directory that was given.
  package var path: String
  /// Which file of the run this is, from 0: the order in which diagnostics are shown.
  package var fileIndex: Int
  /// Absent where the whole file is meant.
  package var position: Position?
  /// The source line, without its line feed; absent where there is none to show.
  package var excerpt: String?

  package init(
    path: String, fileIndex: Int = 0, position: Position? = nil, excerpt: String? = nil
  ) {
    self.path = path
    self.fileIndex = fileIndex
    self.position = position
    self.excerpt = excerpt
  }
}

extension Location: CustomStringConvertible {
  /// `path:line:column`, the form that editors and terminals make clickable.
  package var description: String {
    guard let position else { return path }
    return "\(path):\(position.line):\(position.column)"
  }
}

extension Location {
  struct Order: Comparable {
    var fileIndex: Int
    var position: Position
    static let first = Order(fileIndex: -1, position: Position(line: 0, column: 0))

    static func < (lhs: Order, rhs: Order) -> Bool {
      (lhs.fileIndex, lhs.position) < (rhs.fileIndex, rhs.position)
    }
  }

  var order: Order {
    Order(fileIndex: fileIndex, position: position ?? Position(line: 0, column: 0))
  }
}
