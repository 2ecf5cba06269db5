import Files
import Glibc
import SystemPackage
import Testing

/// A folder in `Golden`: a host, policies, and the plan that they make.
///
/// `snapshot.json` was taken from a real kernel, and edited where the case says so; `policies` has
/// `<file>` where the digest of a module is due; `plan.json` and `plan.txt` are what comes out.
/// `UPDATE_GOLDEN=1 swift test --filter KlpolicyTests` writes both anew: read the difference.
struct GoldenCase: CustomTestStringConvertible {
  let name: String
  /// With `--detailed-exitcode`.
  let status: Int32
  let flags: [String]

  init(_ name: String, _ status: Int32, _ flags: String...) {
    self.name = name
    self.status = status
    self.flags = flags
  }

  var testDescription: String { name }

  static let all = [
    GoldenCase("absent", 2),
    GoldenCase("converged", 0),
    GoldenCase("converged-on-6.12", 0),
    GoldenCase("empty-desired-set", 5),
    GoldenCase("empty-desired-set-allowed", 2, "--allow-empty"),
    GoldenCase("foreign-ignored", 2),
    GoldenCase("foreign-removed-on-6.12", 2),
    GoldenCase("foreign-reported", 2),
    GoldenCase("foreign-transition", 3),
    GoldenCase("journal-unreadable", 5),
    GoldenCase("kernel-unsupported", 5),
    GoldenCase("modules-disabled", 5),
    GoldenCase("newer-build", 2),
    GoldenCase("no-longer-named", 2),
    GoldenCase("nothing-loaded", 2),
    GoldenCase("orphan", 0),
    GoldenCase("orphan-pruned", 2, "--prune"),
    GoldenCase("other-build", 2),
    GoldenCase("other-build-without-a-copy", 5),
    GoldenCase("other-kernel", 0),
    GoldenCase("pinned", 5),
    GoldenCase("priority", 2),
    GoldenCase("remove-counts-as-emptying", 5),
    GoldenCase("replace-is-read-from-the-module", 2),
    GoldenCase("replace-keeps-what-is-desired", 2),
    GoldenCase("requires-unmet", 5),
    GoldenCase("resident", 2),
    GoldenCase("signatures-enforced", 5),
    GoldenCase("switched-off", 5),
    GoldenCase("unfit-artefacts", 5),
    GoldenCase("unverified", 2),
    GoldenCase("would-replace-foreign", 5),
  ]

  static let folder = FilePath(#filePath).removingLastComponent().appending("Golden")

  var folder: FilePath { GoldenCase.folder.appending(name) }

  /// Copies it to a place where all files are root's own, with digests filled in and the modules
  /// beside it.
  func lay(out scratch: Scratch) throws {
    try scratch.file("snapshot.json", try text("snapshot.json"))
    for file in try listTrusted(folder.appending("policies"), trust: .unchecked) {
      let path = "policies/\(file.name)"
      try scratch.file(path, Artefacts.filledIn(try text(path)))
    }
    for (name, bytes) in Artefacts.all { try scratch.file("modules/\(name)", bytes) }
  }

  func plan(
    _ flags: String..., snapshot: String = "snapshot.json", input: [UInt8] = [],
    in scratch: Scratch
  ) async throws -> Outcome {
    try await klpolicy(
      ["plan", "policies", "--host", snapshot] + self.flags + flags, in: scratch.path,
      input: input)
  }

  func text(_ name: String) throws -> String {
    let bytes = try readTrusted(
      folder.pushing(FilePath(name)), trust: .unchecked, limit: 1 << 20)
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Expects a text to be what the file holds, or writes it there.
  func expect(
    _ actual: String, in name: String, at sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    if GoldenCase.writes {
      try writeDurably(Array(actual.utf8), to: folder.appending(name))
    }
    let golden = try text(name)
    #expect(
      actual == golden, "\(GoldenCase.firstDifference(actual, golden))",
      sourceLocation: sourceLocation)
  }

  static var writes: Bool { unsafe getenv("UPDATE_GOLDEN") != nil }

  private static func firstDifference(_ actual: String, _ golden: String) -> String {
    let texts = [actual, golden].map {
      $0.split(separator: "\n", omittingEmptySubsequences: false)
    }
    let line = zip(texts[0], texts[1]).enumerated().first { $0.element.0 != $0.element.1 }?.offset
    guard let line else { return "one is longer" }
    return "line \(line + 1) is \(texts[0][line]), and was \(texts[1][line])"
  }
}
