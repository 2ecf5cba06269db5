internal import Artefacts
internal import Documents
internal import Files
internal import Journal
internal import LivepatchHost
internal import Planning
internal import SystemPackage

/// Carries out the steps of a plan, one after the other, each announced, done and verified.
///
/// It owns the right to write: whoever has no executor changes nothing.
struct Executor: ~Copyable {
  let host: LivepatchHost
  let kernel: LiveKernel
  let access: WriteAccess
  var journal: Journal
  /// The modules that the steps load, by name, each verified and held open since.
  let staged: [String: StagedBuild]
  /// What the steps take off, verified and held open too, to load it again if need be.
  let wayBack: [String: StagedBuild]
  /// The modules whose builds in memory were withdrawn: an undo leaves them off.
  let recalled: Set<String>
  /// How long each module's transition may take; a module without one has the host's.
  let deadlines: [String: Duration]
  let hostDeadline: Duration
  var gates: GateWatch
  let hooks: HookCommands
  var interruption: Interruption

  var statuses: [Int: Step.Status] = [:]
  var errors: [RunError] = []
  var blockers: [Blocker] = []
  /// Whether the kernel accepted any change.
  var hasChanged = false
  /// Whether a failed group could not be restored.
  var isLeftChanged = false
  /// Whether a group failed and was restored.
  var hasRestored = false
  /// What kept changes from being begun, and their steps.
  var refusals: [GateWatch.Refusal] = []
  var heldBack: Set<Int> = []
  var hookResults: [HookResult] = []
  var warnings: [Warning] = []
  /// The policies whose `preApply` let the group in hand pass.
  var prepared: Set<String> = []

  /// The live patches as the plan, and after each group this run, saw them last.
  private var seen: [LivePatch]
  /// The modules that the steps of the group in hand name.
  var groupModules: Set<String> = []
  /// How each module is to come out of its running transition.
  private var expected: [String: ModuleState] = [:]

  init(
    host: LivepatchHost, kernel: LiveKernel, access: consuming WriteAccess,
    journal: consuming Journal, staged: [String: StagedBuild], wayBack: [String: StagedBuild],
    recalled: Set<String>, deadlines: [String: Duration], hostDeadline: Duration,
    gates: GateWatch, hooks: HookCommands, interruption: consuming Interruption,
    planned live: LiveState
  ) {
    self.host = host
    self.kernel = kernel
    self.access = access
    self.journal = journal
    self.staged = staged
    self.wayBack = wayBack
    self.recalled = recalled
    self.deadlines = deadlines
    self.hostDeadline = hostDeadline
    self.gates = gates
    self.hooks = hooks
    self.interruption = interruption
    seen = live.patches
    if let leftover = live.transition?.value {
      expected[leftover.module] = leftover.direction == .enabling ? .applied : .resident
    }
  }

  /// Does the steps of a plan by group. A group that fails is restored and the next one goes on;
  /// one that cannot be restored ends the run, and so does a host that is no longer the one that
  /// was planned for.
  mutating func run(_ plan: Plan) {
    var isPlanVoid = false
    for group in Dictionary(grouping: plan.steps, by: \.group).sorted(by: { $0.key < $1.key }) {
      let steps = group.value
      groupModules = Set(steps.map(\.module))
      if isPlanVoid || isLeftChanged || interruption.isRequested() {
        skip(steps)
        continue
      }
      if let refusal = gates.refusal(ofGroup: group.key) {
        hold(steps, for: refusal)
        continue
      }
      // The gates' commands may have taken minutes.
      if interruption.isRequested() {
        skip(steps)
        continue
      }
      if steps.first?.reason == .transitionInProgress {
        isPlanVoid = !endLeftover(steps)
      } else {
        isPlanVoid = !begin(group.key, steps)
      }
      seen = observedPatches()
    }
  }

  /// Does a group, unless a hook does not let it pass, or somebody else has changed the host.
  ///
  /// - Returns: whether the host is the one that was planned for.
  private mutating func begin(_ group: Int, _ steps: [Step]) -> Bool {
    prepared = []
    // Before a hook is run, and after all of them, which may have taken their time.
    if let changed = changedByOthers() {
      refuse(steps, changed)
      return false
    }
    if let refusal = prepare(steps) {
      hold(steps, for: refusal)
      return true
    }
    if interruption.isRequested() {
      skip(steps)
      giveUp(steps, .deferred, "the run was interrupted before the first change of the group")
      return true
    }
    if !prepared.isEmpty, let changed = changedByOthers() {
      refuse(steps, changed)
      giveUp(steps, .deferred, changed.message)
      return false
    }
    run(group, steps)
    return true
  }

  private mutating func refuse(_ steps: [Step], _ changed: (module: String, message: String)) {
    fail(steps.first, .unverified(changed.module, changed.message), phase: .verify)
    skip(Array(steps.dropFirst()))
    hasRestored = true
  }

  /// Waits for the transition that an earlier run left behind.
  ///
  /// Being interrupted there undoes nothing: this run has changed nothing yet, and the transition
  /// goes on by itself. One that stalls is turned around.
  ///
  /// - Returns: whether it ended as the rest of the plan takes for granted.
  private mutating func endLeftover(_ steps: [Step]) -> Bool {
    let found = observedPatches()
    let before = found.compactMap(\.beforeLeftoverTransition)
    // What a replace build is about to take off, and has taken off if it completes after all.
    let beneath = Set(found.filter { $0.state == .known(.replacing) }.map(\.module))
    for step in steps {
      do throws(StepFailure) {
        try complete(step.module, as: expected[step.module], stoppable: true)
        statuses[step.id] = .done
      } catch {
        if error.isInterruption {
          skip(steps)
          return false
        }
        fail(step, error, phase: error.phase)
        restore(steps, before: before, beneath: beneath)
        return false
      }
    }
    return true
  }

  /// Does the changes of a group, one after the other; before each but the first its gates are
  /// asked. Where they say no the rest waits for another run, but for what is owed.
  private mutating func run(_ group: Int, _ steps: [Step]) {
    let before = seen
    for (index, change) in (gates.changes[group] ?? []).enumerated() {
      let parts = steps.filter { change.steps.contains($0.id) }
      if parts.contains(where: { heldBack.contains($0.id) }) { continue }
      if index > 0, let refusal = gates.refusal(ofChange: index, inGroup: group) {
        hold(steps, for: refusal)
        continue
      }
      for step in parts {
        do throws(StepFailure) {
          try perform(step)
          statuses[step.id] = .done
        } catch {
          fail(step, error, phase: error.phase)
          skip(steps.filter { statuses[$0.id] == nil })
          undo(steps, before: before, why: error)
          return
        }
      }
    }
    do throws(StepFailure) {
      try checkHealth(steps)
    } catch {
      fail(nil, error, phase: error.phase)
      // What was withdrawn is never loaded, so it stays off.
      let recalls = steps.filter { $0.reason == .withdrawn }
      let recalled = Set(recalls.map(\.module))
      undo(steps, before: before.filter { !recalled.contains($0.module) }, why: error)
      for step in recalls where statuses[step.id] == .undone { statuses[step.id] = .done }
    }
  }

  private mutating func undo(_ steps: [Step], before: [LivePatch], why: StepFailure) {
    restore(steps, before: before)
    giveUp(steps, isLeftChanged ? .failed : .restored, why.message)
  }

  /// Leaves those steps of a group that a gate does not let begin.
  private mutating func hold(_ steps: [Step], for refusal: GateWatch.Refusal) {
    refusals.append(refusal)
    heldBack.formUnion(refusal.steps)
    skip(steps.filter { refusal.steps.contains($0.id) })
  }

  private mutating func perform(_ step: Step) throws(StepFailure) {
    journal.stepReason = step.reason
    switch step.action {
    case .load:
      guard let build = staged[step.module] else {
        throw StepFailure("stage", step.module, "the module was not staged")
      }
      try load(build)
      expected[step.module] = .applied
    case .disable:
      try disable(step.module)
      expected[step.module] = .resident
    case .unload:
      try unload(step.module)
    case .await:
      try complete(step.module, as: expected[step.module], stoppable: true)
    case .stage, .install, .configure:
      throw StepFailure(step.action.rawValue, step.module, "this version cannot do that")
    }
  }

  /// What somebody else did to the live patches since they were seen last, if anything: steps name
  /// modules, and a module of the same name may be another by now.
  private func changedByOthers() -> (module: String, message: String)? {
    let now = observedPatches()
    for module in Set(seen.map(\.module)).union(now.map(\.module)).sorted() {
      let earlier = seen.first { $0.module == module }
      let live = now.first { $0.module == module }
      if earlier?.buildID == live?.buildID, earlier?.state == live?.state { continue }
      let found = live.map { $0.state.value?.rawValue ?? "in a state that cannot be observed" }
      return (
        module,
        "\(module) is \(found ?? "gone") since the plan was made, by other hands; nothing of this "
          + "group was done, and the next run plans anew"
      )
    }
    return nil
  }

  private mutating func skip(_ steps: [Step]) {
    for step in steps { statuses[step.id] = .skipped }
  }

  mutating func fail(_ step: Step?, _ failure: StepFailure, phase: RunError.Phase) {
    if let step { statuses[step.id] = .failed }
    if !failure.blockers.isEmpty { blockers = failure.blockers }
    errors.append(
      RunError(
        step: step?.id, phase: phase, operation: failure.operation, path: failure.path,
        errno: failure.errno.map(errnoName), message: failure.message))
  }
}
