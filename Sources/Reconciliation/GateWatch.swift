internal import Documents
internal import LivepatchHost
internal import Planning

/// The gates of a plan's changes, asked again at the moment at which each is to begin: between the
/// plan and then a window may have closed, a freeze begun, the load risen.
struct GateWatch {
  let changes: [Int: [GatedChange]]
  let host: LivepatchHost
  /// What people and the journal have said, as it was when the plan was made; its newest record is
  /// as new as the last moment that was seen here, so that a clock which is set back is noticed.
  var history: History
  let options: PlanningOptions
  let commands: GateCommands
  let clock: @Sendable () -> Timestamp

  /// Why a group, or the rest of one, is not begun.
  struct Refusal {
    var deferred: [Withheld] = []
    var blocked: [Withheld] = []
    var gates: [GateResult] = []
    /// What is not done for it.
    var steps: Set<Int> = []

    var isEmpty: Bool { deferred.isEmpty && blocked.isEmpty }
  }

  /// - Returns: what holds a group up; nil when it may begin.
  mutating func refusal(ofGroup group: Int) -> Refusal? {
    guard let changes = changes[group] else { return nil }
    return refusal(of: changes, heldBack: changes)
  }

  /// Asks about a group once more whose package has been fetched: the rest of it has to fit before a window
  /// closes.
  ///
  /// - Returns: what holds the group up; nil when it may go on.
  mutating func refusal(afterDownload group: Int) -> Refusal? {
    guard let changes = changes[group]?.map(\.withoutDownload) else { return nil }
    return refusal(of: changes, heldBack: changes)
  }

  /// Asks about a change of a group whose first changes are done.
  ///
  /// - Returns: what holds it up, and with it the rest of the group; nil when it may begin.
  mutating func refusal(ofChange index: Int, inGroup group: Int) -> Refusal? {
    guard let changes = changes[group], let asked = changes.asked(at: index) else { return nil }
    return refusal(of: [asked], heldBack: changes.heldBack(from: index))
  }

  private mutating func refusal(
    of changes: [GatedChange], heldBack: [GatedChange]
  ) -> Refusal? {
    var refusal = judge(changes)
    if refusal.isEmpty, changes.contains(where: { !$0.questions.isEmpty }) {
      ask(changes, &refusal)
      // The commands took their time, and a window may have closed meanwhile.
      if refusal.isEmpty { refusal = judge(changes) }
    }
    return refusal.isEmpty ? nil : whole(refusal, heldBack)
  }

  /// Why a group is not begun that a hook does not let pass.
  func refusal(
    ofGroup group: Int, by hook: Hook, isBroken: Bool, _ why: String
  ) -> Refusal {
    var refusal = Refusal()
    let changes = changes[group] ?? []
    for change in changes where change.hooks.contains(hook) {
      let withheld = change.held(by: hook, isBroken: isBroken, why)
      if isBroken { refusal.blocked.append(withheld) } else { refusal.deferred.append(withheld) }
    }
    return whole(refusal, changes)
  }

  /// What belongs together waits together.
  private func whole(_ refusal: Refusal, _ heldBack: [GatedChange]) -> Refusal {
    var refusal = refusal
    let named = Set((refusal.deferred + refusal.blocked).map(\.module))
    let first = refusal.blocked.first ?? refusal.deferred.first
    for change in heldBack where !named.contains(change.module) {
      if let first { refusal.deferred.append(change.waiting(for: first)) }
    }
    refusal.steps = Set(heldBack.flatMap(\.steps))
    return refusal
  }

  /// Asks every gate but the commands.
  private mutating func judge(_ changes: [GatedChange]) -> Refusal {
    let now = clock()
    let newest = history.newestRecordAt?.value ?? now
    defer { history.newestRecordAt = .known(max(newest, now)) }
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
