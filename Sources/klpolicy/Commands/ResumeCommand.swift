internal import ArgumentParser
internal import Reconciliation

struct ResumeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "resume",
    abstract: "Lifts the hold on a patch, or the one on everything on this host.",
    discussion: """
      Each hold is lifted as it was set: without PATCH the one on everything goes, and those on \
      single patches stay. What failed of PATCH may be tried again. Where PATCH is a package that a \
      run installed, or left its package manager installing, and did not get to verify, that is given \
      up: later runs take what rpm and the kernel have as it is, and undo nothing of it.
      """)

  @OptionGroup var resumed: ResumedArgument
  @OptionGroup var lock: LockOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    try say(.resume(patch: resumed.name?.text), "resume", lock, output)
  }
}
