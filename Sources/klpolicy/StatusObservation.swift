internal import Agent
internal import Diagnostics
internal import Documents
internal import Glibc
internal import LivepatchHost
internal import Planning
internal import PolicyModel
internal import Reconciliation
internal import Rendering
internal import SystemPackage
internal import VendorServices

/// The live state of a host beside what its policies want of it, as `status` and `vex` show it.
struct StatusObservation {
  let status: Status
  /// What the policies would have done; nil without policies, or without sound ones.
  let plan: Plan?
  /// What is wrong with the policies. The host is shown all the same: that is when it is looked at.
  let failure: Failure?
  /// Whether the policies could be used; nil where none were named and the default directory is
  /// not there.
  let arePoliciesSound: Bool?

  /// With `asksRepositories` the repositories are asked, as a plan asks them, where only they can tell what
  /// policies want.
  ///
  /// - Throws: `Failure` when the host cannot be observed.
  init(
    _ policies: PolicyArguments, _ host: HostOptions, asksRepositories: Bool,
    _ output: OutputOptions
  ) throws {
    let kernel = try host.open(output)
    var observed = ObservedHost(kernel, layout: host.layout, trust: ownTrust, at: currentTime())
    observed.snapshot.observeServices(on: kernel)
    if !asksRepositories {
      observed.snapshot.services?.redHat?.available = .unknown
      observed.snapshot.services?.suse?.available = .unknown
    }
    let agent = agentStatusAsMeant(host.layout, trust: ownTrust)
    var policies = policies
    var assessment: Assessment?
    var failure: Failure?
    var isAsked = true
    do throws(Diagnostic) {
      policies = try policies.orInForce(host.layout)
      isAsked = unsafe !policies.paths.isEmpty || access(PolicyArguments.defaultPath, F_OK) == 0
    } catch {
      // Of a repository nothing may be in force yet, and what is in force is for root to read.
      isAsked = isRoot && error.code != .nothingInForce
      if isAsked {
        failure = output.failure(.invalidInput, error)
      } else {
        var problem = error
        problem.severity = .warning
        writeError(text(of: [problem], output.errorStyle))
      }
    }
    if isAsked, failure == nil {
      do {
        let set = try policies.load(host.layout, output)
        assessment = try makeAssessment(
          set, observed.snapshot, kernel, layout: host.layout, at: currentTime(),
          options: PlanningOptions(prune: false, allowEmpty: false, unverified: .warn),
          servicePrograms: statusPrograms(kernel), output)
      } catch let problem as Failure {
        failure = problem
      }
    }
    writeError(text(of: observed.diagnostics, output.errorStyle))
    plan = assessment?.plan
    var status = Status(
      observed.snapshot, blockers: blockers(observed.snapshot.live, kernel),
      began: observed.transitionBegan,
      plan: assessment?.plan, desired: assessment?.desired)
    status.agent = agent
    self.status = status
    self.failure = failure
    arePoliciesSound = isAsked ? failure == nil : nil
  }
}

/// Whoever looks at a status does not wait long for a client that hangs, nor for a package manager: that is
/// told as unknown.
///
/// - Returns: nil for another root, of which no program is asked.
private func statusPrograms(_ host: LivepatchHost) -> ServicePrograms? {
  host.isThisMachine
    ? ServicePrograms(repositoryTimeLimit: .seconds(20), clientTimeLimit: .seconds(3)) : nil
}

private func blockers(_ live: LiveState, _ host: LivepatchHost) -> [Blocker] {
  guard let transition = live.transition?.value else { return [] }
  return host.blockers(of: transition.module, enabled: transition.direction == .enabling).tasks
}

extension HostSnapshot {
  /// Adds what the live-patch services of vendors say, whichever the host has.
  /// Where it `isPatient` a client that hangs is waited for as long as a plan does that.
  mutating func observeServices(on host: LivepatchHost, isPatient: Bool = false) {
    let programs = isPatient ? nil : statusPrograms(host)
    let found = host.services(.everything, of: self.host, programs: programs)
    // A host without any has nothing to say of them.
    services = found.services == Services() ? nil : found.services
    unobserved += found.unobserved
  }
}
