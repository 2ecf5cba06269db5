/// Disjoint sets over the indices `0..<count`: which changes are undone together.
struct Groups {
  private var parents: [Int]

  init(count: Int) { parents = Array(0..<count) }

  /// The representative of the set that `index` is in: its smallest index.
  mutating func find(_ index: Int) -> Int {
    var root = index
    while parents[root] != root { root = parents[root] }
    var walked = index
    while parents[walked] != root { (walked, parents[walked]) = (parents[walked], root) }
    return root
  }

  mutating func join(_ left: Int, _ right: Int) {
    let (left, right) = (find(left), find(right))
    parents[max(left, right)] = min(left, right)
  }
}
