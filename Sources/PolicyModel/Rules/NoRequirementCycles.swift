internal import Diagnostics
internal import Shapes

/// Patches that require each other in a circle: none of them could be the first.
///
/// Each circle is told once, from the name in it that sorts first.
func requirementCycles(_ patches: [Settled]) -> [Diagnostic] {
  // Only a patch that requires one can be part of a circle.
  var requirements: [String: [Located<PatchName>]] = [:]
  for patch in patches where patch.build != nil && !patch.requires.isEmpty {
    requirements[patch.patch.name] = patch.requires
  }
  if requirements.isEmpty { return [] }
  let requires = requirements.mapValues { required in
    required.map(\.value.text).filter { requirements[$0] != nil }
  }
  return cycles(in: requires).map { cycle in
    let path =
      cycle.prefix(shownOfACycle).map(\.quoted) + (cycle.count > shownOfACycle ? ["..."] : [])
      + cycle.prefix(1).map(\.quoted)
    let places = zip(cycle, cycle.dropFirst() + cycle.prefix(1)).prefix(shownOfACycle).map {
      name, next in
      requirements[name]?.first { $0.value.text == next }?.location
    }
    return Diagnostic(
      .requiresCycle,
      "patches require each other: \(path.joined(separator: " requires "))",
      at: places.first ?? nil,
      advice: "take one of these requirements out",
      notes: places.dropFirst().map { Diagnostic.Note("and here", at: $0) })
  }
}

/// A longer circle is cut in its diagnostic.
private let shownOfACycle = 10

/// The circles that a search in depth closes, each from its smallest name; the graph is a value of
/// the input, so the path is a list and not the call stack.
func cycles(in graph: [String: [String]]) -> [[String]] {
  var found: [[String]] = []
  var finished: Set<String> = []
  for start in graph.keys.sorted() where !finished.contains(start) {
    var path = [start]
    var depth = [start: 0]
    var rest = [graph[start] ?? []]
    while let name = path.last {
      guard let next = rest[rest.count - 1].popLast() else {
        finished.insert(name)
        depth[name] = nil
        path.removeLast()
        rest.removeLast()
        continue
      }
      if let index = depth[next] {
        let cycle = Array(path[index...])
        // A patch that requires itself is told without a host.
        if cycle.count > 1 { found.append(rotated(cycle)) }
      } else if !finished.contains(next) {
        depth[next] = path.count
        path.append(next)
        rest.append(graph[next] ?? [])
      }
    }
  }
  return found
}

private func rotated(_ cycle: [String]) -> [String] {
  guard let least = cycle.min(), let index = cycle.firstIndex(of: least) else { return cycle }
  return Array(cycle[index...] + cycle[..<index])
}
