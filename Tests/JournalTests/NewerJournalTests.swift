import Diagnostics
import Digests
import Documents
import Files
import Glibc
import Journal
import SystemPackage
import Testing

/// What a user may rely on who goes back to an older klpolicy: it does not take the newer one's
/// words for damage, and changes nothing that they may speak of.
@Suite struct NewerJournalTests {
  @Test("A whole line of an unknown kind is a newer klpolicy's, and is not to be taken out")
  func unknownKind() throws {
    try inScratch { file in
      try write([line(1, begin), line(2, #""event":"reborn","patch":"a""#)], to: file)
      let problem = try #require(refusal(of: file))
      #expect(problem.code == .newerJournal)
      #expect(problem.location?.position?.line == 2)
      #expect(problem.message.contains("newer klpolicy"))
      #expect(problem.advice?.contains("install the version that wrote it") == true)
      #expect(problem.advice?.contains("sed") == false)
    }
  }

  @Test("So is one with a change that is not known, wherever it stands")
  func unknownChange() throws {
    try inScratch { file in
      let change = #""event":"intent","number":1,"action":"swap","module":"a""#
      try write([line(1, change), line(2, begin)], to: file)
      #expect(refusal(of: file)?.code == .newerJournal)
      #expect(refusal(of: file)?.location?.position?.line == 1)
    }
  }

  @Test("Of an unknown kind and with a wrong checksum it is damage as before")
  func damaged() throws {
    try inScratch { file in
      let whole = line(2, #""event":"reborn","patch":"a""#)
      try write(
        [line(1, begin), whole.replacing("reborn", with: "rebOrn"), line(3, begin)], to: file)
      #expect(refusal(of: file)?.code == .malformedJournal)
      #expect(refusal(of: file)?.advice?.contains("sed -i 2d") == true)
    }
  }

  @Test("What else the journal has is still told, and that it has more")
  func history() throws {
    try inScratch { file in
      try write(
        [
          line(1, begin), line(2, #""event":"reborn""#),
          line(3, #""event":"end","result":"applied""#),
        ],
        to: file)
      let journal = try JournalHistory(file, trust: .unchecked) { _ in false }
      #expect(journal.history.runs.map(\.run) == ["run"])
      #expect(journal.history.runs.first?.result == .known(.applied))
      #expect(journal.history.unread.map(\.line) == [2])
      #expect(journal.history.unread.first?.message.contains("newer klpolicy") == true)
    }
  }

  @Test("A line of one that stands before a line that was cut off hides no cut")
  func cutOffBehind() throws {
    try inScratch { file in
      try write([line(1, begin)], to: file, andThen: #"{"at":"2026-11-2"#)
      #expect(refusal(of: file) == nil)
      try write([line(1, #""event":"reborn""#)], to: file, andThen: #"{"at":"2026-11-2"#)
      #expect(refusal(of: file)?.code == .newerJournal)
    }
  }

  private let begin = #""event":"begin","trigger":"reconcile""#

  /// A line with the checksum that belongs to it.
  private func line(_ second: Int, _ fields: String) -> String {
    let text = #"{"at":"2026-11-20T08:00:0\#(second)Z","run":"run","boot":"b1",\#(fields)"#
    return text + #","sum":"\#(sha256Hex(Array(text.utf8)).prefix(16))"}"#
  }

  private func refusal(of file: FilePath) -> Diagnostic? {
    do throws(JournalProblem) {
      _ = try readJournal(file, trust: .unchecked)
      return nil
    } catch {
      return error.diagnostic
    }
  }

  private func write(_ lines: [String], to file: FilePath, andThen rest: String = "") throws {
    let text = lines.map { $0 + "\n" }.joined() + rest
    try writeDurably(Array(text.utf8), to: file)
  }

  private func inScratch(_ body: (FilePath) throws -> Void) throws {
    let folder = FilePath("/tmp/klpolicy-newer-\(UInt64.random(in: 0 ... .max))")
    try #require(unsafe mkdir(folder.string, 0o700) == 0)
    let file = folder.appending("journal.ndjson")
    defer {
      unsafe unlink(file.string)
      unsafe rmdir(folder.string)
    }
    try body(file)
  }
}
