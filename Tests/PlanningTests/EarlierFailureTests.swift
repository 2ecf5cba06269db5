import Documents
import Planning
import Testing

/// What a user may rely on about what went wrong before: it is not tried again as it was.
@Suite struct EarlierFailureTests {
  private func world(
    _ cause: BuildFailure.Cause, count: Int = 1, build: String = "b1",
    action: Step.Action = .load, _ world: World = World().wanting("a", fixes: ["CVE-2026-1"])
  ) -> World {
    world.changed {
      $0.snapshot.history.failures = [
        BuildFailure(
          module: "a", buildID: build, patch: "a", sha256: "sha-\(build)", action: action,
          cause: cause, count: count, at: Timestamp(secondsSinceEpoch: 0), message: "it went wrong")
      ]
    }
  }

  @Test(
    "A build that failed, or that a boot ended by, is loaded by nobody, and the plan says why",
    arguments: [
      (BuildFailure.Cause.refused, "failed-before"), (.unhealthy, "failed-before"),
      (.crashed, "crash-guard"),
    ])
  func blocked(cause: BuildFailure.Cause, reason: String) throws {
    let plan = try world(cause).plan()
    #expect(plan.steps.isEmpty)
    #expect(plan.blockedReasons == ["a \(reason)"])
    let blocked = try #require(plan.blocked.first)
    #expect(blocked.message.contains("klpolicy resume a"), "\(blocked.message)")
    #expect(blocked.message.contains("it went wrong"))
    #expect(blocked.openCVEs == ["CVE-2026-1"])
  }

  @Test("A build that stayed on though its health check did not pass is not called converged")
  func unhealthyInPlace() throws {
    let there = World().with("a", for: "web").wanting("a", fixes: ["CVE-2026-1"])
    let plan = try world(.unhealthy, there).plan()
    #expect(plan.steps.isEmpty)
    #expect(plan.blockedReasons == ["a failed-before"])
    // That it did not load is refuted by its being there.
    #expect(try world(.refused, there).plan().blocked.isEmpty)
    #expect(try world(.unhealthy, build: "older", there).plan().blocked.isEmpty)
  }

  @Test("Another build of the same patch is loaded")
  func anotherBuild() throws {
    #expect(try world(.crashed, build: "older").steps() == "load a not-loaded\nawait a not-loaded")
  }

  @Test(
    "A load that stalled is tried as often as the policy says, three times if none does",
    arguments: [(2, nil, false), (3, nil, true), (1, 1, true), (4, 5, false), (5, 5, true)])
  func attempts(count: Int, limit: Int?, isBlocked: Bool) throws {
    var world = world(.stalled, count: count)
    if let limit { world = try world.bound(by: "safety: {attempts: \(limit)}") }
    #expect(try world.plan().blockedReasons == (isBlocked ? ["a failed-before"] : []))
  }

  @Test("What could not be taken off stays, and its successor is loaded all the same")
  func removals() throws {
    let world = world(
      .stalled, count: 3, action: .unload,
      World().with("a", patch: "fix", for: "web").wanting("fix", module: "a2", build: "b2"))
    let plan = try world.plan()
    #expect(plan.outline == "load a2 newer-build\nawait a2 newer-build")
    #expect(plan.blockedReasons == ["fix failed-before"])
  }

  @Test("A build that failed does not cost the one that is in force")
  func keepsPredecessor() throws {
    let world = world(
      .refused, build: "b2",
      World().with("old", patch: "a", for: "web").wanting(
        "a", build: "b2"))
    let plan = try world.plan()
    #expect(plan.steps.isEmpty)
    #expect(plan.blockedReasons == ["a failed-before"])
    #expect(plan.deferredReasons == ["a successor-not-applied"])
  }

  @Test("What an earlier run loaded, and was killed before it had verified, is verified")
  func unfinished() throws {
    let world = World().with("a", for: "web").wanting("a").changed {
      $0.snapshot.history.unfinished = ["a"]
    }
    #expect(try world.steps() == "await a unfinished")
    let hooked = try world.bound(by: HookTests.hooks)
    #expect(try PlannedWork(hooked.input).hooks[1]?.map(\.name) == [.healthCheck])
    // It is on its way out, or not in memory any longer.
    let leaving = World().with("a", for: "web").wantingAbsent("a").changed {
      $0.snapshot.history.unfinished = ["a"]
    }
    #expect(try leaving.steps().hasPrefix("disable a unwanted"))
    let gone = World().wanting("a").changed { $0.snapshot.history.unfinished = ["a"] }
    #expect(try gone.steps() == "load a not-loaded\nawait a not-loaded")
  }
}
