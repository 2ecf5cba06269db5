internal import ArgumentParser
internal import Glibc

/// The command: only the subcommand that is called does any work.
@main
struct Klpolicy: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "klpolicy",
    abstract: "Keeps the live patches of a Linux kernel what its policies say they are.",
    discussion: """
      Policies are YAML files that declare the live patches wanted for each kernel release. plan \
      shows what would change, reconcile changes it and verifies it, status shows what is live.

      Exit status: 0 fine; 1 an error before any change; 2 and 3 only with --detailed-exitcode: \
      changes pending or applied, only deferred work left; 4 something failed and was restored; \
      5 something is blocked until someone acts; 6 something failed and the host is left changed; \
      8 the saved plan is stale; \
      64 usage; 65 invalid policy or input; 75 another run holds the lock; 77 not privileged; \
      130 and 143 interrupted before any change.
      """,
    version: toolVersion,
    subcommands: [
      ValidateCommand.self, TestCommand.self, PlanCommand.self, ReconcileCommand.self,
      FleetCommand.self, AgentCommand.self,
      ExplainCommand.self, StatusCommand.self, SnapshotCommand.self, InspectCommand.self,
      WindowsCommand.self, HoldCommand.self, ResumeCommand.self, MarkShutdownCommand.self,
      VEXCommand.self, HistoryCommand.self, RollbackCommand.self, ShowCommand.self,
      CatalogCommand.self, AdoptCommand.self,
      SchemaCommand.self,
    ])

  static func main() {
    // A reader that goes away is an error of the write, not the end of a run.
    signal(SIGPIPE, SIG_IGN)
    // So is a file that may not grow (RLIMIT_FSIZE, setrlimit(2)).
    signal(SIGXFSZ, SIG_IGN)
    do {
      var command = try parseAsRoot()
      try command.run()
    } catch let failure as Failure {
      failure.exit()
    } catch {
      exit(withError: error)
    }
  }
}

/// The version of this program, as `--version` and every plan say it.
let toolVersion = "0.1.0"
