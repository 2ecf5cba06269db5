import Testing

@Suite struct `validate: what a policy may say` {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  @Test func `a good policy is valid, and nothing else is said`() async throws {
    try scratch.file("good.yaml", policyText())
    let outcome = try await klpolicy("validate", "--strict", "good.yaml", in: scratch.path)
    #expect(outcome.status == 0)
    #expect(outcome.output == "1 policy is valid.\n")
    #expect(outcome.errors == "")
  }

  @Test(arguments: [
    "token: s3cret", "token: 's3cret'", "token: {token: s3cret}", "{token: s3cret}",
    "token:\n          s3cret", "token: |\n          s3cret",
    "server: https://somebody:s3cret@livepatch.example.org/v1",
    "token: {value: s3cret}", "token: {s3cret}", "token: {file: s3cret}", "token: [s3cret]",
    "token:\n          - s3cret", "token:\n        - s3cret", "token:\n          file: s3cret",
    "token:\n          file: s3cret\n         credential: x",
    "token:\n          s3cret: /etc/token",
    "token:\n          file: /etc/token\n          token: s3cret", "token: \"s3cret",
    "token: !!str s3cret",
    "token: &a s3cret\n        tier: [*a]", "token: s3cret\n        token: s3cret", "token:s3cret",
    "token: {file: /etc/token} # s3cret0123456789\n        token: x",
    "Token: s3cret", "TOKEN: s3cret", "tokens: s3cret", "tokn: s3cret", "authToken: s3cret",
    "auth: s3cret", "key: s3cret", "whatever: s3cret", "'token ': s3cret", "tok: [s3cret",
    "tok: {s3cret",
    "tok: \"s3cret", "tok: @s3cret", "enabled: s3cret", "s3cret", "- s3cret", "- token: s3cret",
    "server: u:s3cret@example.org", "server: http://u:s3cret@example.org", "server: s3cret",
    "server: https://example.org/?token=s3cret#\n        server: x", "patchDelay: s3cret",
    "assertions: {state: applied, token: s3cret}", "assertions: {fixes: [CVE-2026-1, s3cret@x]}",
    "serverr: https://u:s3cret@example.org\n      token: s3cret", "}\n      tok: s3cret",
  ])
  func `a secret that was written into a policy is told, and never shown`(wrong: String)
    async throws
  {
    try scratch.file(
      "bad.yaml",
      """
      apiVersion: klpolicy/v1
      kind: Policy
      metadata: {name: web}
      spec:
        services:
          - canonical:
              \(wrong)
              enabled: true

      """)
    for form in ["human", "json", "sarif", "junit"] {
      let outcome = try await klpolicy("validate", "-o", form, "bad.yaml", in: scratch.path)
      #expect(outcome.status == 65)
      #expect(!(outcome.output + outcome.errors).contains("s3cret"), "\(outcome)")
    }
    let plan = try await klpolicy("plan", "bad.yaml", in: scratch.path)
    #expect(plan.status == 65)
    #expect(!(plan.output + plan.errors).contains("s3cret"), "\(plan)")
  }

  @Test(arguments: [
    ("services: [{canonical: {enabled: true, tokn: s3cret}}]", true),
    ("services: [{Canonical: {enabled: true, x: s3cret}}]", true),
    ("services: [{canonical: {enabled: true, tok: [s3cret}}]", true),
    ("services: [{canonical: s3cret}]", true), ("canonical: {x: s3cret}", true),
    ("password: s3cret", true), ("hosts: {secretToken: s3cret}", true),
    ("kernels: [{release: x, patches: [{name: a, url: 'u:s3cret@example.org'}]}]", true),
    ("services: [{canonical: {enabled: true, patchDelay: 2 days}}]", false),
    ("services: [{canonical: {server: livepatch.example.org}}]", false),
    ("services: [{canonical: {enabled: yes, cutoffDate: 2026-11-01}}]", false),
    ("services: [{canonical: {token: {fil: /etc/token}, enabled: true}}]", true),
    ("services: [{redHat: {plugin: s3cret}}]", false),
  ])
  func `what cannot be a secret is shown with its line`(spec: String, isHidden: Bool) async throws {
    try scratch.file(
      "bad.yaml",
      "apiVersion: klpolicy/v1\nkind: Policy\nmetadata: {name: web}\nspec:\n  \(spec)\n")
    let outcome = try await klpolicy("validate", "bad.yaml", in: scratch.path)
    #expect(outcome.status == 65)
    #expect(outcome.errors.contains("(not shown)") == isHidden, "\(outcome)")
    #expect(outcome.errors.contains(spec) != isHidden, "\(outcome)")
    #expect(!isHidden || !outcome.errors.contains("s3cret"), "\(outcome)")
  }

  @Test func `all policies of files and directories are counted`() async throws {
    try scratch.file("d/a.yaml", policyText("a") + "---\n" + policyText("b"))
    try scratch.file("d/deep/c.yml", policyText("c"))
    try scratch.file("e.yaml", policyText("e"))
    let outcome = try await klpolicy("validate", "d", "e.yaml", in: scratch.path)
    #expect(outcome.output == "4 policies are valid.\n")
    let json = try await klpolicy("validate", "-o", "json", "d", "e.yaml", in: scratch.path).json()
    #expect(json["valid"] == .bool(true))
    #expect(json["policies"]?.items.map(\.text) == ["a", "b", "c", "e"])
    #expect(json["diagnostics"] == .array([]))
    #expect(json["errors"] == .number("0"))
    #expect(json["warnings"] == .number("0"))
    #expect(json["files"]?.items.map(\.text) == ["d/a.yaml", "d/deep/c.yml", "e.yaml"])
    let documents = json["documents"]?.items ?? []
    #expect(documents.map { $0["kind"]?.text } == Array(repeating: "Policy", count: 4))
    #expect(documents.map { $0["name"]?.text } == ["a", "b", "c", "e"])
    #expect(
      documents.map { $0["path"]?.text } == ["d/a.yaml", "d/a.yaml", "d/deep/c.yml", "e.yaml"])
    #expect(documents.map { $0["line"]?.number } == [1, 7, 1, 1])
  }

  @Test func `the JSON counts, and names what could be read beside what is wrong`() async throws {
    try scratch.file(
      "bad.yaml",
      policyText("a", "  prioritty: 1\n  safety: {transition: {deadline: 5s}}") + "---\nkind: x\n")
    try scratch.file("d/good.yaml", policyText("b"))
    for flags in [[], ["--strict"]] {
      let json = try await klpolicy(
        ["validate", "-o", "json", "bad.yaml", "d", "gone.yaml"] + flags, in: scratch.path
      ).json()
      #expect(json["valid"] == .bool(false))
      #expect(json["strict"] == .bool(!flags.isEmpty))
      #expect(json["errors"] == .number("4"))
      #expect(json["warnings"] == .number("1"))
      #expect(json["policies"]?.items.map(\.text) == ["a", "b"])
      #expect(json["files"]?.items.map(\.text) == ["bad.yaml", "d/good.yaml"])
      #expect(json["documents"]?.items.map { $0["kind"]?.text } == ["Policy", nil, "Policy"])
    }
  }

  @Test func `the last line says how much is wrong, and in how many files`() async throws {
    try scratch.file("d/a.yaml", policyText("a", "  prioritty: 1\n  unmanaged: y"))
    try scratch.file("d/b.yaml", policyText("b", "  safety: {transition: {deadline: 5s}}"))
    try scratch.file("d/c.yaml", policyText("c"))
    let both = try await klpolicy("validate", "d", in: scratch.path)
    #expect(both.status == 65)
    #expect(both.errors.hasSuffix("\n2 errors, 1 warning in 2 files\n"), "\(both)")
    let warning = try await klpolicy("validate", "d/b.yaml", in: scratch.path)
    #expect(warning.status == 0)
    #expect(warning.output == "1 policy is valid.\n")
    #expect(warning.errors.hasSuffix("\n1 warning in 1 file\n"), "\(warning)")
  }

  @Test(arguments: BadPolicy.all)
  func `a mistake is told with its place, its line, a caret and a code`(
    bad: BadPolicy
  ) async throws {
    try scratch.file("bad.yaml", bad.text)
    let outcome = try await klpolicy("validate", "bad.yaml", in: scratch.path)
    #expect(outcome.status == 65)
    #expect(outcome.output == "", "what is not data is not on standard output")
    #expect(outcome.shown.map(\.place) == bad.places, "\(outcome.errors)")
    for words in bad.says { #expect(outcome.errors.contains(words), "\(outcome.errors)") }
    let lines = bad.text.split(separator: "\n", omittingEmptySubsequences: false)
    for shown in outcome.shown {
      #expect(shown.path == "bad.yaml" && shown.severity == "error")
      #expect(shown.caret == shown.column, "\(outcome.errors)")
      let line = try #require(shown.line)
      #expect(shown.excerpt == String(lines[line - 1]))
    }
  }

  @Test(arguments: BadPolicy.all)
  func `the same is in the JSON, and nothing on standard error`(bad: BadPolicy) async throws {
    try scratch.file("bad.yaml", bad.text)
    let human = try await klpolicy("validate", "bad.yaml", in: scratch.path)
    let outcome = try await klpolicy("validate", "bad.yaml", "-o", "json", in: scratch.path)
    #expect(outcome.status == 65)
    #expect(outcome.errors == "")
    let json = try outcome.json()
    #expect(json["apiVersion"] == .string("klpolicy/v1"))
    #expect(json["kind"] == .string("Validation"))
    #expect(json["valid"] == .bool(false))
    let told = json["diagnostics"]?.items.map { diagnostic in
      [diagnostic["path"], diagnostic["line"], diagnostic["column"], diagnostic["code"]]
    }
    let shown = human.shown.map { shown -> [JSON?] in
      [
        shown.path.map { .string($0) }, shown.line.map { .number("\($0)") },
        shown.column.map { .number("\($0)") }, .string(shown.code),
      ]
    }
    #expect(told == shown)
    #expect(json["diagnostics"]?.items.map { $0["message"]?.text } == human.shown.map(\.message))
    #expect(json["diagnostics"]?.items.map { $0["advice"]?.text } == human.shown.map(\.advice))
  }

  @Test func `all errors of all files are shown, in the order of files and lines`() async throws {
    try scratch.file("d/a.yaml", policyText("a", "  priority: x\n  prioritty: 1\n  unmanaged: y"))
    try scratch.file("d/b.yaml", "{")
    try scratch.file("d/c/d.yaml", policyText("d"))
    try scratch.file("d/e.yaml", policyText("e") + "---\n" + policyText("f", "  kernels: 1"))
    let outcome = try await klpolicy("validate", "d", in: scratch.path)
    #expect(outcome.status == 65)
    #expect(
      outcome.shown.map { "\($0.path ?? "") \($0.place)" } == [
        "d/a.yaml 5:13 wrong-type", "d/a.yaml 6:3 unknown-key", "d/a.yaml 7:14 invalid-value",
        "d/b.yaml 1:1 invalid-yaml", "d/e.yaml 11:12 wrong-type",
      ])
  }

  @Test func `one wrong value is one error`() async throws {
    try scratch.file(
      "bad.yaml",
      policyText("web", "  kernels: [{release: '6.1', patches: [{name: fix, state: gone}]}]"))
    let outcome = try await klpolicy("validate", "bad.yaml", in: scratch.path)
    #expect(outcome.status == 65)
    #expect(outcome.shown.map(\.place) == ["5:59 invalid-value"])
  }
}

@Suite struct `validate: policies against each other` {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  private func write(_ name: String, _ patch: String) throws {
    try scratch.file(
      "d/\(name).yaml",
      policyText(
        name,
        "  kernels: [{release: 6.1.0-56-cloud-amd64, patches: [{\(patch)}]}]"))
  }

  private func expectConflict(
    _ code: String, _ places: (String, String), says: String...,
    at sourceLocation: SourceLocation = #_sourceLocation
  ) async throws {
    let outcome = try await klpolicy("validate", "d", in: scratch.path)
    #expect(outcome.status == 65, sourceLocation: sourceLocation)
    #expect(outcome.output == "", sourceLocation: sourceLocation)
    let shown = try #require(outcome.shown.first, sourceLocation: sourceLocation)
    #expect(outcome.shown.count == 1, sourceLocation: sourceLocation)
    #expect(shown.code == code, sourceLocation: sourceLocation)
    #expect(
      "\(shown.path ?? ""):\(shown.line ?? 0)" == places.0, sourceLocation: sourceLocation)
    #expect(
      outcome.errors.contains("  \(places.1):"), "\(outcome.errors)",
      sourceLocation: sourceLocation)
    for words in says {
      #expect(outcome.errors.contains(words), sourceLocation: sourceLocation)
    }
  }

  @Test func `two definitions of one patch name both places`() async throws {
    let patch = "name: fix, module: klp_fix, file: fix.ko"
    try write("one", "\(patch), sha256: \(digest("a"))")
    try write("two", "\(patch), sha256: \(digest("b"))")
    try await expectConflict(
      "conflicting-definitions", ("d/two.yaml:5", "d/one.yaml:5"), says: "`fix`", "`sha256`")
  }

  @Test func `two replace builds on one host name both places`() async throws {
    for name in ["one", "two"] {
      try write(
        name,
        "name: \(name), module: klp_\(name), file: \(name).ko, replace: true, sha256: \(digest("a"))"
      )
    }
    try await expectConflict(
      "replace-conflict", ("d/two.yaml:5", "d/one.yaml:5"), says: "`one`", "`two`")
  }

  @Test func `two policies of one name name both places`() async throws {
    try scratch.file("d/one.yaml", policyText("web"))
    try scratch.file("d/two.yaml", policyText("web"))
    try await expectConflict(
      "duplicate-policy", ("d/two.yaml:3", "d/one.yaml:3"), says: "`web`")
  }

  @Test func `two settings of one priority name both places`() async throws {
    try scratch.file("d/one.yaml", policyText("one", "  unmanaged: remove"))
    try scratch.file("d/two.yaml", policyText("two", "  unmanaged: ignore"))
    // Settings are told for a kernel that some policy names.
    try write("zero", "name: fix, state: absent")
    try await expectConflict(
      "conflicting-settings", ("d/two.yaml:5", "d/one.yaml:5"), says: "`remove`", "`ignore`")
  }

  @Test(arguments: [([], 0), (["--strict"], 65)] as [([String], Int32)])
  func `a warning fails only where it has to`(flags: [String], status: Int32) async throws {
    try scratch.file(
      "warn.yaml", policyText("web", "  safety: {transition: {deadline: 5s}}"))
    let outcome = try await klpolicy(["validate", "warn.yaml"] + flags, in: scratch.path)
    #expect(outcome.status == status)
    #expect(outcome.shown.map(\.place) == ["5:35 short-deadline"])
    #expect(outcome.shown.map(\.severity) == ["warning"])
    #expect(outcome.output == (status == 0 ? "1 policy is valid.\n" : ""))
    let json = try await klpolicy(
      ["validate", "warn.yaml", "-o", "json"] + flags, in: scratch.path)
    #expect(json.status == status)
    #expect(try json.json()["valid"] == .bool(status == 0))
  }
}
