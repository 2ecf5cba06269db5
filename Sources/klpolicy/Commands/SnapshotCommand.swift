internal import ArgumentParser
internal import Documents
internal import Planning
internal import Reconciliation
internal import Rendering

struct SnapshotCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "snapshot",
    abstract: "Prints the host as it is, as JSON, for plan --host.")

  @OptionGroup var host: HostOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    let observed = ObservedHost(
      try host.open(output), layout: host.layout, trust: ownTrust, at: currentTime())
    writeError(text(of: observed.diagnostics, output.errorStyle))
    try output.write(observed.snapshot, default: .json) { style in
      text(of: Status(observed.snapshot, blockers: [], plan: nil), style)
    }
  }
}
