import Documents
import Planning
import Testing

@Suite struct `Two patches of one function` {
  @Test func `are an error when both are to be loaded`() throws {
    let plan = try World().wanting("a", functions: ["show"]).wanting("b", functions: ["show"])
      .plan()
    #expect(plan.blockedReasons == ["a function-conflict", "b function-conflict"])
    #expect(plan.steps.isEmpty)
    #expect(
      try #require(plan.blocked.first).message.contains("a patches vmlinux:show, and so does b"))
  }

  @Test func `are an error beside one that somebody else loaded`() throws {
    let plan = try World().with("kpatch_1", functions: ["show"]).wanting("a", functions: ["show"])
      .plan()
    #expect(plan.blockedReasons == ["a function-conflict"])
    #expect(
      try #require(plan.blocked.first).message.contains("kpatch_1, which somebody else loaded"))
  }

  @Test func `are an error beside one of another policy`() throws {
    let plan = try World().with("klp_b", patch: "b", for: "db", functions: ["show"])
      .wanting("a", functions: ["show"]).plan()
    #expect(plan.blockedReasons == ["a function-conflict"])
    #expect(try #require(plan.blocked.first).message.contains("klpolicy loaded for policy db"))
  }

  @Test func `are meant where one requires the other`() throws {
    #expect(
      try World().wanting("a", functions: ["show"])
        .wanting("b", requires: ["a"], functions: ["show"]).plan().blockedReasons == [])
  }

  @Test func `are meant where one requires the other by way of a third`() throws {
    #expect(
      try World().wanting("a", functions: ["show"]).wanting("b", requires: ["a"])
        .wanting("c", requires: ["b"], functions: ["show"]).plan().blockedReasons == [])
  }

  @Test func `are meant where one replaces the other`() throws {
    #expect(
      try World().wanting("all", replace: true, functions: ["show"])
        .wanting("b", functions: ["show"]).plan().blockedReasons == [])
  }

  @Test func `are meant where one is the other's successor`() throws {
    #expect(
      try World().with("klp_v1", patch: "a", for: "web", functions: ["show"])
        .wanting("a", module: "klp_v2", build: "b2", functions: ["show"]).plan().blockedReasons
        == [])
  }

  /// What is disabled changes nothing.
  @Test func `are no error beside one that is only in memory`() throws {
    #expect(
      try World().with("old", .resident, functions: ["show"]).wanting("a", functions: ["show"])
        .plan().blockedReasons == [])
  }

  @Test func `are no error where one of them cannot be loaded anyway`() throws {
    let plan = try World().wanting("a", functions: ["show"]).wanting("b", functions: ["show"])
      .changed { $0.artefacts["b"] = nil }.plan()
    #expect(plan.blockedReasons == ["b artefact-missing"])
  }

  @Test func `are two patches where they change two functions of one name`() throws {
    let plan = try World().with("other", functions: ["show"]).wanting("a", functions: ["hide"])
      .plan()
    #expect(plan.blockedReasons == [])
  }
}

@Suite struct `What the modules need of the kernel` {
  @Test func `blocks where nobody looked, before a change`() throws {
    let plan = try World().wanting("a", functions: ["show"]).changed { $0.hasFacts = false }.plan()
    #expect(plan.blockedReasons == ["a unverified"])
  }

  @Test func `is a warning in a plan for a snapshot`() throws {
    let plan = try World().wanting("a", functions: ["show"]).changed {
      $0.hasFacts = false
      $0.options.unverified = .warn
    }.plan()
    #expect(plan.blockedReasons == [])
    #expect(plan.steps.map(\.action) == [.load, .await])
    #expect(plan.warnings.map(\.code) == [Warning.unverified])
    #expect(try #require(plan.warnings.first).message.contains("snapshot --for"))
  }

  @Test func `is part of what the plan rests on`() throws {
    let plan = try World().wanting("a", functions: ["show"]).plan()
    #expect(plan.basis.contains { $0.fact == "kernel.facts" })
  }
}
