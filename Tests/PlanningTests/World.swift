import Compatibility
import Diagnostics
import Documents
import ModuleFile
import Planning
import PolicyModel
import SystemPackage

/// A host and what is wanted of it, said in few words, for tests of the planner.
struct World {
  var snapshot = HostSnapshot(
    takenAt: Timestamp(secondsSinceEpoch: 1_700_000_000), host: .test,
    live: LiveState(patches: [], transition: nil, modules: .known([])),
    history: History(managed: .known([])), unobserved: [])
  var desired = DesiredSet(
    patches: [],
    policies: [PolicyReference(name: "web", path: "web.yaml", sha256: "00")],
    givenPolicies: ["web"])
  var artefacts: [String: ArtefactFinding] = [:]
  var options = PlanningOptions(prune: false, allowEmpty: false, unverified: .block)
  /// What the host's certificates say, by the patch.
  var signatures: [String: SignatureFinding] = [:]
  /// What the store lacks for other installed kernels.
  var staging: [OtherKernelBuild] = []
  /// What is known of the token of a vendor's client.
  var clientToken: ClientTokenFinding?
  var readOnlyFolders: [ServiceFolder: String] = [:]
  /// The moment that is planned for; nil: that of the snapshot.
  var plannedFor: Timestamp?
  /// Whether the kernel has all that the modules need, or nobody looked.
  var hasFacts = true

  /// A live patch in memory; `policy` says for which policy klpolicy loaded it, if it did.
  func with(
    _ module: String, build: String = "b1", _ state: ModuleState = .applied, patch: String? = nil,
    for policy: String? = nil, stored: Bool = true, replace: Bool = false, fixes: [String] = [],
    requires: [String] = [], functions: [String] = []
  ) -> World {
    var world = self
    world.snapshot.live.patches.append(
      LivePatch(
        module: module, state: .known(state), buildID: .known(build), replace: .known(replace),
        stackOrder: nil, referenceCount: .known(0), taint: .known("OEK"),
        objects: [
          PatchedObject(
            name: "vmlinux", patched: .known(true),
            functions: functions.map { PatchedFunction(name: $0, sympos: 1) })
        ]))
    world.snapshot.live.modules = .known(world.snapshot.live.patches.map(\.module).sorted())
    switch state {
    case .enabling:
      world.snapshot.live.transition = .known(
        LiveTransition(module: module, direction: .enabling))
    case .disabling:
      world.snapshot.live.transition = .known(
        LiveTransition(module: module, direction: .disabling))
    default: break
    }
    if let policy {
      let managed = world.snapshot.history.managed.value ?? []
      world.snapshot.history.managed = .known(
        managed + [
          ManagedModule(
            module: module, buildID: build, patch: patch ?? module, policy: policy, version: "1",
            fixes: fixes, requires: requires, replace: .known(replace), sha256: "sha-\(build)",
            stored: .known(stored))
        ])
    }
    return world
  }

  /// A patch that the policy wants applied, with a sound artefact.
  func wanting(
    _ patch: String, module: String? = nil, build: String = "b1", replace: Bool? = false,
    fixes: [String] = [], requires: [String] = [], functions: [String] = []
  ) -> World {
    var world = self
    let module = module ?? patch
    world.desired.patches.append(
      DesiredSet.Patch(
        name: patch,
        wanted: .applied([
          DesiredSet.Choice(
            build: .test(module, build: build, replace: replace), admission: .admitted)
        ]),
        policy: "web", requires: requires, fixes: fixes,
        source: Location(path: "web.yaml", position: Position(line: 9, column: 11))))
    world.artefacts[patch] = .verified(
      .test(module, build: build, replace: replace, functions: functions))
    return world
  }

  func wantingAbsent(_ patch: String, module: String? = nil) -> World {
    var world = self
    world.desired.patches.append(
      DesiredSet.Patch(
        name: patch, wanted: .absent(modules: module.map { [$0] } ?? []), policy: "web",
        source: Location(path: "web.yaml", position: Position(line: 9, column: 11))))
    return world
  }

  /// A build of that module that a PatchSet among those given withdraws.
  func withdrawing(_ module: String, build: String = "b1") -> World {
    changed { $0.desired.withdrawals.append(.test(module, build: build, isWithdrawn: true)) }
  }

  /// The same with something else about it.
  func changed(_ change: (inout World) -> Void) -> World {
    var world = self
    change(&world)
    return world
  }

  /// `load klp_a`, a line a step, with a blank line between groups.
  func steps() throws -> String { try plan().outline }

  func plan() throws -> Plan { try makePlan(input) }

  var input: PlanningInput {
    var snapshot = snapshot
    if hasFacts { snapshot.facts = snapshot.facts ?? fittingFacts }
    var input = PlanningInput(
      desired: desired, artefacts: artefacts, signatures: signatures, snapshot: snapshot,
      at: plannedFor ?? snapshot.takenAt, toolVersion: "test", options: options)
    input.staging = staging
    input.clientToken = clientToken
    input.readOnlyFolders = readOnlyFolders
    return input
  }
}

extension BuildDefinition {
  static func test(
    _ module: String, build: String, version: String? = nil, replace: Bool? = false,
    isWithdrawn: Bool = false
  ) -> BuildDefinition {
    BuildDefinition(
      module: module, origin: .file(FilePath("/p/\(module).ko")), sha256: "sha-\(build)",
      replace: replace, version: version,
      withdrawnAt: isWithdrawn
        ? Location(path: "set.yaml", position: Position(line: 9, column: 11)) : nil,
      source: Location(path: "set.yaml", position: Position(line: 3, column: 5)))
  }
}

extension Plan {
  /// `load klp_a`, a line a step, with a blank line between groups.
  var outline: String {
    var lines: [String] = []
    for (index, step) in steps.enumerated() {
      if index > 0, steps[index - 1].group != step.group { lines.append("") }
      lines.append(
        "\(step.action.rawValue) \(step.module) \(step.reason.rawValue)" + (step.gap ? " gap" : "")
          + (step.reversible ? "" : " irreversible"))
    }
    return lines.joined(separator: "\n")
  }

  var blockedReasons: [String] {
    blocked.map { "\($0.patch ?? $0.module ?? "") \($0.reason.rawValue)" }
  }

  var deferredReasons: [String] {
    deferred.map { "\($0.patch ?? $0.module ?? "") \($0.reason.rawValue)" }
  }
}

extension Host {
  static let test = Host(
    hostname: "web-1", machineID: .known("ab"), bootID: .known("boot"), labels: .known([:]),
    distribution: nil, architecture: "x86_64",
    kernel: Kernel(
      release: "6.1.0-56-cloud-amd64", version: "#1", buildID: .known("cd"),
      livepatch: .known(true),
      modules: .known(true), signatureEnforced: .known(false), lockdown: .known(.none),
      modulesDisabled: .known(false), ftraceEnabled: .known(true), taint: .known(0),
      switchedOff: .known(false)), uptimeSeconds: .known(60), loadPerCPU: .known(0),
    cpus: .known(1))
}

extension World {
  /// A kernel that has what the modules need.
  var fittingFacts: KernelFacts {
    let modules = artefacts.values.compactMap { finding in
      if case .verified(let facts) = finding { facts } else { nil }
    }
    let patched = Dictionary(grouping: kernelQuestions(of: modules).patched, by: \.object)
    return KernelFacts(
      release: snapshot.host.kernel.release, blacklist: .known([]),
      vermagic: .known("6.1.0-56-cloud-amd64 SMP preempt mod_unload modversions "),
      objects: patched.map { object, functions in
        KernelFacts.Object(
          name: object, presence: .known(.loaded),
          functions: functions.map {
            KernelFacts.Function(name: $0.name, count: .known(1), traceable: .known(true))
          })
      }, symbols: [], missing: [])
  }
}
