import Diagnostics
import Documents
import Testing

private let wanted = Trial().with(patches: patch("a", build("klp_a"))).with(
  wanting: "[a]", "safety: {gates: {commands: [{run: [/bin/can]}]}}")

@Suite struct `what a case says of the time before` {
  @Test func `a hold that has ended holds nothing`() throws {
    let trial = wanted.expecting(
      "{applied: [a], deferred: {}}", "holds: [{patch: a, until: 2026-11-24T12:00:00Z}]")
    #expect(try trial.outcome().diff == [])
  }

  @Test func `commands that pass, or are not spoken of, keep nothing back`() throws {
    for more in ["", "commands: {/bin/can: passes}", "commands: {}"] {
      #expect(try wanted.expecting("{applied: [a], deferred: {}}", more).outcome().diff == [])
    }
  }

  @Test(arguments: [
    (
      "commands: {/bin/cna: refuses}", "unknown-command",
      "no policy has a gate command `/bin/cna`", "did you mean /bin/can?"
    ),
    (
      "commands: {can: refuses}", "invalid-value",
      "`commands` must be the absolute path of a program, as `run` has it, not `can`",
      "write one such as /usr/local/bin/can-change"
    ),
    (
      "commands: {/bin/can: fails}", "invalid-value",
      "`/bin/can` must be `passes`, `refuses` or `hangs`, not `fails`",
      "passes: it exits with 0; refuses: it exits with another code; hangs: it does not end in time"
    ),
  ])
  func `an answer of a command that nobody runs, or that is none, is an error`(
    line: String, code: String, message: String, advice: String
  ) throws {
    let (report, diagnostics) = wanted.expecting("{changed: true}", line).run()
    #expect(report == nil)
    #expect(diagnostics.map(\.code.name) == [code])
    #expect(diagnostics.map(\.message) == [message])
    #expect(diagnostics.first?.advice == advice)
  }

  @Test func `two transitions at once are an error`() throws {
    let (report, diagnostics) = wanted.expecting(
      "{changed: true}", loaded: "[{patch: a, state: enabling}]",
      foreign: "[{module: klp_x, state: disabling}]"
    ).run()
    #expect(report == nil)
    #expect(diagnostics.map(\.code.name) == ["two-transitions"])
    #expect(diagnostics.first?.message == "klp_a is enabling, and so is klp_x")
  }

  @Test func `under a replace build that is coming, others may be out of force already`() throws {
    let trial = Trial().with(
      patches: patch("a", build("klp_a")), patch("all", build("klp_all", replace: true))
    ).with(wanting: "[a, all]").expecting(
      "{steps: [{await: all, reason: transition-in-progress}, unload: a, load: a, await: a]}",
      loaded: "[a, {patch: all, state: enabling}]")
    #expect(try trial.outcome().diff == [])
  }
}
