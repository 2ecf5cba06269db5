internal import ArgumentParser

struct FleetCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fleet",
    abstract: "What is for many hosts at once.",
    subcommands: [FleetPlanCommand.self])
}
