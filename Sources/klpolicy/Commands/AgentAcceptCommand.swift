internal import Agent
internal import ArgumentParser
internal import Diagnostics
internal import Documents
internal import Reconciliation
internal import SystemPackage

struct AgentAcceptCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "accept",
    abstract: "Lets a rewritten history in: the agent may take this commit, and those after it.",
    discussion: """
      The agent refuses a commit that does not descend from the one in force. Where the history was \
      meant to be rewritten, a person says so here; who, and when, is shown by status. The commit still \
      has to be signed.
      """)

  @Argument(help: "The commit, whole, or 7 digits and more of the one that the agent refused.")
  var commit: String
  @OptionGroup var output: Output<Format>

  enum Format: String, OutputFormat {
    case human
  }

  func run() throws {
    guard isRoot else {
      throw output.failure(
        .notPrivileged,
        Diagnostic(
          .notPrivileged, "agent accept decides what is loaded here, which only root may",
          advice: "run it as root"))
    }
    let permit = AgentPermit(layout: HostLayout(root: "/"), trust: ownTrust)
    let whole: String
    do throws(AgentPermit.Refusal) {
      whole = try permit.give(commit, by: operatorName(), at: currentTime())
    } catch {
      throw output.failure(.invalidInput, error.diagnostic)
    }
    try output.write(human: { _ in
      "the agent may take commit \(whole) and those after it, if they are signed\n"
    })
  }
}
