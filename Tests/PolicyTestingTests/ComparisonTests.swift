import Diagnostics
import Documents
import Testing

@Suite struct `a case that fails shows where the plan differs` {
  private let two = Trial().with(
    patches: patch("a", build("klp_a")), patch("b", build("klp_b"))
  ).with(wanting: "[a, b]")

  @Test(arguments: [
    ("{changed: false}", ["changed", "- false", "+ true"]),
    (
      "{steps: [load: b]}",
      [
        "steps", "+ load a (module klp_a, version 1, not-loaded)",
        "  load b (module klp_b, version 1, not-loaded)",
      ]
    ),
    (
      "{steps: [load: b, load: a]}",
      [
        "steps", "- load b", "  load a (module klp_a, version 1, not-loaded)",
        "+ load b (module klp_b, version 1, not-loaded)",
      ]
    ),
    (
      "{steps: [{load: a, version: \"2\", reason: newer-build, gap: true, reversible: false}, load: klp_b]}",
      [
        "steps", "- load a (version 2, newer-build, gap, cannot be undone)",
        "+ load a (module klp_a, version 1, not-loaded)",
        "  load b (module klp_b, version 1, not-loaded)",
      ]
    ),
    (
      "{steps: [{load: a, group: 1}, {load: b, group: 1}]}",
      [
        "steps", "  load a (module klp_a, version 1, not-loaded, group 1)", "- load b (group 1)",
        "+ load b (module klp_b, version 1, not-loaded, group 2)",
      ]
    ),
    (
      "{steps: [load: a, await: a, load: b]}",
      [
        "steps", "  load a (module klp_a, version 1, not-loaded)",
        "  await a (module klp_a, version 1, not-loaded)",
        "  load b (module klp_b, version 1, not-loaded)",
        "+ await b (module klp_b, version 1, not-loaded)",
      ]
    ),
    ("{applied: [b, c]}", ["applied", "  b", "- c", "+ a"]),
    ("{absent: [c, a]}", ["absent", "  c", "- a", "+ a is applied (module klp_a)"]),
    ("{after: []}", ["after", "+ klp_a", "+ klp_b"]),
    ("{deferred: {a: too-young}}", ["deferred", "- a: too-young"]),
    ("{satisfied: [a]}", ["satisfied", "- a"]),
    ("{unmanaged: [klp_x]}", ["unmanaged", "- klp_x"]),
    ("{warnings: [support-ended]}", ["warnings", "- support-ended"]),
    ("{error: conflicting-definitions}", ["error", "- conflicting-definitions", "+ none"]),
    (
      "{changed: false, applied: [a]}",
      ["changed", "- false", "+ true", "applied", "  a", "+ b"]
    ),
  ])
  func `by the expectations that were not met`(expectation: String, diff: [String]) throws {
    #expect(try two.expecting(expectation).outcome().diff == diff)
  }

  @Test(arguments: [
    "{steps: [load: b]}", "{applied: [b]}", "{after: [klp_b]}", "{absent: [c]}",
    "{deferred: {}, blocked: {}, satisfied: []}", "{changed: true}",
  ])
  func `and none of what it is not to look at`(expectation: String) throws {
    let narrowed = expectation.replacing("{", with: "{only: [b], ", maxReplacements: 1)
    #expect(try two.expecting(narrowed).outcome().diff == [])
  }

  @Test func `with the plan's own words on what is held back`() throws {
    let outcome = try Trial().with(
      patches: patch("a", build("klp_a", "1", ", released: 2026-11-24")),
      patch("b", build("klp_b", "1", ", released: 2026-11-24"))
    ).with(wanting: "[a, b]", "minimumAge: 2d")
      .expecting("{deferred: {a: {reason: too-young, until: 2026-11-25T00:00:00Z}}}").outcome()
    #expect(
      outcome.diff == [
        "deferred", "- a: too-young until 2026-11-25T00:00:00Z",
        "+ a: too-young until 2026-11-26T00:00:00Z", "+ b: too-young",
      ])
    #expect(outcome.notes.count == 2)
    #expect(outcome.notes[0].hasPrefix("a is deferred, too-young: version 1 (klp_a) was released"))
  }
}

@Suite struct `a case on a host where policies contradict each other` {
  private let conflict = Trial().with(
    policy: "x", wanting: "[{name: a, state: absent, module: klp_a}]"
  ).with(policy: "y", wanting: "[{name: a, state: absent, module: klp_b}]")

  @Test func `fails, and says where`() throws {
    let outcome = try conflict.expecting("{changed: false}").outcome()
    #expect(outcome.diff == ["error", "+ conflicting-definitions"])
    #expect(
      outcome.notes.map { String($0.prefix(10)) }.contains { $0.hasPrefix("1.yaml:5") },
      "\(outcome.notes)")
    #expect(outcome.notes.contains { $0.hasPrefix("0.yaml:5") }, "\(outcome.notes)")
  }

  @Test func `passes where that is expected`() throws {
    #expect(
      try conflict.expecting("{error: conflicting-definitions}").outcome().result == .passed)
  }
}

@Suite struct `the host of a case` {
  private let one = Trial().with(patches: patch("a", build("klp_a")))

  @Test(arguments: [
    ("hosts: {hostname: [\"web-*\"]}", "", true), ("hosts: {hostname: [\"db-*\"]}", "", false),
    ("hosts: {labels: {tier: web}}", ", labels: {tier: web}", true),
    ("hosts: {labels: {tier: web}}", "", false),
    (
      "hosts: {distribution: {id: debian, version: \">=12\"}}",
      ", distribution: {id: debian, versionID: \"12\"}", true
    ),
    ("hosts: {distribution: {id: debian}}", "", false),
    ("hosts: {architecture: [x86_64]}", "", true),
    ("hosts: {architecture: [aarch64]}", ", architecture: aarch64", true),
    ("hosts: {architecture: [aarch64]}", "", false),
  ])
  func `is selected by its facts`(selector: String, facts: String, isSelected: Bool) throws {
    let expectation = isSelected ? "{applied: [a]}" : "{applied: [], blocked: {}}"
    let trial = one.with(wanting: "[a]", selector).expecting(expectation, host: facts)
    #expect(try trial.outcome().diff == [])
  }

  @Test func `has a bucket of its own, by its name or by its machine ID`() throws {
    func admitted(_ host: String) throws -> Bool {
      try Trial().with(patches: patch("a", build("klp_a", "1", ", released: 2026-11-20")))
        .with(
          wanting: "[a]", "rollout: {from: 2026-11-20T00:00:00Z, waves: [{percent: 50}]}"
        ).expecting("{applied: [a]}", host: host).outcome().result == .passed
    }
    let hosts = try (0..<40).map { try admitted(", machineID: \"\($0)\"") }
    #expect(hosts.contains(true) && hosts.contains(false))
  }

  @Test(arguments: [
    ("[{patch: a, version: \"9\"}]", "unknown-build", "there is `1`"),
    ("[{patch: gone, policy: web}]", "unknown-build", "say which module it was"),
    ("[{patch: gone, module: klp_gone}]", "unknown-owner", "policy: web-tier"),
  ])
  func `cannot have loaded what nobody knows`(
    loaded: String, code: String, advice: String
  ) throws {
    let trial = one.with(wanting: "[a]").expecting("{changed: true}", loaded: loaded)
    let (report, diagnostics) = trial.run()
    #expect(report == nil)
    #expect(diagnostics.map(\.code.name) == [code])
    #expect(diagnostics.first?.advice?.contains(advice) == true, "\(diagnostics)")
    #expect(diagnostics.first?.location?.position?.line == 9)
  }

  @Test func `may have loaded what is gone from the documents, if its module is said`() throws {
    let trial = one.with(wanting: "[a]").expecting(
      "{steps: [load: a, disable: gone, {unload: gone, version: \"3\"}], applied: [a]}",
      loaded: "[{patch: gone, version: \"3\", module: klp_gone, policy: web}]")
    #expect(try trial.outcome().diff == [])
  }
}
