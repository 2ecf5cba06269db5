package import Documents

/// What the journal tells about builds beyond what is in memory: what failed, what was verified, and
/// what was never got to its end. From the records of all boots, in order.
package struct JournalOutcomes: Hashable, Sendable {
  /// What is not to be tried again as it was, by the module's name.
  package private(set) var failures: [BuildFailure] = []
  /// What was verified last on each kernel release, in the order of loading, by the release.
  package private(set) var verified: [String: [ManagedModule]] = [:]
  /// Modules that a run of this boot loaded, and that it was ended before it had verified.
  package private(set) var unfinished: Set<String> = []
  /// Packages that a run of whatever boot installed, and that it was ended before it had verified.
  package private(set) var unfinishedPackages: [UnfinishedPackage] = []
  /// What runs told vendors' clients, and that none has verified.
  package private(set) var unfinishedSettings: [ClientChange] = []
  /// Whether this boot has builds whose load or probation its end would cut short.
  package private(set) var needsCleanEnd = false
  /// Whether the end of this boot is announced, so that it would not count for such builds.
  package private(set) var isExcused = false

  /// The boot whose records are being read.
  private var boot: BootOutcomes?
  /// The boot in which the journal was continued in this file.
  private var rotatingBoot: String?

  /// - Parameters:
  ///   - records: the journal's.
  ///   - bootID: the boot that runs; nil where that is not known.
  ///   - bootedAt: when it began; nil where that is not known.
  ///   - now: the time of the day.
  package init(
    _ records: some Sequence<JournalRecord>, bootID: String?, bootedAt: Timestamp?,
    at now: Timestamp
  ) {
    var packages = UnfinishedPackages()
    var clients = UnfinishedClients()
    for record in records {
      add(record)
      packages.add(record)
      clients.add(record)
    }
    unfinishedSettings = clients.entries.map(\.change)
    unfinishedPackages = packages.packages(in: bootID)
    if let boot, boot.id != bootID {
      close(boot, nextBootAt: bootedAt)
    } else if let boot {
      unfinished = boot.unfinished
      needsCleanEnd = boot.hasStakes && !boot.wasShutDown
      isExcused = boot.hasStakes && boot.wasShutDown
    }
    // What stalled in another boot may go better in this one.
    if boot?.id != bootID { failures.removeAll { $0.cause == .stalled } }
    boot = nil
    failures.sort { ($0.module, $0.at) < ($1.module, $1.at) }
  }

  private mutating func add(_ record: JournalRecord) {
    if !record.bootID.isEmpty { addToBoot(record) }
    switch record.event {
    case .rotated: rotatingBoot = record.bootID
    case .failed(let failure): add(failure)
    case .settled(let settled): add(settled)
    // What a rollback takes back is its own hold, and nobody's word on what failed.
    case .resume(let patch?, _) where record.rollback == nil:
      failures.removeAll { $0.name == patch }
    default: break
    }
  }

  private mutating func addToBoot(_ record: JournalRecord) {
    if let earlier = boot, earlier.id != record.bootID {
      // Whatever stands of the next boot was written after it had begun.
      close(earlier, nextBootAt: record.at)
      failures.removeAll { $0.cause == .stalled }
      boot = nil
    }
    boot = boot ?? BootOutcomes(id: record.bootID)
    // What was carried over of a boot that was over by then tells nothing of how that ended: it was
    // recorded, and somebody may have resumed it since.
    if !record.isCarried || record.bootID == rotatingBoot { boot?.add(record) }
  }

  private mutating func add(_ failure: BuildFailure) {
    var failure = failure
    if let index = failures.firstIndex(where: { $0.isAbout(sameAs: failure) }) {
      let earlier = failures.remove(at: index)
      // What was only inferred is the same as its record.
      if earlier.cause == failure.cause, earlier.isRecorded {
        failure.count = earlier.count &+ 1
      }
    }
    failures.append(failure)
  }

  private mutating func add(_ settled: Settled) {
    verified[settled.kernel, default: []].removeAll { earlier in
      settled.removed.contains(earlier.module)
        || settled.applied.contains {
          $0.module == earlier.module || $0.patch == earlier.patch
        }
    }
    verified[settled.kernel, default: []] += settled.applied
    // It went well in the end.
    failures.removeAll { failure in
      guard failure.cause == .stalled else { return false }
      return switch failure.action {
      case .load: settled.applied.contains { $0.buildID == failure.buildID }
      case .install: settled.packages.contains { $0.package == failure.module }
      case .configure: settled.clients.contains(failure.name)
      default: settled.removed.contains(failure.module)
      }
    }
  }

  /// Judges a boot that is over.
  private mutating func close(_ boot: BootOutcomes, nextBootAt: Timestamp?) {
    for var crash in boot.crashes(nextBootAt: nextBootAt) {
      let earlier = failures.first { $0.isAbout(sameAs: crash) && $0.cause == .crashed }
      if let earlier { crash.count = earlier.count &+ 1 }
      failures.removeAll { $0.isAbout(sameAs: crash) }
      failures.append(crash)
    }
  }
}

/// What one boot did with builds.
private struct BootOutcomes: Hashable {
  /// A build in memory that is not verified yet, and the run that loaded it.
  struct Load: Hashable {
    var build: ManagedModule
    var run: String
  }

  /// A verified build, and until when it is on probation.
  struct Probation: Hashable {
    var build: ManagedModule
    var until: Timestamp
  }

  /// The same of a package.
  private struct PackageProbation: Hashable {
    var package: PackageChange
    var until: Timestamp
  }

  /// How a run ended, and whether it left a transition running.
  private struct End: Hashable {
    var result: Report.Result
    var leavesOpen: Bool
  }

  private struct Key: Hashable {
    var run: String
    var number: Int
  }

  let id: String
  /// Loads that were announced, and nothing more is known of.
  private var announced: [Key: ManagedModule] = [:]
  private var unloads: [Key: String] = [:]
  /// Packages whose installation was announced, and nothing more is known of.
  private var packages: [Key: PackageChange] = [:]
  /// Clients whose disabling was announced, and nothing more is known of.
  private var disablings: [Key: String] = [:]
  /// Packages that were installed by a run that has not ended yet, and so not verified them.
  private var installed: [Key: PackageChange] = [:]
  /// Packages by their names whose installation was left running, and nothing more is known of.
  private var leftRunning: [String: PackageChange] = [:]
  /// Packages by their names, and until when they are on probation.
  private var packageProbations: [String: PackageProbation] = [:]
  private var loads: [String: Load] = [:]
  private var probations: [String: Probation] = [:]
  /// Of each run.
  private var ends: [String: End] = [:]
  private(set) var wasShutDown = false
  private var lastRecordAt = Timestamp(secondsSinceEpoch: 0)

  init(id: String) { self.id = id }

  mutating func add(_ record: JournalRecord) {
    // Whoever writes after another run's load has survived it.
    for (key, build) in announced where key.run != record.run {
      announced[key] = nil
      loads[build.module] = Load(build: build, run: key.run)
    }
    // Of a run that was killed in the middle: what it had begun may go on without it.
    for (key, package) in packages where key.run != record.run {
      packages[key] = nil
      if package.isClient {
        installed[key] = package
      } else if !package.isOlder {
        leftRunning[package.name] = package
      }
    }
    for (key, package) in installed where key.run != record.run {
      putOnProbation(package, key, from: record.at)
    }
    lastRecordAt = record.at
    switch record.event {
    case .intent(let number, let change):
      wasShutDown = false
      let key = Key(run: record.run, number: number)
      if case .load(let build) = change {
        announced[key] = build
      } else if case .removePackage(let package) = change {
        installed = installed.filter { $0.value.name != package.name }
        leftRunning[package.name] = nil
        packageProbations[package.name] = nil
      } else if case .configureClient(let client) = change, client.key == "enabled" {
        packages[key] = client.asPackage
        if client.asPackage == nil { disablings[key] = client.service }
      } else if case .unload(let module) = change {
        unloads[key] = module
      } else if case .installPackage(let package) = change {
        packages[key] = package
        leftRunning[package.name] = nil
      }
    case .outcome(let number, let error):
      let key = Key(run: record.run, number: number)
      let build = announced.removeValue(forKey: key)
      let module = unloads.removeValue(forKey: key)
      let package = packages.removeValue(forKey: key)
      if let service = disablings.removeValue(forKey: key), error == nil {
        installed = installed.filter { $0.value.name != service }
        packageProbations[service] = nil
      }
      // A client may have done what it complains of, or did not end with in time.
      if error != nil, package?.package != "enabled=true" { return }
      if let package {
        // One that came back was there before, and takes the blame for nothing.
        installed = installed.filter { $0.value.name != package.name }
        packageProbations[package.name] = nil
        if !package.isOlder { installed[key] = package }
      }
      if let build { loads[build.module] = Load(build: build, run: record.run) }
      if let module { (loads[module], probations[module]) = (nil, nil) }
    case .settled(let settled):
      for package in settled.packages {
        installed = installed.filter { $0.value.name != package.name }
        leftRunning[package.name] = nil
        packageProbations[package.name] = PackageProbation(
          package: package, until: record.at.advanced(by: .seconds(settled.probationSeconds)))
      }
      for service in settled.clients {
        let probation = packageProbations[service].flatMap { record.at < $0.until ? $0 : nil }
        guard
          let client = installed.values.first(where: { $0.name == service }) ?? probation?.package
        else { continue }
        installed = installed.filter { $0.value.name != service }
        let until = record.at.advanced(by: .seconds(settled.probationSeconds))
        packageProbations[service] = PackageProbation(
          package: client, until: max(until, probation?.until ?? until))
      }
      for build in settled.applied {
        loads[build.module] = nil
        probations[build.module] = Probation(
          build: build, until: record.at.advanced(by: .seconds(settled.probationSeconds)))
      }
    case .end(let result):
      ends[record.run] = End(result: result, leavesOpen: record.leavesOpen)
      if record.leavesOpen {
        // Its scripts may be at it still, whoever writes next.
        for (key, package) in packages where key.run == record.run && !package.isClient {
          (packages[key], leftRunning[package.name]) = (nil, package)
        }
      }
      for (key, package) in installed where key.run == record.run {
        putOnProbation(package, key, from: record.at)
      }
    case .failed(let failure):
      leftRunning = leftRunning.filter { $0.value.package != failure.module }
    case .resume:
      if let package = record.givenUp { forget(package) }
    case .shutdown: wasShutDown = true
    case .running: wasShutDown = false
    default: break
    }
  }

  /// A person takes a package as it is: how the boot ends is not its fault.
  private mutating func forget(_ package: String) {
    packages = packages.filter { $0.value.package != package }
    installed = installed.filter { $0.value.package != package }
    leftRunning = leftRunning.filter { $0.value.package != package }
    packageProbations = packageProbations.filter { $0.value.package.package != package }
  }

  private mutating func putOnProbation(
    _ package: PackageChange, _ key: Key, from start: Timestamp
  ) {
    installed[key] = nil
    packageProbations[package.name] = PackageProbation(
      package: package, until: start.advanced(by: BootOutcomes.probationOfPackages))
  }

  /// As long as that of a build of which no policy says how long it is.
  private static var probationOfPackages: Duration { .seconds(600) }

  /// What was loaded and not verified by a run that did not get that far.
  var unfinished: Set<String> {
    Set(announced.values.map(\.module)).union(loads.values.filter(isOpen).map(\.build.module))
  }

  /// Whether builds are being loaded, or are or were on probation: by a clock that the next boot has
  /// wrong a probation may look as if it had not been over.
  var hasStakes: Bool {
    !announced.isEmpty || !packages.isEmpty || loads.values.contains(where: isOpen)
      || !probations.isEmpty || !installed.isEmpty || !packageProbations.isEmpty
      || !leftRunning.isEmpty
  }

  /// Whether the run that loaded it has left open what became of it.
  private func isOpen(_ load: Load) -> Bool {
    guard let end = ends[load.run], !end.leavesOpen else { return true }
    return switch end.result {
    case .failed, .deferred: true
    case .converged, .applied, .blocked, .restored, .refused: false
    }
  }

  /// The builds that are to blame for how the boot ended.
  func crashes(nextBootAt: Timestamp?) -> [BuildFailure] {
    var crashes = announced.values.map {
      crash($0, "the boot ended while \($0.module) was being loaded")
    }
    crashes += packages.values.map {
      crash(
        $0, "the boot ended while \($0.title) was being \($0.isClient ? "enabled" : "installed")")
    }
    if wasShutDown { return crashes }
    crashes += (Array(installed.values) + leftRunning.values).map {
      crash($0, unverified($0.title, $0.isClient ? "enabled" : "installed"))
    }
    crashes += loads.values.filter(isOpen).map {
      crash($0.build, unverified($0.build.module, "loaded"))
    }
    if let nextBootAt {
      crashes += packageProbations.values.filter { nextBootAt < $0.until }.map {
        crash($0.package, onProbation($0.package.title, until: $0.until))
      }
      crashes += probations.values.filter { nextBootAt < $0.until }.map {
        crash($0.build, onProbation($0.build.module, until: $0.until))
      }
    }
    return crashes.sorted { $0.module < $1.module }
  }

  private func unverified(_ name: String, _ done: String) -> String {
    "the boot ended, and nothing tells that it did in order, after \(name) was \(done) and before it was "
      + "verified"
  }

  private func onProbation(_ name: String, until end: Timestamp) -> String {
    "the boot ended, and nothing tells that it did in order, while \(name) was on probation, which was "
      + "until \(end)"
  }

  private func crash(_ package: PackageChange, _ message: String) -> BuildFailure {
    BuildFailure(
      module: package.package, buildID: nil, patch: package.service, sha256: nil,
      action: package.isClient ? .configure : .install, cause: .crashed, at: lastRecordAt,
      message: message, isRecorded: false)
  }

  private func crash(_ build: ManagedModule, _ message: String) -> BuildFailure {
    BuildFailure(build, .crashed, at: lastRecordAt, message: message, isRecorded: false)
  }
}

extension PackageChange {
  /// Whether it stands for a client that is enabled.
  fileprivate var isClient: Bool { package == "enabled=true" }

  fileprivate var title: String { isClient ? "the client of \(service)" : package }
}
