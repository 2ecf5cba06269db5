internal import ArgumentParser
internal import Diagnostics
internal import Documents
internal import Reconciliation
internal import Rendering

struct HistoryCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "history",
    abstract: "Shows what was done on this host, by whom and why.",
    discussion: """
      Every run that had work to do, and every hold and resume, the newest first, as the journal \
      has them. With RUN: that run, with each of its changes.
      """)

  @Argument(
    help: ArgumentHelp(
      "The name of a run, or a beginning of it that only one run has.", valueName: "run"))
  var name: String?
  @Option(
    help: ArgumentHelp("Only so many, the newest; all without it.", valueName: "n"))
  var last: Int?
  @OptionGroup var host: HostOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    if let last, last < 1 { throw ValidationError("--last takes a number from 1 on.") }
    if last != nil, name != nil { throw ValidationError("--last and RUN exclude each other.") }
  }

  func run() throws {
    let found: RunHistory
    do throws(JournalRefusal) {
      found = try pastRuns(layout: host.layout, trust: ownTrust, named: name, last: last)
    } catch {
      switch error {
      case .unreadable(let diagnostic): throw output.failure(.error, diagnostic)
      case .noSuchRun(let diagnostic): throw output.failure(.invalidInput, diagnostic)
      }
    }
    let isWhole = name != nil
    writeError(text(of: unreadWarnings(found), output.errorStyle))
    try output.write(found) { text(of: found, isWhole: isWhole, $0) }
  }

  private func unreadWarnings(_ history: RunHistory) -> [Diagnostic] {
    history.unread.map { $0.warning }
  }
}
