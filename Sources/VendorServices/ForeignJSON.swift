internal import Diagnostics
internal import JSONText
internal import Nodes

/// A value of somebody else's JSON, of which only what is asked for has to be as it is documented.
struct ForeignJSON {
  private let table: NodeTable
  private let index: Int

  /// - Returns: nil when the bytes are no JSON, or not all of it.
  init?(_ bytes: [UInt8]) {
    do throws(Diagnostic) {
      let limits = TextLimits(bytes: 8 << 20, depth: 32, nodes: 1 << 20)
      table = try readJSON(SourceText(path: "", bytes: bytes), limits: limits)
      index = 0
    } catch {
      return nil
    }
  }

  private init(_ table: NodeTable, _ index: Int) {
    self.table = table
    self.index = index
  }

  /// A member of an object; nil where there is none, or it is null, or it is there twice.
  subscript(key: String) -> ForeignJSON? {
    guard table.nodes[index].kind == .mapping else { return nil }
    let children = table.children(index)
    var found: ForeignJSON?
    for position in stride(from: 0, to: children.count - 1, by: 2)
    where table.string(children[position]) == key {
      if found != nil { return nil }
      found = ForeignJSON(table, children[position + 1])
    }
    return found?.isNull == true ? nil : found
  }

  var isObject: Bool { table.nodes[index].kind == .mapping }

  private var isNull: Bool { plain == "null" }

  /// The items of an array.
  var items: [ForeignJSON]? {
    guard table.nodes[index].kind == .sequence else { return nil }
    return table.children(index).map { ForeignJSON(table, $0) }
  }

  /// A string.
  var text: String? {
    let node = table.nodes[index]
    return node.kind == .scalar && node.style == .quoted ? table.string(index) : nil
  }

  var flag: Bool? { plain.flatMap { ["true": true, "false": false][$0] } }

  /// A whole number, or a string of its digits.
  var number: Int? { (plain ?? text).flatMap { Int($0) } }

  private var plain: String? {
    let node = table.nodes[index]
    return node.kind == .scalar && node.style == .plain ? table.string(index) : nil
  }
}
