package import Artefacts
package import Diagnostics
package import Documents
package import Files
internal import Journal
package import LivepatchHost
package import Planning
package import PolicyModel
internal import SystemPackage

/// One run of `reconcile`: observe, plan, and where there is work, lock, observe and plan again,
/// act, verify, report.
package struct Reconciler {
  let host: LivepatchHost
  let layout: HostLayout
  /// What is wanted of a host at a moment, and what there is to say about it; asked again under the
  /// lock, for it may have changed while another run held it.
  private let wanted: (HostSnapshot, Timestamp) throws(Refusal) -> Wanted
  /// The plan that is to be carried out, and no other; nil: whatever is due.
  let saved: SavedPlan?
  /// The run that is rolled back, if that is what is wanted: whole, or not at all.
  let rollback: Rollback?
  let options: Options

  /// What policies want of a host.
  private struct Wanted {
    var desired: DesiredSet
    /// On the other kernels that it could be booted with.
    var otherKernels: [OtherKernelBuild] = []
    var diagnostics: [Diagnostic] = []
    /// The digests of all builds that the policies define.
    var named: @Sendable () -> Set<String> = { [] }
  }

  package struct Options: Sendable {
    package var planning: PlanningOptions
    /// Which files are believed.
    package var trust: FileTrust
    package var lockTimeout: Duration
    package var trigger: String
    /// Whether a transition may be forced where the policy says so.
    package var allowsForce: Bool
    /// Whether SIGHUP ends the run, as a terminal that goes away does.
    package var endsOnHangup: Bool
    /// Who lifts windows for this run, and why; nil unless somebody does.
    package var override: Override?
    /// The login name of who started it.
    package var operatorName: String
    package var toolVersion: String
    /// How builds are fetched, where the host's configuration does not say otherwise.
    package var downloads: DownloadSettings
    /// Is told how far a download is; nil where nobody looks.
    package var progress: (@Sendable (DownloadProgress) -> Void)?
    /// Whether downloads are to go on; false once the agent was told to end.
    package var isWanted: @Sendable () -> Bool
    /// Is called before each download and before each group of changes: the run has not come to a stop.
    package var goesOn: @Sendable () -> Void

    package init(
      planning: PlanningOptions, trust: FileTrust, lockTimeout: Duration, trigger: String,
      allowsForce: Bool = false, endsOnHangup: Bool = true, override: Override? = nil,
      operatorName: String,
      toolVersion: String, downloads: DownloadSettings = DownloadSettings(),
      progress: (@Sendable (DownloadProgress) -> Void)? = nil,
      isWanted: @escaping @Sendable () -> Bool = { true },
      goesOn: @escaping @Sendable () -> Void = {}
    ) {
      self.planning = planning
      self.trust = trust
      self.lockTimeout = lockTimeout
      self.trigger = trigger
      self.allowsForce = allowsForce
      self.endsOnHangup = endsOnHangup
      self.override = override
      self.operatorName = operatorName
      self.toolVersion = toolVersion
      self.downloads = downloads
      self.progress = progress
      self.isWanted = isWanted
      self.goesOn = goesOn
    }
  }

  /// Why a run ended before it could change anything.
  package enum Refusal: Error {
    case invalid([Diagnostic])
    /// The saved plan is not what would be done now, and why.
    case stale([SavedPlan.Difference])
    case lockHeld(by: String?)
    case failed(Diagnostic)
    case interrupted(isTermination: Bool)
  }

  package init(
    host: LivepatchHost, layout: HostLayout, policies: @escaping () throws(Refusal) -> PolicySet,
    saved: SavedPlan? = nil, options: Options
  ) {
    self.host = host.forOneRun()
    self.layout = layout
    wanted = { (snapshot, now) throws(Refusal) in
      let set = try policies()
      let (desired, diagnostics) = set.desired(on: snapshot.host, at: now)
      guard let desired else { throw .invalid(diagnostics) }
      let others = set.buildsForOtherKernels(of: snapshot.host, at: now)
      return Wanted(
        desired: desired, otherKernels: others.filter { saved?.stages($0) ?? true },
        diagnostics: diagnostics, named: { set.namedDigests })
    }
    self.saved = saved
    rollback = nil
    self.options = options
  }

  /// A run that goes back to what was before another. `again` looks the same up anew, as it is asked for
  /// with each plan: until the lock is had another run may have changed the host, and then it is not the
  /// run that somebody saw any longer.
  package init(
    host: LivepatchHost, layout: HostLayout, rollback: Rollback,
    again: @escaping () throws(JournalRefusal) -> Rollback, options: Options
  ) {
    self.host = host.forOneRun()
    self.layout = layout
    wanted = { (snapshot, _) throws(Refusal) in
      let now: Rollback
      do throws(JournalRefusal) {
        now = try again()
      } catch {
        throw .failed(error.diagnostic)
      }
      guard now.run.run == rollback.run.run else {
        throw .failed(
          Diagnostic(
            .otherRun,
            "another run, \(now.run.run), has changed the host since \(rollback.run.run) was found to be "
              + "the last one",
            advice:
              "nothing was changed; look at klpolicy history, and name the run to go back before"))
      }
      return Wanted(desired: now.desired(on: snapshot))
    }
    saved = nil
    self.rollback = rollback
    self.options = options
  }

  /// The plan of a run, and nothing else.
  ///
  /// - Throws: `Refusal`.
  package func plan(at now: Timestamp, tell: ([Diagnostic]) -> Void) throws(Refusal) -> Plan {
    try assess(at: now, tell).plan
  }

  /// Runs. `tell` gets what there is to say about policies and journal besides the report. A run
  /// with nothing to do, or only deferred or blocked work, writes nothing at all.
  ///
  /// - Throws: `Refusal`; the host is then as it was.
  package func run(
    clock: @escaping @Sendable () -> Timestamp, tell: ([Diagnostic]) -> Void
  ) throws(Refusal) -> Report {
    let start = ContinuousClock.now
    let startedAt = clock()
    let first = try assess(at: startedAt, tell)
    if !isDue(first.plan) {
      recordCrashes(first, at: startedAt, clock, tell)
      return report(first, startedAt: startedAt, start: start)
    }
    let access: WriteAccess
    do throws(LockRefusal) {
      access = try layout.takeLock(timeout: options.lockTimeout)
    } catch {
      switch error {
      case .held(let holder): throw .lockHeld(by: holder)
      case .failed(let diagnostic): throw .failed(diagnostic)
      }
    }
    // Whoever held the lock before may have done the work.
    let second = try assess(at: clock(), knowing: first, { _ in })
    if !isDue(second.plan) {
      return report(second, startedAt: startedAt, start: start)
    }
    if second.unfetched.isEmpty {
      return try act(
        on: second, access: access, startedAt: startedAt, start: start, clock: clock)
    }
    let failures = fetch(second.unfetched, access: access)
    if !options.isWanted() { throw .interrupted(isTermination: true) }
    // Now every module is known, and time has passed.
    let third = try assess(at: clock(), knowing: second, fetched: failures, { _ in })
    if !isDue(third.plan) {
      return report(third, startedAt: startedAt, start: start)
    }
    if saved != nil, third.plan.steps != second.plan.steps {
      throw .failed(
        Diagnostic(
          .otherThanSaved, "now that the modules of the saved plan are here, other steps are due",
          advice: "nothing was changed; make the plan again: it knows the modules now"))
    }
    return try act(on: third, access: access, startedAt: startedAt, start: start, clock: clock)
  }

  /// Whether the plan is to be carried out now.
  private func isDue(_ plan: Plan) -> Bool {
    plan.changed && (rollback == nil || (plan.blocked.isEmpty && plan.deferred.isEmpty))
  }

  /// Writes down which builds earlier boots ended by, once for each: the guard has to hold in later
  /// boots too, in which nobody could tell any longer. Where another run holds the lock, that one
  /// does, or the next.
  private func recordCrashes(
    _ assessment: Assessment, at now: Timestamp, _ clock: @escaping @Sendable () -> Timestamp,
    _ tell: ([Diagnostic]) -> Void
  ) {
    guard assessment.snapshot.history.failures.contains(where: { !$0.isRecorded }),
      let bootID = assessment.snapshot.host.bootID.value
    else { return }
    do throws(WriteAccess.Refusal) {
      let access = try WriteAccess(
        path: layout.lock, companion: layout.companionLock, timeout: .zero)
      // Somebody may have resumed a build, or written the same down, before the lock was had.
      let observed = ObservedHost(host, layout: layout, trust: options.trust, at: clock())
      let failures = observed.snapshot.history.failures
      guard failures.contains(where: { !$0.isRecorded }) else { return }
      do throws(SystemError) {
        _ = try Journal.open(
          layout.journal, run: newRunID(now), bootID: bootID, crashes: failures,
          trust: options.trust, access: access, now: clock)
      } catch {
        throw .failed(error)
      }
    } catch {
      guard case .failed(let problem) = error else { return }
      tell([Diagnostic(problem, doing: "that a boot ended by a build was not written down")])
    }
  }

  private func assess(
    at now: Timestamp, knowing earlier: Assessment? = nil,
    fetched failures: [String: ArtefactProblem]? = nil, _ tell: ([Diagnostic]) -> Void
  ) throws(Refusal) -> Assessment {
    let observation = ObservedHost(host, layout: layout, trust: options.trust, at: now)
    let wanted = try wanted(observation.snapshot, now)
    tell(observation.diagnostics + wanted.diagnostics)
    var lookup = ArtefactLookup(layout: layout, trust: options.trust, verifiesCopies: true)
    lookup.failures = failures
    lookup.otherFiles = earlier?.otherFiles ?? [:]
    if let saved, !saved.isFor(observation.snapshot.host) {
      throw .invalid([otherHost(saved.plan.host, observation.snapshot.host)])
    }
    var assessment: Assessment
    do throws(ModelDisagreement) {
      assessment = try Assessment(
        wanted.desired, snapshot: observation.snapshot, host: host, lookup: lookup,
        otherKernels: wanted.otherKernels, at: now,
        toolVersion: options.toolVersion, options: options.planning,
        commands: GateCommands(trust: options.trust), knowing: earlier?.gateAnswers)
    } catch {
      throw .failed(Diagnostic(error))
    }
    assessment.named = wanted.named
    // What was fetched is known since: the steps are held against the saved ones then.
    if failures != nil { return assessment }
    let differences = saved?.differences(from: assessment.plan) ?? []
    if !differences.isEmpty { throw .stale(differences) }
    return assessment
  }

  private func otherHost(_ planned: PlannedHost, _ host: Host) -> Diagnostic {
    Diagnostic(
      .planOfAnotherHost,
      planned.hostname == host.hostname
        ? "the plan was made for another machine that is called \(planned.hostname) too"
        : "the plan was made for \(planned.hostname), and this is \(host.hostname)",
      advice: "make a plan on this host")
  }
}
