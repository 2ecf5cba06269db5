import Diagnostics
import Files
import JSONText
import Nodes
import PolicySyntax
import SystemPackage

// Prints the documents of YAML files as the policy language reads them, a line of JSON for each
// file, to be held against what other tools read: null for a file with a problem; a plain scalar
// as its text in a list, a quoted one as its text, lists and mappings as lists with a letter.
//
//     YAMLTree < LIST-OF-FILES

struct Tree: JSONValue {
  let table: NodeTable
  let node: Int

  func write(to writer: inout JSONWriter) {
    let children = table.children(node)
    let node = table.nodes[node]
    switch (node.kind, node.style) {
    case (.scalar, .quoted): writer.string(table.string(self.node))
    case (.scalar, .plain): writer.array { $0.item(table.string(self.node)) }
    case (.sequence, _), (.mapping, _):
      writer.array { array in
        array.item(node.kind == .mapping ? "map" : "list")
        for child in children { array.item(Tree(table: table, node: child)) }
        // So that no list or mapping has one item, as a plain scalar has.
        array.item("end")
      }
    }
  }
}

struct Documents: JSONValue {
  let table: NodeTable

  func write(to writer: inout JSONWriter) {
    writer.array { array in
      for root in table.roots { array.item(Tree(table: table, node: root)) }
    }
  }
}

while let path = readLine() {
  do throws(FileProblem) {
    let bytes = try readTrusted(FilePath(path), trust: .unchecked, limit: 8 << 20)
    let (table, problems) = readYAML(SourceText(path: path, bytes: bytes))
    if let problem = problems.first {
      print("null \(problem.location.map { "\($0)" } ?? ""): \(problem.message)")
    } else {
      print(String(decoding: JSONWriter.bytes(of: Documents(table: table)), as: UTF8.self))
    }
  } catch {
    print("null \(error)")
  }
}
