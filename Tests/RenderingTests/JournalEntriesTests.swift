internal import Diagnostics
internal import Documents
internal import Rendering
internal import SystemJournal
internal import Testing

@Suite struct JournalEntriesTests {
  private let entries = journalEntries(of: .full)

  private func value(_ name: String, _ entry: JournalEntry) -> String? {
    entry.fields.first { $0.name == name }?.value
  }

  @Test("each step, error and blocker has an entry, and the end of the run is the last one")
  func one() {
    #expect(entries.count == 3 + 2 + 1 + 1)
    #expect(entries.allSatisfy { value("KLPOLICY_RUN", $0) == "r1" })
    #expect(entries.last?.message == "restored: klp_a was taken off again")
    #expect(entries.last?.priority == .error)
  }

  @Test("what became of a patch is found by its name, with module, step and reason")
  func patch() {
    let failed = entries.filter { value("KLPOLICY_STATUS", $0) == "failed" }
    #expect(failed.count == 1)
    #expect(failed.first?.priority == .error)
    #expect(failed.first.flatMap { value("KLPOLICY_PATCH", $0) } == "cve-1")
    #expect(failed.first.flatMap { value("KLPOLICY_MODULE", $0) } == "klp_a")
    #expect(failed.first.flatMap { value("KLPOLICY_STEP", $0) } == "await")
    #expect(failed.first.flatMap { value("KLPOLICY_REASON", $0) } == "not-loaded")
  }

  @Test("an error has the step that it is of, and the errno where a system call failed")
  func error() {
    #expect(value("KLPOLICY_PATCH", entries[3]) == "cve-1")
    #expect(value("KLPOLICY_ERRNO", entries[4]) == "ENOSPC")
    #expect(value("KLPOLICY_PATCH", entries[4]) == nil)
  }

  @Test("what keeps a run from beginning is found by its code, its place and the exit status")
  func early() throws {
    let entries = journalEntries(
      of: [
        Diagnostic(
          .outputTestOnly, "`pathces` is no key", at: Location(path: "web.yaml"),
          advice: "write `patches`"),
        Diagnostic(.outputTestOnly, "odd", severity: .warning),
      ], exitStatus: 65)
    #expect(entries.map(\.priority) == [.error, .warning])
    let first = try #require(entries.first)
    #expect(first.message == "web.yaml: `pathces` is no key\n→ write `patches`")
    #expect(value("KLPOLICY_CODE", first) == "output-test-only")
    #expect(value("KLPOLICY_SOURCE", first) == "web.yaml")
    #expect(value("KLPOLICY_EXIT_STATUS", first) == "65")
    #expect(entries.last.flatMap { value("KLPOLICY_SOURCE", $0) } == nil)
  }
}

extension Diagnostic.Code {
  fileprivate static let outputTestOnly = Diagnostic.Code("output-test-only", "It is a test.")
}
