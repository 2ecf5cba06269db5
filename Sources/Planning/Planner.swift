internal import Compatibility
package import Documents
internal import PolicyModel

/// Plans the way from what a host is to what the policies want it to be.
///
/// Pure: the same input gives the same plan. The plan is run on the model of the kernel while it
/// is written, and refused when the model does not end where the policies want it to.
///
/// - Throws: `ModelDisagreement`, which is always a defect of the planner, never of the input.
package func makePlan(_ input: PlanningInput) throws(ModelDisagreement) -> Plan {
  try PlannedWork(input).plan
}

/// A plan, and what has to be asked again before each of its groups is begun.
package struct PlannedWork: Sendable {
  package let plan: Plan
  /// The changes of each group, by the group's number.
  package let changes: [Int: [GatedChange]]
  /// The hooks around each group, by its number; without `preApply` for what an earlier run began.
  package let hooks: [Int: [Hook]]

  /// - Throws: `ModelDisagreement`, which is always a defect of the planner, never of the input.
  package init(_ input: PlanningInput) throws(ModelDisagreement) {
    var planner = try Planner(input)
    planner.judge()
    planner.gateUnbuilt()
    planner.settle()
    planner.keepAtBoot()
    planner.gateChanges()
    planner.gateCommands()
    planner.judgeServices()
    let written = try planner.plan()
    plan = written.plan
    changes = written.changes
    hooks = written.hooks
  }

  /// The gate commands that have to be asked about its changes, each once.
  package var questions: [GateQuestion] {
    var questions: [GateQuestion] = []
    for (_, changes) in changes.sorted(by: { $0.key < $1.key }) {
      for question in changes.flatMap(\.questions) where !questions.contains(question) {
        questions.append(question)
      }
    }
    return questions
  }
}

struct Planner {
  let premises: Premises

  var targets: [Target] = []
  /// Patches that are wanted applied and have no build that may be loaded now.
  var unbuilt: [Unbuilt] = []
  var satisfied: [Satisfied] = []
  /// Higher versions that wait for their time, while a lower one does.
  var waiting: [Withheld] = []
  var removals: [Removal] = []
  var unmanaged: [UnmanagedPatch] = []
  /// What could not be observed and is only warned of, with the patches that hang on it.
  var unverified: [String: [String]] = [:]
  var warnings: [Warning] = []
  var gates: [GateResult] = []
  /// The changes that all gates but the commands were asked about, and those that the commands were.
  var judged: Set<Judged> = []
  var heard: Set<Judged> = []
  /// What was to go with a recall, though it may not any more.
  var companions: Set<Companions> = []
  /// What keeps what is in place from being loaded again, by the patch's name.
  var reloadHindrances: [String: Hindrance] = [:]
  /// Live patches that may be klpolicy's to remove or not: nobody can tell.
  var undecided: [LivePatch] = []
  /// What is made of the services of vendors.
  var serviceChanges: [ServiceChange] = []

  init(_ input: PlanningInput) throws(ModelDisagreement) {
    premises = try Premises(input)
  }

  /// Looks at everything wanted and everything there, each by itself.
  mutating func judge() {
    warnOfUnobservedState()
    for patch in input.desired.patches { judge(patch) }
    judgeOthers()
    warnings += input.desired.warnings
    // A policy of which nobody knows whether it is for this host may want something.
    if input.desired.patches.isEmpty, input.desired.services.isEmpty,
      input.desired.undecided.isEmpty, !input.options.isUndoing
    {
      warnings.append(
        Warning(
          code: Warning.noPolicyForKernel,
          message: "no given policy names a patch for kernel "
            + "\(input.snapshot.host.kernel.release), so nothing is wanted on this host"))
    }
  }

  func isGiven(_ policy: String) -> Bool { input.desired.givenPolicies.contains(policy) }

  /// What the live state did not show, if anything: without it every change is a guess.
  var unobservedState: [String] {
    var names: [String] = []
    if input.snapshot.live.transition == .unknown { names.append("the running transition") }
    if input.snapshot.live.modules == .unknown { names.append("/proc/modules") }
    if input.snapshot.history.managed == .unknown || input.snapshot.history.holds == .unknown {
      names.append("the journal")
    }
    for live in ground.live where live.state == .unknown || live.buildID == .unknown {
      names.append("the state of \(live.module)")
    }
    names += input.desired.undecided
    return names
  }

  private mutating func warnOfUnobservedState() {
    var names = unobservedState + kernel.unknown
    if input.snapshot.host.machineID == .unknown,
      input.desired.patches.contains(where: { !$0.constraints.rollouts.isEmpty })
    {
      names.append("the machine ID, which rollouts go by")
    }
    guard !names.isEmpty, input.options.unverified == .warn else { return }
    warnings.append(
      Warning(
        code: Warning.unverified,
        message: "could not be observed: \(names.joined(separator: ", ")); the plan "
          + "assumes nothing of it, and reconcile would not act"))
  }

  /// The obstacle that unknown facts are to a change, or a warning instead where that is allowed.
  mutating func unverifiedObstacle(_ unknown: [String], patch: String) -> Obstacle? {
    let names = input.options.unverified == .block ? unknown + unobservedState : unknown
    if names.isEmpty { return nil }
    let message = "could not be observed: \(names.joined(separator: ", "))"
    if input.options.unverified == .block {
      return Obstacle(.unverified, message + "; nothing is changed on a guess")
    }
    // What is unknown of the kernel as such was said once for all patches.
    if names.allSatisfy(kernel.unknown.contains) { return nil }
    unverified[message, default: []].append(patch)
    return nil
  }

  /// A warning for each thing that could not be observed, with all patches that hang on it.
  var unverifiedWarnings: [Warning] {
    unverified.sorted { ($0.value[0], $0.key) < ($1.value[0], $1.key) }.map { message, patches in
      Warning(
        code: Warning.unverified,
        message: "\(patches.joined(separator: ", ")): \(message); reconcile would not act")
    }
  }
}
