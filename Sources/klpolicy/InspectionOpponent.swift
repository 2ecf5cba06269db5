internal import Compatibility
internal import Diagnostics
internal import Documents
internal import LivepatchHost
internal import ModuleFile
internal import Reconciliation

/// The kernel that modules are held against.
struct InspectionOpponent {
  private let host: Host
  private let live: LiveState
  private let isRunning: Bool
  /// Looks at what modules need of it.
  private let facts: (KernelQuestions) -> KernelFacts?

  /// Nil where nothing was named and this host's own kernel takes no live patches: there nobody asks
  /// whether they would load here.
  ///
  /// - Throws: `Failure` when what was named cannot be used.
  init?(
    _ snapshotPath: String?, _ release: String?, _ options: HostOptions, _ output: OutputOptions
  ) throws {
    if let snapshotPath {
      let snapshot = try readSnapshot(snapshotPath, output)
      (host, live, isRunning) = (snapshot.host, snapshot.live, true)
      facts = { _ in snapshot.facts }
      return
    }
    let kernel = try options.open(output)
    let observation = kernel.observe()
    var host = observation.host
    guard let release else {
      if options.isThisHost, host.kernel.livepatch == .known(false) { return nil }
      (self.host, live, isRunning) = (host, observation.live, true)
      let (seen, live) = (host, observation.live)
      facts = { kernel.facts(for: $0, of: seen, live) }
      return
    }
    guard let installed = kernel.installedKernel(release, on: host) else {
      throw output.failure(
        .invalidInput,
        Diagnostic(
          .kernelNotInstalled,
          "no kernel \(release) is installed: neither /boot nor /lib/modules "
            + "has anything of it",
          advice: "give a release as uname -r says it; ls /lib/modules shows those that are here"))
    }
    host.kernel = installed
    self.host = host
    live = LiveState(patches: [], transition: nil, modules: nil)
    isRunning = false
    facts = { kernel.facts(for: $0, ofInstalled: release) }
  }

  /// Says of each module whether it would load. `modules` and `named`, the certificates that their
  /// signatures name, are in the order of the inspection.
  func judge(
    _ inspection: inout Inspection, _ modules: [ModuleFacts],
    named: [InspectedModule.Certificate?]
  ) {
    inspection.against = InspectedAgainst(
      hostname: host.hostname, kernel: host.kernel.release, isRunning: isRunning)
    let known = facts(kernelQuestions(of: modules))
    for (index, (module, certificate)) in zip(inspection.modules.indices, zip(modules, named)) {
      inspection.modules[index].verdict = loadVerdict(
        module, on: host, live: live, kernel: known,
        signature: SignatureKnowledge(
          verdict: inspection.modules[index].signature.verdict, named: certificate))
    }
  }
}

extension Diagnostic.Code {
  static let kernelNotInstalled = Diagnostic.Code(
    "kernel-not-installed", "A kernel that was named has no files on this host.")
}
