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
  var terms: RunTerms
  var gates: GateWatch
  let hooks: HookCommands
  let staging: Staging
  let services: StagedServices
  var interruption: Interruption

  var statuses: [Int: Step.Status] = [:]
  var errors: [RunError] = []
  var blockers: [Blocker] = []
  /// Whether the kernel accepted any change.
  var hasChanged = false
  /// Whether a transition was forced in this boot.
  var hasForced: Bool
  /// Whether a stalled transition is left running.
  var leavesRunning = false
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

  /// The modules in memory that this run loaded, or an earlier one whose transition it ends: what else
  /// appears while it runs is somebody else's, and no undo takes it off.
  var ownLoads: Set<String> = []

  /// The live patches as the plan, and after each group this run, saw them last.
  private var seen: [LivePatch]
  /// The stalled transition that is left running, as the report has it.
  var running: Withheld?
  /// What the group in hand has changed of services' files.
  var changedFiles: [EarlierFile] = []
  /// What the group in hand has changed of packages.
  var changedPackages: [EarlierPackage] = []
  /// What the group in hand has told a vendor's client.
  var changedClient: [EarlierSetting] = []
  /// What the client said when a step of the group in hand was verified.
  var clientNow: Services.Canonical?
  /// How it was set before the group in hand, with whatever is secret in it.
  var clientSettings: [String: String]?
  /// The modules of packages that the group in hand installed, and what these may have taken off.
  var payload: Set<String> = []
  /// What there is to tell of services beside the errors.
  var told: [Withheld] = []
  /// The group in hand, by its number.
  var groupInHand = 0
  /// Why a gate does not let the group in hand go on, though it let it begin.
  var shutGate: GateWatch.Refusal?
  /// The modules that the steps of the group in hand name.
  var groupModules: Set<String> = []
  /// How each module is to come out of its running transition.
  private(set) var expected: [String: ModuleState] = [:]

  init(
    host: LivepatchHost, kernel: LiveKernel, access: consuming WriteAccess,
    journal: consuming Journal, staged: [String: StagedBuild], wayBack: [String: StagedBuild],
    recalled: Set<String>, terms: RunTerms, gates: GateWatch, hooks: HookCommands,
    staging: Staging, services: StagedServices, interruption: consuming Interruption,
    planned live: LiveState, plan: Plan
  ) {
    self.host = host
    self.kernel = kernel
    self.access = access
    self.journal = journal
    self.staged = staged
    self.wayBack = wayBack
    self.recalled = recalled
    self.terms = terms
    self.gates = gates
    self.hooks = hooks
    self.staging = staging
    self.services = services
    self.interruption = interruption
    hasForced = terms.records.values.contains(where: \.isForced)
    seen = live.patches
    if let leftover = live.transition?.value {
      expected[leftover.module] = leftover.direction == .enabling ? .applied : .resident
    }
    for step in plan.steps where step.reason == .unfinished { expected[step.module] = .applied }
  }

  /// Does the steps of a plan by group. A group that fails is restored and the next one goes on;
  /// one that cannot be restored ends the run, and so does a host that is no longer the one that
  /// was planned for.
  ///
  /// - Parameters:
  ///   - plan: what is done.
  ///   - goesOn: is called before each group.
  mutating func run(_ plan: Plan, goesOn: () -> Void) {
    var isPlanVoid = false
    for group in Dictionary(grouping: plan.steps, by: \.group).sorted(by: { $0.key < $1.key }) {
      goesOn()
      let steps = group.value
      (groupInHand, shutGate) = (group.key, nil)
      groupModules = Set(steps.map(\.module))
      changedFiles = []
      changedPackages = []
      changedClient = steps.contains { $0.service == "canonical" } ? unfinishedSettings : []
      (clientNow, clientSettings) = (nil, nil)
      payload = []
      if steps.allSatisfy({ $0.action == .stage }) {
        stage(steps)
        continue
      }
      if isPlanVoid || isLeftChanged || leavesRunning || interruption.isRequested() {
        skip(steps)
        if let running { wait(steps, for: running) }
        continue
      }
      if let refusal = notInForce(steps) {
        hold(steps, for: refusal)
        continue
      }
      if let refusal = busy(steps) {
        hold(steps, for: refusal)
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
      if steps.contains(where: { $0.reason == .unfinished && $0.package != nil }) {
        isPlanVoid = !endInstallation(steps)
      } else if steps.contains(where: { $0.reason == .unfinished && $0.service == "canonical" }) {
        isPlanVoid = !endSettings(steps)
      } else if [.transitionInProgress, .unfinished].contains(steps.first?.reason) {
        isPlanVoid = !endLeftover(steps)
      } else {
        isPlanVoid = !begin(group.key, steps)
      }
      lookAgain()
    }
  }

  /// Takes what the group in hand may have touched as it is now. Whatever else others have changed
  /// meanwhile is found before the next group is begun.
  private mutating func lookAgain() {
    let now = observedPatches()
    let mayReplace = groupModules.contains { module in
      isLoading(module)
        && (staged[module]?.record ?? terms.records[module])?.replace != .known(false)
    }
    if mayReplace {
      seen = now
      return
    }
    let untouched = seen.filter { !groupModules.contains($0.module) }
    let there = Set(now.map(\.module))
    seen =
      now.compactMap { live in
        groupModules.contains(live.module) ? live : untouched.first { $0.module == live.module }
      } + untouched.filter { !there.contains($0.module) }
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

  /// Notes how a module is to come out of its transition.
  mutating func expect(_ module: String, _ state: ModuleState) { expected[module] = state }

  /// Whether a module's last transition is to have it applied.
  func isLoading(_ module: String) -> Bool { expected[module] == .applied }

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
          switch error.ending {
          case .pinned:
            leavePinned(step, error)
            continue
          case .busy:
            leaveUnbegun(step, steps, error)
            return
          case .shut:
            leaveShut(steps, error)
            return
          case .calledOff:
            takeBack(steps)
            skip(steps.filter { statuses[$0.id] == nil })
            giveUp(steps, .deferred, error.message)
            return
          case .leftRunning:
            leaveRunning(step, steps, error)
            return
          case .beingInstalled:
            leaveInstalling(step, steps, error)
            return
          case .failed, .interrupted: break
          }
          fail(step, error, phase: error.phase)
          blame(step, of: steps, error, before: before)
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
      blame(nil, of: steps, error, before: before)
      undo(steps, before: before, why: error)
      return
    }
    settle(steps)
  }

  private mutating func undo(_ steps: [Step], before: [LivePatch], why: StepFailure) {
    restore(steps, before: before)
    giveUp(steps, isLeftChanged ? .failed : .restored, why.message)
  }

  /// Leaves those steps of a group that a gate does not let begin.
  mutating func hold(_ steps: [Step], for refusal: GateWatch.Refusal) {
    var refusal = refusal
    // A gate knows of no services.
    let service = steps.first?.service
    for index in refusal.deferred.indices { refusal.deferred[index].service = service }
    for index in refusal.blocked.indices { refusal.blocked[index].service = service }
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
    case .install where step.package != nil: try install(step)
    case .configure where step.service == "canonical": try configureClient(step)
    case .install, .configure: try change(step)
    case .stage:
      throw StepFailure(step.action.rawValue, step.module, "this version cannot do that")
    }
  }

  /// What somebody else did to the live patches since they were seen last, if anything: steps name
  /// modules, and a module of the same name may be another by now.
  ///
  /// - Parameter touched: the modules that a group may have changed itself, of which nothing is said.
  /// - Returns: the first such module, and what is to be said of it.
  func changedByOthers(
    but touched: Set<String> = []
  ) -> (module: String, message: String)? {
    let now = observedPatches()
    let modules = Set(seen.map(\.module)).union(now.map(\.module)).subtracting(touched)
    for module in modules.sorted() {
      let earlier = seen.first { $0.module == module }
      let live = now.first { $0.module == module }
      if earlier?.buildID == live?.buildID, isSame(earlier?.state, live?.state) { continue }
      let found = live.map { $0.state.value?.rawValue ?? "in a state that cannot be observed" }
      return (
        module,
        "\(module) is \(found ?? "gone") since the plan was made, by other hands; nothing of this "
          + "group was done, and the next run plans anew"
      )
    }
    return nil
  }

  /// The kernel lets go of a module that is out of force a moment after it is.
  private func isSame(_ one: Fact<ModuleState>?, _ other: Fact<ModuleState>?) -> Bool {
    let gone: [Fact<ModuleState>?] = [.known(.resident), .known(.pinned)]
    return one == other || (gone.contains(one) && gone.contains(other))
  }

  mutating func skip(_ steps: [Step]) {
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
