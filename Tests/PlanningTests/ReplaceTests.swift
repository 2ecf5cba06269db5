import Compatibility
import Documents
import Planning
import PolicyModel
import Testing

/// What a user may rely on of a build that replaces every other one: what it takes off, and what comes back.
@Suite struct ReplaceTests {
  @Test("A replace build takes no patch of others with it", arguments: [nil, "db"])
  func wouldReplaceForeign(policy: String?) throws {
    let world = World().with("alien", for: policy).wanting("all", replace: true)
    #expect(try world.plan().blockedReasons == ["all would-replace-foreign"])
    #expect(try world.plan().steps.isEmpty)
  }

  @Test("A replace that nobody knows counts as true")
  func unknownReplace() throws {
    let world = World().with("alien").wanting("all", replace: nil)
    #expect(try world.plan().blockedReasons == ["all would-replace-foreign"])
  }

  @Test("With unmanaged: remove a replace build takes the foreign one off, and says it is for good")
  func replacesForeign() throws {
    let world = World().with("alien").wanting("all", replace: true)
      .changed { $0.desired.unmanaged = .remove }
    #expect(
      try world.steps() == """
        load all not-loaded irreversible
        await all not-loaded irreversible
        unload alien replaced irreversible
        """)
  }

  @Test("What a replace build takes off and is still wanted comes back in the same group")
  func reloads() throws {
    let world = World().with("a", for: "web").wanting("a").wanting("all", replace: true)
    #expect(
      try world.steps() == """
        load all not-loaded
        await all not-loaded
        unload a replaced gap
        load a replaced gap
        await a replaced gap
        """)
  }

  @Test("A replace build waits for what could not be loaded again")
  func replaceNeedsWayBack() throws {
    let world = World().with("a", for: "web", stored: false).wanting("a")
      .wanting("all", replace: true)
      .changed { $0.artefacts["a"] = .unusable(Obstacle(.artefactMissing, "gone")) }
    #expect(try world.plan().blockedReasons == ["all no-way-back"])
  }

  @Test("What a replace build takes off before its successor comes is told, and has a way back")
  func replacedPredecessor() throws {
    let world = World().with("a1", patch: "a", for: "web").wanting("all", replace: true)
      .wanting("a", module: "a2", build: "b2")
    #expect(
      try world.steps() == """
        load all not-loaded
        await all not-loaded
        load a2 newer-build gap
        await a2 newer-build gap
        unload a1 replaced
        """)
    // So it is where the successor lies in memory, disabled.
    let resident = world.with("a2", build: "b2", .resident, patch: "a", for: "db")
    #expect(try resident.steps().contains("load a2 resident gap"))
    let lost = World().with("a1", patch: "a", for: "web", stored: false)
      .wanting("all", replace: true).wanting("a", module: "a2", build: "b2")
    #expect(try lost.plan().deferredReasons == ["all successor-not-applied"])
    #expect(try lost.plan().steps.map(\.module) == ["a2", "a2", "a1", "a1", "a1"])
    let knotted = World().with("a1", patch: "a", for: "web", stored: false)
      .wanting("all", replace: true)
      .wanting("a", module: "a2", build: "b2", requires: ["all"])
    #expect(try knotted.plan().blockedReasons == ["all no-way-back", "a requires-unmet"])
  }

  @Test("Two replace builds conflict")
  func replaceConflict() throws {
    let world = World().wanting("a", replace: true).wanting("b", replace: true)
    #expect(try world.plan().blockedReasons == ["a replace-conflict", "b replace-conflict"])
  }

  @Test("What an earlier run's replace build has just replaced makes room, and comes back")
  func justReplaced() throws {
    let world = World().with("a", .resident, for: "web")
      .with("all", .enabling, for: "web", replace: true)
      .wanting("a").wanting("all", replace: true)
    #expect(
      try world.steps() == """
        await all transition-in-progress

        unload a resident
        load a resident
        await a resident
        """)
  }
}
