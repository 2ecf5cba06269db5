import SystemPackage
import Testing

@Suite struct `Output` {
  let scratch: Scratch
  private let esc = "\u{1b}["

  init() throws {
    scratch = try Scratch()
    try scratch.file("web.yaml", policyText())
    try scratch.file("bad.yaml", policyText("web", "  prioritty: 1"))
    try GoldenCase("nothing-loaded", 2).lay(out: scratch)
  }

  /// A line of shell in which `$0` is the program.
  private func shell(_ line: String, environment: [String: String] = [:]) async throws -> Outcome {
    try await run(
      ["/bin/bash", "-c", line, Program.path.string], in: scratch.path, environment: environment)
  }

  static let documents = [
    "validate web.yaml", "validate -o json web.yaml", "validate -o sarif web.yaml",
    "validate -o junit web.yaml", "plan policies --host snapshot.json",
    "plan policies --host snapshot.json -o json",
    "plan policies --host snapshot.json -o json "
      + "--detailed-exitcode", "status", "status -o json", "snapshot", "snapshot -o human",
    "schema Policy",
  ]

  @Test(arguments: documents)
  func `what cannot be written whole is 1, with a message`(command: String) async throws {
    let full = try await shell("\"$0\" \(command) > /dev/full")
    #expect(full.status == 1)
    #expect(full.shown.map(\.code) == ["output-failed"], "\(full)")
    #expect(full.errors.contains("No space left on device"))

    let closed = try await shell("\"$0\" \(command) >&-")
    #expect(closed.status == 1)
    #expect(closed.shown.map(\.code) == ["output-failed"], "\(closed)")
  }

  @Test func `a reader that goes away is no crash`() async throws {
    let outcome = try await shell(
      "{ /bin/sleep 0.3; \"$0\" schema Plan; echo \"status $?\" >&2; } | /bin/true")
    #expect(outcome.shown.map(\.code) == ["output-failed"], "\(outcome)")
    #expect(outcome.errors.hasSuffix("status 1\n"))
  }

  @Test func `standard error may be closed`() async throws {
    let outcome = try await shell("\"$0\" validate bad.yaml 2>&-")
    #expect(outcome.status == 65)
    #expect(outcome.output == "")
  }

  @Test func `has no colours where nobody looks`() async throws {
    for command in ["plan policies --host snapshot.json", "status", "validate bad.yaml"] {
      let outcome = try await shell("\"$0\" \(command)")
      #expect(!(outcome.output + outcome.errors).contains(esc))
    }
  }

  @Test func `has colours with --color always, on both channels, NO_COLOR or not`() async throws {
    let plan = try await shell(
      "\"$0\" plan policies --host snapshot.json --color always", environment: ["NO_COLOR": "1"])
    #expect(plan.output.contains("\(esc)32mload\(esc)0m"), "\(plan)")
    let bad = try await shell("\"$0\" validate bad.yaml --color always")
    #expect(bad.errors.contains("\(esc)31merror: \(esc)0m"), "\(bad)")
  }

  @Test func `never has colours in JSON`() async throws {
    let outcome = try await shell(
      "\"$0\" plan policies --host snapshot.json --color always -o json")
    #expect(!outcome.output.contains(esc))
    _ = try outcome.json()
  }

  static let terminals: [(String, [String: String], Bool)] = [
    ("", [:], true), ("", ["NO_COLOR": "1"], false), ("", ["NO_COLOR": ""], true),
    ("--color never", [:], false), ("--color always", ["NO_COLOR": "1"], true),
  ]

  @Test(arguments: terminals)
  func `on a terminal`(
    flags: String, environment: [String: String], hasColours: Bool
  ) async throws {
    let outcome = try await run(
      [
        "/usr/bin/script", "--quiet", "--return", "--command",
        "'\(Program.path)' plan policies --host snapshot.json \(flags)", "/dev/null",
      ], in: scratch.path, environment: environment)
    #expect(outcome.status == 0, "\(outcome)")
    #expect(outcome.output.contains("klp_version"), "\(outcome)")
    #expect(outcome.output.contains(esc) == hasColours, "\(outcome)")
  }
}
