internal import Diagnostics
internal import Documents
internal import HostFacts
internal import Nodes
internal import Shapes

extension Tracer {
  /// What every policy that binds the patch demands, field by field, and what holds together.
  mutating func traceConstraints() {
    if candidates.isEmpty { return }
    demand("cutoff", constraints.said(\.spec.cutoff), counts: constraints.cutoff?.value, "earlier")
    demand(
      "minimumAge", constraints.said(\.spec.minimumAge), counts: constraints.minimumAge?.value,
      "longer")
    traceRollouts()
    traceSchedule()
    traceTransition()
    demand(
      "safety.signature", constraints.said(\.spec.safety?.signature),
      counts: constraints.signature, "stricter")
    list("safety.probation", constraints.said(\.spec.safety?.probation))
    list("safety.attempts", constraints.said(\.spec.safety?.attempts))
    traceGates()
    traceHooks()
    list("maintenance.atBoot", constraints.said(\.spec.maintenance?.atBoot))
    traceSupport()
  }

  /// The same of a service of a vendor.
  mutating func traceConstraintsOfService() {
    demand("cutoff", constraints.said(\.spec.cutoff), counts: constraints.cutoff?.value, "earlier")
    demand(
      "minimumAge", constraints.said(\.spec.minimumAge), counts: constraints.minimumAge?.value,
      "longer")
    traceRollouts()
    traceSchedule()
    list("safety.probation", constraints.said(\.spec.safety?.probation))
    list("safety.attempts", constraints.said(\.spec.safety?.attempts))
    traceGates()
    traceHooks()
  }

  /// A field of which one value holds: each policy's own, and whether it is that one.
  private mutating func demand<Value: Equatable & TracedValue>(
    _ field: String, _ said: [Sourced<Value>], counts: Value?, _ comparison: String
  ) {
    let strictest = said.first { $0.value == counts }
    for one in said {
      let holds = one.value == counts
      var message = one.value.tracedText
      if let strictest, said.count > 1 {
        message +=
          holds ? ", which holds" : "; that of policy \(strictest.policy) is \(comparison)"
      }
      tell(
        .constraints, field, holds ? .yes : .no, message, policy: one.policy, at: one.source)
    }
  }

  /// A field whose values stand beside each other.
  private mutating func list(_ field: String, _ said: [Sourced<some TracedValue>]) {
    for one in said {
      tell(
        .constraints, field, .note, one.value.tracedText, policy: one.policy, at: one.source)
    }
  }

  private mutating func traceRollouts() {
    for rollout in constraints.rollouts {
      let (value, isPaused) = (rollout.value, rollout.value.paused?.value == true)
      let waves = value.waves.map { wave in
        "\(wave.percent.value.text) %" + (wave.after.map { " after \($0.value.shortText)" } ?? "")
      }
      tell(
        .constraints, "rollout", .note,
        waves.joined(separator: ", ")
          + ", from \(Timestamp(secondsSinceEpoch: value.from.value.secondsSinceEpoch)) or the "
          + "build's release" + (isPaused ? "; paused: no new host is admitted" : ""),
        policy: rollout.policy, at: rollout.source)
    }
  }

  private mutating func traceTransition() {
    let deadlines = constraints.said(\.deadline).map { $0.mapped(\.duration) }
    demand("safety.transition.deadline", deadlines, counts: constraints.deadline, "shorter")
    if deadlines.isEmpty {
      tell(
        .constraints, "safety.transition.deadline", .note,
        "\(constraints.deadline.shortText), as no policy says", at: nil)
    }
    let said = constraints.said(\.spec.safety?.transition?.onStall)
    let priorities = constraints.policies.reduce(into: [:]) { priorities, policy in
      priorities[policy.name.value.text] = policy.spec.priority
    }
    let top = said.max { (priorities[$0.policy] ?? 0) < (priorities[$1.policy] ?? 0) }
    demand(
      "safety.transition.onStall", said, counts: top?.value, "of a higher priority")
  }

  private mutating func traceGates() {
    list("safety.gates.maxLoadPerCPU", constraints.said(\.spec.safety?.gates?.maxLoadPerCPU))
    list("safety.gates.minUptime", constraints.said(\.spec.safety?.gates?.minUptime))
    list("safety.gates.forbidTaints", constraints.said(\.spec.safety?.gates?.forbidTaints))
    for policy in constraints.policies {
      for command in policy.spec.safety?.gates?.commands ?? [] {
        tell(
          .constraints, "safety.gates.commands", .note, command.tracedText,
          policy: policy.name.value.text, at: command.place.location)
      }
    }
  }

  private mutating func traceHooks() {
    for policy in constraints.policies {
      guard let hooks = policy.spec.safety?.hooks else { continue }
      for (name, command) in [
        ("preApply", hooks.preApply), ("postApply", hooks.postApply),
        ("healthCheck", hooks.healthCheck), ("onFailure", hooks.onFailure),
      ] {
        guard let command else { continue }
        tell(
          .constraints, "safety.hooks.\(name)", .note, command.tracedText,
          policy: policy.name.value.text, at: command.place.location)
      }
    }
  }

  private mutating func traceSupport() {
    let today = RFC3339.date(subject.now.secondsSinceEpoch)
    for candidate in candidates {
      guard let end = candidate.rule.supportUntil else { continue }
      tell(
        .constraints, "supportUntil", .note,
        today > end.value
          ? "the support of this kernel ended on \(end.value): boot a newer one"
          : "this kernel is supported until \(end.value)",
        policy: candidate.policyName, at: end.location)
    }
  }
}

/// A value of a policy as a person reads it.
protocol TracedValue {
  var tracedText: String { get }
}

extension CalendarDate: TracedValue { var tracedText: String { description } }
extension Duration: TracedValue { var tracedText: String { shortText } }
extension SignatureRule: TracedValue { var tracedText: String { "\(rawValue): \(about)" } }
extension StallRule: TracedValue { var tracedText: String { "\(rawValue): \(about)" } }
extension BootRule: TracedValue { var tracedText: String { "\(rawValue): \(about)" } }
extension AttemptLimit: TracedValue { var tracedText: String { "\(count)" } }
extension LoadLimit: TracedValue { var tracedText: String { "\(value)" } }
extension [TaintLetter]: TracedValue {
  var tracedText: String { isEmpty ? "none" : map(\.text).joined(separator: ", ") }
}
extension Safety.Command: TracedValue {
  var tracedText: String {
    run.map(\.value).joined(separator: " ") + ", within \(timeLimit.shortText)"
  }
}
