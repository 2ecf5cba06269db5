/// The candidate a person most likely meant by `name`, or nil when none is close.
///
/// Close means: a Damerau-Levenshtein distance (optimal string alignment) of at most a third of
/// the longer name's length, and at least one edit allowed for names of two or more characters.
/// Case is ignored, and nothing is close to a name of more than 400 bytes. Ties go to the first candidate.
package func nearest(to name: String, among candidates: some Sequence<String>) -> String? {
  guard name.utf8.count <= 400 else { return nil }
  let wanted = Array(name.lowercased().unicodeScalars)
  var best: (candidate: String, distance: Int)?
  for candidate in candidates where candidate.utf8.count <= 400 {
    let other = Array(candidate.lowercased().unicodeScalars)
    let length = max(wanted.count, other.count)
    let allowed = length < 2 ? 0 : max(1, length / 3)
    if abs(wanted.count - other.count) > allowed { continue }
    let distance = editDistance(wanted, other)
    if distance <= allowed, distance < best?.distance ?? .max {
      best = (candidate, distance)
    }
  }
  return best?.candidate
}

/// Optimal string alignment distance: insertions, deletions, substitutions and swaps of neighbours.
private func editDistance(_ left: [Unicode.Scalar], _ right: [Unicode.Scalar]) -> Int {
  var beforePrevious: [Int] = []
  var previous = Array(0...right.count)
  for row in 0..<left.count {
    var current = [row + 1]
    for column in 0..<right.count {
      let substitution = previous[column] + (left[row] == right[column] ? 0 : 1)
      var distance = min(current[column] + 1, previous[column + 1] + 1, substitution)
      if row > 0, column > 0, left[row] == right[column - 1], left[row - 1] == right[column] {
        distance = min(distance, beforePrevious[column - 1] + 1)
      }
      current.append(distance)
    }
    (beforePrevious, previous) = (previous, current)
  }
  return previous[right.count]
}
