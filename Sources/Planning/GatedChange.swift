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
  /// The policy it is made for; nil where it is none.
  package let policy: String?
  /// Of what is loaded; nil where it is not known or something is taken off for good, which nothing
  /// makes urgent.
  let severity: Severity?
  let constraints: Constraints
  /// Whether a build goes because it was withdrawn: no window, wave or freeze holds that up.
  let isRecall: Bool
  /// What keeps its build from this host for now, if anything.
  let refusal: Admission.Refusal?
  /// `path:line:column` of the rule that asks for it.
  let source: String?
  let openCVEs: [String]
  /// How long all changes of its group may take at worst; nil where it is alone in it.
  var groupSeconds: Int?
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
    self.refusal = refusal
    source = patch.source.description
    openCVEs = patch.fixes
  }

  /// Taking something off. To give way to a successor is part of the successor's change.
  init(_ removal: Removal, _ desired: DesiredSet, policy: String?) {
    let named = removal.patch.flatMap { name in desired.patches.first { $0.name == name } }
    patch = removal.patch
    module = removal.live.module
    action = .unload
    self.policy = policy ?? named?.policy
    severity = removal.reason == .newerBuild ? named?.severity : nil
    constraints =
      named?.constraints ?? policy.flatMap { desired.constraintsOfPolicies[$0] }
      ?? desired.constraintsOfHost
    isRecall = removal.isRecall
    refusal = nil
    source = removal.source
    openCVEs = []
  }
}

extension ChangeOrder.Change {
  func gated(_ planner: Planner) -> GatedChange {
    switch self {
    case .load(let target), .reload(let target): GatedChange(target)
    case .remove(let removal): planner.gatedChange(removal)
    }
  }
}

extension Planner {
  /// The changes of a group, each with the time that all of them may take.
  func gatedGroup(_ group: [ChangeOrder.Change]) -> [GatedChange] {
    var changes = group.map { $0.gated(self) }
    let transitions = group.map { change in
      // What has to leave before its name can be loaded again takes a transition of its own.
      if case .load(let target) = change, settledStates[target.build.module] == .applied {
        2
      } else {
        1
      }
    }
    guard transitions.reduce(0, +) > 1 else { return changes }
    let seconds = zip(changes, transitions).reduce(0) { $0 + $1.0.seconds * $1.1 }
    for index in changes.indices { changes[index].groupSeconds = seconds }
    return changes
  }

  func gatedChange(_ removal: Removal) -> GatedChange {
    GatedChange(
      removal, input.desired, policy: ground.record(removal.live.module)?.policy)
  }
}
