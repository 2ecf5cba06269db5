internal import Agent
internal import ArgumentParser
internal import Diagnostics
internal import Documents
internal import Planning
internal import PolicyModel
internal import Reconciliation
internal import Rendering
internal import SystemPackage

struct ReconcileCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reconcile",
    abstract: "Makes the host what the policies want it to be, and verifies it.",
    discussion: """
      With nothing to do it writes nothing. A group of changes that fails is undone. With --dry-run \
      it is plan.
      """)

  @OptionGroup var policies: PolicyArguments
  @OptionGroup var planning: PlanningFlags
  @Option(
    name: .customLong("plan"),
    help: ArgumentHelp(
      "Carry out this plan of plan --out, as it is or not at all; it names the policies.",
      valueName: "file"))
  var planPath: String?
  @Flag(name: .customLong("dry-run"), help: "Show the plan, change nothing.")
  var dryRun = false
  @Flag(
    name: .customLong("boot"),
    help: ArgumentHelp(
      "The host has just booted: restore what was verified on this kernel before.",
      discussion: """
        No gate holds that up; nothing else is done, unless atBoot: desired says so.
        """))
  var isAtBoot = false
  @Flag(
    name: .customLong("detailed-exitcode"),
    help: "Exit 2 when changes were applied, 3 when only deferred work is left.")
  var detailedExitCode = false
  @Flag(
    name: .customLong("allow-force"),
    help: ArgumentHelp(
      "Let a transition that stalls be forced, where the policy says onStall: force.",
      discussion: """
        The kernel then no longer knows which tasks run old code: use it for patches that are made \
        for it, and plan a reboot.
        """))
  var allowForce = false
  @OptionGroup var lock: LockOptions
  @OptionGroup var host: HostOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    if host.root != nil, !dryRun {
      throw ValidationError("--root reads another host, which is never acted on; add --dry-run.")
    }
    if planPath != nil, !policies.paths.isEmpty {
      throw ValidationError("--plan names the policies itself; give it, or PATH.")
    }
    if planPath != nil, isAtBoot {
      throw ValidationError(
        "--boot restores what was verified before, and --plan carries out what was looked at; give one of "
          + "them.")
    }
    if planPath != nil, dryRun {
      throw ValidationError("--plan has been looked at: see it with show, or make a new one.")
    }
  }

  func run() throws {
    if dryRun {
      try showPlan(
        policies, planning, snapshotPath: nil, isAtBoot: isAtBoot, host,
        isDetailed: detailedExitCode, output)
    }
    guard isRoot else {
      throw output.failure(
        .notPrivileged,
        Diagnostic(
          .notPrivileged, "reconcile changes the kernel, which only root may",
          advice: "run it as root, or use plan to see what it would do"))
    }
    let saved = try planPath.map { try savedPlan($0) }
    var policies = policies
    if let paths = saved?.plan.request?.paths { policies.paths = paths }
    let given = try policies.orInForce(host.layout, output)
    let reconciler = Reconciler(
      host: try host.open(output), layout: host.layout,
      policies: { () throws(Reconciler.Refusal) in try readPolicies(given) }, saved: saved,
      options: Reconciler.Options(
        planning: planning.options(isAboutToAct: true, isAtBoot: isAtBoot),
        trust: ownTrust,
        lockTimeout: lock.timeout.duration, trigger: isAtBoot ? "boot" : "reconcile",
        allowsForce: allowForce, override: planning.override, operatorName: operatorName(),
        toolVersion: toolVersion, downloads: ownDownloads,
        progress: isTerminal(.standardError) ? showDownload : nil))
    try carryOut(reconciler, isDetailed: detailedExitCode, output)
  }

  /// A plan that may be carried out with these options.
  private func savedPlan(_ path: String) throws -> SavedPlan {
    let saved = try readSavedPlan(path, output)
    guard let request = saved.plan.request else {
      throw output.failure(
        .invalidInput,
        Diagnostic(
          .notSaved, "the plan \(path) was printed, and does not say of which policies it is",
          advice: "save one with klpolicy plan --out FILE"))
    }
    try planning.checkNeeds(of: request, output)
    return saved
  }

  private func readPolicies(
    _ policies: PolicyArguments
  ) throws(Reconciler.Refusal) -> PolicySet {
    let (set, diagnostics) = PolicySet.load(
      policies.filePaths, trust: ownTrust, at: currentTime(), purpose: .use)
    guard let set else { throw .invalid(diagnostics) }
    return set
  }
}

extension Diagnostic.Code {
  static let notPrivileged = Diagnostic.Code(
    "not-privileged", "A command that acts on the host was not run by root.")
  static let interrupted = Diagnostic.Code(
    "interrupted", "The run was interrupted before any change.")
}
