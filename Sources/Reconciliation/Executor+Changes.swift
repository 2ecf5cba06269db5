internal import Artefacts
internal import Documents
internal import Files
internal import Journal
internal import LivepatchHost
internal import PolicyModel
internal import SystemPackage

/// The changes themselves: each announced in the journal, made, written down and verified by
/// reading the kernel again.
extension Executor {
  /// How long the kernel may take to free a patch after its transition; it does so in a work queue.
  private static var freeingLimit: Duration { .seconds(10) }

  mutating func load(_ build: StagedBuild) throws(StepFailure) {
    let module = build.record.module
    try make(.load(build.record), image: build, explanation: loadExplanation)
    let live = observedPatch(module)
    guard let live else {
      throw StepFailure.unverified(
        module, "finit_module accepted \(module), and it is not in memory"
      ).blaming(.certain(.refused))
    }
    guard live.buildID?.value == build.record.buildID else {
      throw StepFailure.unverified(
        module, "\(module) is in memory in another build than the one loaded"
      ).blaming(.certain(.refused))
    }
    do throws(StepFailure) {
      try expect(live, in: [.enabling, .applied], after: "was loaded")
    } catch {
      throw error.blaming(.certain(.refused))
    }
  }

  mutating func disable(_ module: String) throws(StepFailure) {
    try make(.disable(module: module))
    guard let live = observedPatch(module) else {
      throw .unverified(module, "\(module) was disabled and is gone: somebody else unloaded it")
    }
    try expect(live, in: [.disabling, .resident, .pinned], after: "was disabled")
  }

  /// Unloads a module that is disabled or replaced, once the kernel has let go of it. With
  /// `mayBeGone` it is as good if somebody else has unloaded it.
  mutating func unload(_ module: String, mayBeGone: Bool = false) throws(StepFailure) {
    let limit = ContinuousClock.now + Executor.freeingLimit
    switch host.awaitGone(module: module, until: limit, shouldStop: { false }) {
    case .finished, .stopped: break
    case .gone where mayBeGone: return
    case .gone: throw .unverified(module, "\(module) is gone: somebody else unloaded it")
    case .timedOut:
      throw StepFailure(
        "delete_module", module,
        "\(module) is still in use \(seconds(Executor.freeingLimit)) after its transition; it may "
          + "have been forced, and then only a reboot removes it",
        ending: hasForced ? .pinned : .failed
      ).blaming(.passing)
    case .failed(let failure): throw StepFailure(failure)
    }
    try make(.unload(module: module))
    if observedPatch(module) != nil {
      throw .unverified(module, "\(module) was unloaded and is still in memory")
    }
  }

  /// Turns a running transition around.
  mutating func reverse(_ module: String, enabled: Bool) throws(StepFailure) {
    do throws(StepFailure) {
      try make(.reverse(module: module, enabled: enabled))
    } catch {
      // It may have completed, or gone, in the moment before: then there is nothing to reverse.
      if error.errno == .invalidArgument || error.errno == .noSuchFileOrDirectory { return }
      throw error
    }
  }

  /// Has the kernel call a stalled transition complete, and verifies that it does.
  private mutating func force(
    _ module: String, _ blockers: [Blocker], after deadline: Duration
  ) throws(StepFailure) {
    let isEnabling = isLoading(module)
    try make(.force(module: module))
    hasForced = true
    self.blockers = blockers
    let release = terms.kernelRelease
    warnings.append(
      Warning(
        code: Warning.forced,
        message:
          "the transition of \(module) was forced after \(seconds(deadline)): the tasks named "
          + "may run old code still. "
          + (isEnabling
            ? "Before kernel 5.18 every live patch that is there now stays in memory until a reboot; "
              + "from 5.18 on, only what \(module) replaces does (this is \(release))"
            : "\(module) stays in memory until a reboot, and does nothing (\(release))")))
    switch host.awaitTransition(
      of: module, until: ContinuousClock.now + Executor.freeingLimit, shouldStop: { false })
    {
    case .finished, .gone, .stopped: return
    case .timedOut:
      throw StepFailure(
        "await", module,
        "the transition of \(module) was forced, and \(seconds(Executor.freeingLimit)) later the "
          + "kernel does not call it complete")
    case .failed(let failure): throw StepFailure(failure)
    }
  }

  /// Waits for the running transition of a module, to its deadline, and verifies how it ended.
  mutating func complete(
    _ module: String, as state: ModuleState?, stoppable: Bool
  ) throws(StepFailure) {
    let deadline = terms.deadline(of: module)
    let end = host.awaitTransition(
      of: module, until: ContinuousClock.now + deadline,
      shouldStop: { stoppable && interruption.isRequested() })
    switch end {
    case .finished, .gone: break
    case .stopped:
      throw StepFailure(
        "await", module, "the run was interrupted while \(module) was in transition",
        ending: .interrupted)
    case .timedOut:
      var failure = StepFailure(
        "await", module,
        "the transition of \(module) did not complete within \(seconds(deadline))")
      failure.blockers = host.blockers(of: module).tasks
      failure.fault = .passing
      // Looking for them takes a while, in which it may have got there after all.
      if let state, observedPatch(module)?.state == .known(state) { return }
      // What undoes something has one way to go.
      guard stoppable else { throw failure }
      switch terms.stallRule(of: module) {
      case .revert: throw failure
      case .wait:
        failure.fault = .none
        failure.ending = .leftRunning
        throw failure
      case .force:
        guard terms.allowsForce else {
          failure.message +=
            "; onStall is force, which needs --allow-force too, so it is turned around"
          throw failure
        }
        try force(module, failure.blockers, after: deadline)
      }
    case .failed(let failure): throw StepFailure(failure)
    }
    guard let state else { return }
    guard let live = observedPatch(module) else {
      throw .unverified(module, "\(module) is gone: somebody else unloaded it")
    }
    // The kernel lets go of a disabled patch a moment after its transition, which looks pinned;
    // unloading waits for that, and judges.
    let states: [ModuleState] = state == .resident ? [.resident, .pinned] : [state]
    try expect(live, in: states, after: "is through its transition")
    if state == .applied { try expectHooked(live) }
  }

  /// The kernel hooks its own functions before the transition. It does not for a patch that calls the
  /// kernel by a name, `vmlinux`: it waits for a module of that name, and all else looks as it should.
  private func expectHooked(_ live: LivePatch) throws(StepFailure) {
    guard live.unpatchedObjects(modules: nil).contains("vmlinux") else { return }
    throw StepFailure.unverified(
      live.module,
      "\(live.module) is through its transition, and the kernel has hooked none of its functions of "
        + "vmlinux: it patches nothing (its object has a name, where the kernel itself has none)"
    ).blaming(.certain(.refused))
  }

  /// Announces a change, makes it and writes down what became of it.
  private mutating func make(
    _ change: Change, image: StagedBuild? = nil, explanation: (Errno) -> String? = { _ in nil }
  ) throws(StepFailure) {
    let intent: Intent
    do throws(SystemError) {
      intent = try journal.announce(change, access: access)
    } catch {
      throw StepFailure(error, "nothing is changed that the journal cannot announce")
    }
    let outcome = kernel.carryOut(intent, image: image?.artefact.descriptor, under: access)
    let refusal = outcome.error
    if refusal == nil { note(change) }
    do throws(SystemError) {
      try journal.record(outcome)
    } catch {
      throw StepFailure(error, refusal.map { "and before that, \($0)" })
    }
    if let refusal {
      throw StepFailure(refusal, explanation(refusal.errno))
        .blaming(refusal.errno.isPassing ? .passing : .certain(.refused))
    }
  }

  /// The kernel accepted a change.
  private mutating func note(_ change: Change) {
    hasChanged = true
    switch change {
    case .load(let build): ownLoads.insert(build.module)
    case .unload(let module): ownLoads.remove(module)
    case .disable, .reverse, .force, .writeFile, .removeFile, .installPackage, .removePackage,
      .configureClient:
      break
    }
  }

  private func expect(
    _ live: LivePatch, in states: [ModuleState], after event: String
  ) throws(StepFailure) {
    if let state = live.state.value, states.contains(state) { return }
    let found = live.state.value?.rawValue ?? "in a state that cannot be observed"
    let due = states.map(\.rawValue).joined(separator: " or ")
    throw .unverified(live.module, "\(live.module) \(event) and is \(found), where \(due) is due")
  }

  func observedPatches() -> [LivePatch] { host.observe().live.patches }

  /// The module as it is now; nil when it is not in memory.
  func observedPatch(_ module: String) -> LivePatch? {
    let patch = host.observe(module: module).patch
    return patch.state == .known(.absent) ? nil : patch
  }
}

/// `0.5 s`, `60 s`.
func seconds(_ duration: Duration) -> String {
  let tenths = Int((duration / .milliseconds(100)).rounded())
  return tenths % 10 == 0 ? "\(tenths / 10) s" : "\(tenths / 10).\(tenths % 10) s"
}
