import Compatibility
import Documents
import Planning
import PolicyModel
import Testing

/// What a user may rely on when policies are turned into steps.
@Suite struct PlannerTests {
  @Test("A patch that is not there is loaded and waited for")
  func loads() throws {
    #expect(try World().wanting("a").steps() == "load a not-loaded\nawait a not-loaded")
  }

  @Test("A host that is as wanted has nothing to do")
  func converged() throws {
    let plan = try World().with("a", for: "web").wanting("a").plan()
    #expect(plan.steps.isEmpty && plan.blocked.isEmpty && plan.deferred.isEmpty)
    #expect(plan.after == [PredictedModule(module: "a", state: .applied, buildID: "b1")])
  }

  @Test("The wanted build counts as there, whoever loaded it")
  func adopts() throws {
    let plan = try World().with("a").wanting("a").plan()
    #expect(plan.steps.isEmpty && plan.unmanaged.isEmpty)
  }

  @Test("Nor does it count as there where the kernel has hooked none of its functions")
  func adoptsNothingIdle() throws {
    func plan(_ patched: Fact<Bool>, _ object: String = "vmlinux") throws -> Plan {
      try World().with("a").wanting("a", fixes: ["CVE-2026-1"]).changed {
        $0.snapshot.live.patches[0].objects = [
          PatchedObject(
            name: object, patched: patched, functions: [PatchedFunction(name: "f", sympos: 1)])
        ]
      }.plan()
    }
    let idle = try plan(.known(false))
    #expect(idle.blocked.map(\.reason) == [.notInForce] && idle.steps.isEmpty)
    #expect(idle.blocked.first?.openCVEs == ["CVE-2026-1"])
    for plan in [try plan(.known(true)), try plan(.unknown), try plan(.known(false), "ext4")] {
      #expect(plan.blocked.isEmpty && plan.steps.isEmpty)
    }
  }

  @Test("What the journal verified needs no artefact any more")
  func needsNoArtefact() throws {
    let world = World().with("a", for: "web").wanting("a").changed { $0.artefacts = [:] }
    #expect(try world.plan().steps.isEmpty)
  }

  @Test("What is required is applied before what requires it, in one group")
  func requiredFirst() throws {
    let world = World().wanting("a", requires: ["z"]).wanting("z")
    #expect(
      try world.steps() == """
        load z not-loaded
        await z not-loaded
        load a not-loaded
        await a not-loaded
        """)
  }

  @Test("What requires another is taken off before that other")
  func dependentsGoFirst() throws {
    let world = World().with("a", for: "web", requires: ["z"]).with("z", for: "web")
      .wantingAbsent("a").wantingAbsent("z")
    #expect(
      try world.steps() == """
        disable a unwanted
        await a unwanted
        unload a unwanted
        disable z unwanted
        await z unwanted
        unload z unwanted
        """)
  }

  @Test("Patches that have nothing to do with each other are separate groups")
  func separateGroups() throws {
    #expect(
      try World().wanting("a").wanting("b").steps() == """
        load a not-loaded
        await a not-loaded

        load b not-loaded
        await b not-loaded
        """)
  }

  @Test("Patches of one function are one group")
  func sharedFunction() throws {
    let plan = try World().wanting("a", functions: ["f"])
      .with("klp_old", patch: "old", for: "web", functions: ["f"]).plan()
    #expect(plan.steps.map(\.action) == [.load, .await, .disable, .await, .unload])
    #expect(Set(plan.steps.map(\.group)).count == 1)
  }

  @Test("A requirement that nobody meets blocks, and what requires the blocked one too")
  func unmetRequirement() throws {
    let plan = try World().wanting("a", requires: ["b"]).wanting("b", requires: ["gone"]).plan()
    #expect(plan.blockedReasons == ["a requires-unmet", "b requires-unmet"])
    #expect(plan.steps.isEmpty)
  }

  @Test("A patch that a wanted one requires is not taken off")
  func requiredStays() throws {
    let plan = try World().with("a", for: "web", requires: ["z"]).with("z", for: "web")
      .wanting("a", requires: ["z"]).wantingAbsent("z").plan()
    #expect(plan.blockedReasons == ["z requires-unmet"])
  }

  @Test("Another build of the same name: off, then on, and the gap is told")
  func otherBuild() throws {
    let world = World().with("a", build: "b1", for: "web").wanting("a", build: "b2")
    #expect(
      try world.steps() == """
        disable a other-build gap
        await a other-build gap
        unload a other-build gap
        load a other-build gap
        await a other-build gap
        """)
  }

  @Test("No swap without a way back", arguments: [true, false])
  func noWayBack(managed: Bool) throws {
    let world = World().with("a", build: "b1", for: managed ? "web" : nil, stored: false)
      .wanting("a", build: "b2")
    #expect(try world.plan().blockedReasons == ["a no-way-back"])
  }

  @Test("A resident module makes room for its name")
  func resident() throws {
    let world = World().with("a", .resident, for: "web").wanting("a")
    #expect(
      try world.steps() == "unload a resident\nload a resident\nawait a resident")
  }

  @Test("A pinned module blocks its name")
  func pinned() throws {
    let world = World().with("a", build: "b0", .pinned, for: "web").wanting("a")
    #expect(try world.plan().blockedReasons == ["a pinned"])
  }

  @Test("A successor under another name is applied before its predecessor goes")
  func successor() throws {
    let world = World().with("a1", patch: "a", for: "web")
      .wanting("a", module: "a2", build: "b2")
    #expect(
      try world.steps() == """
        load a2 newer-build
        await a2 newer-build
        disable a1 newer-build
        await a1 newer-build
        unload a1 newer-build
        """)
  }

  @Test(
    "A successor that is blocked keeps its predecessor",
    arguments: ["a", "another name for the same fix"])
  func blockedSuccessor(name: String) throws {
    let world = World().with("a1", patch: "a", for: "web", fixes: ["CVE-2026-1"])
      .wanting(name, module: "a2", build: "b2", fixes: ["CVE-2026-1"])
      .changed { $0.artefacts[name] = .unusable(Obstacle(.digestMismatch, "another digest")) }
    let plan = try world.plan()
    #expect(plan.steps.isEmpty)
    #expect(plan.blockedReasons == ["\(name) digest-mismatch"])
    #expect(plan.deferredReasons == ["a successor-not-applied"])
    // The predecessor stays, and so does its fix.
    #expect(plan.blocked.first?.openCVEs == [])
  }

  @Test("A managed patch that its policy no longer names is removed")
  func prunesOwn() throws {
    let world = World().with("a", for: "web").wanting("b")
    #expect(
      try world.steps() == """
        load b not-loaded
        await b not-loaded

        disable a unwanted
        await a unwanted
        unload a unwanted
        """)
  }

  @Test("A patch of another policy stays and is reported; --prune takes it off")
  func orphan() throws {
    let world = World().with("a", for: "db").wanting("b")
    let plan = try world.plan()
    #expect(plan.steps.map(\.module) == ["b", "b"])
    #expect(plan.unmanaged.map(\.ownership) == [.known(.orphaned)])
    let pruned = try world.changed { $0.options.prune = true }.plan()
    #expect(pruned.steps.map(\.module) == ["b", "b", "a", "a", "a"])
  }

  @Test("An empty desired set removes nothing unless that is allowed")
  func emptySet() throws {
    let world = World().with("a", for: "web")
    #expect(try world.plan().blockedReasons == ["a empty-desired-set"])
    #expect(try world.changed { $0.options.allowEmpty = true }.plan().steps.count == 3)
  }

  @Test("A foreign patch is touched only when the policy says remove")
  func foreign() throws {
    let world = World().with("alien").wanting("a")
    #expect(try world.plan().steps.map(\.module) == ["a", "a"])
    #expect(try world.plan().unmanaged.map(\.module) == ["alien"])
    let ignoring = try world.changed { $0.desired.unmanaged = .ignore }.plan()
    #expect(ignoring.steps.map(\.module) == ["a", "a"] && ignoring.unmanaged.isEmpty)
    let removing = try world.changed { $0.desired.unmanaged = .remove }.plan()
    #expect(removing.steps.map(\.module) == ["a", "a", "alien", "alien", "alien"])
    #expect(removing.steps.suffix(3).allSatisfy { $0.action == .await || !$0.reversible })
  }

  @Test("A build whose module name another patch takes leaves as any fix does: never to wait")
  func displaced() throws {
    // The patch was called old, and its module is now one of another patch.
    let world = World().with("m", build: "b1", patch: "old", for: "web", fixes: ["CVE-2026-1"])
      .wanting("new", module: "m", build: "b2")
    #expect(try world.plan().steps.count == 5)
    let held = try world.held("old").plan()
    #expect(held.steps.isEmpty && held.deferredReasons == ["new held"])
    let awaited = world.wanting("old", module: "o", build: "b3")
      .changed { $0.artefacts["old"] = .unusable(Obstacle(.digestMismatch, "another digest")) }
    #expect(try awaited.plan().steps.isEmpty)
    #expect(try awaited.plan().deferredReasons == ["new successor-not-applied"])
    let required = world.with("q", for: "web", requires: ["old"]).wanting("q", requires: ["old"])
    #expect(try required.plan().steps.isEmpty)
    #expect(Set(try required.plan().blockedReasons) == ["new requires-unmet"])
  }

  @Test("A module that a policy names absent stays while its patch waits for its successor")
  func absentByModule() throws {
    let world = World().with("m", patch: "p", for: "web").wanting("p", module: "p2", build: "b2")
      .changed { $0.artefacts["p"] = .unusable(Obstacle(.artefactMissing, "gone")) }
      .wantingAbsent("o", module: "m")
    let plan = try world.plan()
    #expect(plan.steps.isEmpty && plan.deferredReasons == ["p successor-not-applied"])
    #expect(
      try World().with("m", patch: "p", for: "web").wantingAbsent("o", module: "m").held("p")
        .plan().deferredReasons == ["p held"])
  }

  @Test("An earlier run's transition is waited for, then the plan goes on")
  func ownTransition() throws {
    let world = World().with("a", .enabling, for: "web").wanting("a").wanting("b")
    #expect(
      try world.steps() == """
        await a transition-in-progress

        load b not-loaded
        await b not-loaded
        """)
  }

  @Test("Somebody else's transition defers everything")
  func foreignTransition() throws {
    let plan = try World().with("alien", .enabling).wanting("a").plan()
    #expect(plan.steps.isEmpty)
    #expect(plan.deferredReasons == ["a transition-in-progress"])
  }

  @Test("A transition that an earlier run turned around is left alone")
  func ownReversal() throws {
    let world = World().with("a", .disabling, for: "web").wanting("a").changed {
      var records = $0.snapshot.history.managed.value ?? []
      records[0].reversal = .disabling
      $0.snapshot.history.managed = .known(records)
    }
    #expect(try world.plan().steps.isEmpty)
    #expect(try world.plan().deferredReasons == ["a transition-in-progress"])
  }

  @Test("An unwanted patch in mid-removal is waited for and unloaded")
  func ownDisabling() throws {
    let world = World().with("a", .disabling, for: "web").wantingAbsent("a").disabledByUs()
    #expect(try world.steps() == "await a transition-in-progress\n\nunload a resident")
  }

  @Test("What somebody else is taking off is left to them while it lasts, wanted, held or not")
  func foreignDisabling() throws {
    let world = World().with("a", .disabling, for: "web")
    for plan in [try world.wanting("a").plan(), try world.wantingAbsent("a").plan()] {
      #expect(plan.steps.isEmpty)
      #expect(plan.deferredReasons == ["a transition-in-progress"])
      #expect(plan.deferred.first?.message.contains("which somebody else began") == true)
    }
  }

  @Test(
    "What the kernel cannot do at all blocks, each with its own reason",
    arguments: [
      (
        "kernel-unsupported",
        { @Sendable (kernel: inout Host.Kernel) in kernel.livepatch = .known(false) }
      ),
      ("kernel-unsupported", { @Sendable kernel in kernel.modules = .known(false) }),
      ("kernel-unsupported", { @Sendable kernel in kernel.release = "4.19.0-27-amd64" }),
      ("modules-disabled", { @Sendable kernel in kernel.modulesDisabled = .known(true) }),
      ("disabled-by-command-line", { @Sendable kernel in kernel.switchedOff = .known(true) }),
    ] as [(String, @Sendable (inout Host.Kernel) -> Void)])
  func kernelObstacles(reason: String, change: @Sendable (inout Host.Kernel) -> Void) throws {
    let world = World().with("old", for: "web").wanting("a").wantingAbsent("old")
      .changed { change(&$0.snapshot.host.kernel) }
    let plan = try world.plan()
    #expect(plan.steps.isEmpty)
    #expect(plan.blockedReasons == ["a \(reason)", "old \(reason)"])
  }

  @Test("What could not be observed blocks a change, and only warns where nothing is changed")
  func unverified() throws {
    let world = World().wanting("a").changed {
      $0.snapshot.host.kernel.modulesDisabled = .unknown
    }
    #expect(try world.plan().blockedReasons == ["a unverified"])
    let warned = try world.changed { $0.options.unverified = .warn }.plan()
    #expect(warned.steps.count == 2)
    #expect(warned.warnings.map(\.code) == [Warning.unverified])
  }

  @Test("Without the journal nobody's patch is removed")
  func journalUnknown() throws {
    let world = World().with("a").wantingAbsent("a", module: "a")
      .changed { $0.snapshot.history.managed = .unknown }
    #expect(try world.plan().blockedReasons == ["a unverified"])
  }

  @Test("Whose patch it is decides whether it goes, and is not guessed without the journal")
  func undecided() throws {
    let world = World().with("a").with("b").wanting("a")
      .changed { $0.snapshot.history.managed = .unknown }
    #expect(try world.plan().blockedReasons == ["b unverified"])
    let warned = try world.changed { $0.options.unverified = .warn }.plan()
    #expect(warned.blocked.isEmpty && warned.unmanaged.map(\.ownership) == [.unknown])
  }

  @Test("A wanted patch that somebody else is loading is waited for, not called applied")
  func foreignLoadOfWanted() throws {
    let plan = try World().with("a", .enabling).wanting("a").plan()
    #expect(plan.steps.isEmpty && plan.deferredReasons == ["a transition-in-progress"])
  }

  @Test("What two policies want that run apart is told to the one that the journal does not know")
  func loadedForAnother() throws {
    let plan = try World().with("a", for: "db").wanting("a").plan()
    #expect(plan.steps.isEmpty && plan.warnings.map(\.code) == ["loaded-for-another"])
    #expect(try World().with("a", for: "web").wanting("a").plan().warnings.isEmpty)
  }

  @Test(
    "What somebody else loaded stays until what patches the same function is applied",
    arguments: [["f"], nil] as [[String]?])
  func foreignPredecessor(functions: [String]?) throws {
    let world = World().with("alien", functions: ["f"]).changed { $0.desired.unmanaged = .remove }
    var blocked = world.wanting("a", functions: functions ?? [])
    if functions == nil {
      blocked.artefacts["a"] = .unusable(Obstacle(.artefactMissing, "gone"))
    } else {
      blocked.snapshot.host.kernel.signatureEnforced = .known(true)
    }
    var early = world.wanting("a", functions: functions ?? [])
    early.desired.patches[0].wanted = .applied([
      DesiredSet.Choice(
        build: .test("a", build: "b1"),
        admission: .refused(.init(kind: .early, reason: .tooYoung, message: "not yet")))
    ])
    if functions == nil { early.artefacts = [:] }
    for plan in [try blocked.plan(), try early.plan()] {
      #expect(plan.steps.isEmpty)
      #expect(plan.deferredReasons.contains("alien successor-not-applied"))
    }
    let other = try early.changed {
      $0.artefacts["a"] = .verified(.test("a", build: "b1", replace: false, functions: ["g"]))
    }.plan()
    #expect(other.steps.map(\.module) == ["alien", "alien", "alien"])
  }

  @Test("A machine ID that is not known is told where rollouts go by it")
  func machineID() throws {
    let rollout = "rollout: {from: 2026-11-20T08:00:00Z, waves: [{percent: 5}]}"
    let world = World().wanting("a").changed {
      $0.options.unverified = .warn
      $0.snapshot.host.machineID = .unknown
    }
    #expect(try world.plan().warnings.isEmpty)
    let told = try world.bound(by: rollout).plan()
    #expect(told.warnings.map(\.code) == ["unverified"])
    #expect(told.warnings.first?.message.contains("the machine ID") == true)
  }

  @Test("What lies under a replace patch that is being turned back stays as it was")
  func turnedBack() throws {
    let world = World().with("a", .replacing, for: "web").with("all", .disabling, replace: true)
      .wanting("a")
    let plan = try world.plan()
    #expect(plan.steps.isEmpty && plan.deferredReasons == ["a transition-in-progress"])
  }

  @Test("The same input gives the same plan, and the digest covers all of it")
  func pure() throws {
    let world = World().with("x", for: "web").wanting("a").wanting("b", requires: ["a"])
    let plan = try world.plan()
    #expect(plan == (try world.plan()))
    let other = try world.changed { $0.snapshot.host.hostname = "web-2" }.plan()
    #expect(plan.digest != other.digest && plan.digest.count == 64)
    #expect(plan.snapshotDigest == other.snapshotDigest)
  }
}

extension World {
  /// The journal says that klpolicy disabled what it has loaded.
  fileprivate func disabledByUs() -> World {
    changed {
      var records = $0.snapshot.history.managed.value ?? []
      for index in records.indices { records[index].isDisabled = true }
      $0.snapshot.history.managed = .known(records)
    }
  }
}
