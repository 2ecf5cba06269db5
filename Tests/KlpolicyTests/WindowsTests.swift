import Files
import SystemPackage
import Testing

/// Policies in `GoldenWindows`, and what `windows` says of them.
///
/// `NAME.yaml` is the policies; `NAME.txt` and `NAME.json` are what comes out, which
/// `UPDATE_GOLDEN=1 swift test --filter WindowsTests` writes anew: read the difference.
struct WindowsCase: CustomTestStringConvertible {
  let name: String
  let at: String
  /// With `--host`: together, as they bind a host.
  var isForHost = false

  var testDescription: String { name }

  static let all = [
    // The clocks skip 02:00 to 03:00 on Sunday.
    WindowsCase(name: "berlin-spring", at: "2026-03-27T12:00:00Z"),
    // They show 02:00 to 03:00 twice.
    WindowsCase(name: "berlin-autumn", at: "2026-10-25T00:45:00Z"),
    // They go forward by half an hour.
    WindowsCase(name: "lord-howe", at: "2026-10-02T12:00:00Z"),
    WindowsCase(name: "frozen-year-end", at: "2026-12-21T23:00:00Z"),
    WindowsCase(name: "two-policies", at: "2026-11-25T16:00:00Z", isForHost: true),
    WindowsCase(name: "never-together", at: "2026-11-25T11:00:00Z", isForHost: true),
    WindowsCase(name: "nothing-to-keep-to", at: "2026-11-25T11:00:00Z"),
    WindowsCase(name: "always-open", at: "2026-11-25T11:00:00Z"),
  ]

  static let folder = GoldenCase.folder.removingLastComponent().appending("GoldenWindows")

  func text(_ suffix: String) throws -> String {
    let bytes = try readTrusted(
      Self.folder.appending(name + suffix), trust: .unchecked, limit: 1 << 20)
    return String(decoding: bytes, as: UTF8.self)
  }

  func expect(_ actual: String, in suffix: String) throws {
    if GoldenCase.writes {
      try writeDurably(Array(actual.utf8), to: Self.folder.appending(name + suffix))
    }
    #expect(try actual == text(suffix), "\(name)\(suffix)")
  }
}

@Suite struct `windows: what it says and draws` {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  private func windows(_ golden: WindowsCase, _ more: String...) async throws -> Outcome {
    try scratch.file("\(golden.name).yaml", try golden.text(".yaml"))
    try scratch.file("host.json", GoldenCase("nothing-loaded", 0).text("snapshot.json"))
    return try await klpolicy(
      ["windows", "\(golden.name).yaml", "--at", golden.at, "--next", "3"]
        + (golden.isForHost ? ["--host", "host.json"] : []) + more, in: scratch.path)
  }

  @Test(arguments: WindowsCase.all)
  func `for a person`(golden: WindowsCase) async throws {
    let outcome = try await windows(golden)
    #expect(outcome.status == 0, "\(outcome)")
    #expect(outcome.errors == "")
    try golden.expect(outcome.output, in: ".txt")
  }

  @Test(arguments: WindowsCase.all)
  func `as JSON, which satisfies its schema`(golden: WindowsCase) async throws {
    let outcome = try await windows(golden, "-o", "json")
    #expect(outcome.status == 0, "\(outcome)")
    let schema = Schema(try await klpolicy("schema", "Windows", in: scratch.path).json())
    #expect(schema.problems(try outcome.json()) == [])
    try golden.expect(outcome.output, in: ".json")
  }

  @Test func `every policy in the folder is a case`() throws {
    let names = try listTrusted(WindowsCase.folder, trust: .unchecked).map(\.name.string)
      .filter { $0.hasSuffix(".yaml") }
    #expect(names.sorted() == WindowsCase.all.map { "\($0.name).yaml" }.sorted())
  }
}
