/// What would be done to a host and why, and what will not be done and why not.
///
/// A plan is a pure value: the same policies, artefacts, snapshot and time give the same bytes.
package struct Plan: Hashable, Sendable {
  package static let kind = "Plan"

  /// The moment the plan was made for.
  package var at: Timestamp
  package var toolVersion: String
  /// SHA-256 of the document without this field, in the form of RFC 8785.
  package var digest: String
  package var host: PlannedHost
  /// The policies that selected the host, by name.
  package var policies: [PolicyReference]
  /// What the plan rests on; it is stale when one of these digests differs.
  package var basis: [Basis]
  package var snapshotDigest: String
  /// What was asked before each change that is due, and what came of it.
  package var gates: [GateResult]
  package var steps: [Step]
  package var deferred: [Withheld]
  package var blocked: [Withheld]
  /// Patches that the policies name and that need nothing here.
  package var satisfied: [Satisfied]
  /// Live patches that no given policy speaks of.
  package var unmanaged: [UnmanagedPatch]
  /// The live patch modules in memory once every step is done, as the model predicts.
  package var after: [PredictedModule]
  /// What carrying it out would make of the live patches.
  package var difference = StateDifference()
  package var warnings: [Warning]
  /// What it was made of and with, of a plan that was saved to be carried out later.
  package var request: PlanRequest?

  package init(
    at: Timestamp, toolVersion: String, digest: String, host: PlannedHost,
    policies: [PolicyReference],
    basis: [Basis], snapshotDigest: String, gates: [GateResult] = [], steps: [Step],
    deferred: [Withheld], blocked: [Withheld], satisfied: [Satisfied] = [],
    unmanaged: [UnmanagedPatch],
    after: [PredictedModule], warnings: [Warning]
  ) {
    self.at = at
    self.toolVersion = toolVersion
    self.digest = digest
    self.host = host
    self.policies = policies
    self.basis = basis
    self.snapshotDigest = snapshotDigest
    self.gates = gates
    self.steps = steps
    self.deferred = deferred
    self.blocked = blocked
    self.satisfied = satisfied
    self.unmanaged = unmanaged
    self.after = after
    self.warnings = warnings
  }

  /// Whether carrying it out would change anything.
  package var changed: Bool { !steps.isEmpty }

  /// How many steps there are of each action.
  package var summary: [Step.Action: Int] {
    steps.reduce(into: [:]) { counts, step in counts[step.action, default: 0] += 1 }
  }
}

/// What a saved plan was made of and with: what carrying it out needs again.
package struct PlanRequest: Hashable, Sendable {
  /// The policy files and directories that were given, absolute.
  package var paths: [String]
  /// What the command line allowed. It has to allow it again: a file never does.
  package var prune: Bool
  package var allowEmpty: Bool
  package var overridesWindow: Bool

  package init(paths: [String], prune: Bool, allowEmpty: Bool, overridesWindow: Bool) {
    self.paths = paths
    self.prune = prune
    self.allowEmpty = allowEmpty
    self.overridesWindow = overridesWindow
  }

  /// The options that have to be given again.
  package var needs: [String] {
    [(prune, "--prune"), (allowEmpty, "--allow-empty"), (overridesWindow, "--override-window")]
      .filter(\.0).map(\.1)
  }
}

/// The host a plan is for.
package struct PlannedHost: Hashable, Sendable {
  package var hostname: String
  package var machineID: Fact<String>
  package var kernelRelease: String
  package var kernelBuildID: Fact<String>

  package init(
    hostname: String, machineID: Fact<String>, kernelRelease: String, kernelBuildID: Fact<String>
  ) {
    self.hostname = hostname
    self.machineID = machineID
    self.kernelRelease = kernelRelease
    self.kernelBuildID = kernelBuildID
  }

  package init(_ host: Host) {
    self.init(
      hostname: host.hostname, machineID: host.machineID, kernelRelease: host.kernel.release,
      kernelBuildID: host.kernel.buildID)
  }
}

/// A policy document and the digest of the file it stands in.
package struct PolicyReference: Hashable, Sendable {
  package var name: String
  package var path: String
  package var sha256: String

  package init(name: String, path: String, sha256: String) {
    self.name = name
    self.path = path
    self.sha256 = sha256
  }
}

/// One thing the plan read, and the digest of what it read there.
package struct Basis: Hashable, Sendable {
  package var fact: String
  /// What was found there, as compact JSON; absent where that is long.
  package var value: String?
  package var sha256: String

  package init(fact: String, value: String? = nil, sha256: String) {
    self.fact = fact
    self.value = value
    self.sha256 = sha256
  }
}

/// One change of the host.
package struct Step: Hashable, Sendable {
  package enum Action: String, CaseIterable, Sendable {
    case load, disable, unload, await, stage, install, configure
  }

  package enum Status: String, CaseIterable, Sendable {
    case done, failed, skipped, undone
  }

  /// From 1, in the order in which they are done.
  package var id: Int
  /// From 1; what fails is undone together with the rest of its group.
  package var group: Int
  package var action: Action
  /// The patch as the policy names it; absent for a module that no policy names.
  package var patch: String?
  package var module: String
  /// The kernel release it is done on.
  package var kernel: String
  package var reason: Reason
  /// `path:line:column` of the policy rule that asks for it; absent where none does.
  package var source: String?
  /// Whether the state before it can be brought back.
  package var reversible: Bool
  /// Whether a fix is out of force between this step and a later one.
  package var gap: Bool
  /// The vendor's service that it is done to, as policies name it; absent where it is the kernel.
  package var service: String?
  /// The file that it writes or takes away; absent where it is the kernel that is changed.
  package var path: String?
  /// The package that it installs, as rpm has it: `name-[epoch:]version-release.architecture`.
  package var package: String?
  /// The package that this one takes the place of; absent where none of its name is installed.
  package var replaces: String?
  /// The setting of the service that it makes, `key=value`; never a secret.
  package var setting: String?
  /// What became of it; absent in a plan.
  package var status: Status?

  package init(
    id: Int, group: Int, action: Action, patch: String?, module: String, kernel: String,
    reason: Reason, source: String?, reversible: Bool, gap: Bool
  ) {
    self.id = id
    self.group = group
    self.action = action
    self.patch = patch
    self.module = module
    self.kernel = kernel
    self.reason = reason
    self.source = source
    self.reversible = reversible
    self.gap = gap
  }
}

/// Something the policies ask for that is not in the plan.
package struct Withheld: Hashable, Sendable {
  package var patch: String?
  package var module: String?
  package var reason: Reason
  /// What stands in the way and what to do, for a person.
  package var message: String
  /// `path:line:column` of the rule that asks for it.
  package var source: String?
  /// When it ends, where that can be known.
  package var until: Timestamp?
  /// The vulnerabilities that stay open because of it.
  package var openCVEs: [String]
  /// The vendor's service that it is about, as policies name it; absent where it is the kernel.
  package var service: String?

  package init(
    patch: String?, module: String?, reason: Reason, message: String, source: String?,
    until: Timestamp? = nil, openCVEs: [String]
  ) {
    self.patch = patch
    self.module = module
    self.reason = reason
    self.message = message
    self.source = source
    self.until = until?.withinReach
    self.openCVEs = openCVEs
  }
}

/// A patch that the policies name and that needs nothing on this host.
package struct Satisfied: Hashable, Sendable {
  package var patch: String
  package var reason: Reason
  /// Why, for a person.
  package var message: String
  /// `path:line:column` of the rule that names it.
  package var source: String?

  package init(patch: String, reason: Reason, message: String, source: String?) {
    self.patch = patch
    self.reason = reason
    self.message = message
    self.source = source
  }
}

/// A live patch that no given policy speaks of.
package struct UnmanagedPatch: Hashable, Sendable {
  package enum Ownership: String, CaseIterable, Sendable {
    /// Loaded by somebody else.
    case foreign
    /// Loaded by klpolicy for a policy that is not among those given.
    case orphaned
  }

  package var module: String
  package var state: Fact<ModuleState>
  package var buildID: Fact<String>?
  /// Unknown without the journal.
  package var ownership: Fact<Ownership>
  /// The policy that an orphan was loaded for.
  package var policy: String?

  package init(
    module: String, state: Fact<ModuleState>, buildID: Fact<String>?, ownership: Fact<Ownership>,
    policy: String?
  ) {
    self.module = module
    self.state = state
    self.buildID = buildID
    self.ownership = ownership
    self.policy = policy
  }
}

/// A module as the model of the kernel predicts it.
package struct PredictedModule: Hashable, Sendable {
  package var module: String
  package var state: ModuleState
  package var buildID: String?

  package init(module: String, state: ModuleState, buildID: String?) {
    self.module = module
    self.state = state
    self.buildID = buildID
  }
}

/// Something a person should know that stops nothing.
package struct Warning: Hashable, Sendable {
  /// Stable, in kebab case.
  package var code: String
  package var message: String
  package var source: String?

  package init(code: String, message: String, source: String? = nil) {
    self.code = code
    self.message = message
    self.source = source
  }

  /// A fact that this host or snapshot could not show; it blocks in `reconcile`.
  package static let unverified = "unverified"
  /// A check that only the kernel itself makes, before it changes anything.
  package static let leftToKernel = "left-to-kernel"
  /// A module whose functions are to be patched is not in memory.
  package static let targetNotLoaded = "target-not-loaded"
  /// Nothing is wanted on this host: perhaps a release that is misspelt.
  package static let noPolicyForKernel = "no-policy-for-kernel"
  /// What a policy wants was loaded for one that is not given, which decides when it goes.
  package static let loadedForAnother = "loaded-for-another"
  /// Something that a rollback does not bring back.
  package static let cannotReturn = "cannot-return"
  /// The policies' support of the running kernel has ended.
  package static let supportEnded = "support-ended"
  /// A stalled transition was forced.
  package static let forced = "forced"
  /// An old copy could not be taken out of the store.
  package static let notCollected = "not-collected"
  /// A build for an installed kernel that does not run cannot be brought into the store.
  package static let cannotStage = "cannot-stage"
  /// A vendor's service has what it is to have, and is not started at boot.
  package static let serviceNotStarted = "service-not-started"
  /// A hook that decides nothing did not pass.
  package static let hookFailed = "hook-failed"
}
