import Documents
import Planning
import PolicyModel
import Testing

/// What becomes of the rest of a group when its gates shut after it was begun.
@Suite struct GroupGateTests {
  /// The changes of the plan's only group.
  private func group(_ world: World) throws -> [GatedChange] {
    let work = try PlannedWork(world.input)
    try #require(work.changes.count == 1, "\(work.plan.outline)")
    return work.changes[1] ?? []
  }

  private func names(_ changes: [GatedChange]) -> [String] {
    changes.map { "\($0.action.rawValue) \($0.module)" }
  }

  @Test("Each change of a group knows its steps, and together they are the group's")
  func steps() throws {
    let world = World().with("old", patch: "a", for: "web").wanting("a", module: "new")
    let work = try PlannedWork(world.input)
    #expect(work.changes[1]?.map(\.steps) == [[1, 2], [3, 4, 5]])
    #expect(work.plan.steps.map(\.id) == [1, 2, 3, 4, 5])
  }

  @Test("A successor that is on lets its predecessor's removal wait")
  func successor() throws {
    let group = try group(
      World().with("old", patch: "a", for: "web").wanting("a", module: "new"))
    #expect(group.asked(at: 1)?.module == "old")
    #expect(names(group.heldBack(from: 1)) == ["unload old"])
  }

  @Test("What is required and on stays on while what requires it waits")
  func requirement() throws {
    let group = try group(World().wanting("a").wanting("b", requires: ["a"]))
    #expect(group.asked(at: 1)?.module == "b")
    #expect(names(group.heldBack(from: 1)) == ["load b"])
  }

  @Test("What a replace build took off for a moment comes back, and no gate is asked about it")
  func reload() throws {
    let group = try group(
      World().with("small", for: "web").wanting("all", replace: true).wanting("small")
        .wanting("new", requires: ["all"]))
    #expect(names(group) == ["load all", "load small", "load new"])
    #expect(group.map(\.isOwed) == [false, true, false])
    #expect(group.asked(at: 1) == nil)
    #expect(names(group.heldBack(from: 1)) == ["load new"])
  }

  @Test(
    "A patch that had a fix in force gets one again, in a new build and with what that requires")
  func newBuild() throws {
    let group = try group(
      World().with("old", patch: "c", for: "web").wanting("all", replace: true)
        .wanting("b").wanting("c", module: "new", requires: ["b"]))
    #expect(names(group) == ["load all", "load b", "load new", "unload old"])
    #expect(group.map(\.isOwed) == [false, true, true, false])
    #expect(names(group.heldBack(from: 1)) == ["unload old"])
  }

  @Test("Before it is begun nothing of a group is owed: it waits as a whole")
  func notBegun() throws {
    let world = try World().with("small", for: "web").wanting("all", replace: true)
      .wanting("small").bound("small", by: ["web": GateTests.nightly]).at(testMoment)
    #expect(try PlannedWork(world.input).changes.isEmpty)
  }

  @Test(
    "A change that is asked about within its group needs the time that is left for it alone",
    arguments: [("2026-11-24T22:58:00Z", nil), ("2026-11-24T22:58:01Z", "window-too-short")])
  func time(moment: String, reason: String?) throws {
    let world = try World().wanting("a").wanting("b", requires: ["a"]).bound(by: GateTests.nightly)
      .at("2026-11-24T21:00:00Z")
    let change = try #require(try group(world).asked(at: 1))
    let circumstances = Circumstances(
      world.snapshot, at: Timestamp(moment), options: world.options)
    #expect(GateJudgement(change, circumstances).withheld?.reason.rawValue == reason)
    // The whole group would not be begun then.
    #expect(try world.at(moment).plan().deferredReasons.count == 2)
  }
}
