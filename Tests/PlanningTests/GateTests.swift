import Diagnostics
import Documents
import Planning
import PolicyModel
import Testing

/// What a user may rely on about when changes are begun.
@Suite struct GateTests {
  static let nightly = """
    maintenance:
      windows:
        - {name: nightly, start: "22:00", duration: 2h, timeZone: Europe/Berlin}
    """
  static let frozen = """
    maintenance:
      freezes:
        - {name: audit, from: "2026-11-24T00:00", to: "2026-11-26T00:00"}
    """

  @Test("Outside its window a patch waits, and the plan says when and by which window it opens")
  func outsideWindow() throws {
    let plan = try World().wanting("a", fixes: ["CVE-2026-1"]).bound(by: Self.nightly)
      .at(testMoment).plan()
    #expect(plan.steps.isEmpty && plan.blocked.isEmpty)
    let deferred = try #require(plan.deferred.first)
    #expect(deferred.reason == .outsideWindow)
    #expect(deferred.until == Timestamp("2026-11-24T21:00:00Z"))
    #expect(deferred.openCVEs == ["CVE-2026-1"])
    for text in [
      "window `nightly` of policy web (web.yaml:7:9)",
      "2026-11-24T22:00 Europe/Berlin (2026-11-24T21:00:00Z)",
    ] {
      #expect(deferred.message.contains(text), "\(deferred.message)")
    }
  }

  @Test(
    "Within its window a patch is loaded, as long as there is time for its worst case",
    arguments: [
      ("2026-11-24T20:59:59Z", "outside-window"), ("2026-11-24T21:00:00Z", nil),
      ("2026-11-24T22:58:00Z", nil), ("2026-11-24T22:58:01Z", "window-too-short"),
      ("2026-11-24T23:00:00Z", "outside-window"),
    ])
  func edges(moment: String, reason: String?) throws {
    let plan = try World().wanting("a").bound(by: Self.nightly).at(moment).plan()
    #expect(plan.deferred.first?.reason.rawValue == reason, "\(plan.deferred)")
    #expect(plan.steps.isEmpty == (reason != nil))
    #expect(plan.gates.contains { $0.gate == .window && $0.verdict == .passed } == (reason == nil))
  }

  @Test("The deadline, the reversal and the time limits of the hooks have to fit")
  func worstCase() throws {
    let policy =
      Self.nightly + """

        safety:
          transition: {deadline: 10m}
          hooks: {healthCheck: {run: [/bin/true], timeout: 5m}}
        """
    let world = try World().with("a", for: "web").wantingAbsent("a").bound(by: policy)
    #expect(try world.at("2026-11-24T22:35:00Z").plan().deferred == [])
    let late = try world.at("2026-11-24T22:35:01Z").plan()
    #expect(late.deferredReasons == ["a window-too-short"])
    #expect(late.deferred.first?.until == Timestamp("2026-11-25T21:00:00Z"))
  }

  @Test("A window that is never long enough is told")
  func neverLongEnough() throws {
    let plan = try World().wanting("a")
      .bound(by: #"maintenance: {windows: [{start: "12:00", duration: 1m}]}"#)
      .at(testMoment).plan()
    #expect(plan.deferredReasons == ["a window-too-short"])
    #expect(plan.deferred.first?.until == nil)
    #expect(plan.deferred.first?.message.contains("within eight years") == true)
  }

  @Test("A patch in place needs no gate, and one that is blocked is not called deferred")
  func onlyChangesWait() throws {
    let inPlace = try World().with("a", for: "web").wanting("a").bound(by: Self.nightly)
      .at(testMoment).plan()
    #expect(inPlace.deferred.isEmpty && inPlace.gates.isEmpty)
    let blocked = try World().wanting("a", requires: ["z"]).bound(by: Self.nightly)
      .at(testMoment).plan()
    #expect(blocked.blockedReasons == ["a requires-unmet"] && blocked.deferred.isEmpty)
  }

  @Test("What requires a patch that waits waits with it, for as long")
  func requirements() throws {
    let plan = try World().wanting("a", requires: ["z"]).wanting("z").wanting("other")
      .bound("z", by: ["web": Self.nightly]).at(testMoment).plan()
    #expect(plan.deferredReasons == ["a requires-unmet", "z outside-window"])
    #expect(Set(plan.deferred.map(\.until)) == [Timestamp("2026-11-24T21:00:00Z")])
    #expect(plan.outline == "load other not-loaded\nawait other not-loaded")
  }

  @Test("A fix that is in force stays while its successor waits")
  func successor() throws {
    let plan = try World().with("old", patch: "a", for: "web")
      .wanting("a", module: "new").bound(by: Self.nightly).at(testMoment).plan()
    #expect(plan.steps.isEmpty && plan.blocked.isEmpty)
    #expect(plan.after.map(\.module) == ["old"])
    #expect(plan.deferred.map(\.module) == ["new", "old"])
  }

  @Test("A removal waits for the windows of the policy that it was loaded for")
  func removal() throws {
    let world = try World().with("gone", for: "web").wanting("a").bound(by: Self.nightly)
    let plan = try world.bound("a", by: [:]).at(testMoment).plan()
    #expect(plan.deferredReasons == ["gone outside-window"])
    #expect(plan.outline == "load a not-loaded\nawait a not-loaded")
  }

  @Test("What a removal would take the ground from keeps it while it waits itself")
  func dependentRemoval() throws {
    let plan = try World().with("low", for: "db").with("high", for: "web", requires: ["low"])
      .wantingAbsent("low").wantingAbsent("high").bound("high", by: ["web": Self.nightly])
      .at(testMoment).plan()
    #expect(plan.steps.isEmpty)
    #expect(plan.deferredReasons == ["low requires-unmet", "high outside-window"])
  }

  @Test("A replace build waits when what it takes off for a moment may not be touched")
  func reload() throws {
    let world = World().with("small", for: "web").wanting("all", replace: true).wanting("small")
    let plan = try world.bound("small", by: ["web": Self.nightly]).at(testMoment).plan()
    #expect(plan.steps.isEmpty && plan.blocked.isEmpty)
    #expect(plan.deferredReasons == ["all outside-window"])
    #expect(try !world.plan().steps.isEmpty)
  }

  @Test("A replace build waits when what it takes off for good may not go yet")
  func replacedRemoval() throws {
    let plan = try World().with("gone", for: "web").wanting("all", replace: true)
      .bound(by: Self.nightly).bound("all", by: [:]).at(testMoment).plan()
    #expect(plan.steps.isEmpty && plan.blocked.isEmpty)
    #expect(plan.deferredReasons == ["all outside-window", "gone outside-window"])
  }

  @Test("Windows of several policies have to be open at once")
  func intersection() throws {
    let plan = try World().wanting("a").bound(
      "a",
      by: [
        "db": #"maintenance: {windows: [{name: late, start: "22:00", duration: 4h}]}"#,
        "web": Self.nightly,
      ]
    ).at("2026-11-24T21:30:00Z").plan()
    #expect(plan.deferred.first?.until == Timestamp("2026-11-24T22:00:00Z"))
  }

  @Test(
    "A patch that is severe enough needs no window, and the plan says by which rule",
    arguments: [(Severity.critical, true), (.high, true), (.medium, false), (nil, false)])
  func urgent(severity: Severity?, isUrgent: Bool) throws {
    let policy =
      Self.nightly + """

          urgent: {severity: high}
        """
    let plan = try World().wanting("a").bound(by: policy, severity: severity).at(testMoment).plan()
    #expect(plan.steps.isEmpty == !isUrgent)
    let urgency = plan.gates.first { $0.gate == .urgency }
    #expect((urgency?.verdict == .passed) == isUrgent)
    if isUrgent { #expect(urgency?.source == "web.yaml:8:24", "\(String(describing: urgency))") }
  }

  @Test(
    "A freeze holds an urgent patch, unless the policy says otherwise",
    arguments: [("", true), (", freezes: true", false)])
  func freeze(freezes: String, isFrozen: Bool) throws {
    let policy =
      Self.frozen + """

          urgent: {severity: high\(freezes)}
        """
    let plan = try World().wanting("a").bound(by: policy, severity: .critical).at(testMoment).plan()
    #expect(plan.deferredReasons == (isFrozen ? ["a frozen"] : []))
    if isFrozen {
      #expect(plan.deferred.first?.until == Timestamp("2026-11-26T00:00:00Z"))
      #expect(plan.deferred.first?.message.contains("freeze `audit` of policy web") == true)
    }
  }

  @Test("A change is not begun when a freeze comes before it is done")
  func freezeComes() throws {
    let world = try World().wanting("a").bound(by: Self.frozen)
    #expect(try world.at("2026-11-23T23:58:00Z").plan().deferred.isEmpty)
    let plan = try world.at("2026-11-23T23:58:01Z").plan()
    #expect(plan.deferredReasons == ["a window-too-short"])
    #expect(plan.deferred.first?.until == Timestamp("2026-11-26T00:00:00Z"))
  }

  @Test("After a freeze the first opening counts, and a wait ends when all of its gates let pass")
  func jointEnd() throws {
    let both = """
      maintenance:
        windows: [{name: nightly, start: "22:00", duration: 2h}]
        freezes: [{name: audit, from: "2026-11-24T00:00", to: "2026-11-26T00:00"}]
      """
    let plan = try World().wanting("a").bound(by: both).at(testMoment).plan()
    #expect(plan.deferredReasons == ["a frozen"])
    #expect(plan.deferred.first?.until == Timestamp("2026-11-26T22:00:00Z"))
    let held = try World().wanting("a").bound(by: both).held("a").at(testMoment).plan()
    #expect(held.deferredReasons == ["a held"])
    #expect(held.deferred.first?.until == nil)
  }

  @Test("Where a window comes later than a freeze or a hold ends, the message says which")
  func afterwards() throws {
    let both = """
      maintenance:
        windows: [{name: nightly, start: "22:00", duration: 2h}]
        freezes: [{name: audit, from: "2026-11-24T00:00", to: "2026-11-26T00:00"}]
      """
    let frozen = try World().wanting("a").bound(by: both).at(testMoment).plan().deferred.first
    let told =
      "; after that window `nightly` of policy web (web.yaml:6:15) is the next that is "
      + "long enough and opens at 2026-11-26T22:00:00Z"
    #expect(frozen?.message.contains("holds until 2026-11-26T00:00:00Z") == true)
    #expect(frozen?.message.hasSuffix(told) == true, "\(frozen?.message ?? "")")
    let held = try World().wanting("a").bound(by: both).held("a", until: "2026-11-25T00:00:00Z")
      .at(testMoment).plan().deferred.first
    #expect(held?.message.hasSuffix(told) == true, "\(held?.message ?? "")")
    let free = try World().wanting("a").bound(by: Self.frozen).at(testMoment).plan()
    #expect(free.deferred.first?.message.contains("after that") == false)
  }

  @Test("What ends in no year that can be written has no end")
  func beyondReach() throws {
    let plan = try World().wanting("a").bound(by: "safety: {gates: {minUptime: 9999999d}}")
      .at(testMoment).plan()
    #expect(plan.deferredReasons == ["a gate-uptime"])
    #expect(plan.deferred.first?.until == nil)
    #expect(plan.gates.allSatisfy { $0.until == nil })
  }

  @Test("A withdrawn build goes whatever windows, freezes and waves say; a hold keeps it")
  func recall() throws {
    let world = World().with("bad", patch: "a", for: "web").changed {
      $0.desired.patches.append(
        DesiredSet.Patch(
          name: "a",
          wanted: .applied([
            DesiredSet.Choice(
              build: .test("bad", build: "b1", isWithdrawn: true),
              admission: .refused(
                Admission.Refusal(
                  kind: .withdrawn, reason: .withdrawn, message: "bad was withdrawn")))
          ]),
          policy: "web", source: .init(path: "web.yaml")))
    }.withdrawing("bad")
    for policy in [Self.nightly, Self.frozen] {
      let plan = try world.bound(by: policy).at(testMoment).plan()
      #expect(plan.outline.hasPrefix("disable bad withdrawn"), "\(plan.deferred)")
    }
    let held = try world.bound(by: Self.nightly).held().at(testMoment).plan()
    #expect(held.steps.isEmpty)
    #expect(held.deferredReasons == ["a held"])
  }

  @Test(
    "A hold on a patch keeps that patch, one on everything all of them, until its time",
    arguments: [
      ("a" as String?, "2026-11-25T00:00:00Z" as String?, ["a held"]),
      (nil, nil, ["a held", "b held"]), ("a", "2026-11-24T12:00:00Z", []),
    ])
  func hold(patch: String?, until: String?, deferred: [String]) throws {
    let plan = try World().wanting("a").wanting("b").held(patch, until: until).at(testMoment).plan()
    #expect(plan.deferredReasons == deferred)
    if deferred.count == 1 {
      #expect(plan.deferred.first?.until == until.map { Timestamp($0) })
      #expect(plan.deferred.first?.message.contains("held by ada") == true)
      #expect(plan.deferred.first?.message.contains("audit") == true)
    }
  }

  @Test("Load, uptime and taint hold a change up, and the strictest policy counts")
  func state() throws {
    let gates = "safety: {gates: {maxLoadPerCPU: 2.0, minUptime: 10m, forbidTaints: [D]}}"
    let world = try World().wanting("a").bound(by: gates).at(testMoment)
    func plan(load: Double, uptime: Int, taint: Int) throws -> Plan {
      try world.changed {
        $0.snapshot.host.loadPerCPU = .known(load)
        $0.snapshot.host.uptimeSeconds = .known(uptime)
        $0.snapshot.host.kernel.taint = .known(taint)
      }.plan()
    }
    #expect(try plan(load: 2, uptime: 600, taint: 1 << 5).deferred.isEmpty)
    #expect(try plan(load: 2.01, uptime: 600, taint: 0).deferredReasons == ["a gate-load"])
    #expect(try plan(load: 0, uptime: 600, taint: 1 << 7).deferredReasons == ["a gate-taint"])
    let young = try plan(load: 0, uptime: 590, taint: 0)
    #expect(young.deferredReasons == ["a gate-uptime"])
    #expect(young.deferred.first?.until == Timestamp("2026-11-24T12:00:10Z"))
    let stricter = try World().wanting("a").bound(
      "a", by: ["web": gates, "db": "safety: {gates: {maxLoadPerCPU: 0.5}}"]
    ).changed {
      $0.snapshot.host.loadPerCPU = .known(1)
      $0.snapshot.host.uptimeSeconds = .known(600)
    }.plan()
    #expect(stricter.deferred.first?.message.contains("policy db allows 0.5") == true)
  }

  @Test("After a fault of the kernel nothing is changed where no policy says otherwise")
  func usualTaints() throws {
    for bit in [4, 5, 7] {
      let tainted = World().wanting("a").changed {
        $0.snapshot.host.kernel.taint = .known(1 << bit)
      }
      #expect(try tainted.plan().deferredReasons == ["a gate-taint"])
      let allowed = try tainted.bound(by: "safety: {gates: {forbidTaints: []}}")
      #expect(try allowed.plan().deferred.isEmpty)
    }
  }

  @Test("What a gate goes by and could not be observed blocks on the host, and warns elsewhere")
  func unobserved() throws {
    let world = try World().wanting("a").bound(by: "safety: {gates: {maxLoadPerCPU: 2.0}}")
      .changed { $0.snapshot.host.loadPerCPU = .unknown }
    #expect(try world.plan().blockedReasons == ["a unverified"])
    let elsewhere = try world.changed { $0.options.unverified = .warn }.plan()
    #expect(elsewhere.warnings.contains { $0.message.contains("the load") })
    #expect(!elsewhere.steps.isEmpty)
  }

  @Test("The gates are asked in one order, and the first that defers gives the reason")
  func order() throws {
    let all = """
      minimumAge: 1h
      maintenance:
        windows: [{start: "22:00", duration: 2h}]
        freezes: [{from: "2026-11-24T00:00", to: "2026-11-26T00:00"}]
      safety: {gates: {maxLoadPerCPU: 0.0, minUptime: 10m, commands: [{run: [/bin/true]}]}}
      """
    let plan = try World().wanting("a").bound(by: all).held("a").at(testMoment).changed {
      $0.snapshot.host.loadPerCPU = .known(1)
      $0.snapshot.host.kernel.taint = .known(1 << 7)
    }.plan()
    #expect(plan.deferredReasons == ["a held"])
    #expect(
      plan.gateOutline == [
        "hold deferred held", "freeze deferred frozen", "window deferred outside-window",
        "minimum-age passed", "load deferred gate-load", "uptime deferred gate-uptime",
        "taint deferred gate-taint", "command skipped",
      ])
  }

  @Test("What waits for its age has the gates before that too")
  func early() throws {
    let world = try World().wanting("a").bound(
      by: "minimumAge: 48h\n" + Self.nightly
    ).changed {
      $0.desired.patches[0].wanted = .applied([
        DesiredSet.Choice(
          build: .test("a", build: "b1"),
          admission: .refused(
            Admission.Refusal(
              kind: .early, reason: .tooYoung, message: "a is young",
              until: Timestamp("2026-11-25T12:00:00Z"))))
      ])
    }
    let closed = try world.at(testMoment).plan()
    #expect(closed.deferredReasons == ["a outside-window"])
    #expect(closed.deferred.first?.until == Timestamp("2026-11-25T21:00:00Z"))
    let open = try world.at("2026-11-24T21:00:00Z").plan()
    #expect(open.deferredReasons == ["a too-young"])
    #expect(open.gateOutline.contains("minimum-age deferred too-young"))
  }
}
