package import Documents
package import SystemJournal

/// A report for systemd's journal: an entry for each step, for all that is not done, for each error,
/// and one for how the run ended. `journalctl KLPOLICY_RUN=...` has them all, `KLPOLICY_PATCH=...` what
/// became of a patch.
package func journalEntries(of report: Report) -> [JournalEntry] {
  let plan = report.plan
  var entries = plan.steps.map { step in
    let status = step.status?.rawValue ?? "planned"
    return entry(
      step.status == .failed ? .error : step.status == .done ? .notice : .warning,
      "\(step.action.rawValue) \(step.title): \(status) (\(step.reason.rawValue))",
      [("STATUS", status), ("REASON", step.reason.rawValue), ("SOURCE", step.source)]
        + fields(of: step), report)
  }
  for (withheld, status, priority) in plan.deferred.map({
    ($0, "deferred", JournalEntry.Priority.info)
  })
    + plan.blocked.map({ ($0, "blocked", .warning) })
  {
    let name = withheld.patch ?? withheld.module ?? withheld.service ?? plan.host.hostname
    entries.append(
      entry(
        priority, "\(name) is \(status), \(withheld.reason.rawValue): \(withheld.message)",
        [
          ("STATUS", status), ("PATCH", withheld.patch), ("MODULE", withheld.module),
          ("SERVICE", withheld.service), ("REASON", withheld.reason.rawValue),
          ("SOURCE", withheld.source),
          ("UNTIL", withheld.until.map { "\($0)" }),
        ], report))
  }
  for error in report.errors {
    let step = error.step.flatMap { id in plan.steps.first { $0.id == id } }
    entries.append(
      entry(
        .error, "\(error.phase.rawValue): \(error.message)",
        (step.map { fields(of: $0) } ?? []) + [
          ("PHASE", error.phase.rawValue), ("OPERATION", error.operation), ("PATH", error.path),
          ("ERRNO", error.errno),
        ], report))
  }
  for blocker in report.blockers {
    entries.append(
      entry(
        .warning,
        "\(blocker.command) (pid \(blocker.pid), tid \(blocker.tid)) holds the transition up",
        [("BLOCKER_PID", "\(blocker.pid)"), ("BLOCKER_TID", "\(blocker.tid)")], report))
  }
  for warning in plan.warnings {
    entries.append(
      entry(
        .warning, warning.message, [("REASON", warning.code), ("SOURCE", warning.source)], report))
  }
  entries.append(
    entry(
      priority(of: report.result), "\(report.result.rawValue): \(report.message)",
      [("REASON", report.reason), ("DURATION_MS", "\(report.durationMilliseconds)")], report))
  return entries
}

extension Step {
  /// What it changes: the module; or the package, and from which version; or the setting of a client.
  fileprivate var title: String {
    if let package {
      return package + (replaces.map { " in the place of \($0)" } ?? "")
    }
    return module + (setting.map { " \($0)" } ?? "")
  }
}

private func fields(of step: Step) -> [(String, String?)] {
  [
    ("STEP", step.action.rawValue), ("PATCH", step.patch), ("MODULE", step.module),
    ("SERVICE", step.service), ("PACKAGE", step.package), ("REPLACES", step.replaces),
    ("SETTING", step.setting),
  ]
}

private func priority(of result: Report.Result) -> JournalEntry.Priority {
  switch result {
  case .converged, .deferred: .info
  case .applied: .notice
  case .blocked, .refused: .warning
  case .restored, .failed: .error
  }
}

/// An entry with the fields that have a value, and those of the run.
private func entry(
  _ priority: JournalEntry.Priority, _ message: String, _ fields: [(String, String?)],
  _ report: Report
) -> JournalEntry {
  let ofRun = [
    ("RUN", report.run), ("RESULT", report.result.rawValue), ("TRIGGER", report.trigger),
  ]
  return JournalEntry(
    priority, printable(message),
    [JournalEntry.Field("SYSLOG_IDENTIFIER", "klpolicy")]
      + (fields + ofRun).compactMap { name, value in
        value.map { JournalEntry.Field("KLPOLICY_\(name)", $0) }
      })
}
