import Documents
import Planning
import PolicyModel
import Testing

/// What a user may rely on about the hooks of policies, as far as a plan goes.
@Suite struct HookTests {
  static let hooks = """
    safety:
      hooks:
        preApply: {run: [/sbin/drain, now], timeout: 1m}
        healthCheck: {run: [/sbin/healthy]}
    """

  private func work(_ world: World) throws -> PlannedWork { try PlannedWork(world.input) }

  @Test("A group has the hooks of every policy that binds one of its patches, each once")
  func union() throws {
    let world = try World().wanting("a").wanting("b", requires: ["a"])
      .bound("a", by: ["web": Self.hooks])
      .bound("b", by: ["web": Self.hooks, "db": "safety: {hooks: {healthCheck: {run: [/db]}}}"])
    let hooks = try #require(try work(world).changes[1]?.hooks)
    #expect(
      hooks.map { "\($0.policy) \($0.name.rawValue) \($0.run.joined(separator: " "))" } == [
        "db healthCheck /db", "web preApply /sbin/drain now", "web healthCheck /sbin/healthy",
      ])
    #expect(hooks.map(\.timeLimit) == [.seconds(30), .seconds(60), .seconds(30)])
    #expect(hooks[1].title == "the hook preApply of policy web (web.yaml:7:17)")
  }

  @Test("What is taken off is bound by the hooks of the policy it was loaded for")
  func removals() throws {
    let world = try World().with("a", for: "web").bound(by: Self.hooks).changed {
      $0.options.allowEmpty = true
    }
    #expect(try work(world).changes[1]?.hooks.map(\.name) == [.preApply, .healthCheck])
  }

  @Test("A hook that nobody could run keeps loads and removals from being begun")
  func unusable() throws {
    let world = try World().with("old", for: "web").wanting("a").wantingAbsent("old")
      .bound(by: Self.hooks)
    var input = world.input
    input.unusableHooks = ["/sbin/healthy": "there is none"]
    let plan = try makePlan(input)
    #expect(plan.steps.isEmpty)
    #expect(plan.blockedReasons == ["a hook-unusable", "old hook-unusable"])
    let message = plan.blocked.first?.message ?? ""
    #expect(message.contains("healthCheck of policy web (web.yaml:8:20)"), "\(message)")
    #expect(message.contains("there is none"))
  }

  @Test("A patch that no hook binds goes its way beside one whose hook cannot be run")
  func unbound() throws {
    var input = try World().wanting("a").wanting("b").bound("a", by: ["web": Self.hooks]).input
    input.unusableHooks = ["/sbin/drain": "others may write it"]
    let plan = try makePlan(input)
    #expect(plan.outline == "load b not-loaded\nawait b not-loaded")
    #expect(plan.blockedReasons == ["a hook-unusable"])
  }

  @Test("Hooks alone block nothing where nobody looked at them")
  func elsewhere() throws {
    #expect(try World().wanting("a").bound(by: Self.hooks).plan().blocked == [])
  }
}
