import SystemPackage
import Testing

@Suite struct `validate -o sarif` {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  private func log(_ arguments: String..., status: Int32 = 65) async throws -> JSON {
    let outcome = try await klpolicy(["validate", "-o", "sarif"] + arguments, in: scratch.path)
    #expect(outcome.status == status, "\(outcome)")
    #expect(outcome.errors == "")
    return try outcome.json()
  }

  @Test func `is a valid log without results when nothing is wrong`() async throws {
    try scratch.file("good.yaml", policyText())
    let log = try await log("good.yaml", status: 0)
    #expect(log["version"] == .string("2.1.0"))
    #expect(log["$schema"]?.text?.hasSuffix("/sarif-schema-2.1.0.json") == true)
    #expect(log["runs"]?.items.count == 1)
    let run = try #require(log.run)
    #expect(run["results"] == .array([]))
    #expect(run["columnKind"] == .string("unicodeCodePoints"))
    let driver = try #require(run["tool"]?["driver"])
    #expect(driver["name"] == .string("klpolicy"))
    #expect(driver["semanticVersion"]?.text?.contains(".") == true)
    #expect(driver["rules"] == .array([]))
    let invocation = try #require(run["invocations"]?.items.first)
    #expect(invocation["executionSuccessful"] == .bool(true))
    #expect(invocation["exitCode"] == .number("0"))
  }

  @Test(arguments: BadPolicy.all)
  func `has all that is told in text, with its rule, its place and its fingerprints`(
    bad: BadPolicy
  ) async throws {
    try scratch.file("bad.yaml", bad.text)
    let shown = try await klpolicy("validate", "bad.yaml", in: scratch.path).shown
    let run = try #require(try await log("bad.yaml").run)
    #expect(run["invocations"]?.items.first?["exitCode"] == .number("65"))
    let rules = run["tool"]?["driver"]?["rules"]?.items ?? []
    let results = run["results"]?.items ?? []
    #expect(results.count == shown.count)
    for (result, shown) in zip(results, shown) {
      #expect(result["ruleId"] == .string(shown.code))
      let index = try #require(result["ruleIndex"]?.number.map { Int($0) })
      let rule = try #require(rules.indices.contains(index) ? rules[index] : nil)
      #expect(rule["id"] == .string(shown.code))
      for description in ["shortDescription", "fullDescription", "help"] {
        let text = try #require(rule[description]?["text"]?.text)
        #expect(text.count > 10 && text.contains("."), "\(shown.code) is described")
      }
      #expect(rule["help"]?["markdown"]?.text?.isEmpty == false)
      #expect(rule["defaultConfiguration"]?["level"] == .string("error"))
      #expect(result["level"] == .string("error"))
      let message = try #require(result["message"]?["text"]?.text)
      #expect(message.hasPrefix(shown.message))
      if let advice = shown.advice { #expect(message.contains(advice)) }

      #expect(result["locations"]?.items.count == 1)
      let place = try #require(result.place)
      #expect(place["artifactLocation"]?["uri"] == .string("bad.yaml"))
      #expect(place["artifactLocation"]?["uriBaseId"] == .string("%SRCROOT%"))
      let region = try #require(place["region"])
      #expect(region["startLine"]?.number == shown.line.map(Double.init))
      #expect(region["startColumn"]?.number == shown.column.map(Double.init))
      #expect(region["endLine"] == region["startLine"])
      #expect((region["endColumn"]?.number ?? 0) >= Double(shown.column ?? 0))
      let line = place["contextRegion"]?["snippet"]?["text"] ?? region["snippet"]?["text"]
      #expect(line?.text == shown.excerpt)

      let fingerprints = try #require(result["partialFingerprints"])
      for name in ["klpolicyFinding/v1", "primaryLocationLineHash"] {
        let text = try #require(fingerprints[name]?.text)
        #expect(text.wholeMatch(of: /[0-9a-f]+:[0-9]+/) != nil, "\(name) is \(text)")
      }
    }
  }

  @Test func `a warning is a warning, with --strict too, and the exit code says what it comes to`()
    async throws
  {
    try scratch.file("warn.yaml", policyText("web", "  safety: {transition: {deadline: 5s}}"))
    for (flags, status) in [([], 0), (["--strict"], 65)] as [([String], Int32)] {
      let outcome = try await klpolicy(
        ["validate", "-o", "sarif", "warn.yaml"] + flags, in: scratch.path)
      #expect(outcome.status == status)
      let run = try #require(try outcome.json().run)
      #expect(run["results"]?.items.map { $0["level"] } == [.string("warning")])
      #expect(run["invocations"]?.items.first?["exitCode"] == .number("\(status)"))
      let rule = run["tool"]?["driver"]?["rules"]?.items.first
      #expect(rule?["defaultConfiguration"]?["level"] == .string("warning"))
    }
  }

  @Test func `what is wrong with a whole file stands in its first line`() async throws {
    try scratch.file("p.yaml", [0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0, 0xff])
    for (path, code) in [("p.yaml", "binary-file"), ("gone.yaml", "not-found")] {
      let result = try #require(try await log(path).results.first)
      #expect(result["ruleId"] == .string(code))
      #expect(result.place?["artifactLocation"]?["uri"] == .string(path))
      #expect(result.place?["region"]?["startLine"] == .number("1"))
      #expect(result.place?["region"]?["startColumn"] == .number("1"))
    }
  }

  @Test(arguments: [
    ("bad.yaml", "bad.yaml"), ("./bad.yaml", "bad.yaml"), ("d//bad.yaml", "d/bad.yaml"),
    ("d/../bad.yaml", "bad.yaml"), ("d/a b.yaml", "d/a%20b.yaml"),
    ("d/ä%#?.yaml", "d/%C3%A4%25%23%3F.yaml"), ("a:b.yaml", "a%3Ab.yaml"),
    ("d/[x]&'\"<>.yaml", "d/%5Bx%5D%26%27%22%3C%3E.yaml"),
  ])
  func `a file below the working directory is relative to it, its URI encoded`(
    path: String, uri: String
  ) async throws {
    try scratch.file("bad.yaml", policyText("web", "  prioritty: 1"))
    try scratch.file(path, policyText("web", "  prioritty: 1"))
    for given in [path, scratch.path.appending(path).string] {
      let result = try #require(try await log(given).results.first)
      #expect(result.place?["artifactLocation"]?["uri"] == .string(uri))
      #expect(result.place?["artifactLocation"]?["uriBaseId"] == .string("%SRCROOT%"))
    }
  }

  @Test func `a file elsewhere has an absolute URI`() async throws {
    let other = try Scratch()
    try other.file("bad.yaml", policyText("web", "  prioritty: 1"))
    let name = try #require(other.path.lastComponent).string
    for path in ["\(other.path)/bad.yaml", "../\(name)/bad.yaml"] {
      let artifact = try await log(path).results.first?.place?["artifactLocation"]
      #expect(artifact?["uri"] == .string("file://\(other.path)/bad.yaml"))
      #expect(artifact?["uriBaseId"] == nil)
    }
  }

  @Test func `fingerprints stay when lines are added above, and tell equal lines apart`()
    async throws
  {
    let text = policyText("web", "  safety: {x: 1}\n  kernels:\n  - y: 1\n  - y: 1")
    try scratch.file("bad.yaml", text)
    let before = try await log("bad.yaml").results
    try scratch.file("bad.yaml", "# One line.\n\n# And another.\n" + text)
    let after = try await log("bad.yaml").results
    #expect(before.count > 2)
    #expect(
      before.map { $0.place?["region"]?["startLine"] }
        != after.map { $0.place?["region"]?["startLine"] })
    #expect(before.map { $0["partialFingerprints"] } == after.map { $0["partialFingerprints"] })
    for name in ["klpolicyFinding/v1", "primaryLocationLineHash"] {
      let all = before.compactMap { $0["partialFingerprints"]?[name]?.text }
      #expect(all.count == before.count)
    }
    let own = before.compactMap { $0["partialFingerprints"]?["klpolicyFinding/v1"]?.text }
    #expect(Set(own).count == before.count, "\(own)")
  }

  @Test func `the other place of a conflict is a related location, linked from the message`()
    async throws
  {
    try scratch.file("d/one.yaml", policyText("web"))
    try scratch.file("d/two.yaml", policyText("web"))
    let result = try #require(try await log("d").results.first)
    #expect(result["ruleId"] == .string("duplicate-policy"))
    let related = try #require(result["relatedLocations"]?.items.first)
    #expect(related["id"] == .number("1"))
    let note = try #require(related["message"]?["text"]?.text)
    #expect(result["message"]?["text"]?.text?.hasSuffix(" ([\(note)](1))") == true)
    let place = related["physicalLocation"]
    #expect(place?["artifactLocation"]?["uri"] == .string("d/one.yaml"))
    #expect(place?["region"]?["startLine"] == .number("3"))
  }

  @Test func `each code is one rule, however often it is broken`() async throws {
    try scratch.file("bad.yaml", policyText("web", "  a: 1\n  b: 1\n  priority: x\n  c: 1"))
    let run = try #require(try await log("bad.yaml").run)
    let rules = run["tool"]?["driver"]?["rules"]?.items.map { $0["id"]?.text }
    #expect(rules == ["unknown-key", "wrong-type"])
    #expect(
      run["results"]?.items.map { $0["ruleIndex"] } == ["0", "0", "1", "0"].map { .number($0) })
  }
}

extension JSON {
  /// The one run of a SARIF log.
  fileprivate var run: JSON? { self["runs"]?.items.first }
  fileprivate var results: [JSON] { run?["results"]?.items ?? [] }
  /// The place of a result.
  fileprivate var place: JSON? { self["locations"]?.items.first?["physicalLocation"] }
}
