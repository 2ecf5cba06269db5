internal import Agent
internal import ArgumentParser
internal import Diagnostics
internal import Documents
internal import Files
internal import Glibc
internal import LivepatchHost
internal import Reconciliation
internal import Rendering
internal import SystemJournal
internal import SystemPackage

struct AgentCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "agent",
    abstract: "Keeps the host to its policies, from a directory or a Git repository.",
    subcommands: [AgentRunCommand.self, AgentAcceptCommand.self],
    defaultSubcommand: AgentRunCommand.self)
}

struct AgentRunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Keeps the host to its policies until it is told to end.",
    discussion: """
      It reconciles on an interval, when policies change, and when what waited for a window may \
      begin; in between it sleeps. What klpolicy loaded for policies that its source does not have is \
      removed. Of a Git repository it takes only commits that are signed by somebody who counts \
      here, and that descend from the one in force. The section agent of /etc/klpolicy/config.yaml \
      says where the policies come from. \
      SIGHUP: read the configuration again, and look at once; SIGUSR1: look at once; SIGTERM: end, as \
      a reconcile does.
      """)

  @Flag(help: "Look once, print the report, and end with reconcile's exit status.")
  var once = false
  @Flag(
    name: .customLong("detailed-exitcode"),
    help: "With --once: exit 2 when changes were applied, 3 when only deferred work is left.")
  var detailedExitCode = false
  @OptionGroup var output: OutputOptions

  func validate() throws {
    if !once, detailedExitCode || output.output != nil {
      throw ValidationError(
        "-o and --detailed-exitcode are for --once: the agent prints no report.")
    }
  }

  func run() throws {
    guard isRoot else {
      throw output.failure(
        .notPrivileged,
        Diagnostic(
          .notPrivileged, "the agent changes the kernel, which only root may",
          advice: "run it as root, or use plan to see what it would do"))
    }
    let layout = ownLayout
    let (settings, diagnostics) = AgentSettings.read(layout, trust: ownTrust)
    guard let settings else { throw Failure(.invalidInput, diagnostics, output.errorStyle) }
    let log = AgentLog(style: output.errorStyle)
    log.tell(.problems(diagnostics))
    var agent: Agent
    do throws(SystemError) {
      agent = Agent(
        host: try LivepatchHost(), settings: settings,
        options: Agent.Options(
          layout: layout, trust: ownTrust, operatorName: operatorName(), toolVersion: toolVersion,
          downloads: ownDownloads, notifier: once ? .silent : .ofEnvironment(),
          clock: currentTime, tell: log.tell))
    } catch {
      throw notStarted(error)
    }
    if once { try lookOnce(&agent) }
    do throws(Agent.Failure) {
      try agent.work()
    } catch {
      switch error {
      case .system(let error): throw notStarted(error)
      case .otherAgent:
        throw output.failure(
          .lockHeld,
          Diagnostic(
            .agentRuns, "an agent runs here already",
            advice: "send it SIGHUP to have it read its configuration again"))
      }
    }
  }

  private func lookOnce(_ agent: inout Agent) throws -> Never {
    let (result, isFresh) = agent.workOnce()
    switch result {
    case .success(let report):
      if isFresh || ExitStatus(report, isDetailed: false) != .fine {
        try end(with: report, isDetailed: detailedExitCode, output)
      }
      // The host is as an older commit wants it: that is not fine.
      try output.write(report) { text(of: report, $0) }
      throw ExitCode(ExitStatus.error.rawValue)
    case .failure(let refusal): throw output.failure(refusal)
    }
  }

  private func notStarted(_ error: SystemError) -> Failure {
    output.failure(
      .error, Diagnostic(.agentNotStarted, "the agent could not be started: \(error)"))
  }
}

/// What the agent says on standard error: to the system's journal with the levels of sd-daemon(3).
private struct AgentLog {
  let style: Style
  private let hasLevels = unsafe getenv("JOURNAL_STREAM") != nil

  init(style: Style) { self.style = style }

  func tell(_ message: Agent.Message) {
    switch message {
    case .note(let text): write(6, text + "\n")
    case .problems(let problems):
      if problems.isEmpty { return }
      if let journal = SystemJournal.ofStandardError(), journal.write(journalEntries(of: problems))
      {
        return
      }
      write(problems.containsError ? 3 : 4, text(of: problems, style))
    case .report(let report):
      if tellSystemJournal(of: report) { return }
      let level = report.failed ? 3 : report.plan.blocked.isEmpty ? 6 : 4
      write(level, text(of: report, style))
    }
  }

  private func write(_ level: Int, _ text: String) {
    guard hasLevels else { return writeError(text) }
    writeError(
      text.split(separator: "\n").map { "<\(level)>\($0)\n" }.joined())
  }
}

extension Diagnostic.Code {
  static let agentNotStarted = Diagnostic.Code(
    "agent-not-started", "The agent did not get what it needs of the system.")
}
