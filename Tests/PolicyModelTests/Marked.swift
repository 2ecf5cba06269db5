import Diagnostics
import Nodes
import PolicyModel

/// A policy text whose comments say what is wrong with the line above them:
///
/// ```yaml
/// kind: Polcy
/// #     ^ unknown-kind
/// ```
///
/// The caret stands below the place; `#< code` is column 1.
struct Marked {
  let text: String

  init(_ text: String) { self.text = text }

  /// `line:column code`, in order.
  var expected: [String] {
    var found: [(line: Int, column: Int, code: String)] = []
    var line = 0
    for (index, content) in text.split(separator: "\n", omittingEmptySubsequences: false)
      .enumerated()
    {
      guard content.drop(while: { $0 == " " }).hasPrefix("#"),
        let mark = content.firstIndex(where: { $0 == "^" || $0 == "<" })
      else {
        line = index + 1
        continue
      }
      let column =
        content[mark] == "<" ? 1 : content.distance(from: content.startIndex, to: mark) + 1
      let code = content[content.index(after: mark)...].split(separator: " ").first ?? ""
      found.append((line, column, String(code)))
    }
    return found.sorted { ($0.line, $0.column, $0.code) < ($1.line, $1.column, $1.code) }
      .map { "\($0.line):\($0.column) \($0.code)" }
  }

  /// What klpolicy says, in the same form.
  var actual: [String] { placed(PolicySet.check([source]).diagnostics) }

  var source: SourceText { SourceText(path: "p.yaml", bytes: Array(text.utf8)) }
}

/// `line:column code` of each diagnostic, in order.
func placed(_ diagnostics: [Diagnostic]) -> [String] {
  diagnostics.map { diagnostic in
    let position = diagnostic.location?.position ?? Position(line: 0, column: 0)
    return (position, diagnostic.code.name)
  }.sorted { $0 < $1 }.map { "\($0.0.line):\($0.0.column) \($0.1)" }
}

/// A whole policy around its `spec`, which is indented by two.
func policy(_ name: String, _ spec: String) -> SourceText {
  let text = """
    apiVersion: klpolicy/v1
    kind: Policy
    metadata: {name: \(name)}
    spec:
    \(spec)
    """
  return SourceText(path: "\(name).yaml", bytes: Array(text.utf8))
}

/// 64 hex digits.
func digest(_ digit: Character) -> String { String(repeating: digit, count: 64) }

/// An applied patch on one line.
func patch(_ name: String, module: String? = nil, sha: Character = "a", _ more: String = "")
  -> String
{
  """
  {name: \(name), module: \(module ?? name), file: \(module ?? name).ko, \
  sha256: \(digest(sha))\(more.isEmpty ? "" : ", " + more)}
  """
}
