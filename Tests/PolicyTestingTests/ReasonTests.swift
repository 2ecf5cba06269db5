import Documents
import Testing

/// A reason, and a case that expects it.
struct Example: CustomTestStringConvertible {
  let reason: Reason
  let name: String
  let trial: Trial

  init(_ reason: Reason, _ name: String, _ trial: Trial) {
    self.reason = reason
    self.name = name
    self.trial = trial
  }

  var testDescription: String { "\(reason.rawValue): \(name)" }
}

@Suite struct `every reason that policies give can be expected` {
  @Test(arguments: Example.all)
  func `and the case passes`(example: Example) throws {
    let outcome = try example.trial.outcome()
    #expect(outcome.diff == [], "\(outcome.notes)")
  }

  @Test(arguments: Example.all)
  func `and it fails where it expects another one`(example: Example) throws {
    var trial = example.trial
    let parts = trial.documents.removeLast().split(separator: "expect:", maxSplits: 1)
    let expectation = try #require(parts.last)
    #expect(expectation.contains(example.reason.rawValue), "the case does not name its reason")
    trial.documents.append(
      parts[0] + "expect:"
        + expectation.replacing(example.reason.rawValue, with: Reason.interrupted.rawValue))
    #expect(try trial.outcome().result == .failed)
  }
}

@Suite struct `every reason there is` {
  /// Those that no policy, host and time bring about, and why.
  static let beyondPolicies: [Reason: String] = {
    let module = "it comes from the module's file, and tests read none: they take it for sound"
    var reasons: [Reason: String] = [
      .interrupted: "a run that is told to end gives it, and a test runs nothing",
      .kernelHasFix: "it is of what is done, and expected as `satisfied`",
      .downloadFailed: "a run that fetches gives it, and a test fetches nothing",
      .hookRefused: "a hook gives it, and a test runs none",
      .hookUnusable: "a hook gives it, and a test runs none",
      .failedBefore: "it comes from what the journal says of earlier runs, and tests have none",
      .crashGuard: "it comes from what the journal says of earlier boots, and tests have none",
      .unfinished: "it comes from what the journal says of a killed run, and tests have none",
      .notStored: "it is of the store, and tests have none",
      .notInstalled: "it is of services of vendors, which tests have none of",
      .otherSetting: "it is of services of vendors, which tests have none of",
      .serviceBusy: "it is of services of vendors, which tests have none of",
      .needsReboot: "it is of services of vendors, which tests have none of",
      .serviceMissing: "it is of services of vendors, which tests have none of",
      .readOnly: "it is of services of vendors, which tests have none of",
      .staleInitrd: "it is of services of vendors, which tests have none of",
      .assertionUnmet: "it is of services of vendors, which tests have none of",
      .notInForce: "it is of services, and of what patches nothing; tests have neither",
      .notSupported: "it is of services of vendors, which tests have none of",
      .tokenUnusable: "it is of services of vendors, which tests have none of",
      .notAtBoot: "a run at boot gives it, and tests are of ordinary runs",
    ]
    for reason: Reason in [
      .digestMismatch, .artefactMissing, .artefactUnreadable, .artefactUntrusted, .notAModule,
      .notALivepatch, .otherModuleName, .noBuildID, .otherBuildID, .dependsMissing,
      .signatureMissing, .signatureInvalid, .incompatibleVermagic, .replaceMismatch,
      .incompatibleSymbol, .functionNotPatchable, .functionConflict, .blacklisted,
    ] {
      reasons[reason] = module
    }
    return reasons
  }()

  @Test(arguments: Reason.allCases)
  func `can be tested, or it is said why not`(reason: Reason) {
    let isTested = Example.all.contains { $0.reason == reason }
    #expect(
      isTested != (Self.beyondPolicies[reason] != nil),
      "give \(reason.rawValue) an example above, or say here why there can be none")
  }

  @Test func `is expected as satisfied where the kernel has the fix`() throws {
    let trial = Trial().with(
      patches: patch("a", build("klp_a"), more: ", fixedIn: \">=6.1.0-57 <6.2\"")
    ).with(wanting: "[a]").expecting(
      "{satisfied: [a], changed: false, blocked: {}}", release: "6.1.0-57-cloud-amd64")
    #expect(try trial.outcome().diff == [])
  }
}

private let one = Trial().with(patches: patch("a", build("klp_a")))
private let wanted = one.with(wanting: "[a]")
private let two = Trial().with(
  patches: patch("a", build("klp_a2", "2"), build("klp_a1", "1")))
private let released = Trial().with(
  patches: patch("a", build("klp_a", "1", ", released: 2026-11-20")))

extension Example {
  static let all = steps + memory + admission + kernel + gates + people + others

  private static let steps = [
    Example(
      .notLoaded, "nothing is there",
      wanted.expecting("{steps: [{load: a, reason: not-loaded, gap: false}], applied: [a]}")),
    Example(
      .newerBuild, "another module of the patch takes over",
      two.with(wanting: "[a]").expecting(
        """
        {steps: [{load: a, version: "2", reason: newer-build}, disable: klp_a1, \
        {unload: klp_a1, version: "1"}], after: [klp_a2]}
        """, loaded: "[{patch: a, version: \"1\"}]")),
    Example(
      .otherBuild, "a build of the same module name leaves first",
      Trial().with(patches: patch("a", build("klp_a", "2"), build("klp_a", "1")))
        .with(wanting: "[a]").expecting(
          """
          {steps: [{disable: klp_a, gap: true}, {unload: klp_a, gap: true}, \
          {load: a, version: "2", reason: other-build}]}
          """, loaded: "[{patch: a, version: \"1\"}]")),
    Example(
      .unwanted, "absent is said",
      one.with(wanting: "[{name: a, state: absent}]").expecting(
        "{steps: [disable: a, {unload: a, reason: unwanted}], absent: [a]}", loaded: "[a]")),
    Example(
      .replaced, "a replace build takes the rest off",
      Trial().with(patches: patch("all", build("klp_all", replace: true)))
        .with(wanting: "[all]", "unmanaged: remove").expecting(
          "{steps: [load: all, {unload: klp_foreign, reason: replaced}], after: [klp_all]}",
          foreign: "[klp_foreign]")),
  ]

  private static let memory = [
    Example(
      .resident, "what was disabled by hand leaves before it is loaded again",
      wanted.expecting(
        "{steps: [{unload: a, reason: resident}, load: a], applied: [a]}",
        loaded: "[{patch: a, state: resident}]")),
    Example(
      .pinned, "it cannot leave memory",
      wanted.expecting("{blocked: {a: pinned}}", loaded: "[{patch: a, state: pinned}]")),
    Example(
      .transitionInProgress, "an earlier run's transition is waited for",
      wanted.expecting(
        "{steps: [{await: a, reason: transition-in-progress}], applied: [a]}",
        loaded: "[{patch: a, state: enabling}]")),
    Example(
      .transitionInProgress, "somebody else's transition comes first",
      wanted.expecting(
        "{deferred: {a: transition-in-progress}, steps: []}",
        foreign: "[{module: klp_foreign, state: disabling}]")),
  ]

  private static let admission = [
    Example(
      .noBuildForKernel, "no build is for this kernel",
      wanted.expecting("{blocked: {a: no-build-for-kernel}}", release: "6.1.0-57-cloud-amd64")),
    Example(
      .noBuildForKernel, "no build has the version",
      two.with(wanting: "[{name: a, version: \">2\"}]").expecting(
        "{blocked: {a: no-build-for-kernel}}")),
    Example(
      .otherKernelBuild, "the kernel was built again under the same release",
      Trial().with(patches: patch("a", build("klp_a", "1", ", kernelBuildID: \"aaaa\"")))
        .with(wanting: "[a]").expecting(
          "{blocked: {a: other-kernel-build}}", kernel: ", buildID: \"bbbb\"")),
    Example(
      .unverified, "nobody knows which kernel build it is",
      Trial().with(patches: patch("a", build("klp_a", "1", ", kernelBuildID: \"aaaa\"")))
        .with(wanting: "[a]").expecting("{blocked: {a: unverified}}")),
    Example(
      .withdrawn, "what was recalled leaves",
      Trial().with(
        patches: patch("a", build("klp_a2", "2", ", withdrawn: true"), build("klp_a1", "1"))
      ).with(wanting: "[a]").expecting(
        "{steps: [load: klp_a1, disable: klp_a2, {unload: klp_a2, reason: withdrawn}]}",
        loaded: "[{patch: a, version: \"2\"}]")),
    Example(
      .afterCutoff, "it was released after the cutoff",
      released.with(wanting: "[a]", "cutoff: 2026-11-19").expecting(
        "{deferred: {a: after-cutoff}, blocked: {}}")),
    Example(
      .tooYoung, "it was released a short while ago",
      released.with(wanting: "[a]", "minimumAge: 7d").expecting(
        "{deferred: {a: {reason: too-young, until: 2026-11-27T01:00:00+01:00}}}")),
    Example(
      .waveNotReached, "another wave comes first",
      released.with(
        wanting: "[a]",
        "rollout: {from: 2026-11-24T00:00:00Z, waves: [{percent: 100, after: 24h}]}"
      ).expecting("{deferred: {a: {reason: wave-not-reached, until: 2026-11-25T00:00:00Z}}}")),
    Example(
      .rolloutPaused, "nobody new is admitted",
      released.with(
        wanting: "[a]",
        "rollout: {from: 2026-11-20T00:00:00Z, waves: [{percent: 100}], paused: true}"
      ).expecting("{deferred: {a: rollout-paused}}")),
  ]

  private static let kernel = [
    Example(
      .kernelUnsupported, "the kernel has no live patching",
      wanted.expecting("{blocked: {a: kernel-unsupported}}", kernel: ", livepatch: false")),
    Example(
      .modulesDisabled, "modules may not be loaded any more",
      wanted.expecting("{blocked: {a: modules-disabled}}", kernel: ", modulesDisabled: true")),
    Example(
      .ftraceDisabled, "ftrace is switched off",
      wanted.expecting("{blocked: {a: ftrace-disabled}}", kernel: ", ftraceEnabled: false")),
    Example(
      .disabledByCommandLine, "klpolicy is switched off",
      wanted.expecting("{blocked: {a: disabled-by-command-line}}", kernel: ", switchedOff: true")),
  ]

  /// The tests' moment is a Tuesday, at noon.
  private static let gates = [
    Example(
      .outsideWindow, "the window opens at night",
      one.with(
        wanting: "[a]",
        "maintenance: {windows: [{name: night, start: \"22:00\", duration: 4h}]}"
      ).expecting("{deferred: {a: {reason: outside-window, until: 2026-11-24T22:00:00Z}}}")),
    Example(
      .windowTooShort, "the window closes before the change could be undone",
      one.with(
        wanting: "[a]",
        "maintenance: {windows: [{name: noon, start: \"11:00\", duration: 61m}]}"
      ).expecting("{deferred: {a: window-too-short}}")),
    Example(
      .frozen, "a freeze is on",
      one.with(
        wanting: "[a]",
        "maintenance: {freezes: [{name: fair, from: 2026-11-24T00:00, to: 2026-11-25T00:00}]}"
      ).expecting("{deferred: {a: {reason: frozen, until: 2026-11-25T00:00:00Z}}}")),
    Example(
      .gateLoad, "the host is busy",
      one.with(wanting: "[a]", "safety: {gates: {maxLoadPerCPU: 2.0}}").expecting(
        "{deferred: {a: gate-load}}", host: ", loadPerCPU: 2.5")),
    Example(
      .gateUptime, "the host has just booted",
      one.with(wanting: "[a]", "safety: {gates: {minUptime: 10m}}").expecting(
        "{deferred: {a: gate-uptime}}", host: ", uptimeSeconds: 599")),
    Example(
      .gateTaint, "the kernel has oopsed",
      wanted.expecting("{deferred: {a: gate-taint}}", kernel: ", taint: 128")),
  ]

  private static let commanded = one.with(
    wanting: "[a]", "safety: {gates: {commands: [{run: [/bin/can, --now]}, {run: [/bin/may]}]}}")
  private static let hourly = one.with(
    wanting: "[a]", "maintenance: {windows: [{start: \"00:00\", duration: 24h}]}")

  private static let people = [
    Example(
      .held, "a person holds the patch, urgent or not",
      one.with(wanting: "[a]", "maintenance: {urgent: {severity: low}}").expecting(
        "{deferred: {a: {reason: held, until: 2026-11-25T00:00:00Z}}}",
        "holds: [{patch: a, until: 2026-11-25T00:00:00Z}]")),
    Example(
      .held, "a person holds it until further notice",
      wanted.expecting("{deferred: {a: held}}", "holds: [a]")),
    Example(
      .held, "a person holds everything",
      wanted.expecting("{deferred: {a: held}}", "holds: [{}]")),
    Example(
      .clockUntrusted, "nobody has set the clock right",
      hourly.expecting(
        "{deferred: {a: clock-untrusted}}", host: ", clockSynchronised: false")),
    Example(
      .clockUntrusted, "the clock has run backwards",
      hourly.expecting(
        "{deferred: {a: clock-untrusted}}", "newestRecordAt: 2026-11-24T12:00:01Z")),
    Example(
      .gateCommand, "one of two commands does not let it pass",
      commanded.expecting("{deferred: {a: gate-command}}", "commands: {/bin/may: refuses}")),
    Example(
      .gateCommand, "a command that gives no answer blocks",
      commanded.expecting(
        "{blocked: {a: gate-command}, deferred: {}}",
        "commands: {/bin/may: hangs, /bin/can: refuses}")),
  ]

  private static let others = [
    Example(
      .nameClash, "another policy's build has the module's name",
      wanted.expecting(
        "{blocked: {a: name-clash}}", loaded: "[{patch: x, module: klp_a, policy: other}]")),
    Example(
      .noWayBack, "somebody else's build has the module's name",
      wanted.expecting("{blocked: {a: no-way-back}}", foreign: "[klp_a]")),
    Example(
      .wouldReplaceForeign, "a replace build would take off somebody else's patch",
      Trial().with(patches: patch("all", build("klp_all", replace: true)))
        .with(wanting: "[all]").expecting(
          "{blocked: {all: would-replace-foreign}, unmanaged: [klp_foreign]}",
          foreign: "[klp_foreign]")),
    Example(
      .replaceConflict, "two builds do not say whether they replace",
      Trial().with(
        patches: patch("a", build("klp_a", replace: nil)),
        patch("b", build("klp_b", replace: nil))
      ).with(wanting: "[a, b]").expecting(
        "{blocked: {a: replace-conflict, b: replace-conflict}}")),
    Example(
      .requiresUnmet, "what it requires has no build here",
      Trial().with(
        patches: patch("a", build("klp_a"), more: ", requires: [b]"), "{name: b, builds: []}"
      ).with(wanting: "[a, b]").expecting(
        "{blocked: {a: requires-unmet, b: no-build-for-kernel}}")),
    Example(
      .successorNotApplied, "the old build stays while the new one is blocked",
      Trial().with(
        patches: patch("a", build("klp_a2", "2"), build("klp_a1", "1"), more: ", requires: [b]"),
        "{name: b, builds: []}"
      ).with(wanting: "[a, b]").expecting(
        "{deferred: {klp_a1: successor-not-applied}, applied: [a], steps: []}",
        loaded: "[{patch: a, version: \"1\"}]")),
    Example(
      .emptyDesiredSet, "the policies want nothing any more",
      one.with(wanting: "[]").expecting(
        "{blocked: {a: empty-desired-set}}", loaded: "[{patch: a, policy: web}]")),
  ]
}
