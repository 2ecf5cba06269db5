internal import Compatibility
package import Documents
package import PolicyModel

extension Status {
  /// The status of a host, from what was observed and, where policies were given, their plan.
  ///
  /// - Parameters:
  ///   - snapshot: the host.
  ///   - blockers: the tasks that hold the running transition up.
  ///   - began: when klpolicy began that transition; nil where it did not.
  ///   - plan: the plan of the policies to hold the host against; nil without policies.
  ///   - desired: what those policies want of the host.
  package init(
    _ snapshot: HostSnapshot, blockers: [Blocker], began: Timestamp? = nil, plan: Plan?,
    desired: DesiredSet? = nil
  ) {
    let ground = Ground(snapshot)
    let isJournalKnown = snapshot.history.managed != .unknown
    let modules = snapshot.live.modules?.value
    let disagreements = Disagreement.all(on: snapshot)
    let patches = snapshot.live.patches.map { live in
      let unpatched = live.unpatchedObjects(modules: modules)
      let record = ground.record(live.module)
      return PatchStatus(
        live: live, managed: isJournalKnown ? .known(record != nil) : .unknown,
        patch: record?.patch, policy: record?.policy, version: record?.version,
        fixes: unpatched.isEmpty ? ground.verifiedFixes(of: live, desired) : [],
        unpatched: unpatched)
    }
    self.init(
      at: snapshot.takenAt, host: snapshot.host, patches: patches,
      transition: snapshot.live.transition.map { transition in
        transition.value.map {
          .known(
            TransitionStatus(
              transition: $0, since: began.map { .known($0) } ?? .unknown, blockers: blockers))
        } ?? .unknown
      },
      conditions: [
        .supported(snapshot.host.kernel), .converged(plan), .transitioning(snapshot.live),
        .degraded(
          patches, plan, snapshot.history.failures, disagreements,
          unseen: desired.map { snapshot.unseenServices($0) } ?? []),
        .rebootAdvised(patches, snapshot.live, plan),
        .held(snapshot.history.holds),
      ], holds: snapshot.history.holds, failures: snapshot.history.failures,
      unfinished: snapshot.history.unfinishedPackages, unobserved: snapshot.unobserved,
      supportedUntil: desired?.supportedUntil, services: snapshot.services,
      disagreements: disagreements)
  }
}

extension Ground {
  /// What a live patch whose functions are hooked fixes for certain: nothing unless it is applied, and
  /// nothing that a patch above it could have undone, because that one has a function of its own in the
  /// same place, was not built upon it, and does not fix the same.
  fileprivate func verifiedFixes(of live: LivePatch, _ desired: DesiredSet?) -> [String] {
    guard live.state == .known(.applied), let claim = claim(of: live, desired),
      let place = self.live.firstIndex(where: { $0.module == live.module })
    else { return [] }
    let above = self.live[(place + 1)...].filter { other in
      switch other.state.value {
      case .resident, .pinned, .absent: return false
      case .enabling, .applied, .disabling, .replacing, nil: break
      }
      return !other.functionNames.isDisjoint(with: live.functionNames)
        && self.claim(of: other, desired)?.requires.contains(claim.patch) != true
    }
    return claim.fixes.filter { fix in
      above.allSatisfy { self.claim(of: $0, desired)?.fixes.contains(fix) == true }
    }
  }

  /// What is said of a live patch, by the journal or by policies, that is certainly the build that
  /// they speak of.
  private struct Claim {
    var patch: String
    var fixes: [String]
    var requires: [String]
  }

  /// Given policies know better than the journal, which wrote down what was said when it was loaded.
  /// Of what somebody else loaded they know it by its build ID alone.
  private func claim(of live: LivePatch, _ desired: DesiredSet?) -> Claim? {
    let record = record(live.module)
    let wanted = desired?.patches.first { patch in
      patch.builds.contains { build in
        guard build.module == live.module else { return false }
        return record.map { $0.patch == patch.name && $0.sha256 == build.sha256 }
          ?? (build.buildID != nil && build.buildID == live.buildID?.value)
      }
    }
    guard let patch = record?.patch ?? wanted?.name else { return nil }
    return Claim(
      patch: patch, fixes: wanted?.fixes ?? record?.fixes ?? [],
      requires: record?.requires ?? wanted?.requires ?? [])
  }
}

extension Condition {
  fileprivate static func supported(_ kernel: Host.Kernel) -> Condition {
    let findings = kernelObstacles(kernel)
    if let obstacle = findings.obstacles.first {
      return Condition(
        kind: .supported, status: .no, reason: obstacle.reason.camelCase, message: obstacle.message)
    }
    if !findings.unknown.isEmpty {
      return Condition(
        kind: .supported, status: .unknown, reason: "Unobserved",
        message: "could not be observed: \(findings.unknown.joined(separator: ", "))")
    }
    return Condition(
      kind: .supported, status: .yes, reason: "LivePatching",
      message: "this kernel takes live patches")
  }

  fileprivate static func converged(_ plan: Plan?) -> Condition {
    guard let plan else {
      return Condition(
        kind: .converged, status: .unknown, reason: "NoPolicies",
        message: "there are no policies, or no sound ones, to hold the host against")
    }
    let unverified = plan.warnings.filter { $0.code == Warning.unverified }
    let (status, reason, message): (Truth, String, String) =
      if let first = plan.blocked.first {
        (.no, first.reason.camelCase, first.message)
      } else if plan.changed {
        (.no, "ChangesPending", "\(plan.steps.count) steps are pending")
      } else if let first = plan.deferred.first {
        (.no, first.reason.camelCase, first.message)
      } else if plan.warnings.contains(where: { $0.code == Warning.noPolicyForKernel }) {
        (.unknown, "NothingWanted", "no given policy names a patch for this kernel")
      } else if let first = unverified.first {
        (
          .unknown, "Unobserved",
          first.message + (unverified.count > 1 ? "; and \(unverified.count - 1) more" : "")
            + "; klpolicy plan, as root, says what would be done"
        )
      } else {
        (.yes, "AsDeclared", "the host is as the policies want it")
      }
    return Condition(kind: .converged, status: status, reason: reason, message: message)
  }

  fileprivate static func transitioning(_ live: LiveState) -> Condition {
    switch live.transition {
    case .known(let transition):
      Condition(
        kind: .transitioning, status: .yes, reason: "InTransition",
        message: "\(transition.module) is \(transition.direction.rawValue)")
    case .unknown:
      Condition(
        kind: .transitioning, status: .unknown, reason: "Unobserved",
        message: "whether a transition is running could not be observed")
    case nil:
      Condition(
        kind: .transitioning, status: .no, reason: "Settled", message: "no transition is running")
    }
  }

  fileprivate static func degraded(
    _ patches: [PatchStatus], _ plan: Plan?, _ failures: [BuildFailure],
    _ disagreements: [Disagreement], unseen: [String]
  ) -> Condition {
    let idle = patches.filter {
      $0.managed == .known(true) && [.resident, .pinned].contains($0.live.state.value)
    }
    if let first = idle.first {
      return Condition(
        kind: .degraded, status: .yes, reason: "NotInForce",
        message: "\(first.live.module) is in memory and fixes nothing")
    }
    if let first = patches.first(where: { $0.managed == .known(true) && !$0.unpatched.isEmpty }) {
      return Condition(
        kind: .degraded, status: .yes, reason: "NotInForce",
        message:
          "\(first.live.module) is \(first.live.state.value?.rawValue ?? "enabled"), and the kernel "
          + "has hooked none of its functions of \(first.unpatched.joined(separator: ", ")): it fixes nothing"
      )
    }
    if let first = plan?.blocked.first {
      return Condition(
        kind: .degraded, status: .yes, reason: first.reason.camelCase, message: first.message)
    }
    if let crash = failures.first(where: { $0.cause == .crashed }) {
      return Condition(
        kind: .degraded, status: .yes, reason: Reason.crashGuard.camelCase,
        message: "\(crash.module) is not loaded again: \(crash.message)")
    }
    // What a service believes to be in force, and is not.
    let idleKinds: [Disagreement.Kind] = [
      .installedNotLoaded, .otherBuild, .missingFile, .clientView,
    ]
    if let first = disagreements.first(where: { idleKinds.contains($0.kind) }) {
      return Condition(
        kind: .degraded, status: .yes, reason: camelCase(first.kind.rawValue),
        message: "\(first.service): \(first.message)")
    }
    if let first = unseen.first {
      return Condition(
        kind: .degraded, status: .unknown, reason: "Unobserved",
        message: first + ", so whether its live patch is in force is not known")
    }
    return Condition(
      kind: .degraded, status: .no, reason: "InForce", message: "what klpolicy loaded is in force")
  }

  fileprivate static func rebootAdvised(
    _ patches: [PatchStatus], _ live: LiveState, _ plan: Plan?
  ) -> Condition {
    let pinned = patches.filter { $0.live.state == .known(.pinned) }
    if pinned.isEmpty, let ended = plan?.warnings.first(where: { $0.code == Warning.supportEnded })
    {
      return Condition(
        kind: .rebootAdvised, status: .yes, reason: "SupportEnded", message: ended.message)
    }
    if pinned.isEmpty, live.transition == .unknown,
      patches.allSatisfy({ $0.live.state == .unknown })
    {
      return Condition(
        kind: .rebootAdvised, status: .unknown, reason: "Unobserved",
        message: "whether a module is pinned in memory could not be observed")
    }
    if pinned.isEmpty {
      return Condition(
        kind: .rebootAdvised, status: .no, reason: "NothingPinned",
        message: "no module is pinned in memory")
    }
    return Condition(
      kind: .rebootAdvised, status: .yes, reason: "Pinned",
      message: "only a reboot frees \(pinned.map(\.live.module).joined(separator: ", "))")
  }

  fileprivate static func held(_ holds: Fact<[Hold]>) -> Condition {
    guard case .known(let holds) = holds else {
      return Condition(
        kind: .held, status: .unknown, reason: "Unobserved",
        message: "whether something is held stands in the journal, which could not be read")
    }
    if holds.isEmpty {
      return Condition(kind: .held, status: .no, reason: "NoHold", message: "no hold is set")
    }
    let words = holds.map { hold in
      let end = hold.until.map { "until \($0) " } ?? ""
      return "\(hold.patch ?? "everything") \(end)by \(hold.by): \(hold.reason)"
    }
    return Condition(
      kind: .held, status: .yes,
      reason: holds.contains { $0.patch == nil } ? "EverythingHeld" : "PatchesHeld",
      message: words.joined(separator: "; "))
  }
}

extension Reason {
  /// `kernel-unsupported` as `KernelUnsupported`, the form of a condition's reason.
  var camelCase: String { Planning.camelCase(rawValue) }
}

private func camelCase(_ words: String) -> String {
  words.split(separator: "-").map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
}
