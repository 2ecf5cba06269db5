import Testing

@Suite struct `validate -o junit` {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  @Test func `is a suite for each file and a passed case for each policy`() async throws {
    try scratch.file("d/a.yaml", policyText("a") + "---\n" + policyText("b"))
    try scratch.file("d/b.yaml", "# nothing\n")
    try scratch.file("d/c.yml", policyText("c"))
    let outcome = try await klpolicy("validate", "-o", "junit", "d", in: scratch.path)
    #expect(outcome.status == 0)
    #expect(outcome.errors == "")
    #expect(
      outcome.output == """
        <?xml version="1.0" encoding="UTF-8"?>
        <testsuites name="klpolicy validate" tests="3" failures="0" errors="0">
          <testsuite name="d/a.yaml" file="d/a.yaml" tests="2" failures="0" errors="0" skipped="0">
            <testcase name="Policy a" classname="d/a"/>
            <testcase name="Policy b" classname="d/a"/>
          </testsuite>
          <testsuite name="d/c.yml" file="d/c.yml" tests="1" failures="0" errors="0" skipped="0">
            <testcase name="Policy c" classname="d/c"/>
          </testsuite>
        </testsuites>

        """)
  }

  @Test func `a policy fails for all that is wrong in it, and no other does`() async throws {
    try scratch.file(
      "bad.yaml",
      policyText("a") + "---\n" + policyText("b", "  prioritty: 1\n  x: <&>") + "---\n"
        + "kind: Polcy\napiVersion: klpolicy/v1\n")
    let outcome = try await klpolicy("validate", "-o", "junit", "bad.yaml", in: scratch.path)
    #expect(outcome.status == 65)
    #expect(outcome.errors == "")
    #expect(
      outcome.output.hasPrefix(
        """
        <?xml version="1.0" encoding="UTF-8"?>
        <testsuites name="klpolicy validate" tests="3" failures="2" errors="0">
          <testsuite name="bad.yaml" file="bad.yaml" tests="3" failures="2" errors="0" skipped="0">
            <testcase name="Policy a" classname="bad"/>
            <testcase name="Policy b" classname="bad">
              <failure type="unknown-key" message="bad.yaml:11:3: there is no key `prioritty` \
        here (and 1 more)">bad.yaml:11:3: error: there is no key `prioritty` here [unknown-key]
          11 |   prioritty: 1
             |   ^
          → did you mean `priority`?
        bad.yaml:12:3: error: there is no key `x` here [unknown-key]
          12 |   x: &lt;&amp;&gt;
             |   ^

        """), "\(outcome)")
    #expect(outcome.output.contains("<testcase name=\"document 3\" classname=\"bad\">"))
    #expect(outcome.output.contains("<failure type=\"unknown-kind\""))
  }

  @Test func `what is in no document fails the file's own case`() async throws {
    try scratch.file("d/bad.yaml", "{")
    for (path, code, name) in [
      ("d/bad.yaml", "invalid-yaml", "bad.yaml"), ("gone.yaml", "not-found", "gone.yaml"),
    ] {
      let outcome = try await klpolicy("validate", "-o", "junit", path, in: scratch.path)
      #expect(outcome.status == 65)
      #expect(outcome.output.contains("<testsuite name=\"\(path)\" file=\"\(path)\" tests=\"1\""))
      #expect(outcome.output.contains("<testcase name=\"\(name)\""))
      #expect(outcome.output.contains("<failure type=\"\(code)\""))
    }
  }

  @Test func `a warning is output, and a failure where it fails the run`() async throws {
    try scratch.file("warn.yaml", policyText("web", "  safety: {transition: {deadline: 5s}}"))
    let mild = try await klpolicy("validate", "-o", "junit", "warn.yaml", in: scratch.path)
    #expect(mild.status == 0)
    #expect(mild.output.contains("tests=\"1\" failures=\"0\""))
    #expect(mild.output.contains("<system-out>warn.yaml:5:35: warning: "))
    let strict = try await klpolicy(
      "validate", "-o", "junit", "--strict", "warn.yaml", in: scratch.path)
    #expect(strict.status == 65)
    #expect(strict.output.contains("<failure type=\"short-deadline\""))
    #expect(!strict.output.contains("system-out"))
  }
}
