internal import Diagnostics
package import Documents
package import PolicyModel

extension Explanation {
  /// What policies say of a vendor's service, joined with what the host has of it and what a plan makes of
  /// it.
  ///
  /// - Parameters:
  ///   - trace: what the policies say of the service, whose name it has.
  ///   - snapshot: the host.
  ///   - plan: the plan that was made of the same policies, host and moment: the outcome is its word.
  package init(ofService trace: PatchTrace, snapshot: HostSnapshot, plan: Plan) {
    let account = ServiceAccount(trace: trace, snapshot: snapshot, plan: plan)
    let findings = trace.findings + account.gates + account.host
    self.init(
      at: plan.at, toolVersion: plan.toolVersion, patch: trace.patch, host: plan.host,
      outcome: account.outcome,
      findings: Stage.allCases.flatMap { stage in findings.filter { $0.stage == stage } })
  }
}

/// What the plan and the host say of one service of a vendor.
private struct ServiceAccount {
  let trace: PatchTrace
  let snapshot: HostSnapshot
  let plan: Plan

  private var steps: [Step] {
    plan.steps.filter { $0.service == trace.patch && $0.patch == nil }
  }

  var outcome: Explanation.Outcome {
    var outcome = Explanation.Outcome(.asWanted, message: "")
    func isAbout(_ withheld: Withheld) -> Bool {
      withheld.service == trace.patch && withheld.patch == nil
    }
    outcome.steps = steps
    outcome.deferred = plan.deferred.filter(isAbout)
    outcome.blocked = plan.blocked.filter { withheld in
      // What blocks the host as a whole names nothing.
      isAbout(withheld)
        || (withheld.patch == nil && withheld.module == nil && withheld.service == nil
          && isNamedHere)
    }
    outcome.warnings = plan.warnings
    let (result, reason, message, until):
      (Explanation.Outcome.Result, Reason?, String, Timestamp?) =
        if let first = outcome.blocked.first {
          (.blocked, first.reason, first.message, first.until)
        } else if let first = steps.first {
          (.pending, first.reason, "the plan changes it", nil)
        } else if let first = outcome.deferred.first {
          (.deferred, first.reason, first.message, first.until)
        } else if isNamedHere {
          (.asWanted, nil, "it is as the policies want it" + caveat, nil)
        } else {
          (.notWanted, nil, "no given policy speaks of it for this host and its kernel", nil)
        }
    outcome.result = result
    outcome.reason = reason
    outcome.message = message
    outcome.until = until
    return outcome
  }

  private var isNamedHere: Bool { trace.findings.contains { $0.stage == .layering } }

  private var caveat: String {
    plan.warnings.contains { $0.code == Warning.unverified } ? ", as far as could be observed" : ""
  }

  /// What each gate says of its change, where one is due.
  var gates: [Explanation.Finding] {
    let modules = Set(
      (steps.map(\.module) + (outcome.deferred + outcome.blocked).compactMap(\.module)))
    var findings: [Explanation.Finding] = []
    for result in plan.gates
    where result.patch == nil && result.module.map(modules.contains) == true {
      let finding = Explanation.Finding(result)
      if !findings.contains(finding) { findings.append(finding) }
    }
    return findings
  }

  /// What is there of the service.
  var host: [Explanation.Finding] {
    var findings: [Explanation.Finding]
    switch trace.patch {
    case ServiceKind.redHat.rawValue:
      findings = snapshot.services?.redHat.map(redHat) ?? [missing]
    case ServiceKind.suse.rawValue:
      findings = snapshot.services?.suse.map(suse) ?? [missing]
    default: findings = snapshot.services?.canonical.map(canonical) ?? [missing]
    }
    for failure in snapshot.history.failures where failure.name == trace.patch {
      findings.append(
        note(
          failure.module,
          "\(failure.action.rawValue) \(failure.cause.rawValue) at \(failure.at): \(failure.message)"
        ))
    }
    for live in snapshot.live.patches {
      let state = live.state.value?.rawValue ?? "in a state that could not be observed"
      findings.append(note(live.module, "a live patch in the kernel: \(state)"))
    }
    return findings
  }

  private func redHat(_ service: Services.RedHat) -> [Explanation.Finding] {
    var findings = packages(service.packages) + offers(service.available)
    switch service.plugin {
    case .known(let plugin):
      findings.append(
        note(
          "dnf's plugin kpatch", plugin.autoupdate ? "installs by itself" : "does nothing by itself"
        ))
    case .unknown: findings.append(unknown("dnf's plugin kpatch"))
    case nil: findings.append(note("dnf's plugin kpatch", "is not installed"))
    }
    return findings
  }

  private func suse(_ service: Services.SUSE) -> [Explanation.Finding] {
    var findings = packages(service.packages) + offers(service.available)
    switch service.initrd {
    case .known(let initrd):
      let names = initrd.modules.map { $0.module ?? $0.path }
      findings.append(
        note(initrd.path, names.isEmpty ? "no live patch" : names.joined(separator: ", ")))
    case .unknown: findings.append(unknown("the initrd"))
    case nil: break
    }
    return findings
  }

  private func canonical(_ service: Services.Canonical) -> [Explanation.Finding] {
    var findings: [Explanation.Finding]
    switch service.isEnabled {
    case .known(let isEnabled):
      findings = [
        note(service.client, isEnabled ? "the machine is enabled" : "the machine is not enabled")
      ]
    case .unknown: findings = [unknown(service.client)]
    }
    for kernel in service.kernels?.value ?? [] where kernel.isRunning != .known(false) {
      let state = kernel.state.value?.rawValue ?? "in a state that could not be observed"
      let version = kernel.version.map { ", version \($0)" } ?? ""
      findings.append(note("kernel \(kernel.kernel)", "its live patch is \(state)\(version)"))
    }
    return findings
  }

  private func packages(_ packages: Fact<[Services.Package]>) -> [Explanation.Finding] {
    guard case .known(let all) = packages else { return [unknown("installed packages")] }
    let here = all.filter { $0.kernel == snapshot.host.kernel.release }
    if here.isEmpty { return [note("packages", "none is installed for this kernel")] }
    return here.map { package in
      let modules = package.modules.map { $0.module ?? $0.path }
      return note(
        package.id.nevra,
        "is installed"
          + (modules.isEmpty ? ", without a module" : ", with \(modules.joined(separator: ", "))"))
    }
  }

  private func offers(_ offers: Fact<[Services.Offer]>?) -> [Explanation.Finding] {
    switch offers {
    case nil: []
    case .unknown: [unknown("the repositories")]
    case .known(let offers):
      [
        note(
          "the repositories",
          offers.isEmpty
            ? "have no package for this kernel"
            : "have \(offers.map(\.id.nevra).joined(separator: ", "))")
      ]
    }
  }

  private var missing: Explanation.Finding {
    note(trace.patch, "the host has none of it, or nobody looked")
  }

  private func note(_ subject: String, _ message: String) -> Explanation.Finding {
    Explanation.Finding(.host, subject, .note, message)
  }

  private func unknown(_ subject: String) -> Explanation.Finding {
    Explanation.Finding(
      .host, subject, .unknown, "could not be observed; klpolicy snapshot says why",
      reason: .unverified)
  }
}
