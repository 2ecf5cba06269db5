internal import Documents
internal import PolicyModel

/// The changes of a plan, in the order in which they are made, by group.
struct ChangeOrder {
  /// One thing to bring about; one or more steps.
  enum Change {
    /// Loads a target, after what is in memory under its name has gone.
    case load(Target)
    /// Loads a target again that a replace build takes off.
    case reload(Target)
    case remove(Removal)

    var isReplacement: Bool { if case .load(let target) = self { target.replaces } else { false } }
    var isRemoval: Bool { if case .remove = self { true } else { false } }

    var patch: String? {
      switch self {
      case .load(let target), .reload(let target): target.patch.name
      case .remove(let removal): removal.patch
      }
    }

    var requires: [String] {
      switch self {
      case .load(let target), .reload(let target): target.patch.requires
      case .remove(let removal): removal.requires
      }
    }
  }

  /// In order; the changes of each in order.
  let groups: [[Change]]

  init(_ planner: Planner) {
    var changes = ChangeOrder.loadsInOrder(planner) + ChangeOrder.removalsInOrder(planner)
    if changes.isEmpty {
      groups = []
      return
    }
    var sets = Groups(count: changes.count)
    for left in changes.indices {
      for right in changes.indices where right > left {
        if ChangeOrder.belongTogether(changes[left], changes[right], planner) {
          sets.join(left, right)
        }
      }
    }
    var members: [Int: [Change]] = [:]
    for index in changes.indices { members[sets.find(index), default: []].append(changes[index]) }
    changes.removeAll()
    // The smallest index leads: groups come in the order of their first change, and since loads
    // stand before removals, nothing is taken away before what was to be added is there.
    groups = members.keys.sorted().compactMap { members[$0] }
  }

  /// The replace build first, then what is required before what requires it, then by name.
  private static func loadsInOrder(_ planner: Planner) -> [Change] {
    var waiting: [Change] = planner.targets.filter(\.loads).map { .load($0) }
    if waiting.contains(where: \.isReplacement) {
      // What is taken off for a moment comes back before anything new is tried.
      waiting = planner.targets.filter(\.isInPlace).map { .reload($0) } + waiting
    }
    var ordered = waiting.filter(\.isReplacement)
    waiting.removeAll(where: \.isReplacement)
    while !waiting.isEmpty {
      let names = Set(waiting.compactMap(\.patch))
      // The policies' cycles were refused before; a leftover one must not hang the planner.
      let next = waiting.firstIndex { names.isDisjoint(with: $0.requires) } ?? 0
      ordered.append(waiting.remove(at: next))
    }
    return ordered
  }

  /// What requires another before that other, otherwise the last loaded first.
  private static func removalsInOrder(_ planner: Planner) -> [Change] {
    var waiting = Array(planner.removals.filter { $0.withheld == nil }.reversed())
    var ordered: [Change] = []
    while !waiting.isEmpty {
      let next = waiting.firstIndex { candidate in
        !waiting.contains { other in
          candidate.patch.map { other.requires.contains($0) && other.patch != $0 } ?? false
        }
      }
      ordered.append(.remove(waiting.remove(at: next ?? 0)))
    }
    return ordered
  }

  /// Joined by `requires`, by replacement, by succession or by a shared function (law 6).
  private static func belongTogether(_ left: Change, _ right: Change, _ planner: Planner) -> Bool {
    switch (left, right) {
    case (.load(let target), .remove(let removal)) where removal.isRecall,
      (.remove(let removal), .load(let target)) where removal.isRecall:
      return recallAwaits(removal, target, planner)
    default: break
    }
    if left.patch.map(right.requires.contains) ?? false { return true }
    if right.patch.map(left.requires.contains) ?? false { return true }
    switch (left, right) {
    case (.load(let target), .remove(let removal)), (.remove(let removal), .load(let target)):
      return planner.succeeds(target, removal)
        || (target.replaces && planner.settledStates[removal.live.module] == .applied)
    case (.load(let target), .reload), (.reload, .load(let target)):
      return target.replaces
    case (.load(let one), .load(let other)):
      return !(one.functions ?? []).isDisjoint(with: other.functions ?? [])
        || takesOff(one, other, planner) || takesOff(other, one, planner)
    case (.remove(let one), .remove(let other)):
      return !one.live.functionNames.isDisjoint(with: other.live.functionNames)
    default:
      return false
    }
  }

  /// Whether a recall is only made where a load succeeded: for it takes the withdrawn build off
  /// itself, or puts another one beneath what requires it. A recall goes whatever becomes of others.
  private static func recallAwaits(
    _ recall: Removal, _ target: Target, _ planner: Planner
  ) -> Bool {
    guard planner.settledStates[recall.live.module] == .applied else { return false }
    if target.replaces { return true }
    return recall.patch.map { patch in
      target.patch.name == patch && !planner.staying(requiring: patch).isEmpty
    } ?? false
  }

  /// Whether loading `one` takes off the build that `other` is to succeed under its name.
  private static func takesOff(_ one: Target, _ other: Target, _ planner: Planner) -> Bool {
    one.replaces && planner.settledStates[other.build.module] == .applied
  }
}
