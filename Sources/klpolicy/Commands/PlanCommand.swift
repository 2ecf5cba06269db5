internal import ArgumentParser
internal import Documents
internal import Planning
internal import Reconciliation
internal import Rendering
internal import SystemPackage

struct PlanCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan",
    abstract: "Shows what reconcile would change, and why; changes nothing.")

  @OptionGroup var policies: PolicyArguments
  @OptionGroup var planning: PlanningFlags
  @Option(
    name: .customLong("host"),
    help: ArgumentHelp(
      "Plan for the host in this snapshot instead; - reads standard input.", valueName: "file"))
  var snapshotPath: String?
  @Option(
    name: .customLong("at"),
    help: ArgumentHelp(
      "Plan for that moment instead of now: 2026-12-01T08:00:00Z.", valueName: "time"),
    transform: MomentArgument.parse)
  var moment: MomentArgument?
  @Option(
    name: .customLong("out"),
    help: ArgumentHelp(
      "Save the plan too, for show and reconcile --plan.", valueName: "file"))
  var savePath: String?
  @Flag(
    name: .customLong("detailed-exitcode"),
    help: "Exit 2 when changes are pending, 3 when only deferred work is left.")
  var detailedExitCode = false
  @OptionGroup var host: HostOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    if savePath == "-" { throw ValidationError("--out takes a file; -o json prints the plan.") }
    if snapshotPath != nil, host.root != nil {
      throw ValidationError("--host and --root name two hosts; give one of them.")
    }
  }

  func run() throws {
    try showPlan(
      policies, planning, snapshotPath: snapshotPath,
      at: moment?.time, host, savePath: savePath, isDetailed: detailedExitCode, output)
  }
}

/// Makes the plan, prints it and ends: `plan`, and `reconcile --dry-run`.
func showPlan(
  _ policies: PolicyArguments, _ planning: PlanningFlags, snapshotPath: String?,
  at time: Timestamp? = nil, isAtBoot: Bool = false, _ host: HostOptions,
  savePath: String? = nil, isDetailed: Bool,
  _ output: OutputOptions
) throws -> Never {
  var policies = try policies.orInForce(host.layout, output)
  if savePath != nil { policies = policies.absolute }
  let set = try policies.load(host.layout, output)
  let (snapshot, kernel) = try hostToPlanFor(snapshotPath, host, output)
  let isAboutToAct = isRoot && snapshotPath == nil && host.isThisHost
  var plan = try makeAssessment(
    set, snapshot, kernel, layout: host.layout, at: time ?? currentTime(),
    options: planning.options(
      isAboutToAct: isAboutToAct, isForAnotherTime: time != nil, isAtBoot: isAtBoot),
    // Gate commands speak of this host and of now.
    commands: isAboutToAct && time == nil ? GateCommands(trust: ownTrust) : nil,
    stagesForOtherKernels: true, output
  ).plan
  if let savePath {
    plan.request = PlanRequest(
      paths: policies.filePaths.map(\.string), prune: planning.prune,
      allowEmpty: planning.allowEmpty, overridesWindow: planning.overridesWindows)
    plan = plan.sealed()
    try save(plan, to: savePath, output)
  }
  try output.write(plan) { text(of: plan, $0) }
  throw ExitCode(ExitStatus(plan, isDetailed: isDetailed).rawValue)
}
