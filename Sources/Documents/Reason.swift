/// Why a step is taken, or why something is not done: stable names, part of the contract.
///
/// A reason explains a decision, it never drives one.
package enum Reason: String, CaseIterable, Hashable, Sendable {
  // Why a step is taken.
  case notLoaded = "not-loaded"
  case otherBuild = "other-build"
  case newerBuild = "newer-build"
  case unwanted
  case replaced
  case resident
  /// An earlier run's own transition is still on: it is waited for, then the plan goes on.
  case transitionInProgress = "transition-in-progress"

  /// An earlier run was ended before it had verified what it loaded.
  case unfinished

  /// The store has no copy yet of a build for a kernel that is installed and does not run.
  case notStored = "not-stored"

  /// A vendor's service lacks what is in force.
  case notInstalled = "not-installed"
  /// A setting of a vendor's service is another.
  case otherSetting = "other-setting"

  // Why something needs nothing.
  case kernelHasFix = "kernel-has-fix"

  // Why something is not done.
  case noBuildForKernel = "no-build-for-kernel"
  case otherKernelBuild = "other-kernel-build"
  case withdrawn
  case afterCutoff = "after-cutoff"
  case tooYoung = "too-young"
  case waveNotReached = "wave-not-reached"
  case rolloutPaused = "rollout-paused"
  case held
  case clockUntrusted = "clock-untrusted"
  case frozen
  case outsideWindow = "outside-window"
  case windowTooShort = "window-too-short"
  case gateLoad = "gate-load"
  case gateUptime = "gate-uptime"
  case gateTaint = "gate-taint"
  case gateCommand = "gate-command"
  case hookRefused = "hook-refused"
  case hookUnusable = "hook-unusable"
  case kernelUnsupported = "kernel-unsupported"
  case modulesDisabled = "modules-disabled"
  case ftraceDisabled = "ftrace-disabled"
  case disabledByCommandLine = "disabled-by-command-line"
  case digestMismatch = "digest-mismatch"
  case artefactMissing = "artefact-missing"
  case downloadFailed = "download-failed"
  case artefactUnreadable = "artefact-unreadable"
  case artefactUntrusted = "artefact-untrusted"
  case notAModule = "not-a-module"
  case notALivepatch = "not-a-livepatch"
  case otherModuleName = "other-module-name"
  case noBuildID = "no-build-id"
  case otherBuildID = "other-build-id"
  case nameClash = "name-clash"
  case dependsMissing = "depends-missing"
  case signatureMissing = "signature-missing"
  case signatureInvalid = "signature-invalid"
  case incompatibleVermagic = "incompatible-vermagic"
  case incompatibleSymbol = "incompatible-symbol"
  case blacklisted
  case functionNotPatchable = "function-not-patchable"
  case functionConflict = "function-conflict"
  case replaceMismatch = "replace-mismatch"
  case replaceConflict = "replace-conflict"
  case wouldReplaceForeign = "would-replace-foreign"
  case pinned
  case requiresUnmet = "requires-unmet"
  case noWayBack = "no-way-back"
  case successorNotApplied = "successor-not-applied"
  case emptyDesiredSet = "empty-desired-set"
  case unverified
  case interrupted
  case failedBefore = "failed-before"
  case crashGuard = "crash-guard"
  case notAtBoot = "not-at-boot"

  /// A vendor's service gets only what is in force, and this is not.
  case notInForce = "not-in-force"
  /// Only a boot brings it about.
  case needsReboot = "needs-reboot"
  /// The host does not have the vendor's service.
  case serviceMissing = "service-missing"
  /// Another program holds the lock that changes of the service need.
  case serviceBusy = "service-busy"
  /// What a change would write is read-only for whoever is to make it.
  case readOnly = "read-only"
  /// The initrd has another module than the one that is installed.
  case staleInitrd = "stale-initrd"
  /// A vendor's service did not bring about what a policy asserts.
  case assertionUnmet = "assertion-unmet"
  /// The token that a vendor's client is to be enabled with cannot be used.
  case tokenUnusable = "token-unusable"
  /// What a policy asks of a vendor's service is beyond this version.
  case notSupported = "not-supported"
}
