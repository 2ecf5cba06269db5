internal import Artefacts
internal import Diagnostics
internal import Documents
internal import Files
internal import Journal
internal import LivepatchHost
internal import ModuleFile
internal import Planning
internal import PolicyModel
internal import SystemPackage

extension Reconciler {
  /// Carries out a plan: stages every module first, so that what can fail without a change has
  /// failed before the first one.
  func act(
    on assessment: Assessment, access: consuming WriteAccess, startedAt: Timestamp,
    start: ContinuousClock.Instant, clock: @escaping @Sendable () -> Timestamp
  ) throws(Refusal) -> Report {
    var interruption = Interruption(hangsUp: options.endsOnHangup)
    guard let kernel = host.liveKernel else {
      throw .failed(
        Diagnostic(.notThisHost, "the kernel of another root directory cannot be changed"))
    }
    let staged = try stage(assessment, access: access)
    let services = try stageServices(assessment)
    let recalled = assessment.desired.recalledModules(on: assessment.snapshot)
    let wayBack = try openWayBack(assessment, but: recalled)
    if interruption.isRequested() {
      throw .interrupted(isTermination: interruption.isTermination)
    }

    let run = newRunID(startedAt)
    let journal: Journal
    do throws(SystemError) {
      journal = try openJournal(assessment, run: run, access: access, clock: clock)
    } catch {
      throw .failed(Diagnostic(error, doing: "the journal could not be opened for this run"))
    }

    var executor = Executor(
      host: host, kernel: kernel, access: access, journal: journal, staged: staged,
      wayBack: wayBack, recalled: recalled,
      terms: RunTerms(assessment, allowsForce: options.allowsForce, clock: clock),
      gates: watch(assessment, clock),
      hooks: HookCommands(
        byGroup: assessment.hooks, host: assessment.plan.host, run: run, trust: options.trust),
      staging: Staging(assessment.staging, self), services: services,
      interruption: interruption,
      planned: assessment.snapshot.live, plan: assessment.plan)
    executor.run(assessment.plan, goesOn: options.goesOn)
    if !executor.hasChanged, executor.errors.isEmpty, executor.interruption.isRequested() {
      giveBackHolds(assessment, &executor)
      executor.endUnchanged()
      throw .interrupted(isTermination: executor.interruption.isTermination)
    }

    let after = ObservedHost(host, layout: layout, trust: options.trust, at: clock())
    executor.check(after.snapshot, against: assessment)
    var report = report(assessment, startedAt: startedAt, start: start)
    report.run = run
    executor.complete(
      &report, after: after.snapshot, said: options.override?.reason ?? rollback?.reason)
    if !executor.hasChanged || report.result == .restored {
      giveBackHolds(assessment, &executor)
    }
    collect(assessment, access: executor.access, into: &report)
    executor.end(&report)
    return report
  }

  /// Begins the run in the journal. What a rollback changes is held before it is changed, so that no
  /// later run brings back what it took off, whenever this one ends.
  private func openJournal(
    _ assessment: Assessment, run: String, access: borrowing WriteAccess,
    clock: @escaping @Sendable () -> Timestamp
  ) throws(SystemError) -> Journal {
    let host = assessment.snapshot.host
    guard let bootID = host.bootID.value else {
      throw SystemError("read", "/proc/sys/kernel/random/boot_id", .noSuchFileOrDirectory)
    }
    var journal = try Journal.open(
      layout.journal, run: run, bootID: bootID, trigger: options.trigger,
      override: options.override, by: options.operatorName, kernel: host.kernel.release,
      reason: rollback?.reason, rollback: rollback?.run.run,
      crashes: assessment.snapshot.history.failures, trust: options.trust, access: access,
      now: clock)
    guard let rollback else { return journal }
    for patch in assessment.plan.patches {
      try journal.hold(
        patch, reason: rollback.holdReason, until: nil, by: rollback.by,
        rollback: rollback.run.run)
    }
    return journal
  }

  /// A rollback that failed and was undone, or did nothing, holds nothing.
  private func giveBackHolds(_ assessment: Assessment, _ executor: inout Executor) {
    guard let rollback else { return }
    let before = assessment.snapshot.history.holds.value ?? []
    for patch in assessment.plan.patches {
      executor.giveBack(
        before.first { $0.patch == patch }, of: patch, by: options.operatorName,
        after: rollback.run.run)
    }
  }

  /// The gates of the plan, for the moments at which its groups are begun. Records that this run
  /// writes from now on are the newest: a clock that is set back meanwhile is noticed too.
  private func watch(
    _ assessment: Assessment, _ clock: @escaping @Sendable () -> Timestamp
  ) -> GateWatch {
    var history = assessment.snapshot.history
    let now = clock()
    history.newestRecordAt = .known(max(history.newestRecordAt?.value ?? now, now))
    return GateWatch(
      changes: assessment.changes, host: host, history: history, options: options.planning,
      commands: GateCommands(trust: options.trust), clock: clock)
  }

  /// Verifies, keeps and opens every module that the plan loads, and proves that nothing is
  /// missing for it, before anything is changed.
  private func stage(
    _ assessment: Assessment, access: borrowing WriteAccess
  ) throws(Refusal) -> [String: StagedBuild] {
    let store = Store(layout.store)
    let lookup = ArtefactLookup(layout: layout, trust: options.trust, verifiesCopies: true)
    var staged: [String: StagedBuild] = [:]
    let builds = assessment.desired.chosenBuilds(on: assessment.snapshot)
    for patch in assessment.desired.patches {
      guard let build = builds[patch.name],
        assessment.plan.steps.contains(where: { $0.action == .load && $0.module == build.module })
      else { continue }
      do throws(ArtefactProblem) {
        let artefact = try assessment.holds(build) ? store.open(build.sha256) : lookup.open(build)
        let facts = artefact.facts
        let record = ManagedModule(
          module: build.module, buildID: facts.buildID ?? "", patch: patch.name,
          policy: patch.policy, version: build.version, fixes: patch.fixes,
          requires: patch.requires,
          replace: (facts.replace ?? build.replace).map { .known($0) } ?? .unknown,
          sha256: build.sha256,
          moduleSHA256: artefact.compression == nil ? nil : artefact.moduleSHA256,
          stored: .known(true))
        try store.keep(artefact, access: access)
        staged[build.module] = StagedBuild(artefact: artefact, record: record)
      } catch {
        throw .failed(
          Diagnostic(
            .stagingFailed, "module \(build.module) could not be made ready: \(error)",
            advice: "nothing was changed; mend this and run again"))
      }
    }
    return staged
  }

  /// Opens and verifies the stored copies of what the plan takes off and promises to bring back:
  /// a copy that turns out damaged must be found while everything is still as it was.
  /// What was recalled has none.
  private func openWayBack(
    _ assessment: Assessment, but recalled: Set<String>
  ) throws(Refusal) -> [String: StagedBuild] {
    let store = Store(layout.store)
    let leaving = assessment.leaving
    var wayBack: [String: StagedBuild] = [:]
    for live in assessment.snapshot.live.patches
    where leaving.contains(live.module) && !live.isOutOfForce && !recalled.contains(live.module) {
      let record = assessment.snapshot.history.managed.value?.first {
        $0.module == live.module && $0.buildID == live.buildID?.value && $0.stored == .known(true)
      }
      guard let record else { continue }
      do throws(ArtefactProblem) {
        wayBack[live.module] = StagedBuild(
          artefact: try store.open(record.sha256), record: record)
      } catch {
        throw .failed(
          Diagnostic(
            .noWayBack,
            "the stored copy of \(live.module), which would bring it back, cannot be used: \(error)",
            advice: "nothing was changed; put the published file of digest \(record.sha256) back, "
              + "or unload \(live.module) by hand"))
      }
    }
    return wayBack
  }
}

extension LivePatch {
  /// Whether it fixes nothing, whatever becomes of a running transition.
  fileprivate var isOutOfForce: Bool {
    switch state.value {
    case .resident, .pinned, .absent: true
    case .enabling, .applied, .disabling, .replacing, nil: false
    }
  }
}

extension Plan {
  /// The patches that it changes, each once, in order.
  fileprivate var patches: [String] {
    steps.compactMap(\.patch).reduce(into: []) { patches, patch in
      if !patches.contains(patch) { patches.append(patch) }
    }
  }
}

extension Executor {
  /// Writes down that a patch is held as it was before the run.
  mutating func giveBack(
    _ hold: Hold?, of patch: String, by person: String, after rollback: String
  ) {
    do throws(SystemError) {
      if let hold {
        try journal.hold(
          patch, reason: hold.reason, until: hold.until, by: hold.by, rollback: hold.rollback)
      } else {
        try journal.resume(patch, by: person, rollback: rollback)
      }
    } catch {
      fail(
        nil, StepFailure(error, "the hold on \(patch) is not lifted in the journal"), phase: .undo)
      isLeftChanged = true
    }
  }

  /// Writes down that a run ended before it changed anything. Where that cannot be written nothing is
  /// lost: a run without an end that changed nothing says the same.
  mutating func endUnchanged() { try? journal.end(.deferred) }

  /// Holds the host as it is after the run against what the plan's model promised.
  mutating func check(_ after: HostSnapshot, against assessment: Assessment) {
    guard errors.isEmpty, !statuses.values.contains(.skipped) else { return }
    let changed = Set(assessment.plan.steps.filter { $0.action != .stage }.map(\.module))
    for module in changed.sorted() {
      let promised = assessment.plan.after.first { $0.module == module }
      let found = after.live.patches.first { $0.module == module }
      if promised?.state == found?.state.value, promised?.buildID == found?.buildID?.value {
        continue
      }
      fail(
        nil,
        .unverified(
          module,
          "\(module) is \(found?.state.value?.rawValue ?? "absent") at the end of the run, where "
            + "\(promised?.state.rawValue ?? "absent") is due: somebody else changed it"),
        phase: .verify)
      isLeftChanged = true
    }
  }

  /// Fills in what became of the run; `said` is why a person had it done, if one said so.
  mutating func complete(_ report: inout Report, after: HostSnapshot, said: String?) {
    for index in report.plan.steps.indices {
      report.plan.steps[index].status = statuses[report.plan.steps[index].id]
    }
    report.errors = errors
    report.blockers = blockers
    report.hooks = hookResults
    report.plan.warnings += warnings
    report.after =
      after.live.summary + report.plan.steps.filter { $0.status == .done }.storedSummary
    report.before += report.plan.steps.filter { $0.status == .done }.leavingSummary
    report.changed = report.before != report.after
    report.interrupted = interruption.isRequested()
    let skipped = report.plan.steps.filter {
      statuses[$0.id] == .skipped && !heldBack.contains($0.id)
    }
    report.plan.blocked += told
    for refusal in refusals {
      report.plan.deferred += refusal.deferred
      report.plan.blocked += refusal.blocked
      report.plan.gates += refusal.gates
    }
    if refusals.contains(where: { !$0.blocked.isEmpty }), report.result != .refused {
      report.result = .blocked
    }
    if report.interrupted, !skipped.isEmpty, errors.isEmpty {
      report.plan.deferred += skipped.map {
        Withheld(
          patch: $0.patch, module: $0.module, reason: .interrupted,
          message: "the run was interrupted before this step; the next run does it",
          source: $0.source, openCVEs: [])
      }
    }
    report.reason =
      said
      ?? (report.plan.blocked.first?.reason ?? report.plan.deferred.first?.reason)?.rawValue
    report.result =
      if isLeftChanged {
        .failed
      } else if hasRestored {
        .restored
      } else if report.result == .blocked || report.result == .refused {
        report.result
      } else if statuses.contains(where: { $0.value == .done && !heldBack.contains($0.key) }) {
        .applied
      } else {
        .deferred
      }
    report.message = message(of: report)
  }

  /// Writes the end of the run into the journal; a report that says otherwise would be a lie.
  mutating func end(_ report: inout Report) {
    if isLeftChanged { report.result = .failed }
    do throws(SystemError) {
      try journal.end(
        report.result, durationMilliseconds: report.durationMilliseconds,
        leavesOpen: leavesRunning)
    } catch {
      fail(nil, StepFailure(error, "the end of the run is not in the journal"), phase: .apply)
      report.result = .failed
    }
    report.errors = errors
    report.message = message(of: report)
  }
}
