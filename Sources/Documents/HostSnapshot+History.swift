/// What the journal and the store know about a host, as far as planning needs it.
package struct History: Hashable, Sendable {
  /// The modules that klpolicy loaded in this boot and has not taken off since, by module name.
  /// Unknown when the journal could not be read.
  package var managed: Fact<[ManagedModule]>

  package init(managed: Fact<[ManagedModule]>) {
    self.managed = managed
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
  /// Where klpolicy turned its last transition to, if it did: one that still runs that way is left
  /// alone.
  package var reversal: LiveTransition.Direction?
  /// Whether the store still holds that artefact: without it there is no way back.
  package var stored: Fact<Bool>

  package init(
    module: String, buildID: String, patch: String, policy: String, version: String?,
    fixes: [String], requires: [String], replace: Fact<Bool>, sha256: String,
    reversal: LiveTransition.Direction? = nil,
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
    self.reversal = reversal
    self.stored = stored
  }
}
