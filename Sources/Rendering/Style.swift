/// How text may be marked up for the reader's terminal.
package struct Style: Hashable, Sendable {
  /// Whether the reader sees colours; without them the words alone carry the meaning.
  package var isColoured: Bool

  package init(isColoured: Bool) {
    self.isColoured = isColoured
  }

  func bold(_ text: String) -> String { mark("1", text) }
  func dim(_ text: String) -> String { mark("2", text) }
  func red(_ text: String) -> String { mark("31", text) }
  func green(_ text: String) -> String { mark("32", text) }
  func yellow(_ text: String) -> String { mark("33", text) }
  func cyan(_ text: String) -> String { mark("36", text) }

  /// SGR sequences (ECMA-48).
  private func mark(_ code: String, _ text: String) -> String {
    isColoured ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
  }
}

/// Text from outside as it may safely be shown: control characters, which could drive a terminal,
/// are replaced by their escapes.
func printable(_ text: String) -> String {
  if !text.unicodeScalars.contains(where: isControl) { return text }
  var shown = ""
  for scalar in text.unicodeScalars {
    if isControl(scalar) {
      shown += "\\u{\(String(scalar.value, radix: 16))}"
    } else {
      shown.unicodeScalars.append(scalar)
    }
  }
  return shown
}

private func isControl(_ scalar: Unicode.Scalar) -> Bool {
  switch scalar.properties.generalCategory {
  // Format characters too: they can reorder what a terminal shows.
  case .control, .format, .lineSeparator, .paragraphSeparator: scalar != "\t"
  default: false
  }
}

/// Lines of cells, each column as wide as its widest cell.
struct Columns {
  private var rows: [[String]] = []

  mutating func add(_ cells: String...) { rows.append(cells) }

  /// The lines, indented, without trailing blanks. `style` marks up a padded cell.
  func lines(indent: Int, style: (_ column: Int, _ cell: String) -> String) -> [String] {
    var widths: [Int] = []
    for row in rows {
      for (column, cell) in row.enumerated() {
        if column == widths.count { widths.append(0) }
        widths[column] = max(widths[column], cell.count)
      }
    }
    return rows.map { row in
      let last = row.lastIndex { !$0.isEmpty } ?? -1
      var line = String(repeating: " ", count: indent)
      for (column, cell) in row.enumerated() where column <= last {
        line += style(column, cell)
        if column < last {
          line += String(repeating: " ", count: widths[column] - cell.count + 2)
        }
      }
      return line
    }
  }
}
