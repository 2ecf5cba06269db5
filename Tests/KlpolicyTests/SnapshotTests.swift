import SystemPackage
import Testing

/// A text that somebody gives for a snapshot.
struct NoSnapshot: CustomTestStringConvertible {
  let name: String
  let text: String
  /// `line:column code`.
  let places: [String]
  let says: String

  var testDescription: String { name }

  init(_ name: String, _ text: String, _ places: String..., says: String = "") {
    self.name = name
    self.text = text
    self.places = places
    self.says = says
  }

  static let all = [
    NoSnapshot("empty", "", "1:1 invalid-json", says: "empty"),
    NoSnapshot(
      "cut off", "{\"apiVersion\": \"klpolicy/v1\", \"kind\": \"HostSn", "1:39 invalid-json"),
    NoSnapshot("words", "hello\n", "1:1 invalid-json"),
    NoSnapshot("YAML", "apiVersion: klpolicy/v1\nkind: HostSnapshot\n", "1:1 invalid-json"),
    NoSnapshot("an array", "[]", "1:1 wrong-type", says: "a mapping"),
    NoSnapshot(
      "a plan", "{\"apiVersion\": \"klpolicy/v1\", \"kind\": \"Plan\"}", "1:39 unknown-kind",
      says: "`HostSnapshot`"),
    NoSnapshot(
      "of another version", "{\"apiVersion\": \"klpolicy/v2\", \"kind\": \"HostSnapshot\"}",
      "1:16 unknown-api-version"),
    NoSnapshot(
      "bare", "{\"apiVersion\": \"klpolicy/v1\", \"kind\": \"HostSnapshot\"}",
      "1:1 missing-key", "1:1 missing-key", "1:1 missing-key", "1:1 missing-key", "1:1 missing-key",
      says: "`takenAt`"),
    NoSnapshot("two", "{} {}", "1:4 invalid-json"),
    NoSnapshot("binary", "\u{0}\u{1}\u{7f}", "1:1 invalid-json"),
  ]
}

@Suite struct `plan --host: what a snapshot may be` {
  let scratch: Scratch
  let good: String

  init() throws {
    scratch = try Scratch()
    good = try GoldenCase("nothing-loaded", 0).text("snapshot.json")
    try scratch.file("web.yaml", policyText())
  }

  @Test(arguments: NoSnapshot.all)
  func `a text that is none is refused, with its place`(snapshot: NoSnapshot) async throws {
    try scratch.file("host.json", snapshot.text)
    for (path, input) in [("host.json", ""), ("-", snapshot.text)] {
      let outcome = try await klpolicy(
        "plan", "web.yaml", "--host", path, in: scratch.path, input: Array(input.utf8))
      #expect(outcome.status == 65)
      #expect(outcome.output == "")
      #expect(outcome.shown.map(\.place) == snapshot.places)
      #expect(outcome.shown.first?.path == (path == "-" ? "standard input" : path))
      #expect(outcome.errors.contains(snapshot.says), "\(outcome.errors)")
      #expect(outcome.shown.allSatisfy { $0.caret == $0.column || $0.excerpt == nil })
    }
  }

  static let edits: [(String, String, String)] = [
    ("\"hostname\": \"lab\"", "\"hostnam\": \"lab\"", "unknown-key"),
    ("\"cpus\": 1", "\"cpus\": 1, \"cpus\": 2", "duplicate-key"),
    ("\"cpus\": 1", "\"cpus\": \"one\"", "wrong-type"),
    ("\"livepatch\": true", "\"livepatch\": 1", "wrong-type"),
    ("\"lockdown\": \"none\"", "\"lockdown\": \"some\"", "invalid-value"),
    ("\"takenAt\": \"", "\"takenAt\": \"x", "invalid-value"),
  ]

  @Test(arguments: edits)
  func `a mistake in one is told as one in a policy is`(
    edit: (old: String, new: String, code: String)
  ) async throws {
    let text = good.replacing(edit.old, with: edit.new)
    try #require(text != good)
    try scratch.file("host.json", text)
    let outcome = try await klpolicy("plan", "web.yaml", "--host", "host.json", in: scratch.path)
    #expect(outcome.status == 65)
    #expect(outcome.output == "")
    let shown = try #require(outcome.shown.first)
    #expect(shown.code == edit.code && shown.path == "host.json")
    let lines = text.split(separator: "\n").map(String.init)
    #expect(shown.line.map { lines[$0 - 1] } == shown.excerpt)
    #expect(shown.caret == shown.column)
  }

  @Test func `a misspelt key has a suggestion`() async throws {
    try scratch.file("host.json", good.replacing("\"hostname\"", with: "\"hostnam\""))
    let outcome = try await klpolicy("plan", "web.yaml", "--host", "host.json", in: scratch.path)
    #expect(outcome.errors.contains("did you mean `hostname`?"), "\(outcome.errors)")
  }

  @Test func `a path that leads nowhere`() async throws {
    let outcome = try await klpolicy("plan", "web.yaml", "--host", "gone", in: scratch.path)
    #expect(outcome.status == 65)
    #expect(outcome.output == "")
    #expect(outcome.shown.map(\.code) == ["unreadable-snapshot"])
    #expect(outcome.errors.contains("the snapshot gone could not be read: No such file"))
  }

  @Test func `bad policies are told before the snapshot is looked at`() async throws {
    try scratch.file("web.yaml", policyText("web", "  prioritty: 1"))
    let outcome = try await klpolicy("plan", "web.yaml", "--host", "gone", in: scratch.path)
    #expect(outcome.status == 65)
    #expect(outcome.shown.map(\.place) == ["5:3 unknown-key"])
  }

  @Test func `one from a pipe, as a shell's <(...) makes it`() async throws {
    try scratch.file("host.json", good)
    let outcome = try await run(
      [
        "/bin/bash", "-c", "exec \"$0\" plan web.yaml --host <(/bin/cat host.json)",
        Program.path.string,
      ], in: scratch.path)
    #expect(outcome.status == 0, "\(outcome)")
  }

  @Test func `control characters in a name cannot reach the terminal`() async throws {
    try scratch.file(
      "host.json",
      good.replacing("\"hostname\": \"lab\"", with: #""hostname": "l\u001b[31mab\u202e""#))
    let outcome = try await klpolicy("plan", "web.yaml", "--host", "host.json", in: scratch.path)
    #expect(outcome.status == 0)
    #expect(outcome.output.contains(#"Plan for l\u{1b}[31mab\u{202e}, kernel"#))
    let isPlain = outcome.output.unicodeScalars.allSatisfy {
      $0 == "\n" || $0.properties.generalCategory != .control
    }
    #expect(isPlain)
  }
}
