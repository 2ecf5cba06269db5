import Diagnostics
import Digests
import Files
import JSONText
import Nodes
import SystemPackage
import Testing

@Suite struct `plan: what it makes of a host and policies` {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  @Test(arguments: GoldenCase.all)
  func `the plan as JSON`(golden: GoldenCase) async throws {
    try golden.lay(out: scratch)
    let outcome = try await golden.plan("--detailed-exitcode", "-o", "json", in: scratch)
    #expect(outcome.status == golden.status)
    #expect(outcome.errors == "")
    #expect(try digest(of: outcome.output) == outcome.json()["digest"]?.text)
    try golden.expect(comparable(outcome.output), in: "plan.json")
  }

  @Test(arguments: GoldenCase.all)
  func `the plan for a person; blocked is 5 without --detailed-exitcode too`(
    golden: GoldenCase
  ) async throws {
    try golden.lay(out: scratch)
    let outcome = try await golden.plan(in: scratch)
    #expect(outcome.status == (golden.status == 5 ? 5 : 0))
    #expect(outcome.errors == "")
    try golden.expect(comparable(outcome.output), in: "plan.txt")
  }

  @Test(arguments: GoldenCase.all.filter { ["converged", "nothing-loaded"].contains($0.name) })
  func `a snapshot on standard input makes the same plan`(golden: GoldenCase) async throws {
    try golden.lay(out: scratch)
    let snapshot = try golden.text("snapshot.json")
    let outcome = try await golden.plan(
      "-o", "json", snapshot: "-", input: Array(snapshot.utf8), in: scratch)
    #expect(outcome.status == 0)
    try golden.expect(comparable(outcome.output), in: "plan.json")
  }

  @Test func `every folder is a case`() throws {
    let folders = try listTrusted(GoldenCase.folder, trust: .unchecked).map(\.name.string)
    #expect(folders.sorted() == GoldenCase.all.map(\.name).sorted())
  }

  /// SHA-256 of the document without `digest`, in the form of RFC 8785.
  private func digest(of plan: String) throws -> String {
    let table = try readJSON(SourceText(path: "plan", bytes: Array(plan.utf8)))
    return sha256Hex(canonicalJSON(table, omitting: "digest"))
  }

  /// A plan without what depends on time and place: `at`, the path of the scratch directory, and
  /// the digest over both.
  private func comparable(_ plan: String) -> String {
    plan.replacing(/\n  "at": "[0-9TZ:-]{20}",/, with: "\n  \"at\": \"...\",")
      .replacing(/\n  "digest": "[0-9a-f]{64}",/, with: "\n  \"digest\": \"...\",")
      .replacing(scratch.path.string, with: "/...")
  }
}
