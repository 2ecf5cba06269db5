package import Diagnostics
internal import Documents
internal import Files
internal import Glibc
package import Planning

extension Reconciler {
  /// The report of a run that has not done anything (yet).
  func report(
    _ assessment: Assessment, startedAt: Timestamp, start: ContinuousClock.Instant
  ) -> Report {
    let plan = assessment.plan
    let state = assessment.snapshot.live.summary
    let isRefused =
      !plan.blocked.isEmpty && plan.blocked.allSatisfy { $0.reason == .emptyDesiredSet }
    let result: Report.Result =
      if isRefused {
        .refused
      } else if !plan.blocked.isEmpty {
        .blocked
      } else if !plan.deferred.isEmpty {
        .deferred
      } else {
        .converged
      }
    let elapsed = ContinuousClock.now - start
    var report = Report(
      plan: plan, run: nil, bootID: assessment.snapshot.host.bootID, trigger: options.trigger,
      result: result,
      reason: options.override?.reason ?? rollback?.reason
        ?? (plan.blocked.first?.reason ?? plan.deferred.first?.reason)?.rawValue,
      override: options.override, changed: false, message: "", before: state, after: state,
      startedAt: startedAt, durationMilliseconds: Int(elapsed / .milliseconds(1)), errors: [],
      blockers: [], interrupted: false)
    report.message = message(of: report)
    return report
  }
}

/// One sentence on how a run ended.
func message(of report: Report) -> String {
  let done = report.plan.steps.count { $0.status == .done }
  let withheld = [
    report.plan.blocked.isEmpty ? nil : "\(report.plan.blocked.count) blocked",
    report.plan.deferred.isEmpty ? nil : "\(report.plan.deferred.count) deferred",
  ].compactMap { $0 }.joined(separator: ", ")
  let rest = withheld.isEmpty ? "" : "; \(withheld)"
  switch report.result {
  case .converged where report.plan.warnings.contains { $0.code == Warning.noPolicyForKernel }:
    return "nothing to do: no policy names a patch for this host"
  case .converged where report.trigger == "rollback":
    return "the host is as it was before that run"
  case .converged: return "the host is as the policies want it"
  case .applied: return "\(done) \(done == 1 ? "step" : "steps") done and verified\(rest)"
  case .deferred where done > 0:
    return "\(done) \(done == 1 ? "step" : "steps") done\(rest)"
  case .deferred: return "nothing may be done now; \(withheld)"
  case .blocked where done > 0:
    return "\(done) \(done == 1 ? "step" : "steps") done and verified\(rest), until someone acts"
  case .blocked: return "\(withheld), until someone acts"
  case .refused: return "refused: an empty desired set would remove what is there"
  case .restored:
    return "failed, and what had been changed with it is back as it was\(exceptions(report.plan))"
      + "\(rest): "
      + (report.errors.first?.message ?? "see errors")
  case .failed:
    return "failed, and the host is left changed\(rest): "
      + (report.errors.first?.message ?? "see errors")
  }
}

/// `, but for klp_a, which was withdrawn`: what an undo left off.
private func exceptions(_ plan: Plan) -> String {
  let failed = Set(plan.steps.filter { $0.status == .failed }.map(\.group))
  let gone = plan.steps.filter {
    failed.contains($0.group) && $0.action == .unload && $0.status == .done
  }
  return gone.isEmpty
    ? "" : ", but for \(gone.map(\.module).joined(separator: ", ")), which was withdrawn"
}

/// A name for a run that sorts by time: `20261123T172631Z-9f3a1c`.
func newRunID(_ start: Timestamp) -> String {
  let time = start.description.filter { $0 != "-" && $0 != ":" }
  let random = String(UInt32.random(in: 0...0xFF_FFFF) | 0x100_0000, radix: 16).dropFirst()
  return "\(time)-\(random)"
}

extension Diagnostic.Code {
  static let systemError = Diagnostic.Code(
    "system-error", "A call to the system failed that the run cannot do without.")
  static let stagingFailed = Diagnostic.Code(
    "staging-failed", "A module that is to be loaded could not be made ready.")
  static let noWayBack = Diagnostic.Code(
    "no-way-back", "The stored copy that would bring a replaced module back cannot be used.")
  static let planOfAnotherHost = Diagnostic.Code(
    "plan-of-another-host", "A saved plan was made for another host.")
  static let otherThanSaved = Diagnostic.Code(
    "other-than-saved", "The modules of a saved plan, once fetched, ask for other steps.")
  static let notThisHost = Diagnostic.Code(
    "not-this-host", "A host under another root directory was to be changed.")
  static let plannerDefect = Diagnostic.Code(
    "planner-defect", "A plan would not end where the policies want it: a defect of klpolicy.")
}

extension Diagnostic {
  init(_ error: SystemError, doing what: String) {
    self.init(.systemError, "\(what): \(error)", advice: "nothing was changed")
  }

  /// A defect of klpolicy itself.
  package init(_ error: ModelDisagreement) {
    self.init(
      .plannerDefect, "the plan would not end where the policies want it: \(error)",
      advice: "nothing was changed; please report this together with the output of "
        + "`klpolicy snapshot` and the policies")
  }
}
