internal import Documents
internal import LivepatchHost
internal import Planning

/// The gates of a plan's groups, asked again at the moment at which each is to begin: between the
/// plan and then a window may have closed, a freeze begun, the load risen.
struct GateWatch {
  let changes: [Int: [GatedChange]]
  let host: LivepatchHost
  /// What people and the journal have said, as it was when the plan was made.
  let history: History
  let options: PlanningOptions
  let commands: GateCommands
  let clock: @Sendable () -> Timestamp

  /// Why a group is not begun.
  struct Refusal {
    var deferred: [Withheld] = []
    var blocked: [Withheld] = []
    var gates: [GateResult] = []

    var isEmpty: Bool { deferred.isEmpty && blocked.isEmpty }
  }

  /// - Returns: what holds a group up; nil when it may begin.
  func refusal(ofGroup group: Int) -> Refusal? {
    guard let changes = changes[group] else { return nil }
    var refusal = judge(changes)
    if refusal.isEmpty, changes.contains(where: { !$0.questions.isEmpty }) {
      ask(changes, &refusal)
      // The commands took their time, and a window may have closed meanwhile.
      if refusal.isEmpty { refusal = judge(changes) }
    }
    if refusal.isEmpty { return nil }
    // A group is done whole or not at all.
    let named = Set((refusal.deferred + refusal.blocked).map(\.module))
    let first = refusal.blocked.first ?? refusal.deferred.first
    for change in changes where !named.contains(change.module) {
      if let first { refusal.deferred.append(change.waiting(for: first)) }
    }
    return refusal
  }

  /// Asks every gate but the commands.
  private func judge(_ changes: [GatedChange]) -> Refusal {
    let now = clock()
    let observed = host.observe()
    let snapshot = HostSnapshot(
      takenAt: now, host: observed.host, live: observed.live, history: history, unobserved: [])
    let circumstances = Circumstances(snapshot, at: now, options: options)
    var refusal = Refusal()
    for change in changes {
      let judgement = GateJudgement(change, circumstances)
      if let withheld = judgement.withheld {
        refusal.deferred.append(withheld)
        refusal.gates += judgement.results
      } else if let withheld = judgement.unobserved {
        refusal.blocked.append(withheld)
        refusal.gates += judgement.results
      }
    }
    return refusal
  }

  private func ask(_ changes: [GatedChange], _ refusal: inout Refusal) {
    let answers = commands.ask(changes.flatMap(\.questions), of: PlannedHost(host.observe().host))
    for change in changes {
      switch change.outcome(answers) {
      case .passed: continue
      case .deferred(let withheld): refusal.deferred.append(withheld)
      case .blocked(let withheld): refusal.blocked.append(withheld)
      }
      refusal.gates += change.results(answers)
    }
  }
}
