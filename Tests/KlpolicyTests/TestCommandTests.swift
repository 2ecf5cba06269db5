import Testing

/// A PolicyTest with these cases.
private func testText(_ name: String = "web", _ cases: String...) -> String {
  """
  apiVersion: klpolicy/v1
  kind: PolicyTest
  metadata: {name: \(name)}
  spec:
    cases:

  """ + cases.map { "    - \($0)\n" }.joined()
}

private let passing = """
  {name: the fix is loaded, host: {kernel: 6.1.0-56-cloud-amd64}, at: 2026-11-24T12:00:00Z, \
  expect: {steps: [load: fix], applied: [fix]}}
  """
private let failing = """
  {name: nothing is done, host: {kernel: 6.1.0-56-cloud-amd64}, at: 2026-11-24T12:00:00Z, \
  expect: {applied: [other]}}
  """

@Suite struct `test: the plans are the ones that are expected` {
  let scratch: Scratch

  init() throws {
    scratch = try Scratch()
    // The module is not there, and is not missed.
    try scratch.file(
      "d/policy.yaml",
      policyText(
        "web",
        """
          kernels:
            - release: 6.1.0-56-cloud-amd64
              patches:
                - {name: fix, module: klp_fix, file: fix.ko, sha256: \(digest("a")), replace: false}
        """))
  }

  private func test(_ arguments: String...) async throws -> Outcome {
    try await klpolicy(["test"] + arguments, in: scratch.path)
  }

  @Test func `a case that passes is counted, and listed with -v`() async throws {
    try scratch.file("d/test.yaml", testText("web", passing))
    let outcome = try await test("d")
    #expect(outcome.status == 0)
    #expect(outcome.output == "1 passed, 0 failed\n")
    #expect(outcome.errors == "")
    let verbose = try await test("d", "-v")
    #expect(
      verbose.output == """
        d/test.yaml:6:7: passed: web/the fix is loaded
        1 passed, 0 failed

        """)
  }

  @Test func `a case that fails is shown with its place and what differs, and exits 1`()
    async throws
  {
    try scratch.file("d/test.yaml", testText("web", passing, failing))
    let outcome = try await test("d")
    #expect(outcome.status == 1)
    #expect(
      outcome.output == """
        d/test.yaml:7:7: failed: web/nothing is done
          applied
            - other
            + fix
        1 passed, 1 failed

        """)
    #expect(outcome.errors == "")
  }

  @Test func `--run runs the cases that it matches`() async throws {
    try scratch.file("d/test.yaml", testText("web", passing, failing))
    for pattern in ["^web/the fix", "fix is (loaded|gone)$", "THE FIX|the fix"] {
      let outcome = try await test("d", "--run", pattern)
      #expect(outcome.status == 0, "\(outcome)")
      #expect(outcome.output == "1 passed, 0 failed, 1 not run\n")
    }
  }

  @Test(arguments: [
    ("nothing is dne", "did you mean `nothing is done`?"),
    ("zzz", "there is `web/the fix is loaded` and `web/nothing is done`"),
  ])
  func `a run of nothing is an error`(pattern: String, says: String) async throws {
    try scratch.file("d/test.yaml", testText("web", passing, failing))
    let outcome = try await test("d", "--run", pattern)
    #expect(outcome.status == 1)
    #expect(outcome.output == "")
    #expect(outcome.shown.map(\.code) == ["no-test"])
    #expect(outcome.errors.contains(says), "\(outcome)")
  }

  @Test(
    arguments: [
      ("d", "{name: a, expect: {changed: true}}", 65, "missing-key", "d/test.yaml"),
      ("d", nil, 1, "no-test", nil), ("gone", nil, 65, "not-found", "gone"),
    ] as [(String, String?, Int32, String, String?)])
  func `without a test that could be run, -o json and -o junit say why in their document`(
    path: String, text: String?, status: Int32, code: String, place: String?
  ) async throws {
    if let text { try scratch.file("d/test.yaml", testText("web", text)) }
    let json = try await test(path, "-o", "json")
    #expect(json.status == status, "\(json)")
    let report = try json.json()
    let schema = try await klpolicy("schema", "TestReport", in: scratch.path).json()
    #expect(Schema(schema).problems(report) == [])
    #expect(report["cases"] == .array([]))
    let found = report["diagnostics"]?.items.first
    #expect(found?["code"]?.text == code)
    #expect(found?["path"]?.text == place)
    let junit = try await test(path, "-o", "junit")
    #expect(junit.status == status)
    #expect(
      junit.output.contains(
        "<testsuites name=\"klpolicy test\" tests=\"1\" failures=\"0\" errors=\"1\">"))
    #expect(junit.output.contains("<error type=\"\(code)\""), "\(junit)")
    #expect(junit.shown.map(\.code) == [code])
  }

  @Test func `policies without a test are an error`() async throws {
    let outcome = try await test("d")
    #expect(outcome.status == 1)
    #expect(outcome.shown.map(\.code) == ["no-test"])
  }

  @Test func `a pattern that is none is an error of usage`() async throws {
    let outcome = try await test("d", "--run", "a(")
    #expect(outcome.status == 64)
    #expect(outcome.errors.contains("`a(` is no regular expression"), "\(outcome)")
  }

  @Test(arguments: [
    ("{name: a, expect: {changed: true}}", "6:7 missing-key"),
    (
      "{name: a, host: {kernel: 6.1.0-1}, at: 2026-11-24T12:00:00Z, expect: {}}",
      "6:76 missing-key"
    ),
    ("{name: a, host: {kernel: 6.1.0-1}, expect: {changed: true}}", "6:23 missing-key"),
    (
      "{name: a, snapshot: a.json, foreign: [x], expect: {changed: true}}",
      "6:44 conflicting-keys"
    ),
    (
      "{name: a, snapshot: a.json, expect: {error: x, changed: true}}", "6:63 conflicting-keys"
    ),
    (
      "{name: a, snapshot: a.json, expect: {steps: [{load: a, unload: b}]}}",
      "6:70 conflicting-keys"
    ),
    ("{name: a, snapshot: a.json, expect: {deferred: {a: soon}}}", "6:58 invalid-value"),
    ("{name: a, snapshot: a.json, expect: {changed: true}}", "6:27 not-found"),
  ])
  func `a test that is wrong is invalid input`(text: String, place: String) async throws {
    try scratch.file("d/test.yaml", testText("web", text))
    let outcome = try await test("d")
    #expect(outcome.status == 65)
    #expect(outcome.output == "")
    #expect(outcome.shown.map(\.place) == [place], "\(outcome)")
  }

  @Test func `a snapshot is found from the test's own folder on`() async throws {
    let snapshot = try #require(GoldenCase.all.first { $0.name == "pinned" }).text("snapshot.json")
    try scratch.file("d/tests/hosts/old.json", snapshot)
    try scratch.file(
      "d/tests/test.yaml",
      testText(
        "web",
        """
        {name: a snapshot, snapshot: hosts/old.json, \
        expect: {only: [fix, klp_cmdline], applied: [fix], blocked: {klp_cmdline: pinned}}}
        """))
    let outcome = try await test("d")
    #expect(outcome.output == "1 passed, 0 failed\n", "\(outcome)")
    try scratch.file("d/tests/hosts/old.json", "{")
    let broken = try await test("d")
    #expect(broken.status == 65)
    #expect(broken.errors.contains("d/tests/hosts/old.json:1:"), "\(broken)")
  }

  @Test func `the JSON satisfies its schema, and says the same`() async throws {
    try scratch.file("d/test.yaml", testText("web", passing, failing))
    let outcome = try await test("d", "-o", "json")
    #expect(outcome.status == 1)
    #expect(outcome.errors == "")
    let report = try outcome.json()
    let schema = try await klpolicy("schema", "TestReport", in: scratch.path).json()
    #expect(Schema(schema).problems(report) == [])
    #expect(report["passed"]?.number == 1)
    #expect(report["failed"]?.number == 1)
    let cases = report["cases"]?.items ?? []
    #expect(cases.map { $0["name"]?.text } == ["the fix is loaded", "nothing is done"])
    #expect(cases.map { $0["result"]?.text } == ["passed", "failed"])
    #expect(cases.map { $0["line"]?.number } == [6, 7])
    let difference = cases.last?["differences"]?.items.first
    #expect(difference?["field"]?.text == "applied")
    #expect(difference?["lines"]?.items.map { $0["mark"]?.text } == ["missing", "unexpected"])
  }

  @Test func `junit has a suite for each document, and a failure with the difference`()
    async throws
  {
    try scratch.file("d/test.yaml", testText("web", passing, failing))
    let outcome = try await test("d", "-o", "junit")
    #expect(outcome.status == 1)
    let xml = outcome.output.replacing(#/ time="[0-9.]+"/#, with: "")
    #expect(
      xml == """
        <?xml version="1.0" encoding="UTF-8"?>
        <testsuites name="klpolicy test" tests="2" failures="1" errors="0">
          <testsuite name="web" file="d/test.yaml" tests="2" failures="1" errors="0" skipped="0">
            <testcase name="the fix is loaded" classname="web"/>
            <testcase name="nothing is done" classname="web">
              <failure type="other-plan" message="d/test.yaml:7:7: not as expected: applied">  applied
            - other
            + fix</failure>
            </testcase>
          </testsuite>
        </testsuites>

        """)
  }

  @Test func `what a test may say, the schema says too, JSON being YAML`() async throws {
    let text = """
      {"apiVersion": "klpolicy/v1", "kind": "PolicyTest", "metadata": {"name": "t"}, "spec": {
        "cases": [
          {"name": "a", "at": "2026-11-24T12:00:00Z", "host": {"kernel": "6.1.0-56-cloud-amd64"},
           "loaded": ["fix", {"patch": "fix", "version": "1"}], "foreign": ["klp_x"],
           "expect": {"only": ["fix"], "steps": [{"load": "fix", "reason": "not-loaded"}],
            "deferred": {"a": "too-young", "b": {"reason": "too-young",
             "until": "2026-11-25T00:00:00Z"}}, "blocked": {}}},
          {"name": "b", "snapshot": "b.json", "expect": {"error": "conflicting-definitions"}}]}}
      """
    try scratch.file("t.yaml", text)
    let outcome = try await klpolicy("validate", "--strict", "t.yaml", in: scratch.path)
    #expect(outcome.status == 0, "\(outcome)")
    let schema = Schema(try await klpolicy("schema", "PolicyTest", in: scratch.path).json())
    #expect(try schema.problems(JSON(text)) == [])
    for (right, wrong) in [
      ("\"error\": \"conflicting-definitions\"", "\"only\": [\"a\"]"),
      ("\"error\": \"conflicting-definitions\"", "\"error\": \"x\", \"changed\": true"),
      ("\"snapshot\": \"b.json\",", "\"snapshot\": \"b.json\", \"loaded\": [],"),
      ("\"load\": \"fix\",", "\"load\": \"fix\", \"unload\": \"fix\","),
      ("\"at\": \"2026-11-24T12:00:00Z\",", ""),
    ] {
      #expect(text.contains(right))
      let bad = text.replacing(right, with: wrong)
      #expect(try !schema.problems(JSON(bad)).isEmpty, "\(wrong)")
      try scratch.file("t.yaml", bad)
      #expect(try await klpolicy("validate", "t.yaml", in: scratch.path).status == 65, "\(wrong)")
    }
  }
}
