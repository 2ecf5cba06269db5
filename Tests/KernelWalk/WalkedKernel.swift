import Artefacts
import Documents
import Files
import Journal
import KernelRules
import LivepatchHost
import ModuleFile
import SystemPackage

/// The kernel of a virtual machine, changed through the door that klpolicy itself goes through.
struct WalkedKernel: ~Copyable {
  /// A module of the lab, or of the kernel's own tests, in one of its builds.
  struct Build {
    let name: String
    /// Which of its builds: `a` or `b`.
    let build: String
    let buildID: String?
    let replace: Bool
    let path: FilePath
  }

  let builds: [Build]
  private let target: FilePath
  private let host: LivepatchHost
  private let kernel: LiveKernel
  private let access: WriteAccess
  private var journal: Journal

  /// The modules that a walk loads; those of which `true` is said replace all others.
  private static let names = [
    "klp_cmdline": false, "klp_cmdline_v2": false, "klp_version": false, "klp_foreign": false,
    "klp_all": true, "klp_stall": false, "klp_stall_all": true,
  ]

  /// The kernel's own test modules, and the folders that their builds `a` and `b` lie in. Those of the
  /// second folder replace all others. Not test_klp_syscall: a load of it that fails leaves its name
  /// in /sys/kernel for good, and no later one succeeds.
  private static let kernelNames = [
    "test_klp_livepatch": ["kernel"],
    "test_klp_callbacks_demo": ["kernel"],
    "test_klp_callbacks_demo2": ["kernel", "kernel-replace"],
    "test_klp_atomic_replace": ["kernel", "kernel-replace"],
  ]

  /// - Parameters:
  ///   - modules: the lab's folder of modules.
  ///   - scratch: a folder for the journal and the lock.
  /// - Throws: whatever keeps a module from being read, or the lock from being taken.
  init(modules: FilePath, scratch: FilePath) throws {
    var builds: [Build] = []
    for (name, replace) in Self.names.sorted(by: { $0.key < $1.key }) {
      for build in ["a", "b"] {
        let path = modules.appending(build).appending("\(name).ko")
        let artefact = try Artefact(reading: path, sha256: nil, trust: .unchecked)
        builds.append(
          Build(
            name: name, build: build, buildID: artefact.facts.buildID, replace: replace, path: path)
        )
      }
    }
    for (name, folders) in Self.kernelNames.sorted(by: { $0.key < $1.key }) {
      for (folder, build) in zip(folders, ["a", "b"]) {
        let path = modules.appending(folder).appending("\(name).ko")
        let artefact = try Artefact(reading: path, sha256: nil, trust: .unchecked)
        builds.append(
          Build(
            name: name, build: build, buildID: artefact.facts.buildID, replace: build == "b",
            path: path))
      }
    }
    let host = try LivepatchHost()
    guard let kernel = host.liveKernel else { throw Trouble("this is not the running kernel") }
    let access = try WriteAccess(path: scratch.appending("lock"), timeout: .zero)
    journal = try Journal.open(
      scratch.appending("journal.ndjson"), run: "walk", bootID: "walk", trigger: "walk",
      crashes: [], trust: .unchecked, access: access, now: { Timestamp(secondsSinceEpoch: 0) })
    self.builds = builds
    self.host = host
    self.kernel = kernel
    self.access = access
    target = modules.appending("a").appending("lab_target.ko")
  }

  func build(_ name: String, _ build: String) -> Build? {
    builds.first { $0.name == name && $0.build == build }
  }

  /// `NAME BUILDID STATE` of each live patch in memory, in the order of loading, as klpolicy sees
  /// it; nil when it could not see all of it.
  func visible() -> [String]? {
    let builds = builds
    let live = host.observe(replaces: { name, buildID in
      builds.first { $0.name == name && $0.buildID == buildID }?.replace
    }).live
    var lines: [String] = []
    for patch in live.patches {
      guard let state = patch.state.value else { return nil }
      lines.append("\(patch.module) \(patch.buildID?.value ?? "-") \(state.rawValue)")
    }
    return live.transition == .unknown ? nil : lines
  }

  /// Does what an operation of the model says.
  mutating func perform(
    _ operation: KernelModel.Operation, build: String
  ) throws -> Answer {
    switch operation {
    case .load(let name, _, let replace):
      guard let build = self.build(name, build) else { throw Trouble("there is no \(name)") }
      let artefact = try Artefact(reading: build.path, sha256: nil, trust: .unchecked)
      return try carryOut(
        .load(
          ManagedModule(
            module: name, buildID: build.buildID ?? "", patch: name, policy: "walk", version: nil,
            fixes: [], requires: [], replace: .known(replace), sha256: artefact.sha256,
            stored: .unknown)), artefact.descriptor)
    case .disable(let name): return try carryOut(.reverse(module: name, enabled: false))
    case .enable(let name): return try carryOut(.reverse(module: name, enabled: true))
    case .unload(let name): return try carryOut(.unload(module: name))
    case .force(let name): return write("1", to: "/sys/kernel/livepatch/\(name)/force")
    case .complete: throw Trouble("no system call completes a transition")
    }
  }

  private mutating func carryOut(
    _ change: Change, _ image: FileDescriptor? = nil
  ) throws -> Answer {
    let intent = try journal.announce(change, access: access)
    let outcome = kernel.carryOut(intent, image: image, under: access)
    let error = outcome.error
    try journal.record(outcome)
    return error.map { Answer($0.errno) } ?? .done
  }

  private func write(_ text: String, to path: String) -> Answer {
    do {
      let file = try FileDescriptor.open(FilePath(path), .writeOnly)
      try file.closeAfter { _ = try file.writeAll(text.utf8) }
      return .done
    } catch let error as Errno {
      return Answer(error)
    } catch {
      return .unforeseen("\(error)")
    }
  }
}

// The module whose threads hold transitions up.
extension WalkedKernel {
  var hasTarget: Bool { read("/sys/module/lab_target/initstate") == "live" }

  mutating func loadTarget() throws {
    let artefact = try Artefact(reading: target, sha256: nil, trust: .unchecked)
    let answer = try carryOut(
      .load(
        ManagedModule(
          module: "lab_target", buildID: "", patch: "lab_target", policy: "walk", version: nil,
          fixes: [], requires: [], replace: .known(false), sha256: artefact.sha256,
          stored: .unknown)), artefact.descriptor)
    guard answer == .done else { throw Trouble("lab_target is not loaded: \(answer)") }
  }

  mutating func unloadTarget() throws {
    let answer = try carryOut(.unload(module: "lab_target"))
    guard answer == .done else { throw Trouble("lab_target is not unloaded: \(answer)") }
  }

  /// Sends a thread to sleep in its function, or lets it out, and waits until it is there.
  func setHeld(_ sleeper: Sleeper, _ isHeld: Bool) throws {
    let folder = "/sys/module/lab_target/parameters/"
    let before = Int(read(folder + "inside") ?? "") ?? 0
    guard write(isHeld ? "1" : "0", to: folder + sleeper.rawValue) == .done else {
      throw Trouble("\(sleeper) cannot be told")
    }
    let due = before + (isHeld ? 1 : -1)
    try wait(seconds: 20, for: "\(sleeper) to be \(isHeld ? "inside" : "outside")") {
      read(folder + "inside") == String(due)
    }
  }

  /// Waits until the kernel has let go of a module that is out of its list.
  func awaitRelease(of module: String) {
    _ = host.awaitGone(module: module, until: .now + .seconds(5), shouldStop: { false })
  }

  /// Whether any live patch is in transition.
  var isInTransition: Bool { host.observe().live.transition != nil }

  private func read(_ path: String) -> String? {
    guard let file = try? FileDescriptor.open(FilePath(path), .readOnly) else { return nil }
    defer { try? file.close() }
    let bytes = (try? file.readToEnd(limit: 4096)) ?? nil
    return bytes.map { String(decoding: $0, as: UTF8.self).trimmed }
  }
}

extension Answer {
  fileprivate init(_ error: Errno) {
    let refusal: KernelModel.Refusal? =
      switch error {
      case .fileExists: .exists
      case .resourceBusy: .busy
      case .invalidArgument: .invalid
      case .resourceTemporarilyUnavailable: .again
      case .noSuchFileOrDirectory, .noSuchAddressOrDevice, .operationNotSupportedByDevice:
        .notFound
      case .notPermitted: .notPermitted
      default: nil
      }
    self = refusal.map { .refused($0) } ?? .unforeseen("\(error)")
  }
}

/// Why a walk cannot go on; never the model's fault.
struct Trouble: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}

/// Looks again every 10 ms.
func wait(seconds: Int, for what: String, until holds: () -> Bool) throws {
  let deadline = ContinuousClock.now + .seconds(seconds)
  while !holds() {
    if ContinuousClock.now >= deadline { throw Trouble("waited in vain for \(what)") }
    Pace.real.sleep(.milliseconds(10))
  }
}

extension String {
  fileprivate var trimmed: String {
    var text = self[...]
    while text.last?.isWhitespace == true { text.removeLast() }
    return String(text)
  }
}
