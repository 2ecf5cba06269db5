internal import Glibc
internal import SystemJournal
internal import Testing

@Suite struct SystemJournalTests {
  @Test("an entry is written in journald's protocol, and a value with lines in it stays one value")
  func encoding() {
    let entry = JournalEntry(
      .warning, "two\nlines", [JournalEntry.Field("KLPOLICY_PATCH", "cve-2026-1111")])
    let expected: [UInt8] =
      Array("MESSAGE\n".utf8) + [9, 0, 0, 0, 0, 0, 0, 0]
      + Array("two\nlines\nPRIORITY=4\nKLPOLICY_PATCH=cve-2026-1111\n".utf8)
    #expect(entry.bytes == expected)
  }

  @Test("the journal is where standard error goes only if JOURNAL_STREAM names that very file")
  func stream() {
    var status = stat()
    #expect(unsafe fstat(STDERR_FILENO, &status) == 0)
    let variable = "\(status.st_dev):\(status.st_ino)"
    #expect(SystemJournal.isStream(variable, STDERR_FILENO))
    #expect(!SystemJournal.isStream(variable + "1", STDERR_FILENO))
    #expect(!SystemJournal.isStream("", STDERR_FILENO))
    #expect(!SystemJournal.isStream(variable, -1))
  }

  @Test("a journal that does not listen, or whose path is too long, is told from one that took it")
  func absent() {
    let entries = [JournalEntry(.info, "converged")]
    #expect(!SystemJournal(path: "/nonexistent/socket").write(entries))
    #expect(!SystemJournal(path: "/" + String(repeating: "x", count: 200)).write(entries))
  }
}
