internal import Artefacts
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
  /// Reads the policies; asked again under the lock, for they may have changed while another run
  /// held it.
  let policies: () throws(Refusal) -> PolicySet
  let options: Options

  package struct Options: Sendable {
    package var planning: PlanningOptions
    /// Which files are believed.
    package var trust: FileTrust
    package var lockTimeout: Duration
    package var trigger: String
    /// Who lifts windows for this run, and why; nil unless somebody does.
    package var override: Override?
    /// The login name of who started it.
    package var operatorName: String
    package var toolVersion: String

    package init(
      planning: PlanningOptions, trust: FileTrust, lockTimeout: Duration, trigger: String,
      override: Override? = nil, operatorName: String, toolVersion: String
    ) {
      self.planning = planning
      self.trust = trust
      self.lockTimeout = lockTimeout
      self.trigger = trigger
      self.override = override
      self.operatorName = operatorName
      self.toolVersion = toolVersion
    }
  }

  /// Why a run ended before it could change anything.
  package enum Refusal: Error {
    case invalid([Diagnostic])
    case lockHeld(by: String?)
    case failed(Diagnostic)
    case interrupted(isTermination: Bool)
  }

  package init(
    host: LivepatchHost, layout: HostLayout, policies: @escaping () throws(Refusal) -> PolicySet,
    options: Options
  ) {
    self.host = host
    self.layout = layout
    self.policies = policies
    self.options = options
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
    if !first.plan.changed {
      return report(first, startedAt: startedAt, start: start)
    }
    let access: WriteAccess
    do throws(WriteAccess.Refusal) {
      access = try WriteAccess(
        path: layout.lock, companion: layout.companionLock, timeout: options.lockTimeout)
    } catch {
      switch error {
      case .held(let holder): throw .lockHeld(by: holder)
      case .failed(let error): throw .failed(Diagnostic(error, doing: "the run lock was not taken"))
      }
    }
    // Whoever held the lock before may have done the work.
    let second = try assess(at: clock(), knowing: first.gateAnswers, { _ in })
    if !second.plan.changed {
      return report(second, startedAt: startedAt, start: start)
    }
    return try act(on: second, access: access, startedAt: startedAt, start: start, clock: clock)
  }

  private func assess(
    at now: Timestamp, knowing answers: [GateQuestion: GateAnswer]? = nil,
    _ tell: ([Diagnostic]) -> Void
  ) throws(Refusal) -> Assessment {
    let policies = try policies()
    let observation = ObservedHost(host, layout: layout, trust: options.trust, at: now)
    let (desired, diagnostics) = policies.desired(
      on: observation.snapshot.host, at: now)
    guard let desired else { throw .invalid(diagnostics) }
    tell(observation.diagnostics + diagnostics)
    do throws(ModelDisagreement) {
      return try Assessment(
        desired, snapshot: observation.snapshot,
        lookup: ArtefactLookup(layout: layout, trust: options.trust, verifiesCopies: true),
        at: now,
        toolVersion: options.toolVersion, options: options.planning,
        commands: GateCommands(trust: options.trust), knowing: answers)
    } catch {
      throw .failed(Diagnostic(error))
    }
  }
}
