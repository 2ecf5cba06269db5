internal import ArgumentParser
internal import Diagnostics
internal import Documents
internal import PolicyModel
internal import Reconciliation
internal import Rendering

struct ReconcileCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reconcile",
    abstract: "Makes the host what the policies want it to be, and verifies it.",
    discussion: """
      With nothing to do it writes nothing. A group of changes that fails is undone. With --dry-run \
      it is plan.
      """)

  @OptionGroup var policies: PolicyArguments
  @OptionGroup var planning: PlanningFlags
  @Flag(name: .customLong("dry-run"), help: "Show the plan, change nothing.")
  var dryRun = false
  @Flag(
    name: .customLong("detailed-exitcode"),
    help: "Exit 2 when changes were applied, 3 when only deferred work is left.")
  var detailedExitCode = false
  @OptionGroup var lock: LockOptions
  @OptionGroup var host: HostOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    if host.root != nil, !dryRun {
      throw ValidationError("--root reads another host, which is never acted on; add --dry-run.")
    }
  }

  func run() throws {
    if dryRun {
      try showPlan(
        policies, planning, snapshotPath: nil, host, isDetailed: detailedExitCode, output)
    }
    guard isRoot else {
      throw output.failure(
        .notPrivileged,
        Diagnostic(
          .notPrivileged, "reconcile changes the kernel, which only root may",
          advice: "run it as root, or use plan to see what it would do"))
    }
    let reconciler = Reconciler(
      host: try host.open(output), layout: host.layout, policies: readPolicies,
      options: Reconciler.Options(
        planning: planning.options(isAboutToAct: true), trust: ownTrust,
        lockTimeout: lock.timeout.duration, trigger: "reconcile",
        override: planning.override, operatorName: operatorName(), toolVersion: toolVersion))
    let report: Report
    do throws(Reconciler.Refusal) {
      report = try reconciler.run(clock: currentTime) {
        writeError(text(of: $0, output.errorStyle))
      }
    } catch {
      throw failure(error)
    }
    let status = ExitStatus(report, isDetailed: detailedExitCode)
    do {
      try output.write(report) { text(of: report, $0) }
    } catch let failure as Failure where report.run != nil {
      // The host was acted on: that the report was lost must not hide how it ended.
      throw Failure(status, failure.diagnostics, failure.style)
    }
    throw ExitCode(status.rawValue)
  }

  private func readPolicies() throws(Reconciler.Refusal) -> PolicySet {
    let (set, diagnostics) = PolicySet.load(
      policies.filePaths, trust: ownTrust, at: currentTime(), purpose: .use)
    guard let set else { throw .invalid(diagnostics) }
    return set
  }

  private func failure(_ refusal: Reconciler.Refusal) -> Failure {
    switch refusal {
    case .invalid(let diagnostics):
      return Failure(.invalidInput, diagnostics, output.errorStyle)
    case .failed(let diagnostic):
      return Failure(.error, [diagnostic], output.errorStyle)
    case .lockHeld(let holder):
      return output.lockHeld(by: holder)
    case .interrupted(let isTermination):
      return output.failure(
        isTermination ? .terminated : .interrupted,
        Diagnostic(.interrupted, "interrupted before any change"))
    }
  }
}

extension Diagnostic.Code {
  static let notPrivileged = Diagnostic.Code(
    "not-privileged", "A command that acts on the host was not run by root.")
  static let interrupted = Diagnostic.Code(
    "interrupted", "The run was interrupted before any change.")
}
