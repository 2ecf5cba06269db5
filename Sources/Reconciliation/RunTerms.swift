internal import Documents
internal import Planning
internal import PolicyModel

/// What a run goes by that does not change in it.
struct RunTerms {
  /// How long each module's transition may take; a module without one has the host's.
  private(set) var deadlines: [String: Duration]
  let hostDeadline: Duration
  /// How long each module that is loaded is on probation.
  private(set) var probations: [String: Duration]
  let hostProbation: Duration
  /// What becomes of a transition of each module that stalls.
  private(set) var stallRules: [String: StallRule]
  let hostStallRule: StallRule
  /// Whether the command line lets a transition be forced.
  let allowsForce: Bool
  let kernelRelease: String
  /// What the journal knew of the modules in memory when the plan was made.
  let records: [String: ManagedModule]
  let clock: @Sendable () -> Timestamp

  init(
    _ assessment: Assessment, allowsForce: Bool, clock: @escaping @Sendable () -> Timestamp
  ) {
    var stallRules: [String: StallRule] = [:]
    var deadlines: [String: Duration] = [:]
    var probations: [String: Duration] = [:]
    for step in assessment.plan.steps {
      if step.package != nil || step.setting != nil || step.service == "canonical" {
        let service = assessment.desired.services.first { $0.kind.rawValue == step.service }
        deadlines[step.module] = service?.constraints.deadline
        stallRules[step.module] = service?.constraints.onStall.value
        probations[step.module] = service?.constraints.probation
        continue
      }
      let named = assessment.desired.patches.first { $0.name == step.patch }
      deadlines[step.module] = named?.constraints.deadline
      probations[step.module] = named?.constraints.probation
      stallRules[step.module] = named?.constraints.onStall.value
    }
    self.deadlines = deadlines
    self.probations = probations
    self.stallRules = stallRules
    self.allowsForce = allowsForce
    hostStallRule = assessment.desired.constraintsOfHost.onStall.value
    hostDeadline = assessment.desired.constraintsOfHost.deadline
    hostProbation = assessment.desired.constraintsOfHost.probation
    kernelRelease = assessment.snapshot.host.kernel.release
    records = Dictionary(
      (assessment.snapshot.history.managed.value ?? []).map { ($0.module, $0) },
      uniquingKeysWith: { _, last in last })
    self.clock = clock
  }

  /// Has a module go by what holds for another one, or for a package.
  mutating func adopt(_ module: String, from other: String) {
    deadlines[module] = deadlines[other]
    stallRules[module] = stallRules[other]
  }

  func deadline(of module: String) -> Duration { deadlines[module] ?? hostDeadline }

  func stallRule(of module: String) -> StallRule { stallRules[module] ?? hostStallRule }

  func probationSeconds(of module: String) -> Int {
    Int((probations[module] ?? hostProbation).components.seconds)
  }
}
