import Compatibility
import Diagnostics
import Documents
import Planning
import PolicyModel
import Testing

/// A patch with several builds, the highest version first, as `version: admission`.
extension World {
  fileprivate func wanting(
    _ patch: String, choices: [(version: String, admission: Admission)], requires: [String] = [],
    withdrawn: Set<String> = []
  ) -> World {
    var world = wanting(patch, requires: requires)
    let index = world.desired.patches.count - 1
    world.desired.patches[index].wanted = .applied(
      choices.map { version, admission in
        DesiredSet.Choice(
          build: .test(
            "\(patch)_\(version)", build: "b\(version)", version: version,
            isWithdrawn: withdrawn.contains(version)), admission: admission)
      })
    world.desired.withdrawals = world.desired.patches[index].builds.filter(\.isWithdrawn)
    world.artefacts[patch] = choices.first { $0.admission == .admitted }.map {
      .verified(
        .test("\(patch)_\($0.version)", build: "b\($0.version)", replace: false, functions: []))
    }
    return world
  }
}

extension Admission {
  fileprivate static func early(_ reason: Reason, until: Int? = nil) -> Admission {
    .refused(
      Refusal(
        kind: .early, reason: reason, message: "not yet",
        until: until.map { Timestamp(secondsSinceEpoch: $0) }))
  }

  fileprivate static let unfit = Admission.refused(
    Refusal(kind: .unfit, reason: .noBuildForKernel, message: "another version is asked for"))
  fileprivate static let withdrawn = Admission.refused(
    Refusal(kind: .withdrawn, reason: .withdrawn, message: "it was withdrawn"))
  fileprivate static let otherKernel = Admission.refused(
    Refusal(kind: .unfit, reason: .otherKernelBuild, message: "for another kernel"))
}

@Suite struct `Which build of a patch is loaded` {
  @Test func `the highest version that is admitted`() throws {
    let world = World().wanting("p", choices: [("3", .unfit), ("2", .admitted), ("1", .admitted)])
    #expect(try world.steps() == "load p_2 not-loaded\nawait p_2 not-loaded")
  }

  @Test func `its predecessor stays until it is applied`() throws {
    let world = World().with("p_1", build: "b1", patch: "p", for: "web")
      .wanting("p", choices: [("2", .admitted), ("1", .admitted)])
    #expect(
      try world.steps() == """
        load p_2 newer-build
        await p_2 newer-build
        disable p_1 newer-build
        await p_1 newer-build
        unload p_1 newer-build
        """)
  }

  @Test func `a newer one that is early waits, and what is there stays`() throws {
    let plan = try World().with("p_1", build: "b1", patch: "p", for: "web")
      .wanting("p", choices: [("2", .early(.waveNotReached, until: 9)), ("1", .admitted)]).plan()
    #expect(plan.steps.isEmpty)
    #expect(plan.deferredReasons == ["p wave-not-reached"])
    #expect(plan.deferred.first?.until == Timestamp(secondsSinceEpoch: 9))
    #expect(plan.deferred.first?.module == "p_2")
  }

  @Test func `what was admitted before and is in force is not taken off to wait`() throws {
    let plan = try World().with("p_2", build: "b2", patch: "p", for: "web")
      .wanting("p", choices: [("2", .early(.rolloutPaused)), ("1", .admitted)]).plan()
    #expect(plan.steps.isEmpty && plan.deferred.isEmpty && plan.blocked.isEmpty)
  }

  @Test func `a build that nobody may have yet is deferred`() throws {
    let plan = try World().wanting("p", choices: [("1", .early(.tooYoung, until: 9))]).plan()
    #expect(plan.steps.isEmpty && plan.blocked.isEmpty)
    #expect(plan.deferredReasons == ["p too-young"])
  }

  @Test func `none for this kernel is blocked`() throws {
    let plan = try World().wanting("p", choices: []).plan()
    #expect(plan.blockedReasons == ["p no-build-for-kernel"])
  }

  @Test func `one for another build of this kernel is blocked, and says so`() throws {
    let plan = try World().wanting("p", choices: [("2", .unfit), ("1", .otherKernel)]).plan()
    #expect(plan.blockedReasons == ["p other-kernel-build"])
  }

  @Test func `what requires a patch that waits, waits too`() throws {
    let plan = try World().wanting("q", requires: ["p"])
      .wanting("p", choices: [("1", .early(.tooYoung, until: 9))]).plan()
    #expect(plan.blocked.isEmpty)
    #expect(Set(plan.deferredReasons) == ["p too-young", "q requires-unmet"])
  }

  @Test func `a build that was withdrawn goes, whatever becomes of its successor`() throws {
    let world = World().with("p_1", build: "b1", patch: "p", for: "web")
      .wanting(
        "p", choices: [("2", .early(.tooYoung)), ("1", .withdrawn)], withdrawn: ["1"])
    let plan = try world.plan()
    #expect(
      plan.outline == """
        disable p_1 withdrawn irreversible
        await p_1 withdrawn irreversible
        unload p_1 withdrawn irreversible
        """)
    #expect(plan.deferredReasons == ["p too-young"])
  }

  @Test func `a withdrawn build makes way after its successor`() throws {
    let world = World().with("p_1", build: "b1", patch: "p", for: "web")
      .wanting("p", choices: [("2", .admitted), ("1", .withdrawn)], withdrawn: ["1"])
    #expect(
      try world.steps() == """
        load p_2 newer-build
        await p_2 newer-build

        disable p_1 withdrawn irreversible
        await p_1 withdrawn irreversible
        unload p_1 withdrawn irreversible
        """)
  }

  @Test func `a withdrawn build that nobody has is blocked, and nothing is loaded`() throws {
    let plan = try World().wanting("p", choices: [("1", .withdrawn)], withdrawn: ["1"]).plan()
    #expect(plan.steps.isEmpty)
    #expect(plan.blockedReasons == ["p withdrawn"])
  }

  @Test func `a kernel that has the fix needs nothing, and keeps what is there`() throws {
    var world = World().with("p_1", build: "b1", patch: "p", for: "web").wanting("p")
    world.desired.patches[0].wanted = .fixedByKernel(message: "the kernel has it")
    let plan = try world.plan()
    #expect(plan.steps.isEmpty && plan.blocked.isEmpty && plan.deferred.isEmpty)
    #expect(plan.satisfied.map(\.reason) == [.kernelHasFix])
  }

  @Test func `a requirement that the kernel meets itself is met`() throws {
    var world = World().wanting("q", requires: ["p"]).wanting("p")
    world.desired.patches[1].wanted = .fixedByKernel(message: "the kernel has it")
    #expect(try world.steps() == "load q not-loaded\nawait q not-loaded")
  }

  @Test func `whether a policy is for the host must be known before anything is changed`() throws {
    let world = World().wanting("p").changed {
      $0.desired.undecided = ["whether policy db is for this host (its labels could not be read)"]
    }
    #expect(try world.plan().blockedReasons == ["p unverified"])
  }
}

@Suite struct `What is taken away only for something better` {
  @Test func `a fix stays while the patch that is to take its place has no build yet`() throws {
    let old = World().with("old_1", build: "b1", patch: "old", for: "web", fixes: ["CVE-2026-1111"])
    for choices: [(version: String, admission: Admission)] in [
      [("1", .early(.tooYoung, until: 9))], [],
    ] {
      var world = old.wanting("new", choices: choices)
      world.desired.patches[0].fixes = ["CVE-2026-1111"]
      let plan = try world.plan()
      #expect(plan.steps.isEmpty)
      #expect(plan.deferredReasons.contains("old successor-not-applied"))
    }
  }

  @Test func `a higher version waits in plain sight, though a lower one that is early is in force`()
    throws
  {
    let plan = try World().with("p_2", build: "b2", patch: "p", for: "web")
      .wanting(
        "p", choices: [("3", .early(.tooYoung, until: 9)), ("2", .early(.rolloutPaused))]
      ).plan()
    #expect(plan.steps.isEmpty)
    #expect(plan.deferredReasons == ["p too-young"])
  }

  @Test func `nothing goes back to a lower version while a higher one is early`() throws {
    // The catalogue has another build of the version that is in force, and it is too young.
    var world = World().with("p_2", build: "old", patch: "p", for: "web")
      .wanting("p", choices: [("2", .early(.tooYoung, until: 9)), ("1", .admitted)])
    var managed = world.snapshot.history.managed.value ?? []
    managed[0].version = "2"
    world.snapshot.history.managed = .known(managed)
    let plan = try world.plan()
    #expect(plan.steps.isEmpty)
    #expect(plan.deferredReasons == ["p too-young"])
  }

  @Test func `a withdrawn build goes also where its successor has its name and cannot be loaded`()
    throws
  {
    var world = World().with("p", build: "b1", patch: "p", for: "web").wanting("p")
    world.desired.patches[0].wanted = .applied([
      DesiredSet.Choice(
        build: .test("p", build: "b2", version: "2"), admission: .admitted),
      DesiredSet.Choice(
        build: .test("p", build: "b1", version: "1", isWithdrawn: true), admission: .withdrawn),
    ])
    world = world.withdrawing("p")
    world.artefacts["p"] = .unusable(Obstacle(.artefactMissing, "it is not there"))
    let plan = try world.plan()
    #expect(plan.steps.map(\.action) == [.disable, .await, .unload])
    #expect(plan.steps.allSatisfy { $0.reason == .withdrawn && $0.module == "p" })
    #expect(plan.blockedReasons == ["p artefact-missing"])
  }
}
