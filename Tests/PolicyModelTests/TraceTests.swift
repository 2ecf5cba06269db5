import Diagnostics
import Documents
import Nodes
import PolicyModel
import Testing

private let release = "6.1.0-56-cloud-amd64"

/// A rule for the kernel with one entry.
private func rule(_ entry: String, release: String = release) -> String {
  """
    kernels:
      - release: "\(release)"
        patches:
          - \(entry)
  """
}

private func patchSet(_ patch: String, _ builds: String...) -> SourceText {
  let text = """
    apiVersion: klpolicy/v1
    kind: PatchSet
    metadata: {name: fixes}
    spec:
      patches:
        - name: fix
          \(patch)
          builds:
    \(builds.map { "        - \($0)\n" }.joined())
    """
  return SourceText(path: "set.yaml", bytes: Array(text.utf8))
}

private func build(
  _ version: String, _ released: String, release: String = release, _ more: String = ""
) -> String {
  """
  {release: \(release), version: "\(version)", module: klp_\(version), file: k.ko, \
  sha256: \(digest("a")), replace: false, released: \(released)\(more)}
  """
}

private func trace(
  _ sources: [SourceText], on host: Host = .test(), at now: Timestamp = testTime
) throws -> PatchTrace {
  let numbered = sources.enumerated().map {
    SourceText(path: $1.path, fileIndex: $0, bytes: $1.bytes)
  }
  let (set, diagnostics) = PolicySet.check(numbered, at: now)
  return try #require(set, "\(diagnostics)").trace(of: "fix", on: host, at: now)
}

extension Explanation.Finding {
  /// `yes web: is for every host`.
  fileprivate var told: String { "\(verdict.rawValue) \(subject): \(message)" }
}

extension PatchTrace {
  fileprivate func told(_ stage: Explanation.Stage) -> [String] {
    findings.filter { $0.stage == stage }.map(\.told)
  }

  fileprivate var toldOfBuilds: [String] { builds.flatMap(\.findings).map(\.told) }
}

@Suite struct `Why policies decide as they do` {
  @Test(arguments: [
    (
      "  hosts: {hostname: [\"db-*\"]}\n",
      "no a: is not for this host: the host web-1 is not `db-*`"
    ),
    (
      "  hosts: {labels: {tier: db}}\n",
      "no a: is not for this host: there is no label `tier` here, not `db`"
    ),
    (
      "  hosts: {architecture: [aarch64]}\n",
      "no a: is not for this host: the architecture is x86_64, not `aarch64`"
    ),
    ("", "yes a: is for every host"),
    ("  hosts: {hostname: [\"web-*\"]}\n", "yes a: is for this host"),
  ])
  func
    `each policy that names the patch says whether it is for the host, and which selector says no`(
      hosts: String, told: String
    ) throws
  {
    let trace = try trace([policy("a", hosts + rule("{name: fix, state: absent}"))])
    #expect(trace.told(.policies).first == told)
    #expect(trace.isNamedHere == told.hasPrefix("yes"))
    let source = trace.findings.first?.source
    #expect(source?.hasPrefix("a.yaml:") == true)
    let excerpt = try #require(trace.findings.first?.excerpt)
    #expect(excerpt.hasPrefix(hosts.isEmpty ? "metadata: {name: a}" : "hosts: {"))
  }

  @Test func `labels that could not be read are not guessed`() throws {
    let trace = try trace(
      [policy("a", "  hosts: {labels: {tier: db}}\n" + rule("{name: fix, state: absent}"))],
      on: .test(labels: .unknown))
    #expect(
      trace.told(.policies) == [
        "unknown a: whether it is for this host is not known: the host's labels could not be read"
      ])
  }

  @Test func `where no rule is for the kernel, the nearest are shown, flavour before release`()
    throws
  {
    let trace = try trace([
      policy(
        "a",
        """
          kernels:
            - {release: 5.10.0-1-amd64, patches: [{name: fix, state: absent}]}
            - {release: 6.12.1-cloud-amd64, patches: [{name: fix, state: absent}]}
            - {release: 6.1.0-55-cloud-amd64, patches: [{name: fix, state: absent}]}
            - {release: ">=6.1.0-50 <6.2", flavour: rt-amd64, patches: [{name: fix, state: absent}]}
        """)
    ])
    #expect(
      trace.told(.policies) == [
        "yes a: is for every host",
        "no release >=6.1.0-50 <6.2: the kernel's flavour is `cloud-amd64`, not `rt-amd64`",
        "no release 6.1.0-55-cloud-amd64: the kernel \(release) is not `6.1.0-55-cloud-amd64`",
        "no release 6.12.1-cloud-amd64: the kernel \(release) is not `6.12.1-cloud-amd64`",
        "no other releases: 1 more of its rules are for other kernels",
      ])
  }

  @Test func `the entry that wins says why, and those that lost say to whom`() throws {
    let trace = try trace([
      policy("high", "  priority: 5\n" + rule(patch("fix", "version: \"2\""))),
      policy("low", rule(patch("fix", sha: "b"))),
      policy("off", rule("{name: fix, state: absent}")),
      policy("all", "  cutoff: 2026-12-01"),
    ])
    #expect(
      trace.told(.layering) == [
        "yes high: wants it applied, version 2 (fix); its priority 5 is the highest",
        "no low: wants it applied, the build (fix), and lost: priority 5 of high is higher than its "
          + "0",
        "no off: wants it absent, and lost: priority 5 of high is higher than its 0",
        "note constraints: of high, low and off, which name it, and of all, which names no patch",
      ])
    #expect(
      trace.findings.first { $0.stage == .layering }?.excerpt?.hasPrefix("- {name: fix") == true)
  }

  @Test func `at one priority absent beats applied, and the modules are those that are known`()
    throws
  {
    let trace = try trace([
      policy("off", rule("{name: fix, state: absent}")), policy("on", rule(patch("fix"))),
    ])
    #expect(
      trace.told(.layering).prefix(2) == [
        "yes off: wants it absent; at one priority absent beats applied",
        "no on: wants it applied, the build (fix), and lost: at one priority absent beats applied",
      ])
    #expect(trace.told(.definition) == ["note modules: fix"])
    #expect(trace.builds.isEmpty)
    #expect(trace.modules == ["fix"])
  }

  @Test func `equal entries agree`() throws {
    let trace = try trace([policy("a", rule(patch("fix"))), policy("b", rule(patch("fix")))])
    #expect(
      trace.told(.layering).prefix(2) == [
        "yes a: wants it applied, the build (fix); it comes first by name among those that agree",
        "yes b: wants it applied, the build (fix), just as a does",
      ])
  }

  @Test func `the definition is the PatchSet's, line by line`() throws {
    let trace = try trace([
      policy("a", rule("{name: fix, version: \"<3\"}")),
      policy("b", rule("{name: other, state: absent}")),
      patchSet(
        "fixes: [CVE-2026-1111]\n      severity: high\n      requires: [other]\n"
          + "      fixedIn: \">=6.1.0-60\"", build("1", "2026-01-01")),
    ])
    #expect(
      trace.told(.definition) == [
        "yes PatchSet fixes: has 1 build of it, 1 for this kernel", "note fixes: CVE-2026-1111",
        "note severity: high", "no fixedIn: \(release) is not among >=6.1.0-60",
        "note version: only <3 is asked for",
      ])
    #expect(trace.requirements.map(\.patch) == ["other"])
    #expect(trace.requirements.first?.excerpt == "requires: [other]")
  }

  @Test func `a kernel that has the fix itself needs no build`() throws {
    let trace = try trace([
      policy("a", rule("fix")), patchSet("fixedIn: \">=6.1.0-50\"", build("1", "2026-01-01")),
    ])
    let finding = try #require(trace.findings.first { $0.subject == "fixedIn" })
    #expect(finding.verdict == .yes)
    #expect(finding.reason == .kernelHasFix)
    #expect(trace.builds.isEmpty)
  }
}

@Suite struct `Why a build is, or is not, admitted` {
  /// Every rule that refuses builds, each with a build that only it refuses, and one that none does.
  private let sources = [
    policy(
      "a",
      "  cutoff: 2026-11-24\n  minimumAge: 48h\n"
        + "  rollout: {from: 2026-11-01T00:00:00Z, waves: [{percent: 100, after: 1d}]}\n"
        + rule("{name: fix, version: \"<9\"}")),
    patchSet(
      "severity: high", build("9", "2026-01-01"),
      build("8", "2026-01-01", ", withdrawn: true"),
      build("7", "2026-01-01", ", kernelBuildID: ee"), build("6", "2026-11-25"),
      build("5", "2026-11-24"), build("1", "2026-01-01")),
  ]

  @Test func `each says the first rule that is against it, and where that stands`() throws {
    let trace = try trace(sources)
    #expect(
      trace.builds.map { $0.findings.first?.told } == [
        "no version 9 (klp_9): policy a admits `<9` only, and this is version 9",
        "no version 8 (klp_8): was withdrawn",
        "no version 7 (klp_7): is for the kernel with build ID ee, and the running \(release) has "
          + "cd: a rebuild under one release is another kernel",
        "no version 6 (klp_6): was released on 2026-11-25, after the cutoff 2026-11-24 of policy a",
        "waits version 5 (klp_5): was released on 2026-11-24, and policy a admits builds 2d after "
          + "that",
        "yes version 1 (klp_1): is admitted, released on 2026-01-01; wave 1 of 1 of policy a (up to "
          + "100 %; the host's bucket is 3278 of 10000) opened at 2026-11-02T00:00:00Z",
      ])
    let excerpts = trace.builds.compactMap { $0.findings.first?.excerpt }
    #expect(
      excerpts.map { $0.prefix(6) } == ["- {nam", "- {rel", "- {rel", "cutoff", "minimu", "- {rel"])
  }

  @Test func `what decides first is what the plan goes by`() throws {
    let (set, _) = PolicySet.check(sources)
    let policies = try #require(set)
    let desired = try #require(policies.desired(on: release).desired)
    guard case .applied(let choices) = desired.patches.first?.wanted else {
      Issue.record("it is wanted")
      return
    }
    let trace = policies.trace(of: "fix", on: .test(), at: testTime)
    #expect(trace.builds.map(\.build) == choices.map(\.build))
    for (build, choice) in zip(trace.builds, choices) {
      #expect(build.admission == choice.admission)
      if case .refused(let refusal) = choice.admission {
        #expect(build.findings.first?.reason == refusal.reason)
        #expect(build.findings.first?.until == refusal.until)
        #expect(build.findings.first?.source == refusal.source?.description)
      } else {
        #expect(build.findings.map(\.reason) == [nil])
      }
    }
  }

  @Test func `one that is too young and whose wave is to come opens with the later of both`() throws
  {
    let trace = try trace([
      policy(
        "a",
        "  minimumAge: 48h\n"
          + "  rollout: {from: 2026-11-01T00:00:00Z, waves: [{percent: 100, after: 10d}]}\n"
          + rule("fix")), patchSet("severity: low", build("1", "2026-11-24")),
    ])
    #expect(trace.toldOfBuilds.count == 2)
    #expect(trace.builds.first?.findings.map(\.reason) == [.tooYoung, .waveNotReached])
    #expect(trace.builds.first?.opens?.description == "2026-12-04T00:00:00Z")
  }

  @Test func `with none for the kernel, the nearest kernels that have one are named`() throws {
    let trace = try trace([
      policy("a", rule("fix", release: "6.1.*")),
      patchSet(
        "severity: low", build("1", "2026-01-01", release: "5.10.0-1-amd64"),
        build("2", "2026-01-01", release: "6.1.0-57-cloud-amd64")),
    ])
    #expect(
      trace.told(.builds) == [
        "blocks kernel \(release): no PatchSet has a build for it",
        "no kernel 6.1.0-57-cloud-amd64: has 2", "no kernel 5.10.0-1-amd64: has 1",
      ])
  }

  @Test func `what only a PatchSet has is told too`() throws {
    let trace = try trace([
      policy("a", rule("{name: other, state: absent}")),
      patchSet("severity: low", build("1", "2026-01-01")),
    ])
    #expect(trace.told(.policies) == ["no fix: no given policy names it"])
    #expect(!trace.isNamedHere)
    #expect(
      trace.toldOfBuilds == ["note version 1 (klp_1): is for this kernel, released on 2026-01-01"])
    #expect(trace.told(.constraints) == [])
  }
}

@Suite struct `What a change has to keep to` {
  @Test func `of a field that several policies set, each says which of them holds`() throws {
    let trace = try trace([
      policy(
        "a",
        "  cutoff: 2026-12-01\n  minimumAge: 1h\n  safety:\n    signature: require\n"
          + "    transition: {deadline: 30s, onStall: wait}\n" + rule("{name: fix, state: absent}")),
      policy(
        "b",
        "  priority: 2\n  cutoff: 2026-11-01\n  minimumAge: 2d\n  safety:\n    signature: ignore\n"
          + "    transition: {deadline: 2m, onStall: revert}"),
    ])
    #expect(
      trace.told(.constraints) == [
        "no cutoff: 2026-12-01; that of policy b is earlier",
        "yes cutoff: 2026-11-01, which holds",
        "no minimumAge: 1h; that of policy b is longer", "yes minimumAge: 2d, which holds",
        "yes safety.transition.deadline: 30s, which holds",
        "no safety.transition.deadline: 2m; that of policy a is shorter",
        "no safety.transition.onStall: wait: it is left running, and a later run finishes it; that "
          + "of policy b is of a higher priority",
        "yes safety.transition.onStall: revert: it is turned around, which holds",
        "yes safety.signature: require: there must be a good signature, which holds",
        "no safety.signature: ignore: signatures are left to the kernel; that of policy a is stricter",
      ])
  }

  @Test func `every field is shown, whatever it is used for`() throws {
    let trace = try trace([
      policy(
        "a",
        """
          maintenance: {atBoot: desired}
          rollout: {from: 2026-11-01T00:00:00Z, waves: [{percent: 2.5}, {percent: 100, after: 1d}], paused: true}
          safety:
            probation: 5m
            attempts: 2
            gates:
              maxLoadPerCPU: 1.5
              minUptime: 10m
              forbidTaints: [B, D]
              commands: [{run: [/bin/may, now]}]
            hooks: {preApply: {run: [/bin/pre], timeout: 3s}, onFailure: {run: [/bin/fail]}}
          kernels:
            - release: "6.1.*"
              supportUntil: 2026-11-01
              patches: [{name: fix, state: absent}]
        """)
    ])
    #expect(
      trace.told(.constraints) == [
        "note rollout: 2.5 %, 100 % after 1d, from 2026-11-01T00:00:00Z or the build's release; "
          + "paused: no new host is admitted",
        "note safety.transition.deadline: 1m, as no policy says",
        "note safety.probation: 5m", "note safety.attempts: 2",
        "note safety.gates.maxLoadPerCPU: 1.5", "note safety.gates.minUptime: 10m",
        "note safety.gates.forbidTaints: B, D",
        "note safety.gates.commands: /bin/may now, within 30s",
        "note safety.hooks.preApply: /bin/pre, within 3s",
        "note safety.hooks.onFailure: /bin/fail, within 30s",
        "note maintenance.atBoot: desired: newly admitted builds too",
        "note supportUntil: the support of this kernel ended on 2026-11-01: boot a newer one",
      ])
    let constraints = trace.findings.filter { $0.stage == .constraints }
    #expect(
      constraints.filter { $0.source == nil }.map(\.subject) == ["safety.transition.deadline"])
  }

  private static let nightly = """
      maintenance:
        windows: [{name: nightly, start: "22:00", duration: 4h}]
        freezes: [{name: fair, from: "2026-11-26T00:00", to: "2026-11-28T00:00"}]
        urgent: {severity: critical}

    """

  private func nightlyTrace(
    severity: String = "high", deadline: String = "60s", at hour: String
  ) throws -> PatchTrace {
    let day = 1_795_564_800  // 2026-11-25T00:00:00Z
    let parts = hour.split(separator: ":").compactMap { Int($0) }
    let seconds = day + (parts.first ?? 0) * 3600 + (parts.last ?? 0) * 60
    return try trace(
      [
        policy(
          "a",
          Self.nightly + "  safety: {transition: {deadline: \(deadline)}}\n" + rule("fix")),
        patchSet("severity: \(severity)", build("1", "2026-01-01")),
      ], at: Timestamp(secondsSinceEpoch: seconds))
  }

  @Test(arguments: [
    (
      "high", "20:00", "60s",
      "waits schedule: no window is open now; the next opening that is long enough begins at "
        + "2026-11-25T22:00:00Z", "2026-11-25T22:00:00Z"
    ),
    (
      "high", "23:00", "60s",
      "yes schedule: changes may begin now, until 2026-11-26T00:00:00Z", "2026-11-25T23:00:00Z"
    ),
    (
      "high", "23:59", "60s",
      "waits schedule: changes may begin, until 2026-11-26T00:00:00Z, and one may take 2m; the next "
        + "opening that is long enough begins at 2026-11-28T00:00:00Z", "2026-11-28T00:00:00Z"
    ),
    (
      "high", "25:00", "60s",
      "waits schedule: frozen by fair (2026-11-26T00:00 to 2026-11-28T00:00, UTC) until "
        + "2026-11-28T00:00:00Z; the next opening that is long enough begins at "
        + "2026-11-28T00:00:00Z", "2026-11-28T00:00:00Z"
    ),
    (
      "critical", "20:00", "60s",
      "yes schedule: changes may begin now, until 2026-11-26T00:00:00Z", "2026-11-25T20:00:00Z"
    ),
    (
      "high", "20:00", "3h",
      "waits schedule: no window is open now; none that is long enough comes within eight years",
      "never"
    ),
  ])
  func `windows and freezes say whether they are open, and the next opening that is long enough`(
    severity: String, hour: String, deadline: String, told: String, opening: String
  ) throws {
    let trace = try nightlyTrace(severity: severity, deadline: deadline, at: hour)
    let finding = try #require(trace.findings.first { $0.subject == "schedule" })
    #expect(finding.told == told)
    let now = try #require(trace.builds.first?.opens)
    #expect(trace.opening(from: now)?.description ?? "never" == opening)
  }

  @Test func `each window and freeze by itself, and what urgency does to them`() throws {
    #expect(
      try nightlyTrace(at: "20:00").told(.constraints).filter { $0.contains("maintenance") } == [
        "no maintenance.urgent: the severity is high, and from critical on it would need no window",
        "waits maintenance.windows: nightly (daily 22:00 for 4h, UTC): opens at "
          + "2026-11-25T22:00:00Z",
        "note maintenance.freezes: fair (2026-11-26T00:00 to 2026-11-28T00:00, UTC): begins at "
          + "2026-11-26T00:00:00Z",
      ])
    #expect(
      try nightlyTrace(severity: "critical", at: "25:00").told(.constraints)
        .filter { $0.contains("maintenance") } == [
          "yes maintenance.urgent: the severity is critical: it needs no window of this policy",
          "yes maintenance.windows: nightly (daily 22:00 for 4h, UTC): open now, until "
            + "2026-11-26T02:00:00Z",
          "waits maintenance.freezes: fair (2026-11-26T00:00 to 2026-11-28T00:00, UTC): holds until "
            + "2026-11-28T00:00:00Z",
        ])
  }
}
