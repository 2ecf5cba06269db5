import ChildProcess
import Files
import SystemPackage
import Testing

@Suite struct `fleet plan: snapshots in, plans out` {
  let scratch: Scratch
  let snapshot: String

  init() throws {
    scratch = try Scratch()
    snapshot = oneLine(try GoldenCase("nothing-loaded", 0).text("snapshot.json"))
    try scratch.file("web.yaml", policyText())
  }

  static let at = "2026-11-25T22:00:00Z"

  func fleet(_ input: String, _ flags: String...) async throws -> Outcome {
    try await klpolicy(
      ["fleet", "plan", "web.yaml", "--at", Self.at] + flags, in: scratch.path,
      input: Array(input.utf8))
  }

  func content(_ name: String) throws -> String {
    let bytes = try readTrusted(scratch.path.appending(name), trust: .unchecked, limit: 1 << 20)
    return String(decoding: bytes, as: UTF8.self)
  }

  /// The snapshot of a host of some name.
  func host(_ name: String) -> String {
    snapshot.replacing("\"hostname\":\"lab\"", with: "\"hostname\":\"\(name)\"")
  }

  @Test(arguments: GoldenCase.all)
  func `each line is the plan of plan --host, to the byte`(golden: GoldenCase) async throws {
    try golden.lay(out: scratch)
    let snapshot = try golden.text("snapshot.json")
    let one = try await golden.plan(
      "--detailed-exitcode", "--at", Self.at, "-o", "json", in: scratch)
    let lines = oneLine(snapshot) + "\n"
    let fleet = try await klpolicy(
      ["fleet", "plan", "policies", "--detailed-exitcode", "--at", Self.at] + golden.flags,
      in: scratch.path, input: Array((lines + lines).utf8))
    #expect(fleet.errors == "")
    #expect(fleet.status == one.status)
    #expect(fleet.output == oneLine(one.output) + "\n" + oneLine(one.output) + "\n")
  }

  @Test(arguments: ["1", "2", "7"])
  func `the order is kept, and a part gives what the whole gives`(jobs: String) async throws {
    let names = (1...300).map { "host-\($0)" }
    let lines = names.map { host($0) + "\n" }
    let whole = try await fleet(lines.joined(), "--jobs", jobs)
    let plans = whole.output.split(separator: "\n")
    #expect(plans.count == names.count)
    for (plan, name) in zip(plans, names) { #expect(plan.contains("\"hostname\":\"\(name)\"")) }
    let first = try await fleet(lines[..<120].joined(), "--jobs", jobs)
    let second = try await fleet(lines[120...].joined(), "--jobs", jobs)
    #expect(first.output + second.output == whole.output)
  }

  @Test func `a line that is no snapshot is told with its number, and passed over`() async throws {
    let input =
      host("one") + "\r\n\r\n   \n{\"a\": 1}\n" + host("two") + "\n[1\n\u{0}\n" + host("three")
    let outcome = try await fleet(input)
    #expect(outcome.status == 65)
    #expect(outcome.shown.map(\.place).contains("4:1 missing-key"))
    #expect(outcome.shown.map(\.place).contains("6:3 invalid-json"))
    #expect(outcome.shown.map(\.place).contains("7:1 invalid-json"))
    #expect(outcome.shown.allSatisfy { $0.path == "standard input" })
    let plans = outcome.output.split(separator: "\n")
    #expect(plans.count == 3)
    for (plan, name) in zip(plans, ["one", "two", "three"]) {
      #expect(plan.contains("\"hostname\":\"\(name)\""))
    }
  }

  @Test func `policies that contradict each other on a host, and not on the next`() async throws {
    let other = policyText().replacing("name: web", with: "name: other")
      .replacing(
        "spec:\n", with: "spec:\n  priority: 0\n  hosts: {hostname: [bad]}\n  unmanaged: remove\n")
    try scratch.file(
      "web.yaml", policyText().replacing("spec:\n", with: "spec:\n  unmanaged: ignore\n"))
    try scratch.file("other.yaml", other)
    let outcome = try await klpolicy(
      "fleet", "plan", "web.yaml", "other.yaml", "--at", Self.at, in: scratch.path,
      input: Array((host("bad") + "\n" + host("good") + "\n").utf8))
    #expect(outcome.status == 65)
    #expect(outcome.errors.contains("bad: "), "\(outcome.errors)")
    #expect(outcome.output.split(separator: "\n").count == 1)
    #expect(outcome.output.contains("\"hostname\":\"good\""))
  }

  @Test func `nothing in is nothing out`() async throws {
    for input in ["", "\n", "\r\n\n"] {
      let outcome = try await fleet(input)
      #expect(outcome.status == 0)
      #expect(outcome.output == "")
      #expect(outcome.errors == "")
    }
  }

  @Test func `a line that is too long is passed over, and the next one planned`() async throws {
    let make = "head -c 70000000 /dev/zero | tr '\\0' 1; echo; cat hosts"
    try scratch.file("hosts", host("after") + "\n")
    let outcome = try await run(
      [
        "/bin/sh", "-c",
        "{ \(make); } | '\(Program.path)' fleet plan web.yaml --at \(Self.at)",
      ], in: scratch.path, environment: ["PATH": "/usr/bin:/bin"])
    #expect(outcome.status == 65)
    #expect(outcome.errors.contains("standard input:1:1: error: "))
    #expect(outcome.errors.contains("64 MiB"))
    #expect(outcome.output.contains("\"hostname\":\"after\""))
  }

  @Test func `a reader that goes away, and input that cannot be read, are errors`() async throws {
    try scratch.file("hosts", String(repeating: host("x") + "\n", count: 500))
    for (shell, says) in [
      ("'\(Program.path)' fleet plan web.yaml < hosts > /dev/full", "could not be written"),
      ("'\(Program.path)' fleet plan web.yaml < .", "could not be read to its end"),
      ("'\(Program.path)' fleet plan web.yaml <&-", "could not be read to its end"),
    ] {
      let outcome = try await run(["/bin/sh", "-c", shell], in: scratch.path)
      #expect(outcome.status == 1, "\(shell)")
      #expect(outcome.errors.contains(says), "\(outcome.errors)")
    }
  }

  @Test func `SIGTERM ends it behind a whole line, though more could come`() async throws {
    try scratch.file("hosts", host("x") + "\n")
    let outcome = try await run(
      [
        "/bin/bash", "-c",
        """
        mkfifo in; { cat hosts; exec sleep 20; } > in & w=$!
        '\(Program.path)' fleet plan web.yaml < in > out & p=$!
        until [ -s out ]; do sleep 0.1; done
        kill -TERM $p; wait $p; s=$?; kill $w; cat out; rm in; exit $s
        """,
      ], in: scratch.path, environment: ["PATH": "/usr/bin:/bin"])
    #expect(outcome.status == 143)
    #expect(outcome.errors.contains("interrupted"))
    #expect(outcome.output.hasSuffix("}\n"))
  }

  @Test func `what all plans come to, as JSON, as text and as a page`() async throws {
    let golden = try #require(GoldenCase.all.first { $0.name == "requires-unmet" })
    try golden.lay(out: scratch)
    let line = oneLine(try golden.text("snapshot.json"))
    let hostile = "</td><script>alert(1)</script>&"
    let names = ["one", hostile, "three"]
    let lines = names.map {
      line.replacing("\"hostname\":\"lab\"", with: "\"hostname\":\"\($0)\"") + "\n"
    }
    func fleet(_ flags: String...) async throws -> Outcome {
      try await klpolicy(
        ["fleet", "plan", "policies", "--at", Self.at] + flags, in: scratch.path,
        input: Array((lines.joined() + "nonsense\n").utf8))
    }
    let plans = try await fleet("--summary", "sum.json", "--html", "page.html")
    #expect(plans.status == 65)
    #expect(plans.output.split(separator: "\n").count == 3)
    let json = try await fleet("--summary", "-").json()
    #expect(json == (try JSON(try content("sum.json"))))
    #expect(
      try await Schema(klpolicy("schema", "FleetSummary", in: scratch.path).json()).problems(json)
        == [])
    #expect(json["hosts"] == .number("3"))
    #expect(json["refused"] == .number("1"))
    #expect(json["outcomes"]?["blocked"] == .number("3"))
    let reasons = json["reasons"]?.items ?? []
    let unmet = try #require(
      reasons.first { $0["reason"]?.text == "requires-unmet" && $0["part"]?.text == "blocked" })
    #expect(unmet["hosts"] == .number("3"))
    #expect(unmet["examples"]?.items.compactMap(\.text) == names)
    let text = try await fleet("-o", "human").output
    #expect(text.hasPrefix("3 hosts, planned for \(Self.at)"))
    #expect(text.contains("requires-unmet"))
    let page = try content("page.html")
    #expect(page.contains("&lt;script&gt;alert(1)"))
    #expect(!page.contains("<script"))
    #expect(!page.contains("http:") && !page.contains("https:"))
    #expect(page.contains("<svg"))
  }

  @Test func `a summary is the same however many work on it`() async throws {
    let lines = (1...200).map { host("host-\($0)") + "\n" }.joined()
    let one = try await fleet(lines, "--jobs", "1", "--summary", "-").output
    #expect(try await fleet(lines, "--jobs", "5", "--summary", "-").output == one)
    let gone = try await fleet(lines, "--summary", "gone/summary.json")
    #expect(gone.status == 1)
    #expect(gone.errors.contains("open gone"), "\(gone.errors)")
  }

  @Test func `a host that no policy wants anything of is not called converged`() async throws {
    let rule = "{release: 6.1.0-56-cloud-amd64, patches: [{name: x, module: klp_x, state: absent}]}"
    try scratch.file("web.yaml", policyText("web", "  kernels: [\(rule)]"))
    let other = host("other").replacing("\"release\":\"", with: "\"release\":\"5.10.0-")
    let lines = [host("a"), other, host("b"), other].map { $0 + "\n" }.joined()
    let json = try await fleet(lines, "--summary", "-").json()
    #expect(json["hosts"] == .number("4"))
    #expect(json["outcomes"]?["uncovered"] == .number("2"))
    #expect(json["outcomes"]?["converged"] == .number("2"))
    let text = try await fleet(lines, "-o", "human").output
    #expect(text.contains("uncovered         2   50 %"), "\(text)")
  }

  @Test
  func `a host of which something that decides could not be observed is not called converged`()
    async throws
  {
    // What the first says of packages, and whether the policy is for the second at all, is not known.
    try scratch.file(
      "web.yaml",
      policyText("web", "  hosts: {labels: {environment: production}}\n  services: [{redHat: {}}]"))
    let labels = "\"labels\":{\"environment\":\"production\"}"
    let packages = host("packages").replacing(/"labels":\{[^}]*\}/, with: labels)
    let hosts = [packages, host("labels").replacing(/"labels":\{[^}]*\}/, with: "\"labels\":null")]
    let lines = (hosts + [host("other")]).map { $0 + "\n" }.joined()
    let json = try await fleet(lines, "--summary", "-").json()
    #expect(json["outcomes"]?["unverified"] == .number("2"))
    #expect(json["outcomes"]?["converged"] == .number("0"))
    #expect(json["outcomes"]?["uncovered"] == .number("1"))
    #expect(json["kernels"]?.items.first?["outcomes"]?["unverified"] == .number("2"))
    #expect(json["unverifiedExamples"]?.items.compactMap(\.text) == ["packages", "labels"])
    let text = try await fleet(lines, "-o", "human")
    #expect(text.output.contains("unverified        2   67 %"), "\(text.output)")
    #expect(
      text.output.contains("of 2 hosts something could not be observed  (packages, labels)"),
      "\(text.output)")
    // As for plan: nothing is blocked, and nothing is to be done that is known.
    #expect(text.status == 0)
    _ = try await fleet(lines, "--html", "page.html")
    #expect(try content("page.html").contains("<th class=\"n\">unverified</th>"))
  }

  @Test func `what vendors' services come to is told service by service`() async throws {
    let services = "  services: [{canonical: {enabled: true, token: {credential: token}}}]"
    try scratch.file("web.yaml", policyText("web", services))
    // Hosts that have none of them.
    let lines = ["a", "b"].map {
      host($0).replacing("\"live\":", with: "\"services\":{},\"live\":") + "\n"
    }.joined()
    let json = try await fleet(lines, "--summary", "-").json()
    let told = json["services"]?.items ?? []
    #expect(told.map { $0["service"]?.text } == ["canonical"])
    #expect(told.first?["blocked"] == .number("2"))
    #expect(told.first?["change"] == .number("0"))
    let text = try await fleet(lines, "-o", "human").output
    #expect(text.contains("Services\n  canonical: blocked 2\n"), "\(text)")
  }

  @Test(arguments: [
    "--jobs 0", "--jobs -1", "--jobs many", "--at yesterday", "-o xml", "--summary - -o human",
  ])
  func `what makes no sense is refused`(flags: String) async throws {
    let outcome = try await klpolicy(
      ["fleet", "plan", "web.yaml"] + flags.split(separator: " ").map(String.init),
      in: scratch.path)
    #expect(outcome.status == 64)
  }
}

/// A JSON text without white space between its parts.
func oneLine(_ text: String) -> String {
  var line: [UInt8] = []
  var isString = false
  var isEscaped = false
  for byte in text.utf8 {
    if isString {
      if isEscaped {
        isEscaped = false
      } else if byte == UInt8(ascii: "\\") {
        isEscaped = true
      } else if byte == UInt8(ascii: "\"") {
        isString = false
      }
    } else if byte == UInt8(ascii: "\"") {
      isString = true
    } else if [UInt8(ascii: " "), UInt8(ascii: "\n"), UInt8(ascii: "\t")].contains(byte) {
      continue
    }
    line.append(byte)
  }
  return String(decoding: line, as: UTF8.self)
}
