internal import Documents
internal import PolicyModel

extension Account {
  /// What is in memory of the patch, and whose it is.
  var inMemory: [Explanation.Finding] {
    var findings = ground.live.filter { modules.contains($0.module) }.map(finding)
    if findings.isEmpty {
      findings.append(
        Explanation.Finding(
          .host, trace.patch, .note,
          modules.isEmpty
            ? "no module is known for it" : "none of its modules is in memory"))
    }
    if snapshot.history.managed == .unknown {
      findings.append(
        Explanation.Finding(
          .host, "journal", .unknown,
          "it could not be read, so that what klpolicy loaded, and for what, is not known",
          reason: .unverified))
    }
    for failure in snapshot.history.failures
    where failure.patch == trace.patch || modules.contains(failure.module) {
      findings.append(
        Explanation.Finding(
          .host, failure.module, .note,
          "\(failure.action.rawValue) \(failure.cause.rawValue) at \(failure.at): "
            + failure.message,
          reason: failure.cause == .crashed ? .crashGuard : .failedBefore))
    }
    switch snapshot.live.transition {
    case .known(let transition):
      findings.append(
        Explanation.Finding(
          .host, "transition", .note,
          "\(transition.module) is \(transition.direction.rawValue), and one runs at a time"))
    case .unknown:
      findings.append(
        Explanation.Finding(
          .host, "transition", .unknown, "whether one is running could not be observed",
          reason: .unverified))
    case nil: break
    }
    return findings
  }

  private func finding(_ live: LivePatch) -> Explanation.Finding {
    let record = ground.record(live.module)
    let isWanted = chosen.map { $0.module == live.module && ground.isInMemory($0) } ?? false
    let verdict: Explanation.Verdict =
      switch live.state.value {
      case nil: .unknown
      case .applied where isWanted: .yes
      default: .note
      }
    var message = "is \(live.state.value?.rawValue ?? "in a state that could not be observed")"
    if let buildID = live.buildID?.value { message += ", build \(buildID.prefix(12))" }
    message += ", \(ownership(record))"
    if isWanted { message += ": the build that is wanted" }
    return Explanation.Finding(.host, live.module, verdict, message, policy: record?.policy)
  }

  private func ownership(_ record: ManagedModule?) -> String {
    guard let record else {
      return snapshot.history.managed == .unknown
        ? "nobody knows whose" : "foreign: not loaded by klpolicy"
    }
    let version = record.version.map { " version \($0)" } ?? ""
    return desired.givenPolicies.contains(record.policy)
      ? "managed as \(record.patch)\(version)"
      : "loaded as \(record.patch)\(version) for a policy that is not among those given"
  }
}

extension Account {
  /// The plan's word on the patch.
  var outcome: Explanation.Outcome {
    var outcome = Explanation.Outcome(.asWanted, message: "")
    outcome.steps = plan.steps.filter { concerns($0.patch, $0.module) && $0.action != .stage }
    outcome.deferred = plan.deferred.filter { concerns($0.patch, $0.module) }
    outcome.blocked = plan.blocked.filter { withheld in
      // What blocks the host as a whole names neither.
      concerns(withheld.patch, withheld.module)
        || (withheld.patch == nil && withheld.module == nil && trace.isNamedHere)
    }
    outcome.satisfied = plan.satisfied.filter { $0.patch == trace.patch }
    outcome.unmanaged = plan.unmanaged.filter { modules.contains($0.module) }
    outcome.warnings = plan.warnings
    if let first = outcome.blocked.first {
      outcome.set(.blocked, first.reason, first.message, until: first.until)
    } else if let first = outcome.steps.first {
      outcome.set(.pending, first.reason, summary(of: outcome.steps))
    } else if let first = outcome.deferred.first {
      outcome.set(.deferred, first.reason, first.message, until: first.until)
    } else if let first = outcome.satisfied.first {
      outcome.set(.satisfied, first.reason, first.message)
    } else if trace.isNamedHere {
      outcome.set(.asWanted, nil, standing)
    } else {
      outcome.set(.notWanted, nil, notWanted(outcome.unmanaged))
    }
    outcome.earliest = earliest(outcome.deferred)
    return outcome
  }

  /// When, at the earliest, something that is deferred may be loaded: a build above the chosen one,
  /// or that one itself.
  private func earliest(_ deferred: [Withheld]) -> Timestamp? {
    if deferred.isEmpty { return nil }
    let chosen = chosen
    let better = trace.builds.prefix { chosen == nil || $0.build != chosen }
    let itself = trace.builds.filter { build in
      build.build == chosen && deferred.contains { $0.module == chosen?.module }
    }
    return (better + itself).compactMap(\.opens).min().flatMap(trace.opening)
  }

  /// Whether an entry of the plan is about the patch: by its name, or, where it has none, by its
  /// module.
  private func concerns(_ patch: String?, _ module: String?) -> Bool {
    if let patch { return patch == trace.patch }
    return module.map(modules.contains) ?? false
  }

  private func summary(of steps: [Step]) -> String {
    func modules(_ action: Step.Action) -> [String] {
      steps.filter { $0.action == action }.map(\.module)
    }
    let loaded = modules(.load)
    let leaving = modules(.unload).filter { !loaded.contains($0) }
    var parts: [String] = []
    if !loaded.isEmpty { parts.append("loads \(loaded.joined(separator: ", "))") }
    if !leaving.isEmpty { parts.append("takes \(leaving.joined(separator: ", ")) off") }
    return parts.isEmpty
      ? "the plan waits for the transition that is running"
      : "the plan " + parts.joined(separator: ", and ")
  }

  private var standing: String {
    let caveat =
      plan.warnings.contains { $0.code == Warning.unverified }
      ? ", as far as could be observed" : ""
    if case .absent = wanted { return "it is absent, as the policies want it" + caveat }
    return (chosen.map { "\($0.title) is applied" } ?? "it is") + ", as the policies want it"
      + caveat
  }

  private func notWanted(_ unmanaged: [UnmanagedPatch]) -> String {
    let message = "no given policy names it for this host and its kernel"
    if unmanaged.isEmpty { return message }
    return message + "; " + unmanaged.map(\.module).joined(separator: ", ") + " stays as it is"
  }
}

extension Explanation.Outcome {
  fileprivate mutating func set(
    _ result: Result, _ reason: Reason?, _ message: String, until: Timestamp? = nil
  ) {
    self.result = result
    self.reason = reason
    self.message = message
    self.until = until
  }
}
