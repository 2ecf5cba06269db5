package import Documents

/// A plan for a person: the steps by group, what is not done and why, and how it ends.
package func text(of plan: Plan, _ style: Style) -> String {
  var lines = heading("Plan", plan, style)
  lines += stepLines(plan, style)
  lines += attentionLines(plan, style)
  lines += ["", style.bold(closing(plan))]
  return lines.joined(separator: "\n") + "\n"
}

/// `Plan for web-1, kernel 6.1.0-56-cloud-amd64`.
func heading(_ title: String, _ plan: Plan, _ style: Style) -> [String] {
  var lines = [
    style.bold("\(title) for \(printable(plan.host.hostname))")
      + ", kernel \(printable(plan.host.kernelRelease))"
  ]
  for policy in plan.policies {
    lines.append(style.dim("  policy \(printable(policy.name)) (\(printable(policy.path)))"))
  }
  return lines
}

/// The steps, one a line, with a heading for each group.
func stepLines(_ plan: Plan, _ style: Style) -> [String] {
  var lines: [String] = []
  var columns = Columns()
  for step in plan.steps {
    columns.add(
      step.status?.rawValue ?? "\(step.id).", step.action.rawValue,
      printable(subject(step)), remark(step), printable(step.source ?? ""))
  }
  let texts = columns.lines(indent: 2) { column, cell in
    switch column {
    case 0: styled(status: cell, style)
    case 1: styled(action: cell, style)
    case 4: style.dim(cell)
    default: cell
    }
  }
  var group = 0
  for (step, text) in zip(plan.steps, texts) {
    if step.group != group {
      group = step.group
      lines += ["", "Group \(group)" + style.dim(": done whole, or undone whole")]
    }
    lines.append(text)
  }
  return lines
}

/// What it is done to, and what becomes of it there: a package's version, and the one before; a setting; a
/// file.
private func subject(_ step: Step) -> String {
  if let package = step.package {
    let before = step.replaces.map { version($0, of: step.module) + " -> " } ?? ""
    return "\(step.module) \(before)\(version(package, of: step.module))"
  }
  guard let setting = step.setting else { return step.path ?? step.module }
  return "\(step.module) \(setting)"
}

/// A package as rpm has it, without its name.
private func version(_ package: String, of name: String) -> String {
  package.hasPrefix(name + "-") ? String(package.dropFirst(name.count + 1)) : package
}

private func remark(_ step: Step) -> String {
  var remark = step.service.map { "\(printable($0)), " } ?? ""
  remark += step.patch.map { "\(printable($0)): " } ?? ""
  remark += step.reason.rawValue
  if step.gap { remark += ", gap" }
  if !step.reversible { remark += ", cannot be undone" }
  return remark
}

private func styled(action: String, _ style: Style) -> String {
  switch Step.Action(rawValue: action) {
  case .load, .install: style.green(action)
  case .disable, .unload: style.red(action)
  default: action
  }
}

private func styled(status: String, _ style: Style) -> String {
  switch Step.Status(rawValue: status) {
  case .done: style.green(status)
  case .failed: style.red(status)
  case .skipped, .undone: style.yellow(status)
  case nil: style.dim(status)
  }
}

/// What is blocked, deferred, unmanaged or worth a warning.
func attentionLines(_ plan: Plan, _ style: Style) -> [String] {
  var lines = withheldLines("Blocked until someone acts", plan.blocked, style.red, style)
  lines += withheldLines("Deferred", plan.deferred, style.yellow, style)
  if !plan.unmanaged.isEmpty {
    lines += ["", "Not spoken of by these policies"]
    var columns = Columns()
    for patch in plan.unmanaged {
      columns.add(
        printable(patch.module), patch.state.value?.rawValue ?? "state unknown",
        (patch.ownership.value?.rawValue ?? "whose it is could not be observed")
          + (patch.policy.map { " (policy \(printable($0)))" } ?? ""))
    }
    lines += columns.lines(indent: 2) { _, cell in cell }
  }
  if !plan.warnings.isEmpty {
    lines += ["", "Warnings"]
    for warning in plan.warnings {
      lines.append("  " + style.yellow(warning.code) + ": " + printable(warning.message))
    }
  }
  return lines
}

private func withheldLines(
  _ title: String, _ entries: [Withheld], _ mark: (String) -> String, _ style: Style
) -> [String] {
  if entries.isEmpty { return [] }
  var lines = ["", title]
  for entry in entries {
    let name = [entry.service, entry.patch, entry.module.map { "module \($0)" }].compactMap { $0 }
      .joined(separator: ", ")
    lines.append("  \(printable(name)): " + mark(entry.reason.rawValue))
    lines.append("    " + printable(entry.message))
    if !entry.openCVEs.isEmpty {
      lines.append("    leaves open: " + printable(entry.openCVEs.joined(separator: ", ")))
    }
    if let until = entry.until { lines.append("    until \(until)") }
    if let source = entry.source {
      lines.append(style.dim("    asked for at " + printable(source)))
    }
  }
  return lines
}

private func closing(_ plan: Plan) -> String {
  if plan.steps.isEmpty && plan.blocked.isEmpty && plan.deferred.isEmpty {
    if plan.warnings.contains(where: { $0.code == Warning.noPolicyForKernel }) {
      return "Nothing to do: no policy names a patch for this host."
    }
    return plan.warnings.contains { $0.code == Warning.unverified }
      ? "Nothing to do, as far as could be observed." : "Converged: nothing to do."
  }
  return "\(stepCount(plan)), \(plan.deferred.count) deferred, \(plan.blocked.count) blocked."
}

/// `3 steps (1 load, 1 unload, 1 await)`.
func stepCount(_ plan: Plan) -> String {
  let counts = Step.Action.allCases.compactMap { action in
    plan.summary[action].map { "\($0) \(action.rawValue)" }
  }
  let total = plan.steps.count == 1 ? "1 step" : "\(plan.steps.count) steps"
  return counts.isEmpty ? "nothing to do now" : total + " (\(counts.joined(separator: ", ")))"
}
