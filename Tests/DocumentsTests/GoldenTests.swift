import Documents
import Files
import Glibc
import JSONText
import SystemPackage
import Testing

/// Whole documents as they are written: `Tests/Schemas/check` holds these files against the schemas.
/// `UPDATE_GOLDEN=1 swift test --filter DocumentsTests` writes them anew: read the difference.
@Suite struct `A document with something in every field` {
  private let folder = FilePath(#filePath).removingLastComponent().appending("Golden")

  @Test func `a snapshot`() throws { try compare(HostSnapshot.full, "host-snapshot.json") }

  @Test func `a plan`() throws { try compare(Plan.saved, "plan.json") }

  @Test func `a report`() throws { try compare(Report.full, "report.json") }

  @Test func `an explanation`() throws { try compare(Explanation.full, "explanation.json") }

  @Test func `an inspection`() throws { try compare(Inspection.full, "inspection.json") }

  @Test func `holds`() throws { try compare(Holds.full, "holds.json") }

  @Test func `a history`() throws { try compare(RunHistory.full, "history.json") }

  @Test func `a gate's question`() throws { try compare(GateRequest.full, "gate-request.json") }

  @Test func `what a hook is told`() throws { try compare(HookRequest.full, "hook-request.json") }

  private func compare(_ document: some Document, _ name: String) throws {
    let bytes = JSONWriter.bytes(of: document, .indented)
    let file = folder.appending(name)
    if unsafe getenv("UPDATE_GOLDEN") != nil {
      try writeDurably(bytes, to: file)
    }
    let golden = try readTrusted(file, trust: .unchecked, limit: 1 << 20)
    #expect(String(decoding: bytes, as: UTF8.self) == String(decoding: golden, as: UTF8.self))
  }
}
