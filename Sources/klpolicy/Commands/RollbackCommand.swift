internal import ArgumentParser
internal import Diagnostics
internal import Documents
internal import Files
internal import Glibc
internal import LivepatchHost
internal import Planning
internal import PolicyModel
internal import Reconciliation
internal import Rendering
internal import SystemPackage

struct RollbackCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rollback",
    abstract: "Goes back to the live patches that klpolicy had in force before a run.",
    discussion: """
      Without RUN: before the last run of this boot that changed anything. It is done whole or not \
      at all; no gate but a hold forbids it; builds come from klpolicy's store, and one that was \
      recalled is never loaded. What is rolled back is held until klpolicy resume PATCH.
      """)

  @Argument(
    help: ArgumentHelp(
      "The name of a run as history shows it, or a beginning of it that only one run has.",
      valueName: "run"))
  var name: String?
  @Option(help: ArgumentHelp("Why, for those who come later.", valueName: "text"))
  var reason: String?
  @Flag(name: .customLong("dry-run"), help: "Show the plan, change nothing.")
  var dryRun = false
  @Flag(
    name: .customLong("detailed-exitcode"),
    help: "Exit 2 when changes were applied, or with --dry-run are pending.")
  var detailedExitCode = false
  @OptionGroup var lock: LockOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    if let reason { try checkReason(reason) }
  }

  func run() throws {
    guard isRoot else {
      throw output.failure(
        .notPrivileged,
        Diagnostic(
          .notPrivileged,
          "rollback changes the kernel, and looks up what was before, which only "
            + "root may", advice: "run it as root"))
    }
    let layout = ownLayout
    let host: LivepatchHost
    do throws(SystemError) {
      host = try LivepatchHost(root: "/")
    } catch {
      throw output.failure(
        .error, Diagnostic(.rootUnusable, "the root directory cannot be entered: \(error)"))
    }
    let lookUp: (Bool) throws(JournalRefusal) -> Rollback = { (isFirst) throws(JournalRefusal) in
      try Rollback(
        layout: layout, trust: ownTrust, host: host.observe().host, to: name,
        by: operatorName(), reason: reason, withdrawn: withdrawn(tellsProblems: isFirst))
    }
    let rollback: Rollback
    do throws(JournalRefusal) {
      rollback = try lookUp(true)
    } catch {
      switch error {
      case .unreadable(let diagnostic): throw output.failure(.error, diagnostic)
      case .noSuchRun(let diagnostic): throw output.failure(.invalidInput, diagnostic)
      }
    }
    let reconciler = Reconciler(
      host: host, layout: layout, rollback: rollback,
      again: { () throws(JournalRefusal) in try lookUp(false) },
      options: Reconciler.Options(
        planning: PlanningOptions(
          prune: false, allowEmpty: true, unverified: .block, isUndoing: true),
        trust: ownTrust, lockTimeout: lock.timeout.duration, trigger: "rollback",
        operatorName: operatorName(), toolVersion: toolVersion))
    if dryRun { try show(reconciler) }
    try carryOut(reconciler, isDetailed: detailedExitCode, output)
  }

  private func show(_ reconciler: Reconciler) throws -> Never {
    let plan: Plan
    do throws(Reconciler.Refusal) {
      plan = try reconciler.plan(at: currentTime()) {
        writeError(text(of: $0, output.errorStyle))
      }
    } catch {
      throw output.failure(error)
    }
    try output.write(plan) { text(of: plan, $0) }
    throw ExitCode(ExitStatus(plan, isDetailed: detailedExitCode).rawValue)
  }

  /// The builds that the policies of this host recall, as far as they can be read: a recall that is
  /// not known of is told, and stops no one from going back.
  private func withdrawn(tellsProblems: Bool) -> Set<String> {
    var policies = PolicyArguments()
    policies.paths = []
    do throws(Diagnostic) {
      policies = try policies.orInForce(ownLayout)
    } catch {
      if tellsProblems { tell([error]) }
      return []
    }
    if policies.paths.isEmpty, unsafe access(PolicyArguments.defaultPath, F_OK) != 0 { return [] }
    let (set, diagnostics) = PolicySet.load(
      policies.filePaths, trust: ownTrust, at: currentTime(), purpose: .use)
    // Where nobody has put a policy, none recalls anything.
    let isEmpty = policies.paths.isEmpty && diagnostics.allSatisfy { $0.code == .noPolicy }
    if set == nil, !isEmpty, tellsProblems { tell(diagnostics) }
    return set?.withdrawnDigests ?? []
  }

  /// Says what is wrong with the policies; nothing fails by it.
  private func tell(_ problems: [Diagnostic]) {
    var told = problems
    for index in told.indices { told[index].severity = .warning }
    told.append(
      Diagnostic(
        .recallsUnknown,
        "the policies of this host cannot be used, so that it is not known which builds they recall",
        advice: "see whether one of the builds that come back was withdrawn", severity: .warning))
    writeError(text(of: told, output.errorStyle))
  }
}

extension Diagnostic.Code {
  static let recallsUnknown = Diagnostic.Code(
    "recalls-unknown", "The policies that may recall builds could not be used.")
}
