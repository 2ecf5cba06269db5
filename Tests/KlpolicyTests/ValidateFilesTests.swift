import SystemPackage
import Testing

@Suite struct `validate: what files may be` {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  /// Expects one error without a place in the file, and no data.
  private func expectRefusal(
    of path: String, _ code: String, says: String...,
    at sourceLocation: SourceLocation = #_sourceLocation
  ) async throws {
    let outcome = try await klpolicy("validate", path, in: scratch.path)
    #expect(outcome.status == 65, "\(outcome)", sourceLocation: sourceLocation)
    #expect(outcome.output == "", sourceLocation: sourceLocation)
    #expect(outcome.shown.map(\.place) == [code], "\(outcome)", sourceLocation: sourceLocation)
    for words in [path] + says {
      #expect(outcome.errors.contains(words), "\(outcome)", sourceLocation: sourceLocation)
    }
    let json = try await klpolicy("validate", path, "-o", "json", in: scratch.path)
    #expect(json.status == 65, sourceLocation: sourceLocation)
    #expect(
      try json.json()["diagnostics"]?.items.map { $0["code"]?.text } == [code],
      sourceLocation: sourceLocation)
  }

  @Test func `an empty file holds no policy`() async throws {
    try scratch.file("p.yaml", "")
    try await expectRefusal(of: "p.yaml", "no-policy", says: "is empty")
  }

  @Test func `comments alone are no policy`() async throws {
    try scratch.file("p.yaml", "# kind: Policy\n---\n")
    let outcome = try await klpolicy("validate", "p.yaml", in: scratch.path)
    #expect(outcome.status == 65)
    #expect(outcome.shown.count == 1)
  }

  @Test func `a binary file is no text`() async throws {
    try scratch.file("p.yaml", [0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0, 0xff])
    try await expectRefusal(of: "p.yaml", "binary-file", says: "NUL")
  }

  @Test func `UTF-16 is named`() async throws {
    try scratch.file("p.yaml", [0xff, 0xfe, 0x61, 0x00])
    try await expectRefusal(of: "p.yaml", "invalid-utf8", says: "UTF-16", "save the file in UTF-8")
  }

  @Test func `Latin-1 is told at its first letter`() async throws {
    try scratch.file("p.yaml", Array("kind: Policy\nmetadata: {name: caf".utf8) + [0xe9, 0x7d])
    let outcome = try await klpolicy("validate", "p.yaml", in: scratch.path)
    #expect(outcome.status == 65)
    #expect(outcome.shown.map(\.place) == ["2:21 invalid-utf8"])
  }

  @Test(arguments: [8 << 20 + 1, 100 << 20])
  func `a file of more than 8 MiB is not read`(bytes: Int) async throws {
    try scratch.largeFile("p.yaml", bytes: bytes)
    try await expectRefusal(of: "p.yaml", "too-large", says: "8 MiB")
  }

  @Test func `a file of 8 MiB is read`() async throws {
    var text = Array(policyText().utf8)
    while text.count < 8 << 20 { text += Array("# \(digest("#"))\n".utf8) }
    try scratch.file("p.yaml", Array(text.prefix(8 << 20)))
    let outcome = try await klpolicy("validate", "p.yaml", in: scratch.path)
    #expect(outcome.status == 0, "\(outcome)")
  }

  @Test func `a directory without policies is not taken for an empty policy`() async throws {
    try scratch.directory("d/e")
    try scratch.file("d/README.md", "policies")
    try await expectRefusal(of: "d", "no-policy", says: "*.yaml")
  }

  @Test func `a path that leads nowhere`() async throws {
    try await expectRefusal(of: "gone.yaml", "not-found", says: "does not exist")
  }

  @Test func `the default directory, which this machine lacks`() async throws {
    let there = (try? FilePath("/etc/klpolicy/policies.d").stat()) != nil
    if there { return }
    let outcome = try await klpolicy("validate", in: scratch.path)
    #expect(outcome.status == 65)
    #expect(outcome.shown.map(\.code) == ["not-found"])
    #expect(outcome.shown.first?.path == "/etc/klpolicy/policies.d")
  }

  @Test func `a pipe is not waited for`() async throws {
    try scratch.pipe("p.yaml")
    try await expectRefusal(of: "p.yaml", "not-a-file")
  }

  @Test(.enabled("root reads everything", { await Program.runsUnprivileged }))
  func `a file that may not be read`() async throws {
    try scratch.file("p.yaml", policyText(), mode: 0)
    let outcome = try await run(
      Program.asNobody(["validate", "p.yaml"]), in: scratch.path)
    #expect(outcome.status == 65, "\(outcome)")
    #expect(outcome.shown.map(\.code) == ["unreadable"])
    #expect(outcome.errors.contains("ermission denied"))
  }

  @Test(.enabled("a rule for root alone", { Program.isRoot }))
  func `as root, a file that others could have written is refused`() async throws {
    try scratch.file("theirs.yaml", policyText())
    try scratch.give("theirs.yaml", to: 65534)
    try await expectRefusal(of: "theirs.yaml", "untrusted-file", says: "uid 65534", "chown root")

    try scratch.file("open.yaml", policyText(), mode: 0o666)
    try await expectRefusal(of: "open.yaml", "untrusted-file", says: "0666", "chmod go-w")

    try scratch.file("d/p.yaml", policyText())
    try scratch.set("d", mode: 0o777)
    try await expectRefusal(of: "d/p.yaml", "untrusted-file", says: "chmod go-w")
  }

  @Test(.enabled("needs to run it without root's rights", { await Program.runsUnprivileged }))
  func `without root, whoever owns a file`() async throws {
    try scratch.file("open.yaml", policyText(), mode: 0o666)
    let outcome = try await run(Program.asNobody(["validate", "open.yaml"]), in: scratch.path)
    #expect(outcome.status == 0, "\(outcome)")
  }
}
