internal import Diagnostics
internal import Documents
internal import Files
internal import JSONText
internal import LivepatchHost
internal import Nodes
internal import Planning
internal import PolicyModel
internal import Reconciliation
internal import Rendering
internal import Shapes
internal import SystemPackage
internal import VendorServices

extension PolicyArguments {
  /// Reads the policies, those that the host is kept to where none were named; prints all that is wrong
  /// with them.
  ///
  /// - Throws: `Failure` with `invalidInput` when they cannot be used.
  func load(_ layout: HostLayout, _ output: OutputOptions) throws -> PolicySet {
    let policies = try orInForce(layout, output)
    let (set, diagnostics) = PolicySet.load(
      policies.filePaths, trust: ownTrust, at: currentTime(), purpose: .use)
    guard let set else { throw Failure(.invalidInput, diagnostics, output.errorStyle) }
    writeError(text(of: diagnostics, output.errorStyle))
    return set
  }
}

/// The host that is planned for: that of a snapshot somebody took, or the one that is looked at,
/// with what the journal has to say on standard error.
func hostToPlanFor(
  _ snapshotPath: String?, _ host: HostOptions, _ output: OutputOptions
) throws -> (snapshot: HostSnapshot, host: LivepatchHost?) {
  if let snapshotPath { return (try readSnapshot(snapshotPath, output), nil) }
  let kernel = try host.open(output)
  let observed = ObservedHost(kernel, layout: host.layout, trust: ownTrust, at: currentTime())
  writeError(text(of: observed.diagnostics, output.errorStyle))
  return (observed.snapshot, kernel)
}

/// The plan that policies make for a snapshot: of a host that can be looked at, or from a file.
func makeAssessment(
  _ set: PolicySet, _ snapshot: HostSnapshot, _ host: LivepatchHost?, layout: HostLayout,
  at now: Timestamp, options: PlanningOptions, commands: GateCommands? = nil,
  stagesForOtherKernels: Bool = false, servicePrograms: ServicePrograms? = nil,
  _ output: OutputOptions
) throws -> Assessment {
  do throws(NoPlan) {
    guard let host else {
      return try SnapshotPlanner(
        set, trust: ownTrust, at: now, toolVersion: toolVersion, options: options
      ).assess(snapshot)
    }
    return try Assessment(
      set, snapshot: snapshot, host: host,
      lookup: ArtefactLookup(layout: layout, trust: ownTrust, verifiesCopies: isRoot),
      stagesForOtherKernels: stagesForOtherKernels,
      at: now, toolVersion: toolVersion, options: options, commands: commands,
      servicePrograms: servicePrograms)
  } catch {
    throw Failure(ExitStatus(error), error.diagnostics, output.errorStyle)
  }
}

/// Reads a snapshot that somebody took, from a file or from standard input (`-`).
func readSnapshot(_ path: String, _ output: OutputOptions) throws -> HostSnapshot {
  let limit = 64 << 20
  let bytes: [UInt8]
  do {
    if path == "-" {
      guard let input = try FileDescriptor.standardInput.readToEnd(limit: limit) else {
        throw FileProblem("standard input", .tooLarge(limit: limit))
      }
      bytes = input
    } else {
      // Whatever can be read, a pipe too: nothing is believed because of where it lies.
      let file = try FileDescriptor.open(FilePath(path), .readOnly, options: .closeOnExec)
      defer { try? file.close() }
      guard let content = try file.readToEnd(limit: limit) else {
        throw FileProblem(FilePath(path), .tooLarge(limit: limit))
      }
      bytes = content
    }
  } catch {
    throw output.failure(
      .invalidInput,
      Diagnostic(
        .unreadableSnapshot, "the snapshot \(path) could not be read: \(error)",
        advice: "take one with klpolicy snapshot > FILE on the host"))
  }
  let source = SourceText(
    path: path == "-" ? "standard input" : path, bytes: bytes, isObservation: true)
  let table: NodeTable
  do throws(Diagnostic) {
    table = try readJSON(source)
  } catch {
    var problem = error
    problem.advice =
      bytes.isEmpty && path == "-"
      ? "let klpolicy snapshot of the host write to it; what was there before it wrote nothing"
      : problem.advice ?? "give what klpolicy snapshot prints on the host"
    throw output.failure(.invalidInput, problem)
  }
  let (snapshot, diagnostics) = decode(HostSnapshot.self, from: table)
  guard let snapshot else { throw Failure(.invalidInput, diagnostics, output.errorStyle) }
  writeError(text(of: diagnostics, output.errorStyle))
  return snapshot
}

extension Diagnostic.Code {
  static let unreadableSnapshot = Diagnostic.Code(
    "unreadable-snapshot", "A snapshot that could not be read.")
}
