internal import ArgumentParser
internal import Reconciliation

struct MarkShutdownCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "mark-shutdown",
    abstract: "Writes down that this boot is about to end in order.",
    discussion: """
      To be run as the host goes down, by a unit of the service manager. A boot that ends without \
      it while a build is on probation counts as a crash, for which that build is blamed. Where no \
      build is, it writes nothing.
      """)

  @OptionGroup var lock: LockOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    try say(.shutdown, "mark-shutdown", lock, output)
  }
}
