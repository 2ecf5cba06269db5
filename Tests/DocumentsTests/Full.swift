import Documents

extension Timestamp {
  static let test = Timestamp(secondsSinceEpoch: 1_795_454_791)
}

extension HostSnapshot {
  /// A snapshot with something in every field.
  static let full = HostSnapshot(
    takenAt: .test,
    host: Host(
      hostname: "web-1", machineID: .known("ab"), bootID: .known("boot"),
      labels: .known(["tier": "web"]),
      distribution: .known(Host.Distribution(id: "debian", versionID: "12")),
      architecture: "x86_64",
      kernel: Host.Kernel(
        release: "6.1.0-56-amd64", version: "#1 SMP", buildID: .unknown, livepatch: .known(true),
        modules: .known(true), signatureEnforced: .known(false), lockdown: .known(.integrity),
        modulesDisabled: .known(false), ftraceEnabled: .known(true), taint: .known(32768),
        switchedOff: .known(false)), uptimeSeconds: .known(60), loadPerCPU: .known(0.25),
      cpus: .known(4)),
    live: LiveState(
      patches: [
        LivePatch(
          module: "a", state: .known(.replacing), buildID: .known("b1"), replace: .unknown,
          stackOrder: .known(1), referenceCount: .known(1), taint: .known("OEK"),
          objects: [
            PatchedObject(
              name: "vmlinux", patched: .known(true),
              functions: [PatchedFunction(name: "f", sympos: 1)])
          ]),
        LivePatch(
          module: "b", state: .unknown, buildID: nil, replace: .known(true), stackOrder: nil,
          referenceCount: .unknown, taint: .unknown, objects: []),
      ], transition: .known(LiveTransition(module: "b", direction: .enabling)),
      modules: .known(["a", "b"])), services: .full,
    history: History(
      managed: .known([
        ManagedModule(
          module: "a", buildID: "b1", patch: "fix", policy: "web", version: "1",
          fixes: ["CVE-2026-1"], requires: ["other"], replace: .known(false), sha256: "00",
          stored: .known(true))
      ]),
      holds: .known([
        Hold(
          patch: nil, reason: "an audit is under way", until: nil, by: "ada", since: .test),
        Hold(
          patch: "fix", reason: "a regression", until: Timestamp(secondsSinceEpoch: 1_795_541_191),
          by: "ada", since: .test),
      ]),
      failures: [
        BuildFailure(
          module: "b", buildID: "b2", patch: "other", sha256: "11", action: .load, cause: .crashed,
          at: .test, message: "the boot ended", isRecorded: false)
      ],
      verified: [
        ManagedModule(
          module: "a", buildID: "b1", patch: "fix", policy: "web", version: "1",
          fixes: ["CVE-2026-1"], requires: ["other"], replace: .known(false), sha256: "00",
          isForced: true, stored: .known(true))
      ], unfinished: ["a"],
      unfinishedPackages: [
        UnfinishedPackage(
          service: "redHat", package: "p-1-2.x86_64", replaces: "p-1-1.x86_64",
          before: [BuildInForce(module: "kpatch_p", buildID: "b1")])
      ],
      unfinishedSettings: [
        ClientChange(
          service: "canonical", key: "remote-server", value: "https://b.example/",
          before: "https://a.example/", isHidden: true)
      ]),
    unobserved: [Unobserved(path: "/proc/x", problem: .malformed, message: "\"?\"")])
}

extension Plan {
  static let full = Plan(
    at: .test, toolVersion: "1", digest: "dd",
    host: PlannedHost(
      hostname: "web-1", machineID: .unknown, kernelRelease: "6.1.0-56-amd64",
      kernelBuildID: .known("cd")),
    policies: [PolicyReference(name: "web", path: "web.yaml", sha256: "00")],
    basis: [
      Basis(fact: "live.klp_fix", value: #"{"state":"applied"}"#, sha256: "11"),
      Basis(fact: "host.facts", sha256: "12"),
    ], snapshotDigest: "22",
    steps: [
      Step(
        id: 1, group: 1, action: .load, patch: "fix", module: "a", kernel: "6.1.0-56-amd64",
        reason: .notLoaded, source: "web.yaml:9:11", reversible: true, gap: false),
      Step(
        id: 2, group: 1, action: .unload, patch: nil, module: "b", kernel: "6.1.0-56-amd64",
        reason: .unwanted, source: nil, reversible: false, gap: true),
    ],
    deferred: [
      Withheld(
        patch: nil, module: "c", reason: .transitionInProgress, message: "wait", source: nil,
        until: .test, openCVEs: [])
    ],
    blocked: [
      Withheld(
        patch: "d", module: "d", reason: .digestMismatch, message: "other bytes",
        source: "web.yaml:1:1", openCVEs: ["CVE-2026-2"])
    ],
    unmanaged: [
      UnmanagedPatch(
        module: "e", state: .known(.applied), buildID: .unknown, ownership: .known(.orphaned),
        policy: "db")
    ], after: [PredictedModule(module: "a", state: .applied, buildID: "b1")],
    warnings: [Warning(code: "unverified", message: "?")])
}

extension Plan {
  /// As `plan --out` writes it.
  static var saved: Plan {
    var plan = Plan.full
    plan.request = PlanRequest(
      paths: ["/etc/klpolicy/policies.d"], prune: true, allowEmpty: false, overridesWindow: true)
    return plan
  }
}

extension Report {
  static var full: Report {
    var plan = Plan.full
    plan.steps[0].status = .undone
    plan.steps[1].status = .failed
    return Report(
      plan: plan, run: "r1", bootID: .known("boot"), trigger: "reconcile", result: .restored,
      reason: "digest-mismatch", changed: false, message: "failed", before: "a applied\n",
      after: "a applied\n", startedAt: .test, durationMilliseconds: 12,
      errors: [
        RunError(
          step: 2, phase: .verify, operation: "write", path: "/sys/x", errno: "EBUSY",
          message: "busy")
      ], blockers: [Blocker(pid: 1, tid: 1, command: "init", stack: [], why: "it runs")],
      hooks: [
        HookResult(
          hook: .healthCheck, policy: "web", source: "web.yaml:4:9", group: 1, status: .failed,
          message: "it exited with 1: no answer", durationMilliseconds: 3)
      ], interrupted: true)
  }
}

extension Explanation {
  /// An explanation with something in every field.
  static let full = Explanation(
    at: .test, toolVersion: "1", patch: "fix", host: Plan.full.host,
    outcome: Outcome(
      .deferred, reason: .tooYoung, message: "it is young", until: .test, earliest: .test,
      steps: Plan.full.steps, deferred: Plan.full.deferred, blocked: Plan.full.blocked,
      satisfied: [
        Satisfied(patch: "fix", reason: .kernelHasFix, message: "there", source: "web.yaml:2:1")
      ], unmanaged: Plan.full.unmanaged, warnings: Plan.full.warnings),
    findings: [
      Finding(
        .builds, "version 2 (klp_fix)", .waits, "it is young", policy: "web", reason: .tooYoung,
        until: .test, source: "web.yaml:4:3", excerpt: "minimumAge: 2d"),
      Finding(.host, "fix", .note, "nothing"),
    ])
}

extension Holds {
  static let full = Holds(
    at: Timestamp(secondsSinceEpoch: 1_700_000_000), changed: true, message: "everything is held",
    holds: [
      Hold(
        patch: nil, reason: "audit", until: Timestamp(secondsSinceEpoch: 1_700_003_600), by: "ana",
        since: Timestamp(secondsSinceEpoch: 1_700_000_000)),
      Hold(
        patch: "cve-2026-1111", reason: "it stalls here", until: nil, by: "ana",
        since: Timestamp(secondsSinceEpoch: 1_700_000_000),
        rollback: "20231114T221320Z-9f3a1c"),
    ])
}

extension RunHistory {
  static let full = RunHistory(
    runs: [
      PastRun(
        run: "20231114T221500Z-0a1b2c", startedAt: Timestamp(secondsSinceEpoch: 1_700_000_100),
        bootID: "7f", trigger: "hold", by: "ana", reason: "it stalls here", patch: "cve-2026-1111",
        until: Timestamp(secondsSinceEpoch: 1_700_003_600)),
      {
        var run = PastRun(
          run: "20231114T221320Z-9f3a1c", startedAt: Timestamp(secondsSinceEpoch: 1_700_000_000),
          bootID: "7f", kernel: "6.1.0-56-cloud-amd64", trigger: "reconcile", by: "ana",
          reason: "the exploit is out", overridesWindow: true, result: .known(.restored),
          changes: [
            PastChange(
              at: Timestamp(secondsSinceEpoch: 1_700_000_000), action: .load,
              module: "klp_cve_2026_1111",
              build: ManagedModule(
                module: "klp_cve_2026_1111", buildID: "1c", patch: "cve-2026-1111", policy: "web",
                version: "2", fixes: [], requires: [], replace: .known(false), sha256: "0f",
                stored: .known(true)), reason: "not-loaded", outcome: .done),
            PastChange(
              at: Timestamp(secondsSinceEpoch: 1_700_000_001), action: .disable,
              module: "klp_cve_2026_1111", isUndo: true, outcome: .done),
            PastChange(
              at: Timestamp(secondsSinceEpoch: 1_700_000_001), action: .unload,
              module: "klp_cve_2026_1111", isUndo: true, outcome: .refused, errno: 11),
          ])
        run.endedAt = Timestamp(secondsSinceEpoch: 1_700_000_002)
        run.durationMilliseconds = 1840
        return run
      }(),
      PastRun(
        run: "20231114T220000Z-777777", startedAt: Timestamp(secondsSinceEpoch: 1_699_999_200),
        bootID: "7e", trigger: "rollback", rollback: "20231114T210000Z-666666", result: .unknown),
    ],
    unread: [
      RunHistory.Unread(path: "/var/lib/klpolicy/journal.1.ndjson", line: 7, message: "damaged")
    ])
}

extension GateRequest {
  static let full = GateRequest(
    host: PlannedHost(
      hostname: "web-1", machineID: .known("ab"), kernelRelease: "6.1.0-56-cloud-amd64",
      kernelBuildID: .unknown), patch: "cve-2026-1111", module: "klp_cve_2026_1111", action: .load,
    policy: "web")
}

extension HookRequest {
  static let full = HookRequest(
    run: "r1", hook: .onFailure, policy: "web", host: GateRequest.full.host, group: 1,
    steps: Report.full.plan.steps, outcome: .restored, message: "it exited with 1")
}
