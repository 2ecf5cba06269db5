internal import Diagnostics
package import Documents
package import PolicyModel

extension Explanation {
  /// What policies say of a patch, joined with what a plan makes of it.
  ///
  /// - Parameters:
  ///   - trace: what the policies say of it.
  ///   - desired: what they want of the host.
  ///   - snapshot: the host.
  ///   - plan: the plan that was made of the same policies, host and moment: the outcome is its word.
  package init(
    _ trace: PatchTrace, desired: DesiredSet, snapshot: HostSnapshot, plan: Plan
  ) {
    let account = Account(trace: trace, desired: desired, snapshot: snapshot, plan: plan)
    let findings =
      trace.findings + account.requirements + account.builds + account.gates + account.inMemory
    self.init(
      at: plan.at, toolVersion: plan.toolVersion, patch: trace.patch, host: plan.host,
      outcome: account.outcome,
      findings: Stage.allCases.flatMap { stage in findings.filter { $0.stage == stage } })
  }
}

/// What the plan and the host say of one patch.
struct Account {
  let trace: PatchTrace
  let desired: DesiredSet
  let snapshot: HostSnapshot
  let plan: Plan
  let ground: Ground
  /// The modules that the policies or the journal know it by.
  let modules: Set<String>

  init(trace: PatchTrace, desired: DesiredSet, snapshot: HostSnapshot, plan: Plan) {
    self.trace = trace
    self.desired = desired
    self.snapshot = snapshot
    self.plan = plan
    let ground = Ground(snapshot)
    self.ground = ground
    let recorded = ground.live.map(\.module).filter { ground.record($0)?.patch == trace.patch }
    modules = trace.modules.union(recorded)
  }

  var wanted: DesiredSet.Wanted? { desired.patches.first { $0.name == trace.patch }?.wanted }

  /// The build that the plan goes by.
  var chosen: BuildDefinition? { desired.chosenBuilds(on: snapshot)[trace.patch] }

  /// Each build's findings, with what the plan makes of it.
  var builds: [Explanation.Finding] {
    let chosen = chosen
    return trace.builds.flatMap { build -> [Explanation.Finding] in
      var findings = build.findings
      guard let admission = build.admission, !findings.isEmpty else { return findings }
      switch (admission, build.build == chosen) {
      case (.admitted, true):
        findings[0].message = "is the wanted one: it \(findings[0].message)"
      case (.admitted, false):
        findings[0].verdict = .no
        findings[0].message += ", and it is not the wanted one"
      case (.refused, true):
        var inForce = findings[0]
        inForce.verdict = .yes
        inForce.reason = nil
        inForce.until = nil
        inForce.message = "is in force already, and stays whatever keeps it from new hosts"
        inForce.source = build.build.source.description
        inForce.excerpt = nil
        findings.insert(inForce, at: 0)
      case (.refused, false):
        break
      }
      return findings
    }
  }

  /// What each gate says of its change, where one is due.
  var gates: [Explanation.Finding] {
    var findings: [Explanation.Finding] = []
    for result in plan.gates where result.patch == trace.patch {
      let finding = Explanation.Finding(
        result, excerpt: result.source.flatMap { excerpt(of: $0) })
      if !findings.contains(finding) { findings.append(finding) }
    }
    return findings
  }

  /// The line of a rule, as the findings about the policies show it.
  private func excerpt(of source: String) -> String? {
    func line(_ source: String) -> Substring {
      source[..<(source.lastIndex(of: ":") ?? source.endIndex)]
    }
    return trace.findings.first { $0.source.map(line) == line(source) && $0.excerpt != nil }?
      .excerpt
  }

  /// What becomes of each patch that it requires.
  var requirements: [Explanation.Finding] {
    trace.requirements.map { requirement in
      var (verdict, message) = fate(of: requirement.patch)
      if case .applied = wanted {} else { verdict = .note }
      return Explanation.Finding(
        .definition, "requires \(requirement.patch)", verdict, message,
        source: requirement.source, excerpt: requirement.excerpt)
    }
  }

  private func fate(of patch: String) -> (Explanation.Verdict, String) {
    if plan.satisfied.contains(where: { $0.patch == patch }) {
      return (.yes, "the kernel has that fix itself")
    }
    if plan.steps.contains(where: { $0.patch == patch && $0.action == .load }) {
      return (.yes, "it is loaded in the same run")
    }
    if let module = ground.module(ofPatch: patch),
      plan.after.contains(where: { $0.module == module && $0.state == .applied })
    {
      return (.yes, "it is applied")
    }
    if let blocked = plan.blocked.first(where: { $0.patch == patch }) {
      return (.blocks, "it is blocked itself: \(blocked.reason.rawValue)")
    }
    if let deferred = plan.deferred.first(where: { $0.patch == patch }) {
      return (.waits, "it waits itself: \(deferred.reason.rawValue)")
    }
    switch desired.patches.first(where: { $0.name == patch })?.wanted {
    case .applied: return (.yes, "it is applied")
    case .fixedByKernel: return (.yes, "the kernel has that fix itself")
    case .absent: return (.blocks, "the policies want it absent")
    case nil: return (.blocks, "no given policy wants it on this kernel")
    }
  }
}

extension Explanation.Finding {
  /// What a gate says of a change; `excerpt`: the line of its rule.
  init(_ result: GateResult, excerpt: String? = nil) {
    let verdict: Explanation.Verdict =
      switch result.verdict {
      case .passed: .yes
      case .deferred: .waits
      case .blocked: .blocks
      case .skipped: .note
      }
    self.init(
      .gates, result.gate.rawValue, verdict, result.message, policy: result.policy,
      reason: result.reason, until: result.until, source: result.source, excerpt: excerpt)
  }
}
