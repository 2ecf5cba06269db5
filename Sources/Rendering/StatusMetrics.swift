package import Documents
internal import Shapes

/// The live state of a host as metrics, in Prometheus' text format.
///
/// - Parameters:
///   - status: the host.
///   - plan: what its policies want of it; nil where there are none, or none that can be used.
///   - arePoliciesSound: whether the policies could be used; nil where there are none.
///   - toolVersion: the version of this program.
/// - Returns: the text, which ends with a line feed.
package func prometheusText(
  of status: Status, plan: Plan?, arePoliciesSound: Bool?, toolVersion: String
) -> String {
  var metrics = PrometheusText()
  metrics.gauge(
    "klpolicy_build_info", "The version of klpolicy that observed the host",
    [.init(1, ("version", toolVersion))])
  metrics.gauge(
    "klpolicy_observed_timestamp_seconds", "When the host was observed",
    status.at.secondsSinceEpoch)
  metrics.gauge(
    "klpolicy_unobserved_facts", "Facts of the host that were there and could not be read",
    status.unobserved.count)
  metrics.addKernel(status)
  metrics.addConditions(status.conditions)
  metrics.gauge(
    "klpolicy_policies_valid", "Whether the policies of the host could be used",
    arePoliciesSound.map { $0 ? 1 : 0 })
  if let plan { metrics.add(plan) }
  metrics.addPatches(status.patches)
  metrics.addTransition(status.transition)
  metrics.addHolds(status.holds)
  metrics.addServices(status)
  if let agent = status.agent { metrics.addAgent(agent) }
  return metrics.text
}

extension PrometheusText {
  fileprivate mutating func addKernel(_ status: Status) {
    let kernel = status.host.kernel
    gauge(
      "klpolicy_kernel_info", "The running kernel",
      [
        Sample(
          1, ("release", kernel.release), ("build_id", kernel.buildID.value ?? ""),
          ("architecture", status.host.architecture))
      ])
    gauge(
      "klpolicy_kernel_support_end_timestamp_seconds",
      "When the last day ends on which policies support the running kernel",
      status.supportedUntil.map { ($0.daysSinceEpoch + 1) * 86_400 })
  }

  fileprivate mutating func addConditions(_ conditions: [Condition]) {
    gauge(
      "klpolicy_condition", "Which of true, false and unknown a condition of the host is",
      conditions.flatMap { condition in
        Condition.Truth.allCases.map { truth in
          Sample(
            condition.status == truth ? 1 : 0, ("type", condition.kind.rawValue),
            ("status", truth.rawValue.lowercased()))
        }
      })
    let converged = conditions.first { $0.kind == .converged }?.status
    gauge(
      "klpolicy_converged", "Whether the host is as its policies want it; absent when unknown",
      converged == .unknown ? nil : converged.map { $0 == .yes ? 1 : 0 })
  }

  fileprivate mutating func add(_ plan: Plan) {
    gauge(
      "klpolicy_pending_steps", "Steps that a reconcile would do now",
      Step.Action.allCases.map { action in
        Sample(plan.summary[action] ?? 0, ("action", action.rawValue))
      })
    let ends = plan.deferred.compactMap { withheld in
      withheld.until.map { (withheld, $0.secondsSinceEpoch) }
    }
    gauge(
      "klpolicy_deferred_changes", "Changes that wait, by what they wait for",
      counts(plan.deferred))
    gauge(
      "klpolicy_deferred_until_timestamp_seconds", "When deferred changes may be made, if known",
      Dictionary(grouping: ends) { End($0.0) }.sorted { $0.key < $1.key }.map { end, all in
        Sample(
          all.map(\.1).max() ?? 0, ("patch", end.patch), ("module", end.module),
          ("reason", end.reason))
      })
    gauge(
      "klpolicy_blocked_changes", "Changes that will not be made until somebody acts, by reason",
      counts(plan.blocked))
    let open = Set(
      (plan.deferred + plan.blocked).flatMap { withheld in
        withheld.openCVEs.map { [$0, withheld.patch ?? "", withheld.reason.rawValue] }
      })
    gauge(
      "klpolicy_vulnerability_open",
      "Vulnerabilities that the policies would fix and that are open, and why",
      open.sorted { $0.lexicographicallyPrecedes($1) }.map {
        Sample(1, ("cve", $0[0]), ("patch", $0[1]), ("reason", $0[2]))
      })
  }

  /// What tells one deferred change from another.
  private struct End: Hashable, Comparable {
    let patch: String
    let module: String
    let reason: String

    init(_ withheld: Withheld) {
      patch = withheld.patch ?? ""
      module = withheld.module ?? ""
      reason = withheld.reason.rawValue
    }

    static func < (one: End, other: End) -> Bool {
      (one.patch, one.module, one.reason) < (other.patch, other.module, other.reason)
    }
  }

  private func counts(_ withheld: [Withheld]) -> [Sample] {
    Dictionary(grouping: withheld, by: \.reason.rawValue).sorted { $0.key < $1.key }.map {
      Sample($1.count, ("reason", $0))
    }
  }

  fileprivate mutating func addPatches(_ patches: [PatchStatus]) {
    gauge(
      "klpolicy_patch_info", "The live patches in memory",
      patches.map { patch in
        Sample(
          1, ("module", patch.live.module),
          ("state", patch.live.state.value?.rawValue ?? "unknown"),
          ("build_id", patch.live.buildID?.value ?? ""), ("patch", patch.patch ?? ""),
          ("version", patch.version ?? ""), ("policy", patch.policy ?? ""),
          ("managed", patch.managed.value.map { $0 ? "true" : "false" } ?? "unknown"))
      })
    let fixes = patches.flatMap { patch in
      Set(patch.fixes).sorted().map { Sample(1, ("cve", $0), ("module", patch.live.module)) }
    }
    gauge(
      "klpolicy_vulnerability_fixed", "Vulnerabilities that an applied live patch fixes", fixes)
  }

  fileprivate mutating func addTransition(_ transition: Fact<TransitionStatus>?) {
    let running = transition?.value
    gauge(
      "klpolicy_transition_running", "Whether a live patch is in transition; absent when unknown",
      transition == .unknown ? nil : transition == nil ? 0 : 1)
    guard let running else { return }
    gauge(
      "klpolicy_transition_blocking_tasks", "Tasks that the running transition waits for",
      [
        Sample(
          running.blockers.count, ("module", running.transition.module),
          ("direction", running.transition.direction.rawValue))
      ])
    gauge(
      "klpolicy_transition_start_timestamp_seconds",
      "When the running transition began; absent unless klpolicy began it",
      running.since.value?.secondsSinceEpoch)
  }

  fileprivate mutating func addHolds(_ holds: Fact<[Hold]>) {
    guard let holds = holds.value else { return }
    gauge("klpolicy_holds", "Holds in force", holds.count)
    gauge(
      "klpolicy_hold_start_timestamp_seconds",
      "When a hold was set; without a patch it holds everything",
      holds.map { Sample($0.since.secondsSinceEpoch, ("patch", $0.patch ?? ""), ("by", $0.by)) })
    gauge(
      "klpolicy_hold_end_timestamp_seconds", "When a hold ends by itself",
      holds.compactMap { hold in
        hold.until.map { Sample($0.secondsSinceEpoch, ("patch", hold.patch ?? "")) }
      })
  }

  fileprivate mutating func addAgent(_ agent: AgentStatus) {
    gauge(
      "klpolicy_agent_running", "Whether the agent runs; absent when unknown",
      agent.running.map { $0 ? 1 : 0 })
    gauge(
      "klpolicy_agent_info", "What the agent keeps the host to, and the commit that is in force",
      [
        Sample(
          1, ("source", agent.url ?? agent.directory ?? ""),
          ("reference", agent.branch ?? agent.tag ?? ""), ("commit", agent.commit ?? ""))
      ])
    gauge(
      "klpolicy_agent_commit_timestamp_seconds",
      "When the commit in force was made, as it says itself",
      agent.committedAt?.secondsSinceEpoch)
    gauge(
      "klpolicy_agent_accepted_timestamp_seconds", "When the commit in force came into force here",
      agent.acceptedAt?.secondsSinceEpoch)
    gauge(
      "klpolicy_agent_sync_error",
      "Whether the agent's source could not be read, or what it holds was refused",
      // One that has not looked yet does not know.
      agent.ranAt == nil ? nil : agent.syncError == nil ? 0 : 1)
    gauge(
      "klpolicy_agent_last_sync_timestamp_seconds",
      "When the agent's repository was last read without an error",
      agent.syncedAt?.secondsSinceEpoch)
    gauge(
      "klpolicy_agent_last_run_timestamp_seconds", "When the agent last looked",
      agent.ranAt?.secondsSinceEpoch)
    gauge(
      "klpolicy_agent_last_success_timestamp_seconds",
      "When the agent's last run was that left nothing failed or blocked",
      agent.succeededAt?.secondsSinceEpoch)
  }
}
