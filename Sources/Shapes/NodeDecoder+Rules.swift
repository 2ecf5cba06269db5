internal import Diagnostics
internal import Nodes

extension NodeDecoder {
  mutating func demand(_ rule: KeyRule) {
    mapping.rules.append(rule)
  }

  /// Judges what the open mapping demands of its keys, when all of them have been asked for.
  mutating func judgeRules<M: Shaped>(of type: M.Type) {
    for rule in mapping.rules {
      let keys = rule.keys
      assert(
        keys.allSatisfy(asked[mapping.askedFrom...].contains), "\(keys) are not all asked for")
      let present = keys.filter { mapping.shorthand == $0 || search($0) != nil }
      if let violation = rule.violation(having: present) { report(violation, type) }
    }
  }

  private mutating func report<M: Shaped>(_ violation: KeyRule.Violation, _ type: M.Type) {
    switch violation {
    case .none(let keys):
      if isMisspelt(oneOf: keys, type) { return }
      let parts = Anatomy(of: type).parts
      let ways = keys.map { key in
        parts.first { $0.key == key }.map { "\(key.quoted): \($0.about)" } ?? key.quoted
      }
      report(
        .missingKey, "one of \(keys.quotedList("and")) must be there", at: mapping.node,
        advice: "add " + ways.joined(separator: "; or "))
    case .missing(let keys, let others):
      if isMisspelt(oneOf: keys, type) { return }
      let (due, there) = (keys.quotedList("and"), others.quotedList("and"))
      report(
        .missingKey, "\(due) \(keys.count == 1 ? "is" : "are") missing beside \(there)",
        at: others.compactMap { search($0) }.first ?? mapping.node,
        advice: "add \(due), or leave \(there) out")
    case .conflict(let keys):
      report(
        .conflictingKeys, "\(keys.quotedList("and")) exclude each other",
        at: keys.compactMap { search($0) }.max(), advice: "keep one of them")
    }
  }

  /// Whether an unknown key is told with the advice to write one of these.
  private func isMisspelt<M: Shaped>(oneOf keys: [String], _ type: M.Type) -> Bool {
    mapping.shorthand == nil
      && keys.contains { misspelling(of: $0, in: table.children(mapping.node), type) != nil }
  }
}
