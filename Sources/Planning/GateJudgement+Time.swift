internal import Diagnostics
internal import Documents
internal import PolicyModel
internal import Schedule
internal import Shapes

// What goes by the time. Freezes and windows are asked each by itself: where both let a change
// begin, there is time enough for it under both.
extension GateJudgement {
  /// - Parameters:
  ///   - now: the moment.
  ///   - asked: the windows and freezes before anything is overridden.
  mutating func askFreezes(_ now: Circumstances, _ asked: Schedule) {
    if change.isRecall || asked.freezes.isEmpty { return }
    switch schedule.withoutWindows.fits(at: now.at.instant, seconds: change.seconds) {
    case .enough:
      let lifted = now.overridesWindows ? asked.freezes(at: now.at.instant) : []
      if let freeze = lifted.first {
        let rule = change.constraints.rule(of: freeze)
        add(
          .freeze, .skipped, "\(title(rule)) allows it to be overridden, and is",
          policy: rule.policy, source: rule.source.description)
      } else {
        add(.freeze, .passed, "no freeze holds, and none begins before the change is done")
      }
    case .notOpen(.frozen(let freezes, let end, _), _):
      guard let freeze = freezes.last else { return }
      let rule = change.constraints.rule(of: freeze)
      let override =
        now.overridesWindows
        ? "; it does not allow --override-window"
        : rule.value.allowOverride ? "; --override-window lifts it" : ""
      add(
        .freeze, .deferred, .frozen,
        "\(title(rule)) holds until \(freeze.text(of: end))\(override)",
        policy: rule.policy, source: rule.source.description, until: Timestamp(end))
    case .tooShort(let opening, let next):
      guard case .freezes(let start, let freezes) = opening.end, let freeze = freezes.first else {
        return
      }
      let rule = change.constraints.rule(of: freeze)
      add(
        .freeze, .deferred, .windowTooShort,
        "\(title(rule)) begins at \(freeze.text(of: start)), and \(longest)",
        policy: rule.policy, source: rule.source.description,
        until: next.map { Timestamp($0.start) })
    case .notOpen: break
    }
  }

  mutating func askWindows(_ now: Circumstances, _ asked: Schedule) {
    if change.isRecall {
      add(.window, .skipped, "a build that was withdrawn goes without window, wave or freeze")
      return
    }
    let urgent = change.constraints.urgencies(change.severity)
    let having = change.constraints.policiesWithWindows.map(\.name.value.text)
    if now.overridesWindows, !asked.groups.isEmpty {
      add(.window, .skipped, "windows are lifted by --override-window")
    } else if !schedule.groups.isEmpty {
      askWindows(now)
    }
    for urgency in urgent where having.contains(urgency.policy) {
      add(
        .urgency, .passed,
        "it is \(change.severity?.rawValue ?? ""), and needs no window of policy "
          + "\(urgency.policy) from \(urgency.value.rawValue) on (\(urgency.source))",
        policy: urgency.policy, source: urgency.source.description)
    }
  }

  private mutating func askWindows(_ now: Circumstances) {
    let fit = schedule.withoutFreezes.fits(at: now.at.instant, seconds: change.seconds)
    if schedule.freezes.isEmpty { windowFit = fit }
    switch fit {
    case .enough(let opening):
      let rule = opening.windows.first.map(change.constraints.rule)
      let end = opening.endInstant.map { "; it closes at \($0)" } ?? ""
      add(
        .window, .passed, rule.map { "\(title($0)) is open\(end)" } ?? "a window is open",
        policy: rule?.policy, source: rule?.source.description)
    case .tooShort(let opening, let next):
      let closing = if case .windows(_, let windows) = opening.end { windows } else { [Window]() }
      let window = closing.first ?? opening.windows.first
      let rule = window.map(change.constraints.rule)
      let end = opening.endInstant.map { end in window?.text(of: end) ?? "\(end)" } ?? "some time"
      add(
        .window, .deferred, .windowTooShort,
        "\(rule.map(title) ?? "the window") closes at \(end), and \(longest); \(opens(next))",
        policy: rule?.policy, source: rule?.source.description,
        until: next.map { Timestamp($0.start) })
    case .notOpen(let state, let next):
      let waiting = if case .closed(let windows, _) = state { windows } else { [Window]() }
      let rules = waiting.map(change.constraints.rule)
      let policies = Set(rules.map(\.policy)).sorted()
      let rule = (next?.windows.first ?? waiting.first).map(change.constraints.rule)
      let whose =
        policies.count == 1
        ? "policy \(policies[0])" : "policies \(policies.joined(separator: ", "))"
      add(
        .window, .deferred, .outsideWindow,
        "no window of \(whose) is open; \(opens(next))",
        policy: rule?.policy, source: rule?.source.description,
        until: next.map { Timestamp($0.start) })
    }
  }

  /// Which builds may be loaded was decided by the policies before; this says so.
  mutating func askAdmission() {
    guard change.action == .load else { return }
    let constraints = change.constraints
    let rules: [(Gate, policy: String, source: String, passed: String)] = [
      constraints.cutoff.map {
        (.cutoff, $0.policy, "\($0.source)", "it was released by \($0.value)")
      },
      constraints.minimumAge.map {
        (.minimumAge, $0.policy, "\($0.source)", "it is older than \($0.value.shortText)")
      },
      constraints.rollouts.first.map {
        (.rollout, $0.policy, "\($0.source)", "this host's turn has come")
      },
    ].compactMap { $0 }
    let refusing = change.refusal.flatMap { Gate(admission: $0.reason) }
    for rule in rules {
      if let refusal = change.refusal, refusing == rule.0 {
        add(
          rule.0, .deferred, refusal.reason, refusal.text, policy: rule.policy,
          source: refusal.source?.description ?? rule.source, until: refusal.until)
        // Those behind it were not asked.
        return
      }
      add(rule.0, .passed, rule.passed, policy: rule.policy, source: rule.source)
    }
  }

  /// `the change may take 2m: its deadline, that of turning it around, and the hooks`.
  private var longest: String {
    (change.groupSeconds == nil ? "the change may take " : "the changes of its group may take ")
      + "\(Duration.seconds(change.seconds).shortText) with their deadlines, those of turning them "
      + "around, and their hooks"
  }

  /// When and by which window the next opening comes that is long enough.
  func opens(_ next: Opening?) -> String {
    guard let next else { return "none that is long enough opens within eight years" }
    guard let window = next.windows.first else { return "the next opens at \(next.start)" }
    let rule = change.constraints.rule(of: window)
    return "\(title(rule)) is the next that is long enough and opens at "
      + window.text(of: next.start)
  }

  /// `window "weeknights" of policy web (web.yaml:30:9)`.
  private func title(_ rule: Sourced<WindowDefinition>) -> String {
    let name = rule.value.name?.text ?? rule.value.description
    return "window \(name.quoted) of policy \(rule.policy) (\(rule.source))"
  }

  private func title(_ rule: Sourced<FreezeDefinition>) -> String {
    let name = rule.value.name?.text ?? rule.value.description
    return "freeze \(name.quoted) of policy \(rule.policy) (\(rule.source))"
  }
}

extension Gate {
  /// The gate that a refusal of the admission rules comes from; nil for what is no gate.
  init?(admission reason: Reason) {
    switch reason {
    case .afterCutoff: self = .cutoff
    case .tooYoung: self = .minimumAge
    case .waveNotReached, .rolloutPaused: self = .rollout
    default: return nil
    }
  }
}

extension Admission.Refusal {
  /// With the rule it comes from.
  var text: String { message + (source.map { " (\($0))" } ?? "") }
}
