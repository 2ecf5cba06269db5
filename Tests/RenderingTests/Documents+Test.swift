import Documents

extension Host {
  static let test = Host(
    hostname: "web-1", machineID: .known("ab"), bootID: .known("boot"), labels: .known([:]),
    distribution: nil, architecture: "x86_64",
    kernel: Kernel(
      release: "6.1.0-56-amd64", version: "#1", buildID: .known("3b43fad5034874490492495d"),
      livepatch: .known(true), modules: .known(true), signatureEnforced: .known(false),
      lockdown: nil, modulesDisabled: .known(false), ftraceEnabled: .known(true),
      taint: .known(0), switchedOff: .known(false)), uptimeSeconds: .known(60),
    loadPerCPU: .known(0), cpus: .known(1))
}

extension Plan {
  /// A plan with nothing in it.
  static let empty = Plan(
    at: Timestamp(secondsSinceEpoch: 0), toolVersion: "1", digest: "",
    host: PlannedHost(
      hostname: "web-1", machineID: .unknown, kernelRelease: "6.1.0-56-amd64",
      kernelBuildID: .unknown),
    policies: [PolicyReference(name: "web", path: "d/web.yaml", sha256: "00")], basis: [],
    snapshotDigest: "", steps: [], deferred: [], blocked: [], unmanaged: [], after: [],
    warnings: [])

  /// A plan with something of everything.
  static let full: Plan = {
    var plan = empty
    plan.steps = [
      step(1, 1, .load, "klp_a", patch: "cve-1", source: "d/web.yaml:9:11"),
      step(2, 1, .await, "klp_a", patch: "cve-1", source: "d/web.yaml:9:11"),
      step(3, 2, .unload, "klp_foreign", reason: .unwanted, reversible: false, gap: true),
    ]
    plan.deferred = [
      Withheld(
        patch: nil, module: "klp_c", reason: .transitionInProgress, message: "it waits",
        source: nil, until: Timestamp(secondsSinceEpoch: 1_795_454_791), openCVEs: [])
    ]
    plan.blocked = [
      Withheld(
        patch: "cve-4", module: "klp_d", reason: .digestMismatch, message: "other bytes",
        source: "d/web.yaml:20:11", openCVEs: ["CVE-2026-4", "CVE-2026-5"])
    ]
    plan.unmanaged = [
      UnmanagedPatch(
        module: "klp_e", state: .known(.applied), buildID: nil, ownership: .known(.orphaned),
        policy: "db"),
      UnmanagedPatch(
        module: "klp_of_others", state: .unknown, buildID: .unknown, ownership: .known(.foreign),
        policy: nil),
      UnmanagedPatch(
        module: "klp_x", state: .known(.resident), buildID: nil, ownership: .unknown, policy: nil),
    ]
    plan.warnings = [Warning(code: "unverified", message: "nobody knows")]
    return plan
  }()

  static func step(
    _ id: Int, _ group: Int, _ action: Step.Action, _ module: String, patch: String? = nil,
    reason: Reason = .notLoaded, source: String? = nil, reversible: Bool = true, gap: Bool = false
  ) -> Step {
    Step(
      id: id, group: group, action: action, patch: patch, module: module,
      kernel: "6.1.0-56-amd64", reason: reason, source: source, reversible: reversible, gap: gap)
  }
}

extension Report {
  /// A run that was turned back.
  static let full: Report = {
    var plan = Plan.empty
    plan.steps = [
      Plan.step(1, 1, .load, "klp_a", patch: "cve-1"),
      Plan.step(2, 1, .await, "klp_a", patch: "cve-1"),
      Plan.step(3, 2, .load, "klp_b", patch: "cve-2"),
    ]
    plan.steps[0].status = .undone
    plan.steps[1].status = .failed
    plan.steps[2].status = .skipped
    return Report(
      plan: plan, run: "r1", bootID: .known("boot"), trigger: "reconcile", result: .restored,
      reason: nil, changed: false, message: "klp_a was taken off again", before: "", after: "",
      startedAt: Timestamp(secondsSinceEpoch: 0), durationMilliseconds: 12,
      errors: [
        RunError(
          step: 2, phase: .verify, operation: "read", path: "/sys/x", errno: nil,
          message: "the transition did not complete within 60 s"),
        RunError(
          step: nil, phase: .undo, operation: "open", path: "/run/x", errno: "ENOSPC",
          message: "no space"),
      ], blockers: [.test], interrupted: true)
  }()
}

extension Blocker {
  static let test = Blocker(
    pid: 41, tid: 42, command: "worker", stack: ["a+0x1/0x2", "b+0x1", "c+0x1", "d+0x1", "e+0x1"],
    why: "it sleeps in a, which klp_a patches")
}

extension Status {
  /// A host in the middle of things.
  static let full = Status(
    at: Timestamp(secondsSinceEpoch: 0), host: .test,
    patches: [
      PatchStatus(
        live: live(
          "klp_a", .known(.applied), buildID: .known("20c3a3c8f144faecb3eec16c5e1d814f5ecb5989"),
          functions: ["cmdline_proc_show", "version_proc_show"]),
        managed: .known(true), patch: "cve-1", policy: "web", version: "2",
        fixes: ["CVE-2026-1", "CVE-2026-2"]),
      PatchStatus(
        live: live("klp_b", .known(.enabling), buildID: nil), managed: .known(false), patch: nil,
        policy: nil, version: nil, fixes: []),
      PatchStatus(
        live: live("klp_c", .unknown, buildID: .unknown), managed: .unknown, patch: nil,
        policy: nil, version: nil, fixes: []),
    ],
    transition: .known(
      TransitionStatus(
        transition: LiveTransition(module: "klp_b", direction: .enabling), since: .unknown,
        blockers: [.test])),
    conditions: [
      Condition(kind: .supported, status: .yes, reason: "LivePatching", message: "it can"),
      Condition(kind: .transitioning, status: .unknown, reason: "Any", message: "who knows"),
    ],
    unobserved: [
      Unobserved(path: "/sys/x", problem: .unreadable, message: "Permission denied")
    ])

  private static func live(
    _ module: String, _ state: Fact<ModuleState>, buildID: Fact<String>?, functions: [String] = []
  ) -> LivePatch {
    LivePatch(
      module: module, state: state, buildID: buildID, replace: .unknown, stackOrder: nil,
      referenceCount: .known(0), taint: .known("OEK"),
      objects: [
        PatchedObject(
          name: "vmlinux", patched: .known(true),
          functions: functions.map { PatchedFunction(name: $0, sympos: 1) })
      ])
  }
}
