package import Documents

/// A report for a person: what was done, what failed, what is left.
package func text(of report: Report, _ style: Style) -> String {
  var lines = heading(
    report.trigger == "rollback" ? "Rollback" : "Reconcile", report.plan, style)
  lines += stepLines(report.plan, style)
  lines += attentionLines(report.plan, style)
  if !report.errors.isEmpty {
    lines += ["", style.red("Errors")]
    for error in report.errors {
      let step = error.step.map { "step \($0), " } ?? ""
      lines.append("  \(step)\(error.phase.rawValue): " + printable(error.message))
    }
  }
  lines += blockerLines(report.blockers, style)
  lines += hookLines(report.hooks, style)
  if !report.collected.isEmpty {
    let copies = report.collected.count == 1 ? "copy" : "copies"
    lines += [
      "",
      style.dim(
        "\(report.collected.count) \(copies) of builds for kernels that are gone were taken out of "
          + "the store."),
    ]
  }
  if report.interrupted { lines += ["", style.yellow("The run was interrupted.")] }
  lines += [
    "", mark(report.result, style)("\(report.result.rawValue)") + ": " + printable(report.message),
  ]
  return lines.joined(separator: "\n") + "\n"
}

private func mark(_ result: Report.Result, _ style: Style) -> (String) -> String {
  switch result {
  case .converged, .applied: style.green
  case .deferred: style.yellow
  case .blocked, .restored, .failed, .refused: style.red
  }
}

private func hookLines(_ hooks: [HookResult], _ style: Style) -> [String] {
  if hooks.isEmpty { return [] }
  return ["", "Hooks"]
    + hooks.map { hook in
      let mark = hook.status == .passed ? style.green : style.red
      return "  \(mark(hook.status.rawValue)) group \(hook.group), \(hook.hook.rawValue) of "
        + printable("\(hook.policy): \(hook.message) (\(hook.durationMilliseconds) ms)")
    }
}

/// The tasks that hold a transition up, with the innermost frames of their kernel stacks.
func blockerLines(_ blockers: [Blocker], _ style: Style) -> [String] {
  if blockers.isEmpty { return [] }
  var lines = ["", "Tasks that hold the transition up"]
  for blocker in blockers {
    let why = blocker.why.map { ": \(printable($0))" } ?? ""
    lines.append("  \(printable(blocker.command)) (pid \(blocker.pid), tid \(blocker.tid))\(why)")
    lines += blocker.stack.prefix(4).map { style.dim("    " + printable($0)) }
  }
  return lines
}
