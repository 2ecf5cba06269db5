/// A diagnostic as a person reads it: `path:line:column: error: what [code]`, the line of the file,
/// a caret, and what to do.
struct Shown: Equatable {
  var path: String?
  var line: Int?
  var column: Int?
  var severity: String
  var message: String
  var code: String
  /// The line of the file that is shown below.
  var excerpt: String?
  /// The column that the caret stands under.
  var caret: Int?
  var advice: String?
  /// What follows, such as the place of "the other one".
  var rest: [String] = []

  /// `5:3 unknown-key`; a whole file has no place.
  var place: String {
    guard let line, let column else { return code }
    return "\(line):\(column) \(code)"
  }

  /// All diagnostics of a text, in order.
  static func all(in text: String) -> [Shown] {
    var found: [Shown] = []
    for line in text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) {
      if let head = Shown(head: line) {
        found.append(head)
      } else if !found.isEmpty, !line.isEmpty {
        found[found.count - 1].add(line)
      }
    }
    return found
  }

  private init?(head: String) {
    guard
      let match = head.wholeMatch(
        of: /(?:(.+?)(?::(\d+):(\d+))?: )?(error|warning): (.*) \[([a-z0-9-]+)\]/)
    else { return nil }
    path = match.1.map(String.init)
    line = match.2.flatMap { Int($0) }
    column = match.3.flatMap { Int($0) }
    severity = String(match.4)
    message = String(match.5)
    code = String(match.6)
  }

  private mutating func add(_ text: String) {
    if excerpt == nil, rest.isEmpty, let match = text.wholeMatch(of: /\ \ (\d+) \| (.*)/),
      Int(match.1) == line
    {
      excerpt = String(match.2)
    } else if excerpt != nil, caret == nil, let match = text.wholeMatch(of: /(\ +\| )(\s*)\^/) {
      caret = match.2.unicodeScalars.count + 1
    } else if advice == nil, text.hasPrefix("  → ") {
      advice = String(text.dropFirst(4))
    } else {
      rest.append(text)
    }
  }
}
