import Compatibility
import Documents
import Planning
import PolicyModel
import Testing

/// What becomes of a build that klpolicy loaded and that was withdrawn since.
@Suite struct `A build that was withdrawn` {
  static let isOff = """
    disable p withdrawn irreversible
    await p withdrawn irreversible
    unload p withdrawn irreversible
    """

  /// Wants another build under the module name of the withdrawn one.
  private var successorOfThatName: World {
    World().with("p", build: "b1", for: "web").wanting("p", build: "b2").withdrawing("p")
  }

  private func isGone(_ world: World, sourceLocation: SourceLocation = #_sourceLocation) throws {
    for policy in [GateTests.nightly, GateTests.frozen] {
      let plan = try world.bound(by: policy).at(testMoment).plan()
      #expect(plan.outline == Self.isOff, "\(plan.deferred)", sourceLocation: sourceLocation)
    }
  }

  @Test func `goes at once where its successor has its name and waits for a window`() throws {
    try isGone(successorOfThatName)
  }

  @Test func `stays where a person holds it, though its successor has its name`() throws {
    for world in [successorOfThatName.held(), successorOfThatName.held("p")] {
      let plan = try world.bound(by: GateTests.nightly).at(testMoment).plan()
      #expect(plan.steps.isEmpty)
      #expect(plan.deferredReasons == ["p held", "p held"])
    }
    let blocked = successorOfThatName.held().changed {
      $0.artefacts["p"] = .unusable(Obstacle(.digestMismatch, "another digest"))
    }
    let plan = try blocked.at(testMoment).plan()
    #expect(plan.steps.isEmpty && plan.deferredReasons == ["p held"])
  }

  @Test(
    "waits for load, uptime and taint, though its successor has its name",
    arguments: ["gate-load", "gate-uptime", "gate-taint"])
  func gates(reason: String) throws {
    let policy =
      GateTests.nightly + """

        safety:
          gates: {\(reason == "gate-load" ? "maxLoadPerCPU: 2" : "minUptime: 10m")}
        """
    let world = try successorOfThatName.bound(by: policy).at(testMoment).changed {
      $0.snapshot.host.uptimeSeconds = .known(reason == "gate-uptime" ? 60 : 6000)
      $0.snapshot.host.loadPerCPU = .known(9)
      if reason == "gate-taint" { $0.snapshot.host.kernel.taint = .known(1 << 7) }
    }
    let plan = try world.plan()
    #expect(plan.steps.isEmpty)
    #expect(plan.deferredReasons == ["p outside-window", "p \(reason)"])
  }

  @Test func `goes where the kernel has the fix itself`() throws {
    try isGone(
      World().with("p", for: "web").wanting("p").withdrawing("p").changed {
        $0.desired.patches[0].wanted = .fixedByKernel(message: "the kernel has it")
      })
  }

  @Test func `goes at once where the policies want its patch absent`() throws {
    try isGone(World().with("p", for: "web").wantingAbsent("p").withdrawing("p"))
  }

  @Test func `goes at once where no policy names its patch, and where nothing else is wanted`()
    throws
  {
    try isGone(World().with("p", for: "web").withdrawing("p"))
    let beside = try World().with("p", for: "web").with("a", for: "web").wanting("a")
      .withdrawing("p").bound(by: GateTests.frozen).at(testMoment).plan()
    #expect(beside.outline == Self.isOff)
  }

  @Test func `goes also where it was loaded for a policy that is not given`() throws {
    try isGone(World().with("p", for: "db").withdrawing("p"))
  }

  @Test func `stays where somebody else loaded it`() throws {
    let plan = try World().with("p").withdrawing("p").plan()
    #expect(plan.steps.isEmpty && plan.unmanaged.map(\.module) == ["p"])
  }

  @Test func `is another than the one of its name that is in memory`() throws {
    let plan = try World().with("p", build: "b2", for: "web").wanting("p", build: "b2")
      .withdrawing("p", build: "b1").plan()
    #expect(plan.steps.isEmpty && plan.blocked.isEmpty)
  }

  @Test func `is not loaded either where its file only turns out to be that build`() throws {
    let world = World().wanting("p", build: "b1").changed {
      var withdrawal = BuildDefinition.test("p", build: "other bytes", isWithdrawn: true)
      withdrawal.buildID = "b1"
      $0.desired.withdrawals = [withdrawal]
    }
    #expect(try world.plan().blockedReasons == ["p withdrawn"])
    let loaded = try world.with("p", for: "web").plan()
    #expect(loaded.outline == Self.isOff)
    #expect(loaded.blockedReasons == ["p withdrawn"])
  }

  @Test func `takes with it what requires it, before it, and says what is open then`() throws {
    let world = World().with("p", for: "web")
      .with("q", for: "web", fixes: ["CVE-2026-1"], requires: ["p"])
      .with("r", for: "web", requires: ["q"])
      .wanting("q", fixes: ["CVE-2026-1"], requires: ["p"]).wanting("r", requires: ["q"])
      .withdrawing("p")
    let plan = try world.bound(by: GateTests.frozen).at(testMoment).plan()
    #expect(
      plan.outline == """
        disable r withdrawn
        await r withdrawn
        unload r withdrawn
        disable q withdrawn
        await q withdrawn
        unload q withdrawn
        \(Self.isOff)
        """)
    #expect(plan.blockedReasons == ["q requires-unmet", "r requires-unmet"])
    #expect(plan.blocked.first?.openCVEs == ["CVE-2026-1"])
  }

  @Test func `waits where a person holds what requires it`() throws {
    let world = World().with("p", for: "web").with("q", for: "web", requires: ["p"])
      .wanting("q", requires: ["p"]).withdrawing("p").held("q")
    let plan = try world.plan()
    #expect(plan.steps.isEmpty && plan.blocked.isEmpty)
    #expect(plan.deferredReasons == ["p requires-unmet"])
    let held = try World().with("p", for: "web").with("q", for: "web", requires: ["p"])
      .wanting("q", requires: ["p"]).withdrawing("p").held("p").plan()
    #expect(held.steps.isEmpty && held.blocked.isEmpty)
    #expect(held.deferredReasons == ["p held"])
  }

  @Test func `goes where what requires it was to go in a window`() throws {
    let world = try World().with("p", for: "web").with("q", for: "web", requires: ["p"])
      .wantingAbsent("q").withdrawing("p").bound(by: GateTests.nightly).at(testMoment)
    let plan = try world.plan()
    #expect(plan.steps.map(\.module) == ["q", "q", "q", "p", "p", "p"])
    #expect(plan.deferred.isEmpty)
    let held = try world.held("p").plan()
    #expect(held.steps.isEmpty)
    #expect(Set(held.deferredReasons) == ["p held", "q outside-window"])
  }

  @Test func `is blocked where a patch of a policy that is not given requires it`() throws {
    let world = World().with("p", for: "web").with("q", for: "db", requires: ["p"]).withdrawing("p")
    #expect(try world.plan().blockedReasons == ["p requires-unmet"])
    #expect(try world.plan().steps.isEmpty)
    let pruned = try world.changed { $0.options.prune = true }.plan()
    #expect(pruned.steps.map(\.module) == ["q", "q", "q", "p", "p", "p"])
  }

  @Test func `makes way for its successor beneath what requires it`() throws {
    let plan = try World().with("p1", patch: "p", for: "web")
      .with("q", for: "web", requires: ["p"]).wanting("q", requires: ["p"])
      .wanting("p", module: "p2", build: "b2").withdrawing("p1").plan()
    #expect(plan.steps.map(\.module) == ["p2", "p2", "p1", "p1", "p1"])
    // Were the successor to fail, what requires it would stand on nothing.
    #expect(Set(plan.steps.map(\.group)).count == 1)
    #expect(plan.blocked.isEmpty)
  }

  @Test func `goes whether its successor can be loaded or fails: in a group of its own`() throws {
    let plan = try World().with("p1", patch: "p", for: "web", functions: ["f"])
      .wanting("p", module: "p2", build: "b2", functions: ["f"]).withdrawing("p1").plan()
    #expect(plan.steps.map(\.module) == ["p2", "p2", "p1", "p1", "p1"])
    #expect(plan.steps.map(\.group) == [1, 1, 2, 2, 2])
  }

  @Test func `of another policy makes room for its name`() throws {
    let plan = try World().with("p", build: "b1", for: "db").wanting("p", build: "b2")
      .withdrawing("p").plan()
    #expect(plan.steps.map(\.action) == [.disable, .await, .unload, .load, .await])
    #expect(plan.steps.map(\.reversible) == [false, false, false, true, true])
  }
}
