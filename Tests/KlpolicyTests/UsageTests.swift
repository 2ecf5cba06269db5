import Testing

@Suite struct `The command line` {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  @Test(arguments: [
    "frobnicate", "validate --bogus", "plan -o xml", "plan --output", "plan --color sometimes",
    "plan --host host.json --root /", "reconcile --root /", "reconcile --root .",
    "reconcile --lock-timeout soon", "reconcile --lock-timeout 5", "reconcile --lock-timeout -1s",
    "reconcile --lock-timeout", "reconcile --host host.json", "snapshot web.yaml",
    "schema Nope", "schema Policy Plan", "validate -o sarif --strictly", "plan -o sarif",
    "status -o junit", "explain", "explain fix web.yaml --at tomorrow",
    "explain fix --host host.json --root /", "explain fix -o sarif",
  ])
  func `what it does not know is 64, said on standard error with the usage`(
    line: String
  ) async throws {
    try scratch.file("web.yaml", policyText())
    let outcome = try await klpolicy(line.split(separator: " ").map(String.init), in: scratch.path)
    #expect(outcome.status == 64)
    #expect(outcome.output == "")
    #expect(outcome.errors.hasPrefix("Error: "), "\(outcome)")
    #expect(outcome.errors.contains("Usage: klpolicy"), "\(outcome)")
  }

  @Test(arguments: [
    (["plan", "--at", "2026-11-24T12:00:00"], "such as Z: 2026-11-24T12:00:00Z"),
    (["plan", "--at", "2026-11-24 12:00"], "such as Z: 2026-11-24T12:00:00Z"),
    (["windows", "--at", "2026-11-24"], "write the time too: 2026-11-24T00:00:00Z"),
    (["explain", "fix", "--at", "noon"], "write a day, a time and an offset from UTC"),
    (["hold", "--reason", "x", "--until", "3 hours"], "write 3h"),
    (["hold", "--reason", "x", "--until", "2026-11-24"], "2026-11-24T00:00:00Z"),
    (["explain", "web.yaml", "fix"], "klpolicy explain fix web.yaml"),
    (["explain", "policies/"], "klpolicy explain PATCH policies/"),
  ])
  func `a slip is told with what to write instead`(words: [String], advice: String) async throws {
    let outcome = try await klpolicy(words, in: scratch.path)
    #expect(outcome.status == 64)
    #expect(outcome.errors.contains(advice), "\(outcome)")
  }

  @Test(
    arguments: [
      ([], "let klpolicy snapshot of the host write to it"),
      (Array("kind: Policy\n".utf8), "give what klpolicy snapshot prints on the host"),
    ] as [([UInt8], String)])
  func `what is no snapshot is told, with where to get one`(
    input: [UInt8], advice: String
  ) async throws {
    try scratch.file("web.yaml", policyText())
    let outcome = try await klpolicy(
      "plan", "web.yaml", "--host", "-", in: scratch.path, input: input)
    #expect(outcome.status == 65)
    #expect(outcome.shown.first?.advice?.hasPrefix(advice) == true, "\(outcome)")
  }

  @Test func `a snapshot that no kernel could be in is told in words`() async throws {
    let snapshot = try GoldenCase("newer-build", 0).text("snapshot.json")
    try scratch.file("web.yaml", policyText())
    try scratch.file(
      "host.json", snapshot.replacing("\"state\": \"applied\"", with: "\"state\": \"enabling\""))
    let outcome = try await klpolicy("plan", "web.yaml", "--host", "host.json", in: scratch.path)
    #expect(outcome.status == 65)
    #expect(outcome.shown.map(\.code) == ["impossible-snapshot"])
    #expect(
      outcome.errors.contains("is said to be enabling, and with no transition it would be applied"),
      "\(outcome)")
  }

  static let formats = [
    ("validate", ["human", "json", "sarif", "junit"]), ("plan", ["human", "json"]),
    ("reconcile", ["human", "json"]), ("status", ["human", "json", "prometheus"]),
    ("snapshot", ["human", "json"]), ("explain", ["human", "json"]),
  ]

  @Test(arguments: formats)
  func `-o takes what the command can do, and says what that is`(
    command: String, formats: [String]
  ) async throws {
    let help = try await klpolicy(command, "--help", in: scratch.path)
    let words = help.output.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    #expect(words.contains("(values: \(formats.joined(separator: ", ")))"), "\(help)")
    for format in ["xml", "sarif", "junit", "prometheus", "JSON", ""]
    where !formats.contains(format) {
      let outcome = try await klpolicy(command, "-o", format, in: scratch.path)
      #expect(outcome.status == 64, "\(outcome)")
      #expect(outcome.output == "")
      for format in formats { #expect(outcome.errors.contains("'\(format)'"), "\(outcome)") }
    }
  }

  @Test func `a word with a typing error is named`() async throws {
    let outcome = try await klpolicy("plan", "--detailed-exitcodes", in: scratch.path)
    #expect(outcome.status == 64)
    #expect(outcome.errors.contains("--detailed-exitcodes"))
  }

  @Test(arguments: ["", "validate", "plan", "reconcile", "explain", "status", "snapshot", "schema"])
  func `--help is 0, on standard output`(command: String) async throws {
    let words = command.isEmpty ? [] : [command]
    for words in [words + ["--help"], words + ["-h"], ["help"] + words] {
      let outcome = try await klpolicy(words, in: scratch.path)
      #expect(outcome.status == 0)
      #expect(outcome.errors == "")
      #expect(outcome.output.contains("USAGE: klpolicy \(command)"), "\(outcome)")
    }
  }

  @Test func `--version is 0, and the version that plans name`() async throws {
    let outcome = try await klpolicy("--version", in: scratch.path)
    #expect(outcome.status == 0)
    #expect(outcome.errors == "")
    let version = outcome.output.dropLast()
    #expect(version.wholeMatch(of: /\d+\.\d+\.\d+(-[a-z0-9.]+)?/) != nil)
    try scratch.file("web.yaml", policyText())
    let plan = try await klpolicy("plan", "web.yaml", "-o", "json", in: scratch.path).json()
    #expect(plan["toolVersion"] == .string(String(version)))
  }

  @Test(.enabled("needs to run it without root's rights", { await Program.runsUnprivileged }))
  func `reconcile without root's rights is 77, before anything is read`() async throws {
    for arguments in [[], ["gone.yaml"], ["gone.yaml", "-o", "json", "--lock-timeout", "1s"]] {
      let outcome = try await run(
        Program.asNobody(["reconcile"] + arguments), in: scratch.path)
      #expect(outcome.status == 77)
      #expect(outcome.output == "")
      #expect(outcome.shown.map(\.place) == ["not-privileged"])
      #expect(outcome.errors.contains("root"))
      #expect(!outcome.errors.contains("gone.yaml"))
    }
  }

  @Test(.enabled("needs to run it without root's rights", { await Program.runsUnprivileged }))
  func `looking needs no rights`() async throws {
    try scratch.file("web.yaml", policyText())
    for line in ["plan web.yaml", "reconcile --dry-run web.yaml", "status", "snapshot"] {
      let words = line.split(separator: " ").map(String.init)
      let outcome = try await run(Program.asNobody(words), in: scratch.path)
      #expect(outcome.status == 0, "\(line): \(outcome)")
    }
  }

  @Test(.enabled("needs to run it without root's rights", { await Program.runsUnprivileged }))
  func `a wrong command line is told before missing rights`() async throws {
    let outcome = try await run(
      Program.asNobody(["reconcile", "--root", "/"]), in: scratch.path)
    #expect(outcome.status == 64)
  }

  @Test func `a --root that cannot be entered is 1`() async throws {
    for command in ["status", "snapshot", "plan"] {
      try scratch.file("web.yaml", policyText())
      let arguments = command == "plan" ? ["web.yaml"] : []
      let outcome = try await klpolicy(
        [command, "--root", "gone"] + arguments, in: scratch.path)
      #expect(outcome.status == 1, "\(outcome)")
      #expect(outcome.output == "")
      #expect(outcome.shown.map(\.code) == ["root-unusable"])
    }
  }
}
