import Glibc
import Testing

/// Whether the kernel that runs the tests has no live patching, so that nothing can be done to it.
private let cannotLivepatch = unsafe access("/sys/kernel/livepatch", F_OK) != 0

@Suite(.enabled("the kernel that runs the tests has live patching", { cannotLivepatch }))
struct `A host whose kernel has no live patching` {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  /// Writes a policy that wants a patch of this very kernel, or takes one off.
  private func writePolicy() async throws {
    let snapshot = try await klpolicy("snapshot", in: scratch.path).json()
    let release = try #require(snapshot["host"]?["kernel"]?["release"]?.text)
    try scratch.file(
      "web.yaml",
      policyText(
        "web",
        """
          kernels:
            - release: \(release)
              patches:
                - name: fix
                  module: klp_fix
                  file: gone.ko
                  sha256: \(digest("a"))
                  fixes: [CVE-2026-0001]
        """))
  }

  @Test func `snapshot says so`() async throws {
    let outcome = try await klpolicy("snapshot", in: scratch.path)
    #expect(outcome.status == 0)
    #expect(outcome.errors == "")
    let snapshot = try outcome.json()
    #expect(snapshot["kind"] == .string("HostSnapshot"))
    #expect(snapshot["host"]?["kernel"]?["livepatch"] == .bool(false))
    #expect(snapshot["live"]?["patches"] == .array([]))
  }

  @Test func `status says so in words, and is 0`() async throws {
    let human = try await klpolicy("status", in: scratch.path)
    #expect(human.status == 0)
    #expect(human.output.contains("has no live patching"), "\(human)")
    #expect(human.output.contains("No live patch is in memory."))
    let status = try await klpolicy("status", "-o", "json", in: scratch.path).json()
    let supported = status["conditions"]?.items.first { $0["type"] == .string("Supported") }
    #expect(supported?["status"] == .string("False"))
    #expect(supported?["reason"] == .string("KernelUnsupported"))
    #expect(supported?["message"]?.text?.contains("CONFIG_LIVEPATCH") == true)
  }

  @Test func `plan is blocked, with the reason and what to do`() async throws {
    try await writePolicy()
    let human = try await klpolicy("plan", "web.yaml", in: scratch.path)
    #expect(human.status == 5)
    #expect(human.output.contains("fix, module klp_fix: kernel-unsupported"), "\(human)")
    #expect(human.output.contains("has no live patching"))
    #expect(human.output.contains("leaves open: CVE-2026-0001"))
    let json = try await klpolicy("plan", "web.yaml", "-o", "json", in: scratch.path)
    #expect(json.status == 5)
    let plan = try json.json()
    #expect(plan["steps"] == .array([]) && plan["changed"] == .bool(false))
    #expect(plan["blocked"]?.items.map { $0["reason"]?.text } == ["kernel-unsupported"])
  }

  @Test func `reconcile --dry-run is plan`() async throws {
    try await writePolicy()
    let plan = try await klpolicy("plan", "web.yaml", in: scratch.path)
    let dry = try await klpolicy("reconcile", "--dry-run", "web.yaml", in: scratch.path)
    #expect(dry.status == plan.status)
    #expect(dry.output == plan.output)
    #expect(dry.errors == plan.errors)
  }

  @Test func `status with policies says that the host is not as they want it`() async throws {
    try await writePolicy()
    let status = try await klpolicy("status", "web.yaml", "-o", "json", in: scratch.path).json()
    let converged = status["conditions"]?.items.first { $0["type"] == .string("Converged") }
    #expect(converged?["status"] == .string("False"))
  }

  @Test(.enabled("only root may reconcile", { Program.isRoot }))
  func `reconcile is blocked and writes nothing; its report satisfies the schema`() async throws {
    try await writePolicy()
    let before = stateFolders()
    let outcome = try await klpolicy("reconcile", "web.yaml", "-o", "json", in: scratch.path)
    #expect(outcome.status == 5)
    let report = try outcome.json()
    #expect(report["result"] == .string("blocked"))
    #expect(report["changed"] == .bool(false) && report["run"] == nil)
    #expect(report["blocked"]?.items.map { $0["reason"]?.text } == ["kernel-unsupported"])
    #expect(stateFolders() == before)
    let schema = try await klpolicy("schema", "Report", in: scratch.path).json()
    #expect(Schema(schema).problems(report) == [])
    let human = try await klpolicy("reconcile", "web.yaml", in: scratch.path)
    #expect(human.status == 5)
    #expect(human.output.contains("has no live patching"))
  }

  private func stateFolders() -> [Bool] {
    [unsafe access("/var/lib/klpolicy", F_OK) == 0, unsafe access("/run/klpolicy", F_OK) == 0]
  }
}

@Suite struct `A host under --root` {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  @Test func `where nothing can be observed, nothing is claimed`() async throws {
    try scratch.directory("root")
    try scratch.file("web.yaml", policyText())
    let plan = try await klpolicy("plan", "web.yaml", "--root", "root", in: scratch.path)
    #expect(plan.output.contains("could not be observed"), "\(plan)")
    #expect(!plan.output.contains("Converged"))
    let status = try await klpolicy(
      "status", "web.yaml", "--root", "root", "-o", "json", in: scratch.path
    ).json()
    let converged = status["conditions"]?.items.first { $0["type"] == .string("Converged") }
    #expect(converged?["status"] == .string("Unknown"))
  }

  @Test func `a snapshot for policies asks the repositories that they hang on, and no other does`()
    async throws
  {
    try scratch.directory("root/usr/bin")
    try scratch.directory("root/var/lib/rpm")
    for file in ["usr/bin/rpm", "usr/bin/dnf", "var/lib/rpm/rpmdb.sqlite"] {
      try scratch.file("root/\(file)", "")
    }
    for (name, spec) in [("latest", "redHat: {}"), ("exactly", "redHat: {version: 1-1}")] {
      try scratch.file("\(name).yaml", policyText("web", "  services: [{\(spec)}]"))
    }
    func snapshot(_ flags: String...) async throws -> JSON {
      try await klpolicy(["snapshot", "--root", "root"] + flags, in: scratch.path).json()
    }
    // Of another root they cannot be asked, which is told.
    let latest = try await snapshot("--for", "latest.yaml")
    #expect(latest["services"]?["redHat"]?["available"] == .null)
    let unobserved = latest["unobserved"]?.items.compactMap { $0["path"]?.text } ?? []
    #expect(unobserved.contains("/usr/bin/dnf"))
    for flags in [[], ["--for", "exactly.yaml"]] {
      let json = try await klpolicy(["snapshot", "--root", "root"] + flags, in: scratch.path).json()
      #expect(json["services"]?["redHat"] != nil)
      #expect(json["services"]?["redHat"]?["available"] == nil)
    }
    // That there is no client is known too.
    #expect(latest["services"]?["canonical"] == nil)
    try scratch.directory("bare")
    let bare = try await klpolicy("snapshot", "--root", "bare", in: scratch.path).json()
    #expect(bare["services"] != nil)
  }
}
