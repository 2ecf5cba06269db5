package import Nodes

/// The canonical form of a JSON text (RFC 8785): the bytes that digests are made of.
///
/// Keys are sorted by UTF-16 code units, numbers written as ECMAScript writes them, no white
/// space. Keys must be unique, which reading the document with its shape has shown.
///
/// - Parameters:
///   - table: one JSON text; the nesting is within the reader's limit.
///   - omitted: a key of the outermost object that is left out, such as `digest` itself.
/// - Returns: UTF-8; empty for a table without a document.
package func canonicalJSON(_ table: NodeTable, omitting omitted: String? = nil) -> [UInt8] {
  var writer = CanonicalWriter(table: table)
  if let root = table.roots.first { writer.write(root, omitting: omitted) }
  return writer.bytes
}

private struct CanonicalWriter {
  let table: NodeTable
  var bytes: [UInt8] = []

  mutating func write(_ index: Int, omitting omitted: String? = nil) {
    switch table.nodes[index].kind {
    case .scalar: writeScalar(index)
    case .sequence: writeSequence(index)
    case .mapping: writeMapping(index, omitting: omitted)
    }
  }

  private mutating func writeSequence(_ index: Int) {
    bytes.append(UInt8(ascii: "["))
    for (count, child) in table.children(index).enumerated() {
      if count > 0 { bytes.append(UInt8(ascii: ",")) }
      write(child)
    }
    bytes.append(UInt8(ascii: "]"))
  }

  private mutating func writeMapping(_ index: Int, omitting omitted: String?) {
    let children = table.children(index)
    let keys = stride(from: 0, to: children.count, by: 2)
      .map { (key: children[$0], value: children[$0 + 1]) }
      .filter { omitted == nil || table.string($0.key) != omitted }
      .sorted { utf16Precedes(table.string($0.key), table.string($1.key)) }
    bytes.append(UInt8(ascii: "{"))
    for (count, entry) in keys.enumerated() {
      if count > 0 { bytes.append(UInt8(ascii: ",")) }
      appendQuoted(table.string(entry.key), to: &bytes)
      bytes.append(UInt8(ascii: ":"))
      write(entry.value)
    }
    bytes.append(UInt8(ascii: "}"))
  }

  private mutating func writeScalar(_ index: Int) {
    let node = table.nodes[index]
    if node.style == .quoted {
      appendQuoted(table.string(index), to: &bytes)
    } else if let number = Double(table.string(index)), number.isFinite {
      appendECMAScript(number, to: &bytes)
    } else {
      bytes.append(contentsOf: text(index))
    }
  }

  private func text(_ index: Int) -> ArraySlice<UInt8> {
    let node = table.nodes[index]
    return table.text[Int(node.textStart)..<Int(node.textStart + node.textCount)]
  }
}
