internal import Documents
internal import Planning

/// What policies have run around a group: before it, after it, and when it failed.
extension Executor {
  /// Runs `preApply` of every policy, before anything of the group is changed.
  ///
  /// - Returns: why the group is not begun; nil when all of them let it pass.
  mutating func prepare(_ steps: [Step]) -> GateWatch.Refusal? {
    let group = steps.first?.group ?? 0
    for hook in hooks.hooks(.preApply, ofGroup: group) {
      let result = run(hook, steps)
      if result.status == .passed {
        prepared.insert(hook.policy)
        continue
      }
      let refusal = gates.refusal(
        ofGroup: group, by: hook, isBroken: result.status == .broken, result.message)
      giveUp(steps, .deferred, result.message)
      return refusal
    }
    return nil
  }

  /// Runs `postApply`, then `healthCheck`, of every policy, once the group is done and verified.
  ///
  /// What `postApply` makes of it undoes nothing: the change is in force, and the report tells it.
  ///
  /// - Throws: the first health check that does not pass.
  mutating func checkHealth(_ steps: [Step]) throws(StepFailure) {
    let group = steps.first?.group ?? 0
    for hook in hooks.hooks(.postApply, ofGroup: group) { _ = run(hook, steps) }
    for hook in hooks.hooks(.healthCheck, ofGroup: group) {
      let result = run(hook, steps)
      if result.status == .passed { continue }
      var failure = StepFailure(
        HookName.healthCheck.rawValue, hook.run.first ?? "",
        "\(hook.title) did not pass: \(result.message)")
      failure.phase = .verify
      // Who ended the run may have ended the check, which then says nothing of the patch.
      let isAnswer = result.status == .failed || !interruption.isRequested()
      failure.fault = isAnswer ? .certain(.unhealthy) : .none
      throw failure
    }
  }

  /// Runs `onFailure`: of every policy when the group failed, and of those whose `preApply` let it
  /// pass when it was not begun after all.
  mutating func giveUp(_ steps: [Step], _ outcome: HookRequest.Outcome, _ message: String) {
    let group = steps.first?.group ?? 0
    for hook in hooks.hooks(.onFailure, ofGroup: group)
    where outcome != .deferred || prepared.contains(hook.policy) {
      _ = run(hook, steps, outcome: (outcome, message))
    }
  }

  private mutating func run(
    _ hook: Hook, _ steps: [Step], outcome: (HookRequest.Outcome, message: String)? = nil
  ) -> HookResult {
    let steps = steps.map { step in
      var step = step
      step.status = statuses[step.id]
      return step
    }
    let result = hooks.run(hook, steps, outcome: outcome)
    hookResults.append(result)
    if result.status != .passed, hook.name == .postApply || hook.name == .onFailure {
      warnings.append(
        Warning(
          code: Warning.hookFailed, message: "\(hook.title) did not pass: \(result.message)",
          source: hook.source))
    }
    return result
  }
}
