internal import Documents

/// What is not undone though it did not get to its end: a transition that is left running, and what
/// a forced one pins in memory.
extension Executor {
  /// Leaves a stalled transition to a later run, and with it the rest of the group.
  mutating func leaveRunning(_ step: Step, _ steps: [Step], _ stall: StepFailure) {
    leavesRunning = true
    blockers = stall.blockers
    let withheld = Withheld(
      patch: step.patch, module: step.module, reason: .transitionInProgress,
      message: "\(stall.message); it is left running (onStall: wait), and a later run finishes it",
      source: step.source, openCVEs: [])
    running = withheld
    skip(steps.filter { statuses[$0.id] == nil })
    refusals.append(
      GateWatch.Refusal(deferred: [withheld], steps: Set(steps.map(\.id))))
    heldBack.formUnion(steps.map(\.id))
    wait(steps, for: withheld)
  }

  /// What is not begun because a stalled transition is left running.
  mutating func wait(_ steps: [Step], for running: Withheld) {
    heldBack.formUnion(steps.map(\.id))
    let modules = Set(steps.map(\.module)).subtracting([running.module].compactMap { $0 })
    let waiting = modules.sorted().compactMap { module in
      steps.first { $0.module == module }
    }
    refusals.append(
      GateWatch.Refusal(
        deferred: waiting.map {
          Withheld(
            patch: $0.patch, module: $0.module, reason: .transitionInProgress,
            message: "it waits for \(running.module ?? "what stalled"), whose transition is left "
              + "running; one runs at a time",
            source: $0.source, openCVEs: [])
        }, steps: Set(steps.map(\.id))))
  }

  /// Leaves a module in memory that a forced transition pinned there.
  mutating func leavePinned(_ step: Step, _ failure: StepFailure) {
    skip([step])
    heldBack.insert(step.id)
    refusals.append(
      GateWatch.Refusal(
        blocked: [
          Withheld(
            patch: step.patch, module: step.module, reason: .pinned, message: failure.message,
            source: step.source, openCVEs: [])
        ], steps: [step.id]))
  }
}
