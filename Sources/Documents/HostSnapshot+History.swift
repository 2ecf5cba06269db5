/// What the journal and the store know about a host, as far as planning needs it.
package struct History: Hashable, Sendable {
  /// The modules that klpolicy loaded in this boot and has not taken off since, by module name.
  /// Unknown when the journal could not be read.
  package var managed: Fact<[ManagedModule]>
  /// The holds in force when the snapshot was taken: that on everything first, then by the patches'
  /// names. Unknown when the journal could not be read.
  package var holds: Fact<[Hold]>

  /// When the newest record of the journal was written, by this host's clock: a clock that is behind
  /// it has run backwards. Absent without records; unknown when the journal could not be read.
  package var newestRecordAt: Fact<Timestamp>?
  /// What failed, or ended a boot, and is not to be tried again as it was. Empty where the journal
  /// could not be read.
  package var failures: [BuildFailure]
  /// What was verified last on the running kernel release, in whatever boot, in the order of
  /// loading. Empty where the journal could not be read.
  package var verified: [ManagedModule]
  /// Modules that a run of this boot loaded, and that it was ended before it had verified.
  package var unfinished: [String]
  /// Packages that a run of whatever boot installed, and that it was ended before it had verified.
  package var unfinishedPackages: [UnfinishedPackage]
  /// What a run of whatever boot told a vendor's client, in order, and was ended before it had verified.
  package var unfinishedSettings: [ClientChange]

  package init(
    managed: Fact<[ManagedModule]>, holds: Fact<[Hold]> = .known([]),
    newestRecordAt: Fact<Timestamp>? = nil, failures: [BuildFailure] = [],
    verified: [ManagedModule] = [], unfinished: [String] = [],
    unfinishedPackages: [UnfinishedPackage] = [], unfinishedSettings: [ClientChange] = []
  ) {
    self.managed = managed
    self.holds = holds
    self.newestRecordAt = newestRecordAt
    self.failures = failures
    self.verified = verified
    self.unfinished = unfinished
    self.unfinishedPackages = unfinishedPackages
    self.unfinishedSettings = unfinishedSettings
  }
}

/// The word of a person that nothing is to be changed until `resume`: about one patch, or all.
package struct Hold: Hashable, Sendable {
  /// nil: everything on the host.
  package var patch: String?
  package var reason: String
  /// From this moment on it is no longer in force; nil until somebody resumes.
  package var until: Timestamp?
  /// The login name of whoever set it.
  package var by: String
  package var since: Timestamp
  /// The run that was rolled back, of a hold that keeps it so: it keeps no other rollback from acting.
  package var rollback: String?

  package init(
    patch: String?, reason: String, until: Timestamp?, by: String, since: Timestamp,
    rollback: String? = nil
  ) {
    self.patch = patch
    self.reason = reason
    self.until = until
    self.by = by
    self.since = since
    self.rollback = rollback
  }

  /// Whether it is in force at a moment: half open, until before `until`.
  package func isInForce(at now: Timestamp) -> Bool {
    until.map { now < $0 } ?? true
  }
}

extension Sequence<Hold> {
  /// The hold that keeps a patch as it is at a moment: its own before that on everything.
  package func hold(on patch: String, at now: Timestamp) -> Hold? {
    let inForce = filter { $0.isInForce(at: now) }
    return inForce.first { $0.patch == patch } ?? inForce.first { $0.patch == nil }
  }
}

/// A module that klpolicy loaded for a policy.
package struct ManagedModule: Hashable, Sendable {
  package var module: String
  package var buildID: String
  package var patch: String
  package var policy: String
  package var version: String?
  package var fixes: [String]
  /// The names of the patches that it needs beneath it.
  package var requires: [String]
  package var replace: Fact<Bool>
  /// SHA-256 of the artefact as it was published, in lower-case hex.
  package var sha256: String
  /// SHA-256 of the module that was loaded, where it was published compressed; nil where `sha256`
  /// is that.
  package var moduleSHA256: String?
  /// Where klpolicy turned its last transition to, if it did: one that still runs that way is left
  /// alone.
  package var reversal: LiveTransition.Direction?
  /// Whether klpolicy disabled it last: otherwise somebody else did, if it is being disabled.
  package var isDisabled = false
  /// Whether its transition was forced in this boot: it may stay in memory until a reboot.
  package var isForced: Bool
  /// Whether the store still holds that artefact: without it there is no way back.
  package var stored: Fact<Bool>

  package init(
    module: String, buildID: String, patch: String, policy: String, version: String?,
    fixes: [String], requires: [String], replace: Fact<Bool>, sha256: String,
    moduleSHA256: String? = nil, reversal: LiveTransition.Direction? = nil,
    isForced: Bool = false,
    stored: Fact<Bool>
  ) {
    self.module = module
    self.buildID = buildID
    self.patch = patch
    self.policy = policy
    self.version = version
    self.fixes = fixes
    self.requires = requires
    self.replace = replace
    self.sha256 = sha256
    self.moduleSHA256 = moduleSHA256
    self.reversal = reversal
    self.isForced = isForced
    self.stored = stored
  }
}
