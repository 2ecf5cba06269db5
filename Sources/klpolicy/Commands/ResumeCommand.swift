internal import ArgumentParser
internal import Reconciliation

struct ResumeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "resume",
    abstract: "Lifts the hold on a patch, or the one on everything on this host.",
    discussion: """
      Each hold is lifted as it was set: without PATCH the one on everything goes, and those on \
      single patches stay.
      """)

  @OptionGroup var held: HeldArgument
  @OptionGroup var lock: LockOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    try say(.resume(patch: held.patch?.text), "resume", lock, output)
  }
}
