internal import ArgumentParser
internal import Diagnostics
internal import Documents
internal import Glibc
internal import LivepatchHost
internal import Planning
internal import PolicyModel
internal import Reconciliation
internal import Rendering

struct StatusCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status",
    abstract: "Shows the live state: patches, functions, the transition and who blocks it.",
    discussion: """
      With policies, the default directory included where it exists, it also says whether the host \
      is as they want it.
      """)

  @OptionGroup var policies: PolicyArguments
  @OptionGroup var host: HostOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    let kernel = try host.open(output)
    let observed = ObservedHost(kernel, layout: host.layout, trust: ownTrust, at: currentTime())
    // The host is shown whatever is wrong with the policies: that is when it is looked at.
    var plan: Plan?
    var failure: Failure?
    do {
      plan = try self.plan(observed)
    } catch let problem as Failure {
      failure = problem
    }
    writeError(text(of: observed.diagnostics, output.errorStyle))
    let status = Status(
      observed.snapshot, blockers: blockers(observed.snapshot.live, kernel), plan: plan)
    try output.write(status) { text(of: status, $0) }
    if let failure { throw failure }
  }

  /// The plan of the policies; nil when none were named and the default directory is not there.
  private func plan(_ observed: ObservedHost) throws -> Plan? {
    if policies.paths.isEmpty, unsafe access(PolicyArguments.defaultPath, F_OK) != 0 { return nil }
    let set = try policies.load(output)
    return try makeAssessment(
      set, observed.snapshot, layout: host.layout, at: currentTime(),
      options: PlanningOptions(prune: false, allowEmpty: false, unverified: .warn), output
    ).plan
  }

  private func blockers(_ live: LiveState, _ host: LivepatchHost) -> [Blocker] {
    guard let transition = live.transition?.value else { return [] }
    return host.blockers(of: transition.module, enabled: transition.direction == .enabling).tasks
  }
}
