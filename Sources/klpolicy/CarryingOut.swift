internal import ArgumentParser
internal import Diagnostics
internal import Documents
internal import Glibc
internal import Planning
internal import Reconciliation
internal import Rendering
internal import SystemJournal

/// Runs, prints the report and ends: `reconcile` and `rollback`.
func carryOut(
  _ reconciler: Reconciler, isDetailed: Bool, _ output: OutputOptions
) throws -> Never {
  let report: Report
  do throws(Reconciler.Refusal) {
    report = try reconciler.run(clock: currentTime) {
      tell($0, output.errorStyle)
    }
  } catch {
    throw output.failure(error)
  }
  try end(with: report, isDetailed: isDetailed, output)
}

/// Writes a report into systemd's journal, where standard error goes to it.
///
/// - Returns: whether it did.
func tellSystemJournal(of report: Report) -> Bool {
  SystemJournal.ofStandardError()?.write(journalEntries(of: report)) ?? false
}

/// Prints the report of a run and ends with what it came to.
func end(with report: Report, isDetailed: Bool, _ output: OutputOptions) throws -> Never {
  let status = ExitStatus(report, isDetailed: isDetailed)
  do {
    let isTold = tellSystemJournal(of: report)
    // The journal of systemd has it all then, and needs it no second time as text.
    if !isTold || (output.output ?? .human) != .human || !SystemJournal.isAt(STDOUT_FILENO) {
      try output.write(report) { text(of: report, $0) }
    }
  } catch let failure as Failure where report.run != nil {
    // The host was acted on: that the report was lost must not hide how it ended.
    throw Failure(status, failure.diagnostics, failure.style)
  }
  throw ExitCode(status.rawValue)
}

extension OutputOptions {
  /// The end of a run that did not get to change anything.
  func failure(_ refusal: Reconciler.Refusal) -> Failure {
    switch refusal {
    case .invalid(let diagnostics):
      return Failure(.invalidInput, diagnostics, errorStyle)
    case .failed(let diagnostic):
      return Failure(.error, [diagnostic], errorStyle)
    case .stale(let differences):
      return Failure(
        .stale,
        differences.map(\.diagnostic) + [
          Diagnostic(
            .stalePlan, "the plan is stale, and nothing was changed",
            advice: "make a new one with klpolicy plan --out FILE, and look at it")
        ], errorStyle)
    case .lockHeld(let holder):
      return lockHeld(by: holder)
    case .interrupted(let isTermination):
      return failure(
        isTermination ? .terminated : .interrupted,
        Diagnostic(.interrupted, "interrupted before any change"))
    }
  }
}
