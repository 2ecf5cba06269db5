import Files
import Glibc
import SystemPackage
import Testing

/// `plan --out` and `show`. Carrying a saved plan out takes a kernel: the lab does that.
@Suite struct `saved plans` {
  let scratch: Scratch
  let golden = GoldenCase("orphan-pruned", 2, "--prune")

  init() throws {
    scratch = try Scratch()
    try golden.lay(out: scratch)
  }

  private var saved: FilePath { scratch.path.appending("plan.json") }

  private func text() throws -> String {
    String(decoding: try readTrusted(saved, trust: .unchecked, limit: 1 << 20), as: UTF8.self)
  }

  @Test func `are written for their owner alone, and shown as they are`() async throws {
    let made = try await golden.plan("--out", "plan.json", "-o", "json", in: scratch)
    #expect(made.status == 0, "\(made)")
    var status = stat()
    #expect(unsafe stat(saved.string, &status) == 0 && status.st_mode & 0o777 == 0o600)
    #expect(try text() == made.output)
    let shown = try await klpolicy("show", "plan.json", "-o", "json", in: scratch.path)
    #expect(shown.status == 0)
    #expect(shown.output == made.output)
    let request = try shown.json()["request"]
    #expect(request?["paths"] == .array([.string("\(scratch.path)/policies")]))
    #expect(request?["prune"] == .bool(true))
    let schema = try await klpolicy("schema", "Plan", in: scratch.path).json()
    #expect(Schema(schema).problems(try shown.json()) == [])
  }

  @Test func `say how they are carried out, and with what`() async throws {
    _ = try await golden.plan("--out", "plan.json", in: scratch)
    let shown = try await klpolicy("show", "plan.json", in: scratch.path)
    #expect(shown.output.hasPrefix("Plan for "))
    #expect(
      shown.output.hasSuffix(
        "Carried out by: klpolicy reconcile --plan plan.json --prune\n"), "\(shown)")
  }

  @Test func `that were altered are refused, whatever was altered`() async throws {
    _ = try await golden.plan("--out", "plan.json", in: scratch)
    let text = try text()
    for (old, new) in [
      ("\"action\": \"unload\"", "\"action\": \"load\""), ("\"prune\": true", "\"prune\": false"),
      ("\"reversible\": true", "\"reversible\": false"),
      ("\"toolVersion\"", "\"extra\": 1, \"toolVersion\""),
    ] {
      try #require(text.contains(old))
      try scratch.file("plan.json", text.replacing(old, with: new))
      let shown = try await klpolicy("show", "plan.json", in: scratch.path)
      #expect(shown.status == 65, "\(old)")
      #expect(shown.output == "")
      #expect(shown.errors.contains("[altered-plan]") || shown.errors.contains("extra"), "\(shown)")
    }
    // Its form is free: what it says counts.
    try scratch.file("plan.json", text.replacing("\n", with: ""))
    #expect(try await klpolicy("show", "plan.json", in: scratch.path).status == 0)
  }

  @Test func `that are none are refused with what is wrong`() async throws {
    try scratch.file("plan.json", "{\"apiVersion\": \"klpolicy/v1\", \"kind\": \"Report\"}")
    let other = try await klpolicy("show", "plan.json", in: scratch.path)
    #expect(other.status == 65)
    #expect(other.errors.contains("plan.json:1:"), "\(other)")
    let none = try await klpolicy("show", "nothing.json", in: scratch.path)
    #expect(none.status == 65)
    #expect(none.errors.contains("nothing.json does not exist"), "\(none)")
    let elsewhere = try await golden.plan("--out", "nowhere/plan.json", in: scratch)
    #expect(elsewhere.status == 1)
    #expect(elsewhere.errors.contains("the plan could not be saved"), "\(elsewhere)")
  }

  @Test func `that were only printed can be shown`() async throws {
    let printed = try await golden.plan("-o", "json", in: scratch)
    try scratch.file("printed.json", printed.output)
    let shown = try await klpolicy("show", "printed.json", in: scratch.path)
    #expect(shown.status == 0)
    #expect(shown.output.contains("printed, not saved with --out"))
  }

  @Test func `name their policies themselves`() async throws {
    let both = try await klpolicy("reconcile", "--plan", "plan.json", "policies", in: scratch.path)
    #expect(both.status == 64)
    #expect(both.errors.contains("--plan names the policies itself"), "\(both)")
  }

  @Test(.enabled(if: Program.isRoot))
  func `are carried out with the options they were made with, on the host they are for`()
    async throws
  {
    _ = try await golden.plan("--out", "plan.json", in: scratch)
    let bare = try await klpolicy("reconcile", "--plan", "plan.json", in: scratch.path)
    #expect(bare.status == 64)
    #expect(bare.errors.contains("the plan was made with --prune, which no file allows"), "\(bare)")
    let more = try await klpolicy(
      "reconcile", "--plan", "plan.json", "--prune", "--allow-empty", in: scratch.path)
    #expect(more.status == 64)
    #expect(more.errors.contains("the plan was made without --allow-empty"), "\(more)")
    let here = try await klpolicy("reconcile", "--plan", "plan.json", "--prune", in: scratch.path)
    #expect(here.status == 65, "\(here)")
    #expect(here.errors.contains("the plan was made for "), "\(here)")
  }
}
