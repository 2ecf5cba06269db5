internal import Compatibility
internal import Diagnostics
internal import Documents
internal import PolicyModel

/// A plan, with what its groups are bound by.
struct Written {
  var plan: Plan
  var changes: [Int: [GatedChange]]
  var hooks: [Int: [Hook]]
}

extension Planner {
  /// Writes the plan of what was judged and settled.
  func plan() throws(ModelDisagreement) -> Written {
    var writer = try StepWriter(self)
    var deferred: [Withheld] = waiting
    var blocked: [Withheld] = []
    report(&deferred, &blocked)

    let order = ChangeOrder(self)
    var changes: [Int: [GatedChange]] = [:]
    var hooks: [Int: [Hook]] = [:]
    if let untouchedTransition {
      deferred += targets.filter { $0.isInPlace && isUnsettled($0) }.map {
        waiting(.load($0), for: untouchedTransition)
      }
      deferred += order.groups.joined().map { waiting($0, for: untouchedTransition) }
      deferred += dueServices.map { waiting($0, for: untouchedTransition) }
    } else if !unobservedState.isEmpty, input.options.unverified == .block {
      blocked += order.groups.joined().compactMap(unverified)
      blocked += dueServices.map(unverified)
      if !blocked.contains(where: { $0.reason == .unverified }) { blocked.append(unverifiedHost) }
    } else {
      if let ownTransition {
        try writer.awaitRunning(ownTransition)
        hooks[writer.group] = hooksToSettle(ownTransition.module)
      }
      let leaving = order.groups.joined().filter(\.isRemoval).map { $0.gated(self).module }
      for target in unfinished where !leaving.contains(target.build.module) {
        writer.verify(target)
        hooks[writer.group] = hooksToSettle(target.build.module)
      }
      for change in dueServices where change.isUnfinished {
        _ = writer.write(change)
        hooks[writer.group] = gatedChange(change).map {
          [$0].hooks.filter { $0.name != .preApply }
        }
      }
      for group in order.groups {
        let steps = try writer.write(group)
        var gated = gatedGroup(group)
        for index in gated.indices { gated[index].steps = steps[index] }
        changes[writer.group] = gated
        hooks[writer.group] = gated.hooks
      }
      try checkEnd(writer.model)
      for change in dueServices where !change.isUnfinished {
        let steps = writer.write(change)
        guard var gated = gatedChange(change) else { continue }
        gated.steps = steps
        changes[writer.group] = [gated]
        hooks[writer.group] = [gated].hooks
      }
      for build in staged { writer.stage(build) }
    }

    for change in serviceChanges {
      deferred += change.deferred
      blocked += change.blocked + change.left
    }

    let basis = planBasis()
    var plan = Plan(
      at: input.at, toolVersion: input.toolVersion, digest: "",
      host: PlannedHost(input.snapshot.host),
      policies: input.desired.policies.map {
        Documents.PolicyReference(name: $0.name, path: $0.path, sha256: $0.sha256)
      },
      basis: basis.facts, snapshotDigest: basis.digest, gates: gates, steps: writer.steps,
      deferred: deferred, blocked: blocked, satisfied: satisfied, unmanaged: unmanaged,
      after: writer.model.modules,
      warnings: warnings + unverifiedWarnings + input.stagingWarnings)
    plan.difference = StateDifference(
      before: input.snapshot.live.summary + plan.steps.leavingSummary,
      after: plan.after.summary + plan.steps.storedSummary)
    return Written(plan: plan.sealed(), changes: changes, hooks: hooks)
  }

  /// What is brought into the store for other kernels: no window is asked, for nothing of the running
  /// kernel changes; but what a person holds stays as it is, and with `klpolicy=off` nothing acts.
  private var staged: [OtherKernelBuild] {
    if input.snapshot.host.kernel.switchedOff == .known(true) { return [] }
    let holds = circumstances.holds.filter { $0.isInForce(at: input.at) }
    return input.staging.filter { build in
      !holds.contains { $0.patch == nil || $0.patch == build.patch }
    }
  }

  /// What is fixed now, and by nothing that this plan takes off.
  private var fixesInForce: Set<String> {
    let leaving = Set(removals.filter { $0.withheld == nil }.map(\.live.module))
    let kept = ground.live.filter {
      settledStates[$0.module] == .applied && !leaving.contains($0.module)
    }
    return Set(targets.filter(\.isInPlace).flatMap(\.patch.fixes))
      .union(kept.flatMap { ground.record($0.module)?.fixes ?? [] })
  }

  /// What was found to be impossible or too early, patch by patch.
  private func report(_ deferred: inout [Withheld], _ blocked: inout [Withheld]) {
    let fixed = fixesInForce
    for target in targets {
      let open = target.patch.fixes.filter { !fixed.contains($0) }
      switch target.standing {
      case .inPlace, .load: break
      case .blocked(let obstacles):
        blocked += obstacles.map { $0.withheld(target.patch, module: target.build.module, open) }
      case .deferred(let deferral):
        deferred.append(deferral.withheld(target.patch, module: target.build.module, open))
      }
    }
    for patch in unbuilt {
      let open = patch.patch.fixes.filter { !fixed.contains($0) }
      switch patch.holding {
      case .blocked(let obstacles):
        blocked += obstacles.map { $0.withheld(patch.patch, module: patch.module, open) }
      case .deferred(let deferral):
        deferred.append(deferral.withheld(patch.patch, module: patch.module, open))
      }
    }
    for live in undecided {
      blocked.append(
        Withheld(
          patch: nil, module: live.module, reason: .unverified,
          message: "whether klpolicy loaded \(live.module), and for which policy, could not be "
            + "observed, because the journal could not be read; mend the journal, or move it away: "
            + "what is in memory then counts as foreign",
          source: nil, openCVEs: []))
    }
    for removal in removals {
      switch removal.withheld {
      case .deferred(let deferral):
        deferred.append(
          removal.withheld(deferral.reason, deferral.message, until: deferral.until))
      case .blocked(let reason, let message):
        blocked.append(removal.withheld(reason, message))
      case nil:
        break
      }
    }
  }

  /// Whether a target is only applied once the running transition is over.
  private func isUnsettled(_ target: Target) -> Bool {
    ground.livePatch(target.build.module)?.state != .known(.applied)
  }

  private func waiting(_ change: ChangeOrder.Change, for transition: LiveTransition) -> Withheld {
    let origin =
      ground.record(transition.module)?.reversal == transition.direction
      ? "since an earlier run turned its transition around" : "which somebody else began"
    return change.withheld(
      .transitionInProgress,
      "\(transition.module) is \(transition.direction.rawValue), \(origin); one transition runs at a "
        + "time, so this waits for it to complete")
  }

  private func unverified(_ change: ChangeOrder.Change) -> Withheld? {
    // Loads say so themselves, with the facts they miss.
    guard change.isRemoval else { return nil }
    return change.withheld(
      .unverified,
      "could not be observed: \(unobservedState.joined(separator: ", ")); nothing is changed on a "
        + "guess")
  }

  /// Even with nothing to change, a host that could not be observed is not called converged.
  private var unverifiedHost: Withheld {
    Withheld(
      patch: nil, module: nil, reason: .unverified,
      message:
        "could not be observed: \(unobservedState.joined(separator: ", ")); whether the host "
        + "is as the policies want it is not known",
      source: nil, openCVEs: [])
  }

  /// The model has to end where the policies want the host, or the plan is not to be trusted.
  private func checkEnd(_ model: PredictedKernel) throws(ModelDisagreement) {
    for target in targets where !target.isWithheld {
      guard model.state(of: target.build.module) == .applied,
        model.buildID(of: target.build.module) == target.buildID
      else { throw ModelDisagreement("\(target.build.module) would not end applied") }
    }
    for removal in removals where removal.withheld == nil {
      guard model.state(of: removal.live.module) == .absent else {
        throw ModelDisagreement("\(removal.live.module) would not end absent")
      }
    }
    let touched = Set(targets.filter { !$0.isWithheld }.map(\.build.module)).union(
      removals.filter { $0.withheld == nil }.map(\.live.module))
    for live in ground.live where !touched.contains(live.module) {
      guard model.state(of: live.module) == settledStates[live.module] else {
        throw ModelDisagreement("\(live.module), which is not to be touched, would change")
      }
    }
  }
}

extension Obstacle {
  fileprivate func withheld(
    _ patch: DesiredSet.Patch, module: String?, _ openCVEs: [String]
  ) -> Withheld {
    Withheld(
      patch: patch.name, module: module, reason: reason, message: message,
      source: patch.source.description, openCVEs: openCVEs)
  }
}

extension Removal {
  func withheld(_ reason: Reason, _ message: String, until: Timestamp? = nil) -> Withheld {
    Withheld(
      patch: patch, module: live.module, reason: reason, message: message, source: source,
      until: until, openCVEs: [])
  }
}

extension ChangeOrder.Change {
  func withheld(_ reason: Reason, _ message: String) -> Withheld {
    switch self {
    case .load(let target), .reload(let target):
      Withheld(
        patch: target.patch.name, module: target.build.module, reason: reason, message: message,
        source: target.patch.source.description, openCVEs: target.patch.fixes)
    case .remove(let removal):
      removal.withheld(reason, message)
    }
  }
}
