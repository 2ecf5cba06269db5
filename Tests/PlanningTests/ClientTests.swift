import Diagnostics
import Documents
import Nodes
import Planning
import PolicyModel
import Testing

/// A host with Canonical's client, on which a policy asks for what `words` say of it.
private func host(
  _ words: String, _ client: Services.Canonical, token: ClientTokenFinding? = .usable,
  spec: String = ""
) throws -> World {
  let text = """
    apiVersion: klpolicy/v1
    kind: Policy
    metadata: {name: web}
    spec:
    \(spec)
      services:
        - canonical: {\(words)}
    """
  let (set, diagnostics) = PolicySet.check(
    [SourceText(path: "web.yaml", bytes: Array(text.utf8))],
    at: Timestamp(secondsSinceEpoch: 1_700_000_000))
  let policies = try #require(set, "\(diagnostics)")
  var world = World()
  world.desired = try #require(policies.desired(on: .test, at: world.snapshot.takenAt).desired)
  world.snapshot.services = Services(canonical: client)
  world.clientToken = token
  return world
}

private func client(
  enabled: Bool, _ state: Fact<Services.Canonical.State> = .known(.applied),
  _ configuration: Fact<Services.Canonical.Configuration> = .known(.init()), tier: String? = nil
) -> Services.Canonical {
  var client = Services.Canonical(
    client: "/snap/bin/canonical-livepatch", isEnabled: .known(enabled), tier: tier,
    configuration: configuration)
  if enabled {
    client.kernels = .known([
      Services.Canonical.Kernel(
        kernel: "6.1", isRunning: .known(true), checkState: .known(.checked), state: state,
        version: "121.4", fixes: .known([]), supported: .known(.supported))
    ])
  }
  return client
}

extension World {
  fileprivate func settings() throws -> [String] { try plan().steps.map { $0.setting ?? "" } }
  fileprivate func blocked() throws -> [String] {
    let plan = try plan()
    #expect(plan.steps.isEmpty)
    return plan.blocked.map(\.reason.rawValue)
  }
}

/// What a user may rely on about Canonical's client: it is told what differs and nothing else, and never
/// what could not be taken back without saying so.
@Suite struct ClientTests {
  private static let all =
    "enabled: true, token: {file: /etc/token}, server: \"https://a.example/v1\", "
    + "cutoffDate: 2020-01-01T00:00:00Z, patchDelay: 2d, checkInterval: 60m"

  @Test("It is told what it may take before it takes anything, each setting once")
  func enabling() throws {
    let fresh = try host(Self.all, client(enabled: false))
    #expect(
      try fresh.settings() == [
        "remote-server=https://a.example/v1", "cutoff-date=2020-01-01T00:00:00Z",
        "patch-delay=2d", "check-interval=60", "enabled=true",
      ])
    let steps = try fresh.plan().steps
    #expect(Set(steps.map(\.group)) == [1])
    #expect(steps.allSatisfy { $0.action == .configure && $0.reason == .otherSetting })
    #expect(steps.allSatisfy { $0.service == "canonical" && $0.reversible })
    let set = Services.Canonical.Configuration(
      server: "https://a.example/v1",
      cutoffDate: .known(Timestamp(secondsSinceEpoch: 1_577_836_800)),
      patchDelay: .known(172_800), checkInterval: .known(60))
    let done = try host(Self.all, client(enabled: true, .known(.applied), .known(set)))
    #expect(try done.with("lkp_Ubuntu_6_1_121").blocked() == [])
    var drifted = set
    drifted.patchDelay = .known(1)
    #expect(
      try host(Self.all, client(enabled: true, .known(.applied), .known(drifted)))
        .with("lkp_Ubuntu_6_1_121").settings() == ["patch-delay=2d"])
  }

  @Test("What is not known of it blocks, and changes nothing on a guess")
  func unknown() throws {
    var doubtful = client(enabled: true)
    doubtful.isEnabled = .unknown
    #expect(try host(Self.all, doubtful).blocked() == ["unverified"])
    #expect(
      try host("patchDelay: 2d", client(enabled: true, .known(.nothingToApply), .unknown)).blocked()
        == ["unverified"])
    let odd = Services.Canonical.Configuration(patchDelay: .unknown)
    #expect(
      try host(
        "patchDelay: 2d, checkInterval: 60m",
        client(enabled: true, .known(.nothingToApply), .known(odd))
      )
      .blocked() == ["unverified"])
  }

  @Test(
    "A machine that is enabled is not well off for that alone",
    arguments: [
      (Fact<Services.Canonical.State>.unknown, ["unverified"]), (.known(.unknown), ["unverified"]),
      (.known(.applyFailed), ["not-in-force"]), (.known(.appliedWithBug), ["not-in-force"]),
      (.known(.kernelUpgradeRequired), ["needs-reboot"]), (.known(.applied), ["not-loaded"]),
      (.known(.nothingToApply), []), (.known(.applying), ["not-in-force"]),
      (.known(.unapplied), ["not-in-force"]),
    ])
  func stuck(_ state: Fact<Services.Canonical.State>, _ reasons: [String]) throws {
    let plan = try host("enabled: true", client(enabled: true, state)).plan()
    #expect(plan.steps.isEmpty)
    // What is under way is no reason to call anybody.
    let isUnderWay = [.known(.applying), .known(.unapplied)].contains(state)
    #expect((isUnderWay ? plan.deferred : plan.blocked).map(\.reason.rawValue) == reasons)
    #expect((isUnderWay ? plan.blocked : plan.deferred).isEmpty)
    // Of a machine that is only to be set nothing is asserted; but what cannot be told apart from what
    // the setting did is not begun.
    let set = try host("patchDelay: 1d", client(enabled: true, state))
    if reasons == ["unverified"] || reasons == ["not-loaded"] {
      #expect(try set.blocked() == reasons)
    } else {
      #expect(try set.settings() == ["patch-delay=1d"])
      // What is wrong with it is told beside that, and when it is set too.
      #expect(try set.plan().blocked.map(\.reason.rawValue) == (isUnderWay ? [] : reasons))
      let known = Services.Canonical.Configuration(patchDelay: .known(86_400))
      let done = try host("patchDelay: 1d", client(enabled: true, state, .known(known))).plan()
      #expect((isUnderWay ? done.deferred : done.blocked).map(\.reason.rawValue) == reasons)
    }
    // Nor does one setting that nobody can tell hide it.
    let odd = Services.Canonical.Configuration(patchDelay: .unknown)
    let unread = try host(
      "enabled: true, patchDelay: 1d", client(enabled: true, state, .known(odd))
    ).plan()
    #expect(unread.steps.isEmpty)
    #expect(
      unread.blocked.map(\.reason.rawValue) == ["unverified"] + (isUnderWay ? [] : reasons))
    // In a snapshot too: nothing is told to a client of which nobody knows how it is.
    var elsewhere = set
    elsewhere.options.unverified = .warn
    #expect(
      try elsewhere.plan().steps.isEmpty == (reasons == ["unverified"] || reasons == ["not-loaded"])
    )
    #expect(
      try host("enabled: false", client(enabled: true, state)).settings() == ["enabled=false"])
  }

  @Test(
    "That there is nothing to apply is nothing, where nothing is made for the kernel or nobody was asked",
    arguments: [
      (Services.Canonical.Supported.supported, ""), (.unknown, ""),
      (.unsupported, "blocked not-supported"), (.kernelEndOfLife, "blocked not-supported"),
      (.kernelUpgradeRequired, "blocked needs-reboot"),
    ])
  func unsupported(_ supported: Services.Canonical.Supported, _ told: String) throws {
    // Nor is what is yet to be applied waited for on a kernel that gets none.
    if !told.isEmpty {
      var waiting = client(enabled: true, .known(.unapplied))
      var kernel = try #require(waiting.runningKernel)
      kernel.supported = .known(supported)
      waiting.kernels = .known([kernel])
      let plan = try host("enabled: true, patchDelay: 1d", waiting).plan()
      #expect(plan.blocked.map { "blocked \($0.reason.rawValue)" } == [told])
      #expect(plan.deferred.isEmpty && plan.steps.map(\.setting) == ["patch-delay=1d"])
    }
    var found = client(enabled: true, .known(.nothingToApply))
    var kernel = try #require(found.runningKernel)
    kernel.supported = .known(supported)
    found.kernels = .known([kernel])
    func withheld(_ words: String) throws -> String {
      let plan = try host(words, found).plan()
      return
        (plan.blocked.map { "blocked \($0.reason.rawValue)" }
        + plan.deferred.map { "deferred \($0.reason.rawValue)" }).joined(separator: ", ")
    }
    #expect(try withheld("enabled: true") == told)
    // Who has said what state is due has said all.
    #expect(try withheld("enabled: true, assertions: {state: nothing-to-apply}") == "")
    kernel.supported = .known(.supported)
    kernel.checkState = .known(.checkFailed)
    found.kernels = .known([kernel])
    #expect(try withheld("enabled: true") == "deferred download-failed")
  }

  @Test("A health check that it did not pass, and that could not be undone, stays to be seen")
  func unhealthy() throws {
    func failed(_ setting: String, _ cause: BuildFailure.Cause) throws -> [String] {
      let set = Services.Canonical.Configuration(patchDelay: .known(86_400))
      return try host(
        "enabled: true, patchDelay: 1d", client(enabled: true, .known(.nothingToApply), .known(set))
      )
      .changed {
        $0.snapshot.history.failures = [
          BuildFailure(
            module: setting, buildID: nil, patch: "canonical", sha256: nil, action: .configure,
            cause: cause, at: Timestamp(secondsSinceEpoch: 0), message: "it did not pass")
        ]
      }.blocked()
    }
    #expect(try failed("enabled=true", .unhealthy) == ["failed-before"])
    #expect(try failed("patch-delay=1d", .unhealthy) == ["failed-before"])
    #expect(try failed("patch-delay=9d", .unhealthy) == [])
    // That it did not hold is refuted by its holding.
    #expect(try failed("patch-delay=1d", .refused) == [])
  }

  @Test(
    "Without a token that root alone can read the machine is not enabled, and that is told before")
  func token() throws {
    let fresh = client(enabled: false)
    #expect(try host("enabled: true", fresh).blocked() == ["token-unusable"])
    let named = "enabled: true, token: {credential: livepatch}"
    #expect(try host(named, fresh, token: .unusable("why")).blocked() == ["token-unusable"])
    #expect(try host(named, fresh, token: .unobserved("why")).blocked() == ["unverified"])
    var elsewhere = try host(named, fresh, token: nil)
    elsewhere.options.unverified = .warn
    let plan = try elsewhere.plan()
    #expect(plan.steps.map(\.setting) == ["enabled=true"])
    #expect(plan.warnings.map(\.code).contains("unverified"))
  }

  @Test("Disabling comes first, and says whether it can be taken back")
  func disabling() throws {
    let enabled = client(enabled: true)
    let plain = try host("enabled: false, patchDelay: 1d", enabled)
    #expect(try plain.settings() == ["enabled=false", "patch-delay=1d"])
    #expect(try plain.plan().steps.map(\.reversible) == [false, true])
    let words = "enabled: false, token: {file: /etc/token}"
    #expect(try host(words, enabled).plan().steps.map(\.reversible) == [true])
    #expect(
      try host(words, enabled, token: .unusable("why")).plan().steps.map(\.reversible) == [false])
    #expect(try host("enabled: false", client(enabled: false)).blocked() == [])
    // How it is set does not keep it enabled.
    let unread = try host(
      "enabled: false, patchDelay: 1d", client(enabled: true, .known(.applied), .unknown))
    #expect(try unread.settings() == ["enabled=false"])
    #expect(try unread.plan().blocked.map(\.reason) == [.unverified])
  }

  @Test("A setting that failed before does not keep it enabled")
  func disablingBesideAFailure() throws {
    func failed(_ setting: String) throws -> World {
      try host("enabled: false, patchDelay: 1d, checkInterval: 60m", client(enabled: true)).changed
      {
        $0.snapshot.history.failures = [
          BuildFailure(
            module: setting, buildID: nil, patch: "canonical", sha256: nil, action: .configure,
            cause: .refused, at: Timestamp(secondsSinceEpoch: 0), message: "it did not hold")
        ]
      }
    }
    let world = try failed("patch-delay=1d")
    #expect(try world.settings() == ["enabled=false", "check-interval=60"])
    #expect(try world.plan().blockedReasons == ["canonical-livepatch failed-before"])
    // What failed in disabling it keeps all of it.
    #expect(try failed("enabled=false").blocked() == ["failed-before"])
  }

  @Test("Only modules that are named as Canonical's are taken for the client's")
  func names() throws {
    let set = client(enabled: true)
    #expect(try host("enabled: true", set).with("lkp_other").blocked() == ["not-loaded"])
    #expect(try host("enabled: true", set).with("lkp_Ubuntu_6_1_121").blocked() == [])
    // Nor is an older one what the client says that it has applied.
    #expect(try host("enabled: true", set).with("lkp_Ubuntu_6_1_120").blocked() == ["not-loaded"])
  }

  @Test("What a killed run had told it is verified, or taken back, before it counts")
  func unfinished() throws {
    let set = client(enabled: true, .known(.nothingToApply))
    var world = try host("enabled: true", set)
    world.snapshot.history.unfinishedSettings = [
      ClientChange(service: "canonical", key: "enabled", value: "true", before: "false")
    ]
    let steps = try world.plan().steps
    #expect(
      steps.map { "\($0.action.rawValue) \($0.module) \($0.reason.rawValue)" } == [
        "await canonical-livepatch unfinished"
      ])
    // Unless a boot ended by it: then nobody touches it.
    world.snapshot.history.failures = [
      BuildFailure(
        module: "enabled=true", buildID: nil, patch: "canonical", sha256: nil, action: .configure,
        cause: .crashed, at: Timestamp(secondsSinceEpoch: 0), message: "the boot ended")
    ]
    #expect(try world.blocked() == ["crash-guard"])
  }

  @Test("A tier is nothing that the client can be told")
  func tier() throws {
    #expect(
      try host("tier: beta", client(enabled: true, tier: "stable")).blocked() == ["not-supported"])
    let same = client(enabled: true, .known(.nothingToApply), tier: "beta")
    #expect(try host("tier: beta", same).blocked() == [])
  }

  @Test("On a kernel that takes no live patch the machine is not enabled")
  func forbidden() throws {
    var world = try host(Self.all, client(enabled: false))
    world.snapshot.host.kernel.ftraceEnabled = .known(false)
    #expect(try world.blocked() == ["ftrace-disabled"])
    // Settings bring none.
    world = try host("patchDelay: 1d", client(enabled: false))
    world.snapshot.host.kernel.ftraceEnabled = .known(false)
    #expect(try world.settings() == ["patch-delay=1d"])
  }

  @Test("Windows, holds, waves and boots keep it as it is, as they keep a patch")
  func bounds() throws {
    let fresh = client(enabled: false)
    func deferred(_ spec: String) throws -> [String] {
      let plan = try host(Self.all, fresh, spec: spec).plan()
      #expect(plan.steps.isEmpty)
      return plan.deferred.map(\.reason.rawValue)
    }
    // The host's time is Tuesday, 22:13:20.
    #expect(
      try deferred("  maintenance: {windows: [{days: [Tue], start: \"22:00\", end: \"22:20\"}]}")
        == ["window-too-short"])
    #expect(
      try deferred("  maintenance: {windows: [{days: [Mon], start: \"22:00\", end: \"23:00\"}]}")
        == ["outside-window"])
    #expect(
      try deferred("  rollout: {from: 2099-01-01T00:00:00Z, waves: [{percent: 100}]}")
        == ["wave-not-reached"])
    var booted = try host(Self.all, fresh)
    booted.options.isAtBoot = true
    #expect(try booted.plan().deferred.map(\.reason.rawValue) == ["not-at-boot"])
  }

  @Test("What others have in force is not put at risk by enabling it")
  func foreign() throws {
    let fresh = client(enabled: false)
    #expect(
      try host(Self.all, fresh).with("klp_foreign").blocked() == ["would-replace-foreign"])
    #expect(try host(Self.all, fresh).with("lkp_Ubuntu_6_1_120").settings().count == 5)
  }
}
