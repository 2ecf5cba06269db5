package import Documents

/// The live state of a host for a person.
package func text(of status: Status, _ style: Style) -> String {
  let kernel = status.host.kernel
  var lines = [
    style.bold(printable(status.host.hostname)) + ", kernel \(printable(kernel.release))"
      + (kernel.buildID.value.map { " (build \(shortID($0)))" } ?? ""),
    "",
  ]
  if status.patches.isEmpty, status.transition == .unknown {
    lines.append(style.red("Whether live patches are in memory could not be observed."))
  } else {
    lines += patchLines(status.patches, style)
  }
  switch status.transition {
  case .known(let running):
    let transition = running.transition
    lines += [
      "",
      style.yellow("In transition: ") + printable(transition.module)
        + ", \(transition.direction.rawValue)",
    ]
    lines += blockerLines(running.blockers, style)
  case .unknown: lines += ["", style.red("Whether a transition is running could not be observed.")]
  case nil: break
  }
  if !status.failures.isEmpty {
    lines += ["", style.red("Not to be tried again")]
    lines += status.failures.map { failure in
      let count = failure.count > 1 ? ", \(failure.count) times" : ""
      return "  "
        + printable(
          "\(failure.action.rawValue) \(failure.module): \(failure.cause.rawValue)\(count), "
            + "\(failure.at): \(failure.message)")
    }
  }
  if !status.unfinished.isEmpty {
    lines += ["", style.yellow("Left by a run that was ended, and not verified")]
    lines += status.unfinished.map {
      "  "
        + printable(
          "\($0.service): \($0.package): a later run does that; klpolicy resume \($0.name) gives it up"
        )
    }
  }
  if let holds = status.holds.value, !holds.isEmpty {
    lines += ["", style.yellow("Held")] + holdLines(holds, style)
  }
  if let services = status.services {
    lines += serviceLines(services, status.host.kernel.release, style)
  }
  if !status.disagreements.isEmpty {
    lines += ["", style.red("Not as the services have it")]
    lines += status.disagreements.map { "  " + printable("\($0.service): \($0.message)") }
  }
  if let agent = status.agent { lines += [""] + agentLines(agent, style) }
  lines += ["", "Conditions"]
  var columns = Columns()
  for condition in status.conditions {
    columns.add(
      condition.kind.rawValue, condition.status.rawValue, condition.reason,
      printable(condition.message))
  }
  lines += columns.lines(indent: 2) { column, cell in column == 2 ? style.dim(cell) : cell }
  if !status.unobserved.isEmpty {
    lines += ["", style.red("Could not be observed")]
    for item in status.unobserved {
      lines.append(
        "  \(printable(item.path)): \(item.problem.rawValue), \(printable(item.message))")
    }
  }
  return lines.joined(separator: "\n") + "\n"
}

private func patchLines(_ patches: [PatchStatus], _ style: Style) -> [String] {
  if patches.isEmpty { return ["No live patch is in memory."] }
  var lines: [String] = []
  for patch in patches {
    let live = patch.live
    let state = live.state.value?.rawValue ?? "state unknown"
    lines.append(
      style.bold(printable(live.module)) + ": " + mark(live.state.value, style)(state)
        + (live.buildID.map { ", build " + ($0.value.map(shortID) ?? "unknown") } ?? ""))
    lines.append("  " + ownership(patch))
    let functions = live.objects.flatMap { object in
      object.functions.map { "\(object.name):\($0.name)" }
    }
    if !functions.isEmpty {
      lines.append(style.dim("  patches " + printable(functions.joined(separator: ", "))))
    }
    if !patch.unpatched.isEmpty {
      let objects = printable(patch.unpatched.joined(separator: ", "))
      lines.append(
        style.red("  fixes nothing: the kernel has hooked none of its functions of \(objects)"))
    }
    if !patch.fixes.isEmpty {
      lines.append("  fixes " + printable(patch.fixes.joined(separator: ", ")))
    }
  }
  return lines
}

private func agentLines(_ agent: AgentStatus, _ style: Style) -> [String] {
  var title = "Agent"
  if agent.running == false { title += style.red(", which does not run") }
  var lines = [title]
  if let url = agent.url {
    let reference = agent.branch.map { "branch \($0)" } ?? agent.tag.map { "tag \($0)" } ?? ""
    let path = agent.path.map { ", directory \($0)" } ?? ""
    lines.append("  follows \(printable(url)), \(printable(reference + path))")
  } else if let directory = agent.directory {
    lines.append("  keeps to \(printable(directory))")
  }
  if let commit = agent.commit {
    let signer = agent.signer.map { " signed by \(printable($0))" } ?? ""
    let made = agent.committedAt.map { ", made \($0)" } ?? ""
    let since = agent.acceptedAt.map { ", in force since \($0)" } ?? ""
    lines.append("  commit \(shortID(commit))\(signer)\(made)\(since)")
  } else if agent.url != nil {
    lines.append(style.red("  no commit is in force yet"))
  }
  if let letIn = agent.letIn {
    lines.append(
      "  \(printable(letIn.by)) let its history in at \(letIn.at), though it was rewritten")
  }
  if let error = agent.syncError {
    let since = agent.failingSince.map { " since \($0)" } ?? ""
    lines.append(style.red("  not as it should be\(since): ") + printable(error))
  }
  if let commit = agent.refusedCommit { lines.append("  refused commit \(printable(commit))") }
  let looked = agent.ranAt.map { "last looked at \($0)" }
  let ended = agent.ranAt == nil ? nil : agent.result?.rawValue ?? "without a result"
  let synced = agent.syncedAt.map { "repository read at \($0)" }
  let parts = [looked, ended, synced].compactMap { $0 }
  if !parts.isEmpty { lines.append(style.dim("  " + parts.joined(separator: ", "))) }
  return lines
}

private func ownership(_ patch: PatchStatus) -> String {
  switch patch.managed {
  case .unknown: return "whose it is could not be observed"
  case .known(false): return "foreign: not loaded by klpolicy"
  case .known(true): break
  }
  var text = "managed"
  if let name = patch.patch { text += " as \(printable(name))" }
  if let version = patch.version { text += " version \(printable(version))" }
  if let policy = patch.policy { text += " for policy \(printable(policy))" }
  return text
}

private func mark(_ state: ModuleState?, _ style: Style) -> (String) -> String {
  switch state {
  case .applied: style.green
  case .enabling, .disabling, .replacing: style.yellow
  case .absent, .resident, .pinned, nil: style.red
  }
}

/// Enough of a build ID for a person to tell builds apart.
func shortID(_ buildID: String) -> String { String(buildID.prefix(12)) }
