internal import Diagnostics
internal import Nodes

/// Where in a document a key is known, to tell the author of a misplaced one where it belongs.
struct KeyPlaces {
  /// The keys above each key: `spec`, `maintenance`; `[]` for the items of a list.
  private var paths: [String: [[String]]] = [:]

  init(_ document: Anatomy) { add(document, []) }

  private mutating func add(_ value: Anatomy, _ path: [String]) {
    switch value {
    case .list(let item), .oneOrMany(let item): add(item, path + ["[]"])
    case .mapping(let parts, _):
      for part in parts {
        paths[part.key, default: []].append(path)
        add(part.value, path + [part.key])
      }
    case .text, .words, .number, .boolean, .dictionary: break
    }
  }

  /// Where a key probably belongs that does not belong `here`: deeper inside, or further out; or at
  /// some other place, if there is one only.
  func place(of key: String, notAt here: [String]) -> String? {
    let known = paths[key] ?? []
    let deeper = known.filter { $0.starts(with: here) }
    let outer = known.filter { here.starts(with: $0) && !$0.isEmpty }
    let near = (deeper.isEmpty ? outer : deeper)
    let chosen = near.isEmpty ? (known.count == 1 ? known : []) : near
    guard (1...3).contains(chosen.count) else { return nil }
    return chosen == [[]]
      ? "the document itself, beside `kind`" : chosen.map(KeyPlaces.text).quotedList("or")
  }

  /// `spec.kernels[].patches[]`.
  private static func text(_ path: [String]) -> String {
    path.reduce(into: "") { text, step in
      text += step == "[]" || text.isEmpty ? step : ".\(step)"
    }
  }
}

extension NodeDecoder {
  /// Where an unknown key belongs, where that can be told.
  mutating func placeOfKey(_ key: String) -> String? {
    guard let document, diagnostics.count < 100 else { return nil }
    let places = keyPlaces ?? KeyPlaces(document.anatomy())
    keyPlaces = places
    return places.place(of: key, notAt: path(to: mapping.node, document.root))
  }

  /// The keys that lead from the document to a node; `[]` for the items of a list.
  private func path(to target: Int, _ root: Int) -> [String] {
    var path: [String] = []
    var node = root
    while node != target, table.nodes[node].kind != .scalar {
      let children = table.children(node)
      func holds(_ child: Int) -> Bool { child <= target && target < Int(table.nodes[child].end) }
      guard let index = children.indices.first(where: { holds(children[$0]) }) else { break }
      if table.nodes[node].kind == .mapping {
        guard index % 2 == 1 else { break }
        path.append(table.string(children[index - 1]))
      } else {
        path.append("[]")
      }
      node = children[index]
    }
    return path
  }
}
