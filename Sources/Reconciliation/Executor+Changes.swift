internal import Documents
internal import Files
internal import Journal
internal import LivepatchHost
internal import SystemPackage

/// The changes themselves: each announced in the journal, made, written down and verified by
/// reading the kernel again.
extension Executor {
  /// How long the kernel may take to free a patch after its transition; it does so in a work queue.
  private static var freeingLimit: Duration { .seconds(10) }

  mutating func load(_ build: StagedBuild) throws(StepFailure) {
    let module = build.record.module
    try make(.load(build.record), explanation: loadExplanation) { kernel, access, intent in
      kernel.load(build.artefact.descriptor, using: access, intent)
    }
    let live = try observedPatch(module)
    guard let live else {
      throw .unverified(module, "finit_module accepted \(module), and it is not in memory")
    }
    guard live.buildID?.value == build.record.buildID else {
      throw .unverified(module, "\(module) is in memory in another build than the one loaded")
    }
    switch live.state.value {
    case .enabling, .applied: return
    case let state:
      throw .unverified(
        module,
        "\(module) was loaded and is \(state?.rawValue ?? "in an unknown state"), where enabling or "
          + "applied is due")
    }
  }

  mutating func disable(_ module: String) throws(StepFailure) {
    try make(.disable(module: module)) { kernel, access, intent in
      kernel.disable(using: access, intent)
    }
    switch try observedPatch(module)?.state.value {
    case .disabling, .resident, .pinned: return
    case let state:
      throw .unverified(
        module,
        "\(module) was disabled and is \(state?.rawValue ?? "gone"), where disabling or resident is due")
    }
  }

  mutating func unload(_ module: String) throws(StepFailure) {
    switch kernel.awaitFreed(module, limit: Executor.freeingLimit) {
    case .freed: break
    case .held(let count):
      throw StepFailure(
        "delete_module", module,
        "\(module) is still in use (reference count \(count)) \(Executor.freeingLimit.components.seconds) s after its transition; "
          + "it may have been forced, and then only a reboot removes it")
    case .failed(let error): throw StepFailure(error)
    }
    try make(.unload(module: module)) { kernel, access, intent in
      kernel.unload(using: access, intent)
    }
    if try observedPatch(module) != nil {
      throw .unverified(module, "\(module) was unloaded and is still in memory")
    }
  }

  /// Waits for the running transition of a module, to its deadline.
  mutating func complete(_ module: String, stoppable: Bool) throws(StepFailure) {
    let end = kernel.awaitTransition(of: module, deadline: deadline) {
      stoppable && interruption.isRequested()
    }
    switch end {
    case .completed: break
    case .stopped:
      throw StepFailure("await", module, "the run was interrupted while \(module) was in transition")
    case .timedOut(let enabled):
      var failure = StepFailure(
        "await", module,
        "the transition of \(module) did not complete within \(deadline.components.seconds) s")
      failure.blockers = kernel.blockers(enabled: enabled)
      throw failure
    case .failed(let error):
      throw StepFailure(error)
    }
  }

  /// Turns a running transition around.
  mutating func reverse(_ module: String, enabled: Bool) throws(StepFailure) {
    do throws(StepFailure) {
      try make(.reverse(module: module, enabled: enabled)) { kernel, access, intent in
        kernel.reverse(using: access, intent)
      }
    } catch {
      // It may have completed, or gone, in the moment before: then there is nothing to reverse.
      if error.errno == .invalidArgument || error.errno == .noSuchFileOrDirectory { return }
      throw error
    }
  }

  /// Announces a change, makes it and writes down what became of it.
  private mutating func make(
    _ change: Change, explanation: (Errno) -> String? = { _ in nil },
    _ body: (LiveKernel, borrowing WriteAccess, consuming Intent) -> Outcome
  ) throws(StepFailure) {
    let intent: Intent
    do throws(SystemError) {
      intent = try journal.announce(change, access: access)
    } catch {
      throw StepFailure(error, "nothing is changed that the journal cannot announce")
    }
    let outcome = body(kernel, access, intent)
    let refusal = outcome.error
    do throws(SystemError) {
      try journal.record(outcome)
    } catch {
      throw StepFailure(error)
    }
    if let refusal { throw StepFailure(refusal, explanation(refusal.errno)) }
  }

  func observedPatches() throws(StepFailure) -> [LivePatch] {
    do throws(SystemError) {
      return try kernel.patches()
    } catch {
      throw StepFailure(error)
    }
  }

  func observedPatch(_ module: String) throws(StepFailure) -> LivePatch? {
    do throws(SystemError) {
      return try kernel.patch(module)
    } catch {
      throw StepFailure(error)
    }
  }
}
