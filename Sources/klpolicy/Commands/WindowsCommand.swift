internal import ArgumentParser
internal import Diagnostics
internal import Documents
internal import Planning
internal import PolicyModel
internal import Rendering

struct WindowsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "windows",
    abstract: "Shows when changes may be made: the next openings, freezes, and a week's picture.",
    discussion: """
      Each policy is shown for itself. With --host, those that select a host are taken together, as \
      they bind its patches: a change needs an open window of each policy that has any, and no \
      freeze. For this host: klpolicy snapshot | klpolicy windows --host -
      """)

  @OptionGroup var policies: PolicyArguments
  @Option(
    help: ArgumentHelp(
      "From this time on: 2026-12-01T08:00:00Z; now without it.", valueName: "time"),
    transform: MomentArgument.parse)
  var at: MomentArgument?
  @Option(help: ArgumentHelp("How many openings and freezes.", valueName: "number"))
  var next = 5
  @Option(
    name: .customLong("host"),
    help: ArgumentHelp(
      "For the host in this snapshot; - reads standard input.", valueName: "file"))
  var snapshotPath: String?
  @Flag(help: "Show all times in UTC, whatever the time zones of the windows.")
  var utc = false
  @OptionGroup var output: OutputOptions

  func validate() throws {
    guard (1...1000).contains(next) else {
      throw ValidationError("--next takes a number from 1 to 1000.")
    }
  }

  func run() throws {
    let question = WindowsQuestion(
      at: at?.time ?? currentTime(), count: next, inUTC: utc)
    let set = try policies.load(ownLayout, output)
    let windows: Windows
    if let snapshotPath {
      let host = try readSnapshot(snapshotPath, output).host
      let (desired, diagnostics) = set.desired(on: host, at: question.at)
      guard let desired else { throw Failure(.invalidInput, diagnostics, output.errorStyle) }
      writeError(text(of: diagnostics + desired.undecidedWarnings, output.errorStyle))
      windows = Windows(desired, of: set, hostname: host.hostname, question)
    } else {
      windows = Windows(set, question)
    }
    try output.write(windows) { text(of: windows, $0) }
  }
}

extension DesiredSet {
  /// What the windows may not be complete without.
  fileprivate var undecidedWarnings: [Diagnostic] {
    undecided.map {
      Diagnostic(
        .undecidedPolicy, "it is not known \($0)",
        advice: "its windows and freezes are not shown; take the snapshot as root",
        severity: .warning)
    }
  }
}

extension Diagnostic.Code {
  static let undecidedPolicy = Diagnostic.Code(
    "undecided-policy", "A fact of the host that decides whether a policy is for it is unknown.")
}
