internal import Documents
internal import Files
internal import JSONText
internal import Planning

/// The hooks of the policies, run around the groups of one plan.
struct HookCommands {
  let byGroup: [Int: [Hook]]
  let host: PlannedHost
  /// The run's name in the journal.
  let run: String
  /// Whose programs are run.
  let trust: FileTrust

  /// The hooks of that name around a group, in the order in which they run.
  func hooks(_ name: HookName, ofGroup group: Int) -> [Hook] {
    (byGroup[group] ?? []).filter { $0.name == name }
  }

  /// Runs a hook to its end, with the steps of its group, and what became of them, on its standard
  /// input.
  ///
  /// - Parameters:
  ///   - hook: the hook.
  ///   - steps: of the group.
  ///   - outcome: what became of the group, and why; for `onFailure`.
  /// - Returns: how it ended, for the report.
  func run(
    _ hook: Hook, _ steps: [Step], outcome: (HookRequest.Outcome, message: String)? = nil
  ) -> HookResult {
    let group = steps.first?.group ?? 0
    let request = HookRequest(
      run: run, hook: hook.name, policy: hook.policy, host: host, group: group, steps: steps,
      outcome: outcome?.0, message: outcome?.message)
    let start = ContinuousClock.now
    let end = PolicyCommand(hook.run, timeLimit: hook.timeLimit, trust: trust)
      .run(JSONWriter.bytes(of: request))
    let (status, message): (HookResult.Status, String) =
      switch end {
      case .passed: (.passed, "it exited with 0")
      case .refused(let why): (.failed, why)
      case .broken(let why): (.broken, why)
      }
    return HookResult(
      hook: hook.name, policy: hook.policy, source: hook.source, group: group, status: status,
      message: message,
      durationMilliseconds: Int((ContinuousClock.now - start) / .milliseconds(1)))
  }
}
