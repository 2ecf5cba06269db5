import Documents
import Planning
import PolicyModel
import Testing

/// What becomes of what gate commands say. That they are run, and how, is tried in the lab.
@Suite struct GateCommandTests {
  static let policy = """
    safety:
      gates:
        commands:
          - {run: [/usr/local/bin/can-change, --now], timeout: 10s}
    """

  @Test("A command is asked about each change that nothing else keeps back, and about no other")
  func questions() throws {
    let world = try World().with("gone", for: "web").wanting("a").wanting("b").held("b")
      .bound(by: Self.policy)
    let questions = try PlannedWork(world.input).questions
    #expect(questions.map(\.module) == ["a", "gone"])
    #expect(questions.map(\.action) == [.load, .unload])
    #expect(questions.map(\.patch) == ["a", "gone"])
    #expect(questions.map(\.policy) == ["web", "web"])
    for question in questions {
      #expect(question.run == ["/usr/local/bin/can-change", "--now"])
      #expect(question.timeLimit == .seconds(10))
    }
  }

  @Test("With nothing to do, or nothing that may be done, no command is asked")
  func nothingToAsk() throws {
    let converged = try World().with("a", for: "web").wanting("a").bound(by: Self.policy)
    #expect(try PlannedWork(converged.input).questions.isEmpty)
    let blocked = try World().wanting("a", requires: ["z"]).bound(by: Self.policy)
    #expect(try PlannedWork(blocked.input).questions.isEmpty)
  }

  @Test("Where commands are not run the change stays in the plan, and the plan says so")
  func notRun() throws {
    let plan = try World().wanting("a").bound(by: Self.policy).plan()
    #expect(plan.changed)
    #expect(plan.gateOutline == ["taint passed", "command skipped"])
  }

  @Test("Who says no defers, with the reason given; who says nothing blocks")
  func answers() throws {
    let world = try World().wanting("a").bound(by: Self.policy)
    func plan(_ answer: GateAnswer) throws -> Plan {
      var input = world.input
      let questions = try PlannedWork(input).questions
      input.gateAnswers = Dictionary(uniqueKeysWithValues: questions.map { ($0, answer) })
      return try makePlan(input)
    }
    #expect(try plan(.passed).changed)
    let refused = try plan(.refused("it exited with 1: busy"))
    #expect(refused.deferredReasons == ["a gate-command"] && refused.blocked.isEmpty)
    #expect(refused.deferred.first?.message.contains("it exited with 1: busy") == true)
    #expect(refused.deferred.first?.message.contains("policy web (web.yaml:") == true)
    let broken = try plan(.broken("/usr/local/bin/can-change does not exist"))
    #expect(broken.blockedReasons == ["a gate-command"] && broken.deferred.isEmpty)
    #expect(!broken.changed)
  }

  @Test("A command that refuses one patch holds up what requires it, and nothing else")
  func propagation() throws {
    let world = try World().wanting("a", requires: ["z"]).wanting("z").wanting("other")
      .bound(by: Self.policy)
    var input = world.input
    input.gateAnswers = Dictionary(
      uniqueKeysWithValues: try PlannedWork(input).questions.map {
        ($0, $0.module == "z" ? GateAnswer.refused("no") : .passed)
      })
    let plan = try makePlan(input)
    #expect(plan.deferredReasons == ["a requires-unmet", "z gate-command"])
    #expect(plan.outline == "load other not-loaded\nawait other not-loaded")
  }
}
