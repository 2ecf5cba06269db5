internal import ArgumentParser
internal import Documents
internal import Reconciliation

struct HoldCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "hold",
    abstract: "Keeps a patch, or everything on this host, as it is until resume.",
    discussion: """
      For the hours in which nothing may move. A hold is written into the journal and outlives \
      reboots. Holding again replaces the reason and the time.
      """)

  @OptionGroup var held: HeldArgument
  @Option(help: ArgumentHelp("Why, for those who come later.", valueName: "text"))
  var reason: String
  @Option(
    help: ArgumentHelp(
      "When the hold ends by itself: 2026-12-01T08:00:00Z, or from now on 4h, 2d.",
      valueName: "time"), transform: UntilArgument.parse)
  var until: UntilArgument?
  @OptionGroup var lock: LockOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    try checkReason(reason)
    guard let until = until?.timestamp(from: currentTime()) else { return }
    if until <= currentTime() {
      throw ValidationError("--until names a time that is over: \(until).")
    }
    if until > Timestamp.latest {
      throw ValidationError("--until names a time after the year 9999; without it the hold stays.")
    }
  }

  func run() throws {
    try say(
      .hold(
        patch: held.patch?.text, reason: reason,
        until: until?.timestamp(from: currentTime())),
      "hold", lock, output)
  }
}
