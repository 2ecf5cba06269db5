internal import Diagnostics
internal import Documents
internal import PolicyModel

/// Writes changes down as steps, and runs each on the model of the kernel as it does.
struct StepWriter {
  private(set) var steps: [Step] = []
  private(set) var model: PredictedKernel
  private let planner: Planner
  private(set) var group = 0

  init(_ planner: Planner) throws(ModelDisagreement) {
    self.planner = planner
    model = try PredictedKernel(planner.input.snapshot.live)
  }

  /// What a step is taken for.
  private struct Purpose {
    var patch: String?
    var source: String?
    var reason: Reason
    var reversible = true
    var gap = false
  }

  /// Waits for the transition that an earlier run left behind, in a group of its own.
  mutating func awaitRunning(_ transition: LiveTransition) throws(ModelDisagreement) {
    group += 1
    let patch = planner.ground.record(transition.module)?.patch
    try write(
      .await, transition.module, Purpose(patch: patch, reason: .transitionInProgress))
  }

  /// Verifies what an earlier run loaded, and did not get to verify, in a group of its own. It is
  /// applied already: to the model nothing happens.
  mutating func verify(_ target: Target) {
    group += 1
    append(
      .await, target.build.module,
      Purpose(
        patch: target.patch.name, source: target.patch.source.description, reason: .unfinished))
  }

  /// Writes a group.
  ///
  /// - Returns: the numbers of the steps that make each of its changes.
  mutating func write(_ changes: [ChangeOrder.Change]) throws(ModelDisagreement) -> [[Int]] {
    group += 1
    var numbers: [[Int]] = []
    for change in changes {
      let before = steps.count
      switch change {
      case .load(let target): try load(target, reason: target.loadReason)
      case .reload(let target): try load(target, reason: .replaced)
      case .remove(let removal): try remove(removal)
      }
      numbers.append(steps[before...].map(\.id))
    }
    return numbers
  }

  /// Brings a build for another installed kernel into the store, in a group of its own: to the model
  /// of this one nothing happens.
  mutating func stage(_ build: OtherKernelBuild) {
    group += 1
    steps.append(
      Step(
        id: steps.count + 1, group: group, action: .stage, patch: build.patch,
        module: build.build.module, kernel: build.release, reason: .notStored,
        source: build.source.description, reversible: true, gap: false))
  }

  /// Changes a service, in a group of its own: to the model of the kernel nothing happens.
  ///
  /// - Returns: the numbers of its steps.
  mutating func write(_ change: ServiceChange) -> [Int] {
    group += 1
    let before = steps.count
    for work in change.work {
      var step = Step(
        id: steps.count + 1, group: group, action: work.action, patch: change.service.patch,
        module: work.module, kernel: planner.input.snapshot.host.kernel.release,
        reason: work.reason, source: change.service.source.description,
        reversible: work.isReversible, gap: false)
      step.service = change.service.kind.rawValue
      step.path = work.path
      step.package = work.package?.nevra
      step.replaces = work.replaces?.nevra
      step.setting = work.setting
      steps.append(step)
    }
    return steps[before...].map(\.id)
  }

  private mutating func load(_ target: Target, reason: Reason) throws(ModelDisagreement) {
    let module = target.build.module
    var purpose = Purpose(
      patch: target.patch.name, source: target.patch.source.description, reason: reason)
    switch model.state(of: module) {
    case .applied:
      // One name, two builds: the fix is out of force until the new one is applied.
      purpose.gap = true
      var removal = purpose
      removal.reversible = !isRecalled(module)
      try takeOff(module, removal)
    case .resident:
      // It, or its predecessor, was taken off by a replace build a few steps before.
      purpose.gap =
        planner.settledStates[module] == .applied || isOutOfForce(target.patch.name)
      var removal = purpose
      removal.reason = reason == .replaced ? .replaced : .resident
      try write(.unload, module, removal)
    default:
      // A replace build took its predecessor off before.
      purpose.gap = isOutOfForce(target.patch.name)
    }
    if target.replaces {
      // Its undo loads what it takes off again: possible only for what the store holds.
      purpose.reversible = model.appliedModules.allSatisfy {
        $0 == module || planner.ground.isStored($0) || isRecalled($0)
      }
    }
    try write(.load, module, purpose, target: target)
    try write(.await, module, purpose)
  }

  private mutating func remove(_ removal: Removal) throws(ModelDisagreement) {
    var purpose = Purpose(
      patch: removal.patch, source: removal.source, reason: removal.reason,
      reversible: canComeBack(removal.live.module))
    if model.state(of: removal.live.module) == .applied {
      try takeOff(removal.live.module, purpose)
    } else {
      let wasInForce = planner.settledStates[removal.live.module] == .applied
      purpose.reason = wasInForce ? .replaced : .resident
      // A module that did nothing is no loss.
      purpose.reversible =
        !wasInForce
        || (planner.ground.isStored(removal.live.module) && !isRecalled(removal.live.module))
      try write(.unload, removal.live.module, purpose)
    }
  }

  /// Whether a module that is taken off could be loaded again and leave everything as it was: a
  /// replace build would then take off what is applied beside it, which has to come back too.
  private func canComeBack(_ module: String) -> Bool {
    guard planner.ground.isStored(module), !isRecalled(module) else { return false }
    if planner.ground.record(module)?.replace == .known(false) { return true }
    let loaded = Set(planner.targets.map(\.build.module))
    return model.appliedModules.allSatisfy {
      $0 == module || loaded.contains($0) || planner.ground.isStored($0)
    }
  }

  /// Whether a patch was in force before these steps and is not now.
  private func isOutOfForce(_ patch: String) -> Bool {
    let builds = planner.ground.live.filter {
      planner.settledStates[$0.module] == .applied
        && planner.ground.record($0.module)?.patch == patch
    }
    return !builds.isEmpty && !builds.contains { model.state(of: $0.module) == .applied }
  }

  /// Whether the build in memory was withdrawn: nothing brings it back.
  private func isRecalled(_ module: String) -> Bool {
    planner.ground.livePatch(module).map(planner.isWithdrawn) ?? false
  }

  private mutating func takeOff(
    _ module: String, _ purpose: Purpose
  ) throws(ModelDisagreement) {
    try write(.disable, module, purpose)
    try write(.await, module, purpose)
    try write(.unload, module, purpose)
  }

  private mutating func write(
    _ action: Step.Action, _ module: String, _ purpose: Purpose, target: Target? = nil
  ) throws(ModelDisagreement) {
    try model.run(action, module, target)
    append(action, module, purpose)
  }

  private mutating func append(_ action: Step.Action, _ module: String, _ purpose: Purpose) {
    steps.append(
      Step(
        id: steps.count + 1, group: group, action: action, patch: purpose.patch, module: module,
        kernel: planner.input.snapshot.host.kernel.release, reason: purpose.reason,
        source: purpose.source, reversible: purpose.reversible, gap: purpose.gap))
  }
}

extension Target {
  var loadReason: Reason { if case .load(let reason) = standing { reason } else { .replaced } }
}
