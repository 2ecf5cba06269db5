internal import ArgumentParser
internal import Reconciliation

struct MarkShutdownCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "mark-shutdown",
    abstract: "Writes down that this boot is about to end in order.",
    discussion: """
      To be run as the host goes down, by a unit of the service manager. A boot that ends without \
      it while a build is on probation counts as a crash, for which that build is blamed. Where no \
      build is, it writes nothing. A mark ends with the boot, or with the next change of a build, or \
      is taken back by --cancel.
      """)

  @Flag(
    name: .customLong("cancel"),
    help: ArgumentHelp(
      "Take the mark back: the host runs on.",
      discussion: """
        For a shutdown that was called off, and after a restart that kept the kernel. Without a mark \
        it writes nothing.
        """))
  var isCancelled = false
  @OptionGroup var lock: LockOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    try say(isCancelled ? .running : .shutdown, "mark-shutdown", lock, output)
  }
}
