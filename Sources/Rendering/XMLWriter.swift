/// Writes XML 1.0 in UTF-8: elements, attributes and text, with all escaped that could be taken for
/// anything else.
struct XMLWriter {
  private(set) var text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
  private var depth = 0

  /// An element that holds elements, or nothing. Attributes without a value are left out.
  mutating func element(
    _ name: String, _ attributes: [(name: String, value: String?)],
    _ content: (inout XMLWriter) -> Void = { _ in }
  ) {
    open(name, attributes)
    let before = text.utf8.count
    text += ">\n"
    depth += 1
    content(&self)
    depth -= 1
    if text.utf8.count == before + 2 {
      text.removeLast(2)
      text += "/>\n"
    } else {
      indent()
      text += "</\(name)>\n"
    }
  }

  /// An element that holds text.
  mutating func element(
    _ name: String, _ attributes: [(name: String, value: String?)], text content: String
  ) {
    open(name, attributes)
    text += ">" + XMLWriter.escaped(content, isAttribute: false) + "</\(name)>\n"
  }

  private mutating func open(_ name: String, _ attributes: [(name: String, value: String?)]) {
    indent()
    text += "<" + name
    for attribute in attributes {
      guard let value = attribute.value else { continue }
      text += " \(attribute.name)=\"\(XMLWriter.escaped(value, isAttribute: true))\""
    }
  }

  private mutating func indent() {
    text += String(repeating: "  ", count: depth)
  }

  /// Characters that XML does not have (section 2.2) become U+FFFD. Line ends and tabs of an
  /// attribute are written as references, or readers would make blanks of them (3.3.3).
  private static func escaped(_ content: String, isAttribute: Bool) -> String {
    var text = String.UnicodeScalarView()
    for scalar in content.unicodeScalars {
      switch scalar {
      case "&": text.append(contentsOf: "&amp;".unicodeScalars)
      case "<": text.append(contentsOf: "&lt;".unicodeScalars)
      case ">": text.append(contentsOf: "&gt;".unicodeScalars)
      case "\"" where isAttribute: text.append(contentsOf: "&quot;".unicodeScalars)
      case "\t" where isAttribute, "\n" where isAttribute, "\r":
        text.append(contentsOf: "&#\(scalar.value);".unicodeScalars)
      case "\t", "\n": text.append(scalar)
      case "\0"..."\u{1F}", "\u{7F}"..."\u{9F}", "\u{FFFE}", "\u{FFFF}": text.append("\u{FFFD}")
      default: text.append(scalar)
      }
    }
    return String(text)
  }
}
