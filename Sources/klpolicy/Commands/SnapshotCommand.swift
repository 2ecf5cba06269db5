internal import ArgumentParser
internal import Documents
internal import JSONText
internal import Planning
internal import PolicyModel
internal import Reconciliation
internal import Rendering

struct SnapshotCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "snapshot",
    abstract: "Prints the host as it is, as JSON, for plan --host.",
    discussion: """
      With --for it also holds what those policies hang on: what their modules need of the kernel, such \
      as the functions that they patch, so that a plan elsewhere can tell whether they would load, and \
      what the repositories have of vendors' packages, as the package managers know it, which is asked \
      as plan asks it: nothing is downloaded or written. Without --for it is quick and has neither, and \
      a plan of it says so where it matters.
      """)

  @Option(
    name: .customLong("for"), parsing: .upToNextOption,
    help: ArgumentHelp(
      "Look for what the plan of these policies hangs on, in the kernel and in repositories.",
      valueName: "path"))
  var policyPaths: [String] = []
  @Flag(help: "In one line, as fleet plan takes it.")
  var compact = false
  @OptionGroup var host: HostOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    if compact, output.output == .human {
      throw ValidationError("--compact is for JSON, and -o human asks for text.")
    }
  }

  func run() throws {
    let kernel = try host.open(output)
    let now = currentTime()
    var observed = ObservedHost(kernel, layout: host.layout, trust: ownTrust, at: now)
    observed.snapshot.observeServices(on: kernel, isPatient: !policyPaths.isEmpty)
    // That there are none is known: a plan elsewhere must not take it for what nobody looked at.
    observed.snapshot.services = observed.snapshot.services ?? Services()
    writeError(text(of: observed.diagnostics, output.errorStyle))
    if !policyPaths.isEmpty {
      var policies = PolicyArguments()
      policies.paths = policyPaths
      let set = try policies.load(host.layout, output)
      let (desired, diagnostics) = set.desired(on: observed.snapshot.host, at: now)
      guard let desired else { throw Failure(.invalidInput, diagnostics, output.errorStyle) }
      let lookup = ArtefactLookup(layout: host.layout, trust: ownTrust, verifiesCopies: isRoot)
      observed.snapshot.observeFacts(
        lookup.findings(
          desired, observed.snapshot, everyBuild: true, verifiesSignatures: false
        ).artefacts, on: kernel)
      observed.snapshot.observeOffers(desired, on: kernel)
    }
    if compact {
      return try output.write(JSONWriter.bytes(of: observed.snapshot) + [UInt8(ascii: "\n")])
    }
    try output.write(observed.snapshot, default: .json) { style in
      text(of: Status(observed.snapshot, blockers: [], plan: nil), style)
    }
  }
}
