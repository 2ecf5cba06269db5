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
    ChangeOrder.joinRequired(changes, &sets)
    ChangeOrder.joinSharing(changes, &sets)
    // What is left to ask: each removal and each replacement about every load.
    let others = changes.indices.filter { changes[$0].isRemoval || changes[$0].isReplacement }
    for load in changes.indices where !changes[load].isRemoval {
      for other in others where other != load {
        if ChangeOrder.belongTogether(changes[load], changes[other], planner) {
          sets.join(load, other)
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
    var changes: [Change] = planner.targets.filter(\.loads).map { .load($0) }
    if changes.contains(where: \.isReplacement) {
      // What is taken off for a moment comes back before anything new is tried.
      changes = planner.targets.filter(\.isInPlace).map { .reload($0) } + changes
    }
    var ordered = changes.filter(\.isReplacement)
    var waiting = changes.indices.filter { !changes[$0].isReplacement }
    // Each patch has one target.
    var names = Set(waiting.compactMap { changes[$0].patch })
    while !waiting.isEmpty {
      // The policies' cycles were refused before; a leftover one must not hang the planner.
      let next = waiting.firstIndex { names.isDisjoint(with: changes[$0].requires) } ?? 0
      let change = changes[waiting.remove(at: next)]
      if let patch = change.patch { names.remove(patch) }
      ordered.append(change)
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

  // What belongs together is one group (law 6): joined by `requires`, by a shared function, by
  // replacement or by succession.

  private static func joinRequired(_ changes: [Change], _ sets: inout Groups) {
    var byPatch: [String: [Int]] = [:]
    for index in changes.indices {
      if let patch = changes[index].patch { byPatch[patch, default: []].append(index) }
    }
    for index in changes.indices {
      for other in changes[index].requires.flatMap({ byPatch[$0] ?? [] })
      where !isRecallBesideLoad(changes[index], changes[other]) {
        sets.join(index, other)
      }
    }
  }

  /// Loads that patch one function, and removals that do.
  private static func joinSharing(_ changes: [Change], _ sets: inout Groups) {
    var loads: [String: Int] = [:]
    var removals: [String: Int] = [:]
    for index in changes.indices {
      switch changes[index] {
      case .load(let target):
        for function in target.functions ?? [] {
          sets.join(index, loads[function, default: index])
          loads[function] = index
        }
      case .remove(let removal):
        for function in removal.live.functionNames {
          sets.join(index, removals[function, default: index])
          removals[function] = index
        }
      case .reload: break
      }
    }
  }

  /// Whether a load belongs to a removal, or to a replacement.
  private static func belongTogether(_ load: Change, _ other: Change, _ planner: Planner) -> Bool {
    switch (load, other) {
    case (.load(let target), .remove(let removal)):
      if removal.isRecall { return recallAwaits(removal, target, planner) }
      return planner.succeeds(target, removal)
        || (target.replaces && planner.settledStates[removal.live.module] == .applied)
    case (.reload, .load(let target)):
      return target.replaces
    case (.load(let one), .load(let other)):
      return takesOff(other, one, planner)
    default:
      return false
    }
  }

  /// A recall goes whatever becomes of what is loaded, but for what `recallAwaits` says.
  private static func isRecallBesideLoad(_ one: Change, _ other: Change) -> Bool {
    switch (one, other) {
    case (.load, .remove(let removal)), (.remove(let removal), .load): removal.isRecall
    default: false
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
