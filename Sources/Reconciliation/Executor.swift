internal import Artefacts
internal import Documents
internal import Files
internal import Journal
internal import LivepatchHost
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
  /// How long each module's transition may take; a module without one has the host's.
  let deadlines: [String: Duration]
  let hostDeadline: Duration
  var interruption: Interruption

  var statuses: [Int: Step.Status] = [:]
  var errors: [RunError] = []
  var blockers: [Blocker] = []
  /// Whether a failed group could not be restored.
  var isLeftChanged = false
  /// Whether a group failed and was restored.
  var hasRestored = false

  /// How each module's running transition is to end.
  private var expected: [String: ModuleState] = [:]

  init(
    host: LivepatchHost, kernel: LiveKernel, access: consuming WriteAccess,
    journal: consuming Journal,
    staged: [String: StagedBuild], wayBack: [String: StagedBuild],
    deadlines: [String: Duration], hostDeadline: Duration, interruption: consuming Interruption
  ) {
    self.host = host
    self.kernel = kernel
    self.access = access
    self.journal = journal
    self.staged = staged
    self.wayBack = wayBack
    self.deadlines = deadlines
    self.hostDeadline = hostDeadline
    self.interruption = interruption
  }

  /// Does the steps of a plan by group. A group that fails is restored and the next one goes on;
  /// one that cannot be restored ends the run.
  mutating func run(_ plan: Plan) {
    for group in Dictionary(grouping: plan.steps, by: \.group).sorted(by: { $0.key < $1.key }) {
      let steps = group.value
      if isLeftChanged || interruption.isRequested() {
        for step in steps { statuses[step.id] = .skipped }
        continue
      }
      run(group: steps)
    }
  }

  private mutating func run(group steps: [Step]) {
    let before = observedPatches()
    for (index, step) in steps.enumerated() {
      do throws(StepFailure) {
        try perform(step)
        statuses[step.id] = .done
      } catch {
        fail(step, error, phase: error.phase)
        for later in steps[(index + 1)...] { statuses[later.id] = .skipped }
        restore(steps, before: before)
        return
      }
    }
  }

  private mutating func perform(_ step: Step) throws(StepFailure) {
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

  mutating func fail(_ step: Step?, _ failure: StepFailure, phase: RunError.Phase) {
    if let step { statuses[step.id] = .failed }
    if !failure.blockers.isEmpty { blockers = failure.blockers }
    errors.append(
      RunError(
        step: step?.id, phase: phase, operation: failure.operation, path: failure.path,
        errno: failure.errno.map(errnoName), message: failure.message))
  }
}
