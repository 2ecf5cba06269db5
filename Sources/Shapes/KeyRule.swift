/// What a mapping demands of its keys taken together, told once: the decoder judges by it, and the
/// schema says the same.
package enum KeyRule: Hashable, Sendable {
  /// One of the groups must be there whole, with no key of another one beside it.
  case exactlyOne([KeyGroup])
  /// No two of the keys may be there.
  case atMostOne([String])
  /// One of the keys must be there, and all of them may.
  case atLeastOne([String])
  /// All of the keys must be there, or none.
  case together([String])
  /// Where the key is there, the others must be too.
  case needs(String, [String])
}

/// The keys of one way to say something.
package struct KeyGroup: Hashable, Sendable {
  package var required: [String]
  package var optional: [String]

  /// - Parameters:
  ///   - required: the keys that this way cannot do without; none where any of them will do.
  ///   - optional: keys that may stand only with this way, or with others that have them too.
  package init(_ required: [String], optional: [String] = []) {
    self.required = required
    self.optional = optional
  }

  var keys: [String] { required + optional }
}

extension KeyGroup: ExpressibleByArrayLiteral {
  package init(arrayLiteral required: String...) { self.init(required) }
}

extension Shape {
  /// Of these keys, each asked for as optional, one and only one must be there.
  package mutating func exactlyOne(of keys: [String]) {
    demand(.exactlyOne(keys.map { KeyGroup([$0]) }))
  }

  /// One of these groups of keys, each asked for as optional, must be there: whole, and with no
  /// key of another group. A key may be in several groups.
  package mutating func exactlyOne(ofGroups groups: [KeyGroup]) { demand(.exactlyOne(groups)) }

  /// Of these keys, each asked for as optional, one may be there.
  package mutating func atMostOne(of keys: [String]) { demand(.atMostOne(keys)) }

  /// Of these keys, each asked for as optional, at least one must be there.
  package mutating func atLeastOne(of keys: [String]) { demand(.atLeastOne(keys)) }

  /// These keys, each asked for as optional, are there all or not at all.
  package mutating func together(_ keys: [String]) { demand(.together(keys)) }

  /// Where `key` is there, `others` must be too: each of them asked for as optional.
  package mutating func key(_ key: String, needs others: [String]) {
    demand(.needs(key, others))
  }
}

extension KeyRule {
  /// How a mapping breaks a rule.
  enum Violation: Equatable {
    /// None of these keys is there, and one is due.
    case none(of: [String])
    /// These keys are not there, and are due beside those that are.
    case missing([String], beside: [String])
    /// These keys are there, and each excludes the others.
    case conflict([String])
  }

  /// The keys it speaks of, each once.
  var keys: [String] {
    let all =
      switch self {
      case .exactlyOne(let groups): groups.flatMap(\.keys)
      case .atMostOne(let keys), .atLeastOne(let keys), .together(let keys): keys
      case .needs(let key, let others): [key] + others
      }
    return all.reduce(into: []) { keys, key in
      if !keys.contains(key) { keys.append(key) }
    }
  }

  /// How a mapping that has these of the rule's keys, and no other ones, breaks the rule.
  func violation(having present: [String]) -> Violation? {
    switch self {
    case .exactlyOne(let groups):
      return violation(groups, present)
    case .atMostOne:
      return present.count > 1 ? .conflict(present) : nil
    case .atLeastOne(let keys):
      return present.isEmpty ? Violation.none(of: keys) : nil
    case .together(let keys):
      let missing = keys.filter { !present.contains($0) }
      return missing.isEmpty || present.isEmpty ? nil : .missing(missing, beside: present)
    case .needs(let key, let others):
      let missing = others.filter { !present.contains($0) }
      return missing.isEmpty || !present.contains(key) ? nil : .missing(missing, beside: [key])
    }
  }

  private func violation(_ groups: [KeyGroup], _ present: [String]) -> Violation? {
    // One is there whole, with nothing of another.
    func isKept(_ group: KeyGroup) -> Bool {
      group.required.allSatisfy(present.contains)
        && present.allSatisfy { group.required.contains($0) || group.optional.contains($0) }
    }
    if groups.contains(where: isKept) { return nil }
    // What several ways have in common chooses none of them.
    let telling = present.filter { key in !groups.allSatisfy { $0.keys.contains(key) } }
    let possible = groups.filter { Set($0.keys).isSuperset(of: present) }
    let missing = possible.map { group in group.required.filter { !present.contains($0) } }
    if telling.isEmpty { return Violation.none(of: groups.compactMap(\.required.first)) }
    if let least = missing.min(by: { $0.count < $1.count }) {
      return .missing(least, beside: telling)
    }
    func exclude(_ key: String, _ other: String) -> Bool {
      !groups.contains { $0.keys.contains(key) && $0.keys.contains(other) }
    }
    let conflict = telling.reduce(into: [String]()) { chosen, key in
      if chosen.allSatisfy({ exclude($0, key) }) { chosen.append(key) }
    }
    return .conflict(conflict.count > 1 ? conflict : telling)
  }
}
