internal import Diagnostics
package import Documents
internal import PolicyModel
internal import Schedule
internal import Shapes

/// What all gates but the commands say about one change.
package struct GateJudgement: Sendable {
  let change: GatedChange
  /// In the order in which they were asked.
  package private(set) var results: [GateResult] = []
  /// What could not be observed and a gate goes by.
  private(set) var unknown: [String] = []
  /// The windows and freezes that hold for it.
  let schedule: Schedule
  /// What its windows say of this moment, where they were asked and there are no freezes.
  var windowFit: ScheduleFit?

  package init(_ change: GatedChange, _ now: Circumstances) {
    self.change = change
    let asked =
      change.isRecall ? Schedule() : change.constraints.schedule(severity: change.severity)
    schedule = now.overridesWindows ? asked.overridden : asked
    if change.isRestoration { return }
    askHolds(now)
    if now.isUndoing {
      settleUntil(now.at)
      return
    }
    if goesByTime, case .behind(let newest) = now.clock { distrust(now.at, behind: newest) }
    askFreezes(now, asked)
    askWindows(now, asked)
    askAdmission()
    if goesByTime, !isDeferred { askClock(now.clock) }
    askLoad(now.host)
    askUptime(now)
    askTaint(now.host)
    settleUntil(now.at)
  }

  /// Whether the clock decides about it.
  private var goesByTime: Bool {
    let waits =
      change.action == .load
      && (change.constraints.minimumAge != nil || !change.constraints.rollouts.isEmpty)
    return waits || !schedule.groups.isEmpty || !schedule.freezes.isEmpty
  }

  private var isDeferred: Bool { results.contains { $0.verdict == .deferred } }

  /// What the first gate says that does not let it begin; when it can begin as far as all of them
  /// can tell.
  var deferral: Deferral? {
    results.first { $0.verdict == .deferred }.flatMap { result in
      result.reason.map { Deferral($0, result.message + afterwards(result), until: until) }
    }
  }

  /// Where the windows keep it longer than the first gate does, which of them lets it begin.
  private func afterwards(_ first: GateResult) -> String {
    guard first.reason != .outsideWindow, let end = first.until, let until, until > end,
      let opening, opening.start == until.instant
    else { return "" }
    return "; after that " + opens(opening)
  }

  /// The same as it stands in a plan.
  package var withheld: Withheld? {
    deferral.map {
      Withheld(
        patch: change.patch, module: change.module, reason: $0.reason, message: $0.message,
        source: change.source, until: $0.until, openCVEs: change.openCVEs)
    }
  }

  /// The change, blocked for what could not be observed; nil where nothing was missing.
  package var unobserved: Withheld? {
    if unknown.isEmpty { return nil }
    return change.withheld(
      .unverified,
      "could not be observed: \(unknown.joined(separator: ", ")); nothing is changed on a guess")
  }

  private(set) var until: Timestamp?
  /// The first in which all of them let it pass.
  private var opening: Opening?

  /// When all gates that defer it let it pass, if each of them says when it does.
  private mutating func settleUntil(_ at: Timestamp) {
    let deferring = results.filter { $0.verdict == .deferred }
    guard let first = deferring.first else { return }
    // Load and taint tell of this moment only: what they will be then is not known.
    let lasting = deferring.filter { ![.load, .taint].contains($0.gate) }
    if lasting.contains(where: { $0.until == nil }) || [.load, .taint].contains(first.gate) {
      return
    }
    let earliest = lasting.filter { ![.freeze, .window].contains($0.gate) }.compactMap(\.until)
      .max()
    let known = earliest == nil ? windowFit : nil
    switch known ?? schedule.fits(at: (earliest ?? at).instant, seconds: change.seconds) {
    case .enough(let opening): self.opening = opening
    case .tooShort(_, let next), .notOpen(_, let next): opening = next
    }
    until = opening.map { Timestamp($0.start) }
  }

  mutating func add(
    _ gate: Gate, _ verdict: GateResult.Verdict, _ message: String, policy: String? = nil,
    source: String? = nil
  ) {
    add(gate, verdict, nil, message, policy: policy, source: source)
  }

  mutating func add(
    _ gate: Gate, _ verdict: GateResult.Verdict, _ reason: Reason?, _ message: String,
    policy: String? = nil, source: String? = nil, until: Timestamp? = nil
  ) {
    results.append(
      GateResult(
        gate, verdict, reason: reason, message, patch: change.patch, module: change.module,
        policy: policy, source: source, until: until))
  }
}

extension GatedChange {
  /// How long it, and what is done with it, may take at worst, in whole seconds.
  var seconds: Int { groupSeconds ?? ownSeconds }

  /// How long it may take by itself.
  var ownSeconds: Int {
    let (whole, rest) = constraints.longestChange.components
    return (Int(clamping: whole) + (rest > 0 ? 1 : 0)) * transitions + extraSeconds
  }
}

// What people say, and the clock.
extension GateJudgement {
  private mutating func askHolds(_ now: Circumstances) {
    let names = [change.patch, change.otherName].compactMap { $0 }
    let hold =
      names.lazy.compactMap { now.holds.hold(on: $0, at: now.at) }.first
      ?? now.holds.first { $0.patch == nil && $0.isInForce(at: now.at) }
    guard let hold else { return }
    let resume = hold.patch.map { "klpolicy resume \($0)" } ?? "klpolicy resume"
    add(
      .hold, .deferred, .held,
      "held by \(hold.by) since \(hold.since): \(hold.reason); "
        + (hold.until.map { "it ends at \($0), or with \(resume)" } ?? "it ends with \(resume)"),
      until: hold.until)
  }

  private mutating func distrust(_ at: Timestamp, behind newest: Timestamp) {
    add(
      .clock, .deferred, .clockUntrusted,
      "the clock has run backwards: the journal's newest record was written at \(newest), so what "
        + "goes by the time waits; set the clock right")
  }

  private mutating func askClock(_ clock: Circumstances.Clock) {
    switch clock {
    case .trusted, .behind: break
    case .unsynchronised:
      add(
        .clock, .deferred, .clockUntrusted,
        "the kernel's clock is not synchronised, so what goes by the time waits; start a time "
          + "service such as chrony or systemd-timesyncd")
    case .unobserved(let what):
      unknown.append(what)
      add(.clock, .skipped, "\(what) could not be observed")
    }
  }
}

// What the state of the host says.
extension GateJudgement {
  private mutating func askLoad(_ host: Host) {
    guard let limit = change.constraints.maxLoadPerCPU else { return }
    let source = limit.source.description
    guard let load = host.loadPerCPU.value else {
      unknown.append("the load")
      add(.load, .skipped, "the load could not be observed", policy: limit.policy, source: source)
      return
    }
    let found =
      "the load is \(hundredths(load)) a CPU, and policy \(limit.policy) allows "
      + "\(hundredths(limit.value)) (\(source))"
    if load > limit.value {
      add(.load, .deferred, .gateLoad, found, policy: limit.policy, source: source)
    } else {
      add(.load, .passed, found, policy: limit.policy, source: source)
    }
  }

  private mutating func askUptime(_ now: Circumstances) {
    guard let least = change.constraints.minUptime else { return }
    let source = least.source.description
    guard let uptime = now.host.uptimeSeconds.value else {
      unknown.append("the uptime")
      add(
        .uptime, .skipped, "the uptime could not be observed", policy: least.policy, source: source)
      return
    }
    let missing = Int(clamping: least.value.components.seconds) - uptime
    let found =
      "the host is up for \(uptime) s, and policy \(least.policy) asks for "
      + "\(least.value.shortText) (\(source))"
    if missing > 0 {
      add(
        .uptime, .deferred, .gateUptime, found, policy: least.policy, source: source,
        until: now.at.advanced(by: .seconds(missing)))
    } else {
      add(.uptime, .passed, found, policy: least.policy, source: source)
    }
  }

  private mutating func askTaint(_ host: Host) {
    let letters = change.constraints.forbiddenTaints.map(\.letter)
    if letters.isEmpty { return }
    guard let taint = host.kernel.taint.value else {
      unknown.append("the kernel's taint")
      add(.taint, .skipped, "the kernel's taint could not be observed")
      return
    }
    guard let found = change.constraints.forbiddenTaint(in: taint) else {
      add(.taint, .passed, "the kernel has none of the taints \(letters.joined(separator: ", "))")
      return
    }
    let source = found.rule?.source.description
    add(
      .taint, .deferred, .gateTaint,
      "the kernel has the taint \(found.letter), with which "
        + (found.rule.map { "policy \($0.policy) forbids changes (\($0.source))" }
          ?? "nothing is changed where no policy says otherwise")
        + "; find out what happened, and reboot",
      policy: found.rule?.policy, source: source)
  }
}

/// `2`, `0.5`, `1.25`.
private func hundredths(_ number: Double) -> String {
  number < 1_000_000 ? decimalText(hundredths: Int((number * 100).rounded())) : "\(number)"
}
