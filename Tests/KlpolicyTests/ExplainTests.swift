import Files
import SystemPackage
import Testing

@Suite struct `explain PATCH` {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  /// Those that need nothing on the command line.
  static let cases = GoldenCase.all.filter(\.flags.isEmpty)

  private func explain(
    _ patch: String, _ more: String..., policies: String = "policies", input: [UInt8] = []
  ) async throws -> Outcome {
    try await klpolicy(
      ["explain", patch, policies, "--host", "snapshot.json"] + more, in: scratch.path, input: input
    )
  }

  /// The patches that the policies of a case name.
  private func patches() throws -> Set<String> {
    let folder = scratch.path.appending("policies")
    let texts = try listTrusted(folder, trust: .unchecked).map { entry in
      String(
        decoding: try readTrusted(
          folder.appending(entry.name), trust: .unchecked, limit: 1 << 20), as: UTF8.self)
    }
    return Set(texts.flatMap { $0.matches(of: /name: (cve-[0-9-]+)/).map { String($0.1) } })
  }

  @Test(arguments: cases)
  func `its outcome is the plan's word, and its document satisfies its schema`(
    golden: GoldenCase
  ) async throws {
    try golden.lay(out: scratch)
    let plan = try await golden.plan("-o", "json", in: scratch).json()
    let schema = Schema(try await klpolicy("schema", "Explanation", in: scratch.path).json())
    for patch in try patches() {
      let outcome = try await explain(patch, "-o", "json")
      #expect(outcome.status == 0, "\(outcome)")
      #expect(outcome.errors == "")
      let explanation = try outcome.json()
      #expect(schema.problems(explanation) == [])
      let told = try #require(explanation["outcome"])
      for part in ["steps", "deferred", "blocked", "satisfied"] {
        let planned = plan[part]?.items.filter { $0["patch"]?.text == patch }
        let named = told[part]?.items.filter { $0["patch"] != nil }
        #expect(named == planned, "\(part) of \(patch)")
      }
      let isBlocked = told["blocked"]?.items.isEmpty == false
      #expect((told["result"] == .string("blocked")) == isBlocked)
      #expect(explanation["host"] == plan["host"])
      #expect(told["warnings"] == plan["warnings"])
    }
  }

  @Test func `a service is explained as a patch is`() async throws {
    let snapshot = oneLine(try GoldenCase("nothing-loaded", 0).text("snapshot.json"))
      .replacing("\"live\":", with: "\"services\":{},\"live\":")
    try scratch.file("snapshot.json", snapshot)
    try scratch.file(
      "policies/low.yaml", policyText("low", "  services: [{redHat: {version: 1-1.el9}}]"))
    try scratch.file(
      "policies/high.yaml",
      policyText("high", "  priority: 10\n  minimumAge: 2d\n  services: [{redHat: {plugin: auto}}]")
    )
    try scratch.file(
      "policies/elsewhere.yaml",
      policyText("elsewhere", "  services: [{release: 5.14.0-1.el9.x86_64, redHat: {}}]"))
    let outcome = try await explain("redHat")
    #expect(outcome.status == 0, "\(outcome)")
    let text = outcome.output.split(separator: "\n").map { $0.drop { $0 == " " } }
      .joined(separator: " ")
    for told in [
      "redHat on ", ": blocked", "service-missing: ", "low: is for every host",
      "every kernel (high): is for the kernel", "is not `5.14.0-1.el9.x86_64`",
      "high: wants the latest package that is admitted, plugin auto; its priority 10 is the highest",
      "low: wants version 1-1.el9, and lost the whole service: priority 10 of high is higher than its 0",
      "minimumAge (high): 2d", "redHat: the host has none of it",
    ] { #expect(text.contains(told), "\(told): \(outcome.output)") }
    let schema = Schema(try await klpolicy("schema", "Explanation", in: scratch.path).json())
    let explanation = try await explain("redHat", "-o", "json").json()
    #expect(schema.problems(explanation) == [])
    #expect(explanation["outcome"]?["result"] == .string("blocked"))
    #expect(explanation["outcome"]?["blocked"]?.items.count == 1)
    for name in ["rhel", "kpatch-patch-6_1_0-56"] {
      #expect(try await explain(name).output == outcome.output)
    }
    let suse = try await explain("suse")
    #expect(suse.status == 0 && suse.output.contains("not wanted here"), "\(suse)")
    for name in ["kpatch", "cve-1"] {
      let unknown = try await explain(name)
      #expect(unknown.status == 65 && unknown.shown.map(\.code) == ["unknown-patch"], "\(unknown)")
    }
    #expect(try await explain("cve-1").errors.contains("of services they speak of `redHat`"))
  }

  @Test(arguments: cases)
  func `every source is a place whose line is shown`(golden: GoldenCase) async throws {
    try golden.lay(out: scratch)
    var places = 0
    for patch in try patches() {
      let findings = try await explain(patch, "-o", "json").json()["findings"]?.items ?? []
      for finding in findings {
        guard let source = finding["source"]?.text else { continue }
        let parts = source.split(separator: ":").map(String.init)
        let bytes = try readTrusted(
          scratch.path.pushing(FilePath(parts[0])), trust: .unchecked, limit: 1 << 20)
        let lines = String(decoding: bytes, as: UTF8.self).split(
          separator: "\n", omittingEmptySubsequences: false)
        let line = try #require(Int(parts[1]).map { lines[$0 - 1] })
        #expect(finding["excerpt"]?.text == String(line.drop { $0 == " " }), "\(source)")
        places += 1
      }
    }
    #expect(try places > 0 || patches().isEmpty)
  }

  @Test(arguments: [
    ("priority", "cve-2026-1111"), ("newer-build", "cve-2026-1111"),
    ("requires-unmet", "cve-2026-1111"), ("other-kernel", "cve-2026-1111"),
    ("foreign-transition", "cve-2026-2222"), ("unverified", "cve-2026-1111"),
  ])
  func `for a person: the outcome first, then the decisions in order`(
    folder: String, patch: String
  ) async throws {
    let golden = try #require(GoldenCase.all.first { $0.name == folder })
    try golden.lay(out: scratch)
    let outcome = try await explain(patch)
    #expect(outcome.status == 0)
    #expect(outcome.errors == "")
    try golden.expect(
      outcome.output.replacing(scratch.path.string, with: "/..."), in: "explain.txt")
  }

  private static let rolledOut = """
    apiVersion: klpolicy/v1
    kind: Policy
    metadata: {name: web}
    spec:
      minimumAge: 2d
      rollout: {from: 2026-11-20T08:00:00Z, waves: [{percent: 100, after: 30d}]}
      maintenance: {windows: [{start: "22:00", duration: 4h}]}
      kernels:
        - release: "6.1.0-*"
          patches: [cve-2026-1111]
    ---
    apiVersion: klpolicy/v1
    kind: PatchSet
    metadata: {name: fixes}
    spec:
      patches:
        - name: cve-2026-1111
          builds:
            - {release: 6.1.0-56-cloud-amd64, version: "1", module: klp_cmdline, file: klp_cmdline.ko,
               sha256: <klp_cmdline.ko>, replace: false, released: 2026-11-25}
        - name: cve-2026-9999
          builds:
            - {release: 6.1.0-57-cloud-amd64, version: "1", module: klp_other, file: klp_other.ko,
               sha256: <klp_cmdline.ko>, replace: false, released: 2026-11-25}

    """

  private func layOutRollout() throws {
    try scratch.file("snapshot.json", GoldenCase("nothing-loaded", 0).text("snapshot.json"))
    try scratch.file("web.yaml", Artefacts.filledIn(Self.rolledOut))
    try scratch.file("klp_cmdline.ko", Artefacts.all["klp_cmdline.ko"] ?? [])
  }

  @Test(arguments: [
    ("2026-11-26T00:00:00Z", "deferred", "too-young"),
    ("2026-12-01T01:00:00+01:00", "deferred", "wave-not-reached"),
    ("2026-12-25T23:00:00Z", "pending", "not-loaded"),
  ])
  func `--at is the moment; what waits says when, at the earliest, waves and windows let it go`(
    at moment: String, result: String, reason: String
  ) async throws {
    try layOutRollout()
    let outcome = try await explain(
      "cve-2026-1111", "--at", moment, "-o", "json", policies: "web.yaml")
    #expect(outcome.status == 0, "\(outcome)")
    let told = try #require(try outcome.json()["outcome"])
    #expect(told["result"] == .string(result))
    #expect(told["reason"] == .string(reason))
    // The wave opens at midnight, and the window at ten.
    #expect(told["earliest"]?.text == (result == "deferred" ? "2026-12-25T00:00:00Z" : nil))
    let findings = try outcome.json()["findings"]?.items ?? []
    let windows = findings.filter { $0["subject"] == .string("schedule") }
    #expect(windows.count == 1)
  }

  @Test func `what only a PatchSet has is explained, and is 0`() async throws {
    try layOutRollout()
    let outcome = try await explain("cve-2026-9999", policies: "web.yaml")
    #expect(outcome.status == 0)
    #expect(outcome.errors.contains("unused-patch") == false)
    #expect(outcome.output.contains("not wanted here"))
    #expect(outcome.output.contains("no given policy names it"))
    #expect(outcome.output.contains("kernel 6.1.0-57-cloud-amd64: has 1"))
  }

  @Test func `what klpolicy loaded for a policy that is not given is explained, and is 0`()
    async throws
  {
    let golden = try #require(GoldenCase.all.first { $0.name == "orphan" })
    try golden.lay(out: scratch)
    let snapshot = try golden.text("snapshot.json")
    let recorded = Set(
      snapshot.matches(of: /"patch": "([a-z0-9-]+)"/).map { String($0.1) })
    let orphan = try #require(recorded.subtracting(try patches()).first)
    let outcome = try await explain(orphan, "-o", "json")
    #expect(outcome.status == 0)
    let told = try outcome.json()
    #expect(told["outcome"]?["result"] == .string("not-wanted"))
    let unmanaged = told["outcome"]?["unmanaged"]?.items ?? []
    #expect(unmanaged.map { $0["ownership"] } == [.string("orphaned")])
    let messages = told["findings"]?.items.compactMap { $0["message"]?.text } ?? []
    #expect(messages.contains { $0.hasSuffix("for a policy that is not among those given") })
  }

  @Test(arguments: [
    ("cve-2026-1112", "did you mean `cve-2026-1111`?"),
    ("klp_cmdline", "that is a module of the patch `cve-2026-1111`: explain that"),
    ("heartbleed", "known are `cve-2026-1111` and `cve-2026-9999`"),
  ])
  func `a name that nothing has is 65, and says what was perhaps meant`(
    name: String, says: String
  ) async throws {
    try layOutRollout()
    let outcome = try await explain(name, policies: "web.yaml")
    #expect(outcome.status == 65)
    #expect(outcome.output == "")
    #expect(outcome.shown.map(\.code) == ["unknown-patch"])
    #expect(outcome.shown.first?.advice == says)
  }

  @Test func `a module in memory that no patch has is told as such`() async throws {
    let golden = try #require(GoldenCase.all.first { $0.name == "foreign-reported" })
    try golden.lay(out: scratch)
    let outcome = try await explain("klp_foreign")
    #expect(outcome.status == 65)
    #expect(outcome.shown.first?.advice?.contains("klpolicy status") == true, "\(outcome)")
  }

  @Test func `policies that contradict each other on the host are 65, with both places`()
    async throws
  {
    try layOutRollout()
    let other = String(Self.rolledOut.split(separator: "---")[0]).replacing(
      "name: web", with: "name: db"
    )
    .replacing("- release", with: "- flavour: cloud-amd64\n      release")
    .replacing("[cve-2026-1111]", with: "[{name: cve-2026-1111, version: \"<3\"}]")
    try scratch.file("db.yaml", other)
    let outcome = try await klpolicy(
      "explain", "cve-2026-1111", "web.yaml", "db.yaml", "--host", "snapshot.json", in: scratch.path
    )
    #expect(outcome.status == 65)
    #expect(outcome.output == "")
    #expect(outcome.shown.map(\.code) == ["conflicting-definitions"])
    #expect(outcome.errors.contains("web.yaml") && outcome.errors.contains("db.yaml"))
  }

  @Test func `a snapshot on standard input explains the same`() async throws {
    try layOutRollout()
    let at = ["--at", "2026-11-26T00:00:00Z"]
    let fromFile = try await explain("cve-2026-1111", at[0], at[1], policies: "web.yaml")
    let snapshot = try GoldenCase("nothing-loaded", 0).text("snapshot.json")
    let fromInput = try await klpolicy(
      ["explain", "cve-2026-1111", "web.yaml", "--host", "-"] + at, in: scratch.path,
      input: Array(snapshot.utf8))
    #expect(fromInput.status == 0)
    #expect(fromInput.output == fromFile.output)
  }

  @Test func `this host is explained without --host`() async throws {
    try layOutRollout()
    let outcome = try await klpolicy("explain", "cve-2026-1111", "web.yaml", in: scratch.path)
    #expect(outcome.status == 0, "\(outcome)")
    #expect(outcome.output.hasPrefix("cve-2026-1111 on "))
    let root = try await klpolicy(
      "explain", "cve-2026-1111", "web.yaml", "--root", "/", in: scratch.path)
    #expect(root.output == outcome.output)
  }
}
