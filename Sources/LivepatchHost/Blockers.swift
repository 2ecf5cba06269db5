package import Documents

/// The tasks that keep a transition from completing.
package struct Blockers: Hashable, Sendable {
  /// By process and task number. A stack is empty where the kernel does not show it.
  package var tasks: [Blocker]
  /// What could not be looked at.
  package var unobserved: [Unobserved]

  package init(tasks: [Blocker], unobserved: [Unobserved]) {
    self.tasks = tasks
    self.unobserved = unobserved
  }
}

extension LivepatchHost {
  /// Finds the tasks that block the transition of a patch; none when it is not in transition.
  ///
  /// Needs root. The idle tasks of the CPUs can block too, and are in no directory.
  ///
  /// - Parameters:
  ///   - module: the patch in transition.
  ///   - enabled: where the transition goes; nil asks the kernel.
  /// - Returns: the tasks, and what could not be looked at.
  package func blockers(of module: String, enabled: Bool? = nil) -> Blockers {
    let patch = PatchReading.patchDirectory(module)
    let target = enabled.map { .value($0) } ?? root.flag(patch + "/enabled")
    switch (root.flag(patch + "/transition"), target) {
    case (.value(true), .value(let enabled)):
      return blockers(target: enabled ? 1 : 0, BlockedPatch(root, module))
    case (.failed(let failure), _), (.value(true), .failed(let failure)):
      return Blockers(tasks: [], unobserved: [failure.unobserved])
    case (.value, _), (.absent, _): return Blockers(tasks: [], unobserved: [])
    }
  }

  /// The tasks whose `patch_state` is neither idle (-1) nor `target`.
  private func blockers(target: Int, _ patch: BlockedPatch) -> Blockers {
    var blockers = Blockers(tasks: [], unobserved: [])
    // Without root no task can be looked at: that is said once, not for each.
    var refusals: [ReadFailure] = []
    for pid in numbers("proc", &refusals) {
      for tid in numbers("proc/\(pid)/task", &refusals) {
        let task = "proc/\(pid)/task/\(tid)"
        switch root.value(task + "/patch_state", expecting: "-1, 0 or 1", { Int($0) }) {
        case .value(let state) where state != -1 && state != target:
          blockers.tasks.append(blocker(pid: pid, tid: tid, task, patch, &refusals))
        // It idles, is through, or ended meanwhile.
        case .value, .absent: continue
        case .failed(let failure): refusals.append(failure)
        }
      }
    }
    if let first = refusals.first {
      var entry = first.unobserved
      if refusals.count > 1 { entry.message += " (and \(refusals.count - 1) more like this)" }
      blockers.unobserved.append(entry)
    }
    return blockers
  }

  private func blocker(
    pid: Int, tid: Int, _ path: String, _ patch: BlockedPatch, _ refusals: inout [ReadFailure]
  ) -> Blocker {
    let stack = root.text(path + "/stack")
    if let failure = stack.failure { refusals.append(failure) }
    let frames = (stack.value ?? "").split(whereSeparator: \.isNewline).map(withoutAddress)
    return Blocker(
      pid: pid, tid: tid, command: root.text(path + "/comm").value ?? "", stack: frames,
      why: patch.why(
        stack: stack.value == nil ? nil : frames, TaskRecord(root.text(path + "/stat").value ?? ""))
    )
  }

  /// The subdirectories whose names are numbers, in order.
  private func numbers(_ path: String, _ refusals: inout [ReadFailure]) -> [Int] {
    let entries = root.entries(path)
    if let failure = entries.failure { refusals.append(failure) }
    return (entries.value ?? []).compactMap { $0.isDirectory ? Int($0.name) : nil }.sorted()
  }
}

/// `[<0>] schedule+0x1/0x2` without the bracket, in which there has been no address since 4.14.
private func withoutAddress(_ frame: Substring) -> String {
  guard frame.hasPrefix("[<"), let end = frame.firstRange(of: ">] ") else { return String(frame) }
  return String(frame[end.upperBound...])
}
