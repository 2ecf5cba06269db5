import Diagnostics
import JSONText
import Nodes

/// A JSON text, as far as tests look into it.
indirect enum JSON: Equatable {
  case null
  case bool(Bool)
  case number(String)
  case string(String)
  case array([JSON])
  case object([String: JSON])

  /// Reads one JSON value with nothing behind it.
  init(_ text: String) throws {
    let table = try readJSON(SourceText(path: "JSON", bytes: Array(text.utf8)))
    self.init(table, 0)
  }

  private init(_ table: NodeTable, _ index: Int) {
    let node = table.nodes[index]
    let children = table.children(index)
    switch (node.kind, node.style) {
    case (.scalar, .quoted): self = .string(table.string(index))
    case (.scalar, .plain):
      switch table.string(index) {
      case "null": self = .null
      case "true": self = .bool(true)
      case "false": self = .bool(false)
      case let digits: self = .number(digits)
      }
    case (.sequence, _): self = .array(children.map { JSON(table, $0) })
    case (.mapping, _):
      var members: [String: JSON] = [:]
      for pair in stride(from: 0, to: children.count - 1, by: 2) {
        members[table.string(children[pair])] = JSON(table, children[pair + 1])
      }
      self = .object(members)
    }
  }

  /// A member of an object; nil where there is none.
  subscript(_ key: String) -> JSON? {
    if case .object(let members) = self { members[key] } else { nil }
  }

  /// The items of an array; none for anything else.
  var items: [JSON] { if case .array(let items) = self { items } else { [] } }

  var text: String? { if case .string(let text) = self { text } else { nil } }
}
