import Compatibility
import Diagnostics
import Documents
import Nodes
import Planning
import PolicyModel
import Testing

/// What a user may rely on about a saved plan: it is carried out as it is, or not at all, and only
/// what it rests on makes it stale.
@Suite struct SavedPlanTests {
  private let world = World().with("f", functions: ["vmlinux_f"])
    .with("old", patch: "a", for: "web").wanting("a", module: "new", build: "b2")
    .changed { $0.snapshot.live.modules = .known(["f", "old", "plain"]) }

  private func differences(
    _ before: World, _ after: World
  ) throws -> [String] {
    SavedPlan(try before.plan()).differences(from: try after.plan()).map(\.diagnostic.message)
  }

  @Test("The same host and policies make no difference, at another time")
  func unchanged() throws {
    let later = world.changed { $0.snapshot.takenAt = Timestamp("2027-01-01T00:00:00Z") }
    #expect(try differences(world, later) == [])
  }

  @Test("What a plan does not rest on may change: load, uptime, labels, an unrelated module")
  func unrelated() throws {
    let later = world.changed {
      $0.snapshot.host.uptimeSeconds = .known(999)
      $0.snapshot.host.loadPerCPU = .known(3)
      $0.snapshot.host.kernel.taint = .known(4096)
      $0.snapshot.host.labels = .known(["ring": "canary"])
      $0.snapshot.live.modules = .known(["f", "old", "other", "third"])
      $0.snapshot.live.patches[0].referenceCount = .known(7)
    }
    #expect(try differences(world, later) == [])
  }

  @Test("What it rests on is named, with what it was and what it is")
  func named() throws {
    let cases: [(change: (inout World) -> Void, says: String)] = [
      (
        { $0.snapshot.live.patches[0].state = .known(.resident) },
        #"live.f was {"state":"applied","#
      ),
      (
        { $0.snapshot.live.patches[0].objects[0].functions[0].name = "g" },
        #""functions":["vmlinux:vmlinux_f"]}, and is"#
      ),
      (
        { $0.snapshot.live.patches[1].buildID = .known("b9") },
        #"live.old was {"state":"applied","buildID":"b1""#
      ),
      (
        { $0.snapshot.live.modules = .known(["f", "old", "new"]) },
        "module.new was false, and is true"
      ),
      (
        { $0.snapshot.host.kernel.buildID = .known("ef") },
        #"kernel.buildID was "cd", and is "ef""#
      ),
      (
        { $0.snapshot.host.kernel.signatureEnforced = .known(true) },
        "kernel.signatureEnforced was false, and is true"
      ),
      (
        {
          $0.snapshot.live.transition = .known(
            LiveTransition(module: "f", direction: .disabling))
          $0.snapshot.live.patches[0].state = .known(.disabling)
        }, #"live.transition was "none", and is {"#
      ),
      ({ $0.snapshot.history.managed = .known([]) }, "managed.old was {"),
      ({ $0.desired.policies[0].sha256 = "11" }, "policy web (web.yaml) was SHA-256 00, and is"),
      (
        { $0.desired.policies.append(PolicyReference(name: "b", path: "b.yaml", sha256: "22")) },
        "policy b (b.yaml) was not there, and is SHA-256 22"
      ),
      (
        { $0.artefacts["a"] = .unusable(Obstacle(.artefactMissing, "gone")) },
        #"and is {"sha256":"sha-b2","problem":"artefact-missing"}"#
      ),
      (
        { $0.snapshot.live.patches.removeFirst() },
        "and is not there any more"
      ),
    ]
    for (change, says) in cases {
      let found = try differences(world, world.changed(change))
      #expect(found.contains { $0.contains(says) }, "\(says): \(found)")
    }
    let other = try makePlan(
      PlanningInput(
        desired: world.desired, artefacts: world.artefacts, snapshot: world.snapshot,
        at: world.snapshot.takenAt, toolVersion: "next", options: world.options))
    #expect(
      SavedPlan(try world.plan()).differences(from: other).map(\.diagnostic.message)
        == ["the version of klpolicy was test, and is next"])
  }

  @Test("A group that waits now, for its window or a hold, is no difference; it is not done")
  func gatesAreJudgedAgain() throws {
    let two = World().wanting("a", functions: ["f"]).wanting("b", functions: ["g"])
    let open = try two.bound(by: GateTests.nightly).at("2026-11-24T21:00:00Z")
    let closed = try two.bound(by: GateTests.nightly).at(testMoment)
    #expect(try differences(open, closed) == [])
    #expect(try differences(open, open.held("a")) == [])
    // What was to wait when the plan was looked at is not done unseen.
    #expect(try differences(closed, open).first?.contains("load a, await a") == true)
    #expect(
      try differences(open.held("a"), open)
        == ["what would be done was not there, and is load a, await a"])
  }

  @Test("A plan is for its own machine, whatever that is called now")
  func otherHost() throws {
    let saved = SavedPlan(try world.plan())
    var host = Host.test
    host.hostname = "renamed"
    #expect(saved.isFor(host))
    host.machineID = .known("other")
    #expect(!saved.isFor(host))
    host.machineID = .unknown
    #expect(!saved.isFor(host))
  }
}
