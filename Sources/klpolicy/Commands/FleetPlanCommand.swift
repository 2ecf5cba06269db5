internal import ArgumentParser
internal import Diagnostics
internal import Documents
internal import Files
internal import Fleet
internal import Glibc
internal import JSONText
internal import Planning
internal import Reconciliation
internal import Rendering
internal import SystemPackage

struct FleetPlanCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan",
    abstract: "Plans for all hosts whose snapshots come in by standard input, a line each.",
    discussion: """
      Reads what klpolicy snapshot --compact prints, a host each line, and prints the plan that \
      klpolicy plan --host makes of it, a line each, in the same order and as they come. A line that is \
      no snapshot is told on standard error with its number and passed over; the exit status is then \
      65. Nothing of this machine counts, so any part of the lines gives the same plans as all of \
      them. A line may have 64 MiB. With -o human it prints what all plans come to instead of the plans.
      """)

  @OptionGroup var policies: PolicyArguments
  @OptionGroup var planning: PlanningFlags
  @Option(
    help: ArgumentHelp(
      "How many hosts are planned for at a time; as many as there are processors.",
      valueName: "n"))
  var jobs: Int?
  @Option(
    name: .customLong("at"),
    help: ArgumentHelp(
      "Plan for that moment instead of now: 2026-12-01T08:00:00Z.", valueName: "time"),
    transform: MomentArgument.parse)
  var moment: MomentArgument?
  @Flag(
    name: .customLong("detailed-exitcode"),
    help: "Exit 2 when changes are pending on a host, 3 when only deferred work is left.")
  var detailedExitCode = false
  @Option(
    name: .customLong("summary"),
    help: ArgumentHelp(
      "Write what all plans come to into this file, as JSON; - is standard output, without the plans.",
      valueName: "file"))
  var summaryPath: String?
  @Option(
    name: .customLong("html"),
    help: ArgumentHelp(
      "Write it as a page with charts, which needs no network.", valueName: "file"))
  var htmlPath: String?
  @OptionGroup var output: OutputOptions

  func validate() throws {
    if summaryPath == "-", output.output != nil {
      throw ValidationError(
        "--summary - and -o both say what standard output has; give one of them.")
    }
    if htmlPath == "-" { throw ValidationError("--html takes a file: the page goes nowhere else.") }
    if let jobs, !(1...FleetPlanCommand.mostJobs).contains(jobs) {
      throw ValidationError("--jobs takes a number from 1 to \(FleetPlanCommand.mostJobs).")
    }
  }

  private static let mostJobs = 1024

  func run() throws {
    let set = try policies.load(ownLayout, output)
    let time = moment?.time ?? currentTime()
    let planner = SnapshotPlanner(
      set, trust: ownTrust, at: time, toolVersion: toolVersion,
      options: planning.options(isAboutToAct: false, isForAnotherTime: moment != nil))
    let signals = NotedSignals()
    let style = output.errorStyle
    let progress = isTerminal(.standardError) ? FleetProgress() : nil
    if isTerminal(.standardInput) {
      writeError("reading snapshots from the terminal, a line each; Ctrl-D ends them\n")
    }
    let report: @Sendable ([Diagnostic]) -> Void = { diagnostics in
      progress?.clear()
      tell(diagnostics, style)
    }
    var run = FleetRun(
      input: FileDescriptor.standardInput,
      output: output.output == .human || summaryPath == "-" ? nil : FileDescriptor.standardOutput,
      jobs: jobs, tell: report)
    run.tallies = output.output == .human || summaryPath != nil || htmlPath != nil
    if let progress { run.progress = { counts in progress.show(counts) } }
    let result = run.plan(with: planner, signals: signals)
    progress?.clear()
    // What is not whole is not summed up.
    if case .complete = result.ending, run.tallies {
      try write(result.summary(at: time, toolVersion: toolVersion))
    }
    try end(result.ending, result.counts)
  }

  private func write(_ summary: FleetSummary) throws {
    if output.output == .human { try output.write { text(of: summary, $0) } }
    if let summaryPath {
      if summaryPath == "-" {
        try output.write(json: summary)
      } else {
        try write(JSONWriter.bytes(of: summary, .indented), to: summaryPath)
      }
    }
    if let htmlPath { try write(Array(html(of: summary).utf8), to: htmlPath) }
  }

  private func write(_ bytes: [UInt8], to path: String) throws {
    do throws(SystemError) {
      try writeDurably(
        bytes, to: FilePath(path), permissions: [.ownerReadWrite, .groupRead, .otherRead])
    } catch {
      throw output.failure(
        .error,
        Diagnostic(
          .summaryNotWritten, "what the plans come to could not be written: \(error)",
          advice: "name a file, and no link, in a directory that is there and can be written"))
    }
  }

  private func end(_ ending: FleetRun.Ending, _ counts: FleetCounts) throws -> Never {
    switch ending {
    case .complete:
      throw ExitCode(ExitStatus(counts, isDetailed: detailedExitCode).rawValue)
    case .inputFailed(let reason):
      throw output.failure(
        .error,
        Diagnostic(
          .inputFailed,
          "standard input could not be read to its end: \(reason); \(counts.text) before that",
          advice: "give snapshots, a line each: klpolicy fleet plan < hosts.ndjson"))
    case .outputFailed(let reason):
      throw output.failure(
        .error, Diagnostic(.outputFailed, "the output could not be written: \(reason)"))
    case .interrupted(let signal):
      throw output.failure(
        signal == SIGINT ? .interrupted : .terminated,
        Diagnostic(.interrupted, "interrupted: \(counts.text) before that"))
    }
  }
}

extension FleetCounts {
  /// For a person: how much was done.
  var text: String { planned == 1 ? "1 host was planned for" : "\(planned) hosts were planned for" }
}

extension Diagnostic.Code {
  static let summaryNotWritten = Diagnostic.Code(
    "summary-not-written", "What the plans of a fleet come to could not be written to a file.")
  static let inputFailed = Diagnostic.Code(
    "input-failed", "Standard input could not be read to its end.")
}
