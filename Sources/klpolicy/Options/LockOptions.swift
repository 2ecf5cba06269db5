internal import ArgumentParser
internal import Diagnostics

/// How long the run lock is waited for.
struct LockOptions: ParsableArguments {
  @Option(
    name: .customLong("lock-timeout"),
    help: ArgumentHelp("How long to wait for another run to end: 30s, 5m.", valueName: "duration"))
  var timeout = DurationArgument(duration: .zero)
}

extension OutputOptions {
  /// The end of a command that did not get the run lock.
  func lockHeld(by holder: String?) -> Failure {
    failure(
      .lockHeld,
      Diagnostic(
        .lockHeld, "another run holds the lock" + (holder.map { " (process \($0))" } ?? ""),
        advice: "wait for it, with --lock-timeout 5m for example; nothing was changed"))
  }
}

extension Diagnostic.Code {
  static let lockHeld = Diagnostic.Code("lock-held", "Another run holds the lock.")
}
