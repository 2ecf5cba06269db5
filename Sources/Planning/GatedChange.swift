internal import Diagnostics
package import Documents
internal import PolicyModel

/// A change as its gates see it: what is begun, and what binds it.
package struct GatedChange: Sendable {
  /// The patch as the policies name it; nil for a module that none of them names.
  package let patch: String?
  package let module: String
  /// `load` or `unload`.
  package let action: Step.Action
  /// The patch that the journal or a policy knows what leaves by, where that is another: a hold on it
  /// counts too.
  var otherName: String?
  /// The policy it is made for; nil where it is none.
  package let policy: String?
  /// Of what is loaded; nil where it is not known or something is taken off for good, which nothing
  /// makes urgent.
  let severity: Severity?
  let constraints: Constraints
  /// Whether a build goes because it was withdrawn: no window, wave or freeze holds that up.
  let isRecall: Bool
  /// Whether a build is brought back at boot: no gate holds that up, and no `preApply`.
  let isRestoration: Bool
  /// What keeps its build from this host for now, if anything.
  let refusal: Admission.Refusal?
  /// `path:line:column` of the rule that asks for it.
  let source: String?
  let openCVEs: [String]
  /// How long all changes that are asked about with it may take at worst; nil where it is alone.
  var groupSeconds: Int?
  /// How long it may take besides its transitions and hooks.
  var extraSeconds = 0
  /// How many transitions it takes.
  var transitions = 1
  /// The steps that make it, by their number in the plan.
  package var steps: [Int] = []
  /// Whether it brings back what an earlier change of its group took off: once that has been made,
  /// this is owed, and no gate is asked about it.
  package var isOwed = false
}

extension GatedChange {
  /// Loading a target, for the first time or again.
  init(_ target: Target) {
    self.init(loading: target.patch, module: target.build.module)
  }

  /// Loading a patch, of which `refusal` may keep the build away.
  init(loading patch: DesiredSet.Patch, module: String, refusal: Admission.Refusal? = nil) {
    self.patch = patch.name
    self.module = module
    action = .load
    policy = patch.policy
    severity = patch.severity
    constraints = patch.constraints
    isRecall = false
    isRestoration = patch.isRestored
    self.refusal = refusal
    source = patch.source.description
    openCVEs = patch.fixes
  }

  /// Taking something off. To give way to a successor is part of the successor's change.
  init(_ removal: Removal, _ desired: DesiredSet, policy: String?) {
    let name = removal.namedBy ?? removal.patch
    let named = name.flatMap { name in desired.patches.first { $0.name == name } }
    patch = removal.patch
    otherName = removal.namedBy
    module = removal.live.module
    action = .unload
    self.policy = policy ?? named?.policy
    severity = removal.reason == .newerBuild ? named?.severity : nil
    constraints =
      named?.constraints ?? policy.flatMap { desired.constraintsOfPolicies[$0] }
      ?? desired.constraintsOfHost
    isRecall = removal.isRecall
    isRestoration = false
    refusal = nil
    source = removal.source
    openCVEs = []
  }
}

extension ChangeOrder.Change {
  func gated(_ planner: Planner) -> GatedChange {
    switch self {
    case .load(let target), .reload(let target): planner.gatedChange(target)
    case .remove(let removal): planner.gatedChange(removal)
    }
  }
}

extension Planner {
  /// The changes of a group, each with the time that all of them may take.
  func gatedGroup(_ group: [ChangeOrder.Change]) -> [GatedChange] {
    var changes = group.map { change in
      var gated = change.gated(self)
      // What has to leave before its name can be loaded again takes a transition of its own.
      if case .load(let target) = change, settledStates[target.build.module] == .applied {
        gated.transitions = 2
      }
      return gated
    }
    if group.first?.isReplacement == true { markOwed(&changes, group) }
    guard changes.reduce(0, { $0 + $1.transitions }) > 1 else { return changes }
    let seconds = changes.reduce(0) { $0 + $1.ownSeconds }
    for index in changes.indices { changes[index].groupSeconds = seconds }
    return changes
  }

  /// A replace build comes first, and takes off everything that is in force: what had a fix in
  /// force before has to have one again, and what that requires.
  private func markOwed(_ changes: inout [GatedChange], _ group: [ChangeOrder.Change]) {
    for index in group.indices.dropFirst() {
      switch group[index] {
      case .reload: changes[index].isOwed = true
      case .load(let target): changes[index].isOwed = isInForce(target)
      case .remove: break
      }
    }
    // Requirements stand before what requires them.
    for index in group.indices.reversed() where changes[index].isOwed {
      for earlier in group.indices.prefix(upTo: index).dropFirst()
      where group[earlier].patch.map(group[index].requires.contains) ?? false {
        changes[earlier].isOwed = true
      }
    }
  }

  /// Whether any build of a target's patch is in force before the plan.
  private func isInForce(_ target: Target) -> Bool {
    ground.live.contains { live in
      settledStates[live.module] == .applied
        && (live.module == target.build.module
          || ground.record(live.module)?.patch == target.patch.name)
    }
  }

  func gatedChange(_ target: Target) -> GatedChange {
    var change = GatedChange(target)
    let recorded = ground.record(target.build.module)?.patch
    change.otherName = recorded == target.patch.name ? nil : recorded
    return change
  }

  func gatedChange(_ removal: Removal) -> GatedChange {
    GatedChange(
      removal, input.desired, policy: ground.record(removal.live.module)?.policy)
  }
}

/// What of a group may still be begun, once it has been.
extension [GatedChange] {
  /// The change at `index` as its gates see it when those before it are done: with the time of what
  /// it would owe.
  ///
  /// - Returns: nil where no gate is asked: it is owed.
  package func asked(at index: Int) -> GatedChange? {
    guard var change = dropFirst(index).first, !change.isOwed else { return nil }
    let owed = dropFirst(index + 1).filter(\.isOwed).reduce(0) { $0 + $1.ownSeconds }
    change.groupSeconds = owed > 0 ? change.ownSeconds + owed : nil
    return change
  }

  /// What is not begun when the change at `index` may not be: everything from there on but what is
  /// owed. What was done stays: it was verified, a successor lies over its predecessor, and taking
  /// a fix off again to wait would be worse than the wait.
  package func heldBack(from index: Int) -> [GatedChange] {
    dropFirst(index).filter { !$0.isOwed }
  }
}
