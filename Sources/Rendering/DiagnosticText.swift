package import Diagnostics

/// Diagnostics as text: place, severity, message and code on one line, then the source line with
/// a caret, then what to do.
package func text(of diagnostics: [Diagnostic], _ style: Style) -> String {
  diagnostics.map { text(of: $0, style) }.joined()
}

private func text(of diagnostic: Diagnostic, _ style: Style) -> String {
  var text = ""
  if let location = diagnostic.location { text += style.bold(printable("\(location)")) + ": " }
  switch diagnostic.severity {
  case .error: text += style.red("error: ")
  case .warning: text += style.yellow("warning: ")
  }
  text += printable(diagnostic.message) + style.dim(" [\(diagnostic.code)]") + "\n"
  text += excerpt(diagnostic.location, style)
  if let advice = diagnostic.advice { text += "  " + style.cyan("→ ") + printable(advice) + "\n" }
  for note in diagnostic.notes {
    let place = note.location.map { "\($0): " } ?? ""
    text += "  " + printable(place + note.message) + "\n" + excerpt(note.location, style)
  }
  return text
}

/// The source line and a caret under the column, in the gutter style of compilers.
private func excerpt(_ location: Location?, _ style: Style) -> String {
  guard let position = location?.position, let line = location?.excerpt else { return "" }
  let number = String(position.line)
  let gutter = String(repeating: " ", count: number.count)
  let before = line.unicodeScalars.prefix(Int(position.column) - 1)
  // Tabs stay tabs, so that the caret stands under its column at any width.
  let margin = printable(String(String.UnicodeScalarView(before)))
    .map { $0 == "\t" ? "\t" : " " }.joined()
  return """
      \(style.dim("\(number) |")) \(printable(line))
      \(style.dim("\(gutter) |")) \(margin)\(style.red("^"))

    """
}
