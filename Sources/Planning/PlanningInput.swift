package import Compatibility
package import Documents
package import ModuleFile
package import PolicyModel

/// Everything a plan depends on. Planning reads nothing else: no file, no clock, no kernel.
package struct PlanningInput: Sendable {
  package var desired: DesiredSet
  /// What is known of the artefact of each desired patch, by the patch's name. May lack those for
  /// which `needsArtefact` says that the journal knows enough.
  package var artefacts: [String: ArtefactFinding]
  /// What the host's certificates say of their signatures, by the patch's name; none where nobody
  /// looked, as for another host.
  package var signatures: [String: SignatureFinding]
  package var snapshot: HostSnapshot
  package var at: Timestamp
  package var toolVersion: String
  package var options: PlanningOptions
  /// What the gate commands said; nil where they are not run.
  package var gateAnswers: [GateQuestion: GateAnswer]?
  /// What is wrong with the programs of hooks that nobody could run, by the program's path; empty
  /// where nobody looked.
  package var unusableHooks: [String: String] = [:]
  /// The builds for other installed kernels that the store lacks and that can be brought there.
  package var staging: [OtherKernelBuild] = []
  /// What is known of the modules that are written for services, and that nobody has looked at for the
  /// kernel, by the patch's name.
  package var serviceArtefacts: [String: ArtefactFinding] = [:]
  /// What is to be said of those that cannot.
  package var stagingWarnings: [Warning] = []
  /// What is known of the token that a vendor's client is enabled with; nil where nobody looked.
  package var clientToken: ClientTokenFinding?
  /// The folder that a change of a service's packages writes and that is read-only for whoever carries the
  /// plan out; none where there is none, or nobody looked.
  package var readOnlyFolders: [ServiceFolder: String] = [:]

  package init(
    desired: DesiredSet, artefacts: [String: ArtefactFinding],
    signatures: [String: SignatureFinding] = [:], snapshot: HostSnapshot, at: Timestamp,
    toolVersion: String, options: PlanningOptions,
    gateAnswers: [GateQuestion: GateAnswer]? = nil
  ) {
    self.desired = desired
    self.artefacts = artefacts
    self.signatures = signatures
    self.snapshot = snapshot
    self.at = at
    self.toolVersion = toolVersion
    self.options = options
    self.gateAnswers = gateAnswers
  }
}

/// What a change of vendors' packages writes.
package enum ServiceFolder: Hashable, Sendable {
  case packages(ServiceKind)
  /// The configuration of dnf's plugin kpatch.
  case kpatchPlugin
}

/// What the command line allows.
package struct PlanningOptions: Hashable, Sendable {
  /// Orphans are removed too.
  package var prune: Bool
  /// An empty desired set may remove things.
  package var allowEmpty: Bool
  /// What becomes of a change that rests on facts nobody could observe.
  package var unverified: UnverifiedRule
  /// Windows are lifted, and those freezes that allow it.
  package var overridesWindows: Bool
  /// The plan is for a moment that somebody named, and not for that at which the host was looked at.
  package var isForAnotherTime: Bool
  /// A run is rolled back: that asks no gate, and only holds that a person set.
  package var isUndoing: Bool
  /// The host has just booted: what was verified before is restored, and no more.
  package var isAtBoot: Bool

  package enum UnverifiedRule: Hashable, Sendable {
    /// It is planned, with a warning: for a snapshot, or without root.
    case warn
    /// It is blocked: for a host that is about to be changed.
    case block
  }

  package init(
    prune: Bool, allowEmpty: Bool, unverified: UnverifiedRule, overridesWindows: Bool = false,
    isForAnotherTime: Bool = false, isUndoing: Bool = false, isAtBoot: Bool = false
  ) {
    self.prune = prune
    self.allowEmpty = allowEmpty
    self.unverified = unverified
    self.overridesWindows = overridesWindows
    self.isForAnotherTime = isForAnotherTime
    self.isUndoing = isUndoing
    self.isAtBoot = isAtBoot
  }
}

/// What came of looking at a desired patch's artefact.
package enum ArtefactFinding: Hashable, Sendable {
  /// Its digest is the one declared, and this is what the module says of itself.
  case verified(ModuleFacts)
  case unusable(Obstacle)
  /// It is published somewhere, and the store has no copy yet: a run fetches and checks it before it
  /// changes anything, and then plans again. With what is to be said of that, in a sentence.
  case notFetched(String)
}

/// What the certificates that a host trusts say of a module's signature.
package enum SignatureFinding: Hashable, Sendable {
  /// One of them made it, over these very bytes; nil where it does not matter which.
  case valid(by: InspectedModule.Certificate?)
  /// There is none, or one of a kind that no kernel takes.
  case missing
  /// One of them is named in it, and did not make it over these bytes; says why.
  case invalid(String)
  /// None of them is named in it.
  case unknownSigner
  /// The host trusts none.
  case noCertificates
  /// Says why it could not be looked at.
  case unobserved(String)
}

/// What came of looking at the file of a token, which is not read for that.
package enum ClientTokenFinding: Hashable, Sendable {
  /// It is there, and root's alone.
  case usable
  /// Says why not, and what to do.
  case unusable(String)
  /// Says why it could not be looked at.
  case unobserved(String)
}
