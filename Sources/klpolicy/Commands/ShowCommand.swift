internal import ArgumentParser
internal import Documents
internal import Planning
internal import Rendering
internal import SystemPackage

struct ShowCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Shows a saved plan, and verifies that it is as it was made.",
    discussion: "Nothing of a host is looked at: whether it is stale, reconcile --plan tells.")

  @Argument(help: ArgumentHelp("What plan --out wrote, or plan -o json.", valueName: "file"))
  var path: String
  @OptionGroup var output: OutputOptions

  func run() throws {
    let plan = try readSavedPlan(path, output).plan
    try output.write(plan) { text(ofSaved: plan, path: path, $0) }
  }
}
