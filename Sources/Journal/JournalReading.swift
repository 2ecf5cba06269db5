package import Diagnostics
package import Documents
package import Files
internal import Glibc
internal import JSONText
internal import Nodes
internal import Shapes
package import SystemPackage

/// Why a journal could not be used. What it says is then unknown, which is not the same as empty.
package enum JournalProblem: Error, Sendable {
  case unreadable(FileProblem)
  /// A line that is no record, other than a last one that a crash cut off.
  case malformed(Diagnostic)
  /// A line that is as it was written, of a kind that only a newer klpolicy knows.
  case newer(Diagnostic)
}

/// The records of a journal, in order.
package struct JournalReading: Sendable {
  package var records: [JournalRecord]
  /// A warning where a crash cut the last line off.
  package var diagnostics: [Diagnostic]
}

extension Diagnostic.Code {
  package static let tornJournal = Diagnostic.Code(
    "torn-journal", "The last line of the journal was cut off, by a crash or a power cut.")
  package static let malformedJournal = Diagnostic.Code(
    "malformed-journal", "A line of the journal is no record.")
  package static let newerJournal = Diagnostic.Code(
    "newer-journal", "A line of the journal was written by a newer klpolicy.")
  package static let unreadableJournal = Diagnostic.Code(
    "unreadable-journal", "The journal could not be read.")
}

/// Reads the journal at `path`. A host without one has done nothing yet: no records.
///
/// A line that a crash cut off has promised nothing that was done, because each line is on the
/// disk before its change: it is passed over, with a warning while it is still the last. Any other
/// line that is not as it was written could have said anything: a load, a hold. So nothing at all is
/// known then, nor where a line is whole and of a kind that this version does not know.
package func readJournal(
  _ path: FilePath, trust: FileTrust
) throws(JournalProblem) -> JournalReading {
  guard let bytes = try journalBytes(path, trust: trust) else {
    return JournalReading(records: [], diagnostics: [])
  }
  let lines = JournalLines(bytes, path: path)
  if let damage = lines.damage.first {
    throw damage.code == .newerJournal ? .newer(damage) : .malformed(damage)
  }
  return JournalReading(
    records: lines.records, diagnostics: lines.torn.map { [torn(path, line: $0)] } ?? [])
}

/// A whole file of the journal; nil where there is none.
func journalBytes(
  _ path: FilePath, trust: FileTrust
) throws(JournalProblem) -> [UInt8]? {
  var tries = 0
  while true {
    do throws(FileProblem) {
      return try readTrusted(path, trust: trust, limit: 256 << 20)
    } catch {
      if case .absent = error.kind { return nil }
      // A run is writing: what was read is a moment old.
      guard case .changed = error.kind, tries < 20 else { throw .unreadable(error) }
      tries += 1
      usleep(5_000)
    }
  }
}

/// What the lines of one file say.
struct JournalLines {
  private(set) var records: [JournalRecord] = []
  /// Lines that are not as they were written, one entry for each that stands alone or begins a row
  /// of them, and whole ones that this version cannot read.
  private(set) var damage: [Diagnostic] = []
  /// The number of the last line, if a crash cut it off.
  private(set) var torn: Int?

  init(_ bytes: [UInt8], path: FilePath) {
    let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    var unread: (line: Int, why: String)?
    var isSummed = false
    for (index, line) in lines.enumerated() where !line.isEmpty {
      let line = Array(line)
      let verdict = JournalLine.verdict(on: line)
      var found: JournalRecord?
      var why = "it has no checksum, and the lines before it have one"
      if verdict == .damaged {
        // It was whole once, so no crash cut it off.
        damage.append(
          malformed(path, line: index + 1, why: "its checksum is not that of its bytes"))
        continue
      }
      if verdict == .sound || !isSummed {
        do throws(Diagnostic) {
          found = try record(SourceText(path: path.string, bytes: line))
        } catch {
          why = error.message
        }
      }
      if found == nil, verdict == .sound {
        // Every byte of it is as it was written, so no crash and no hand made it what it is.
        damage.append(newer(path, line: index + 1, why: why))
        isSummed = true
        continue
      }
      guard let found else {
        unread = unread ?? (index + 1, why)
        continue
      }
      isSummed = isSummed || verdict == .sound
      // The mark of a cut speaks for all lines before it, for a mark may have been cut off too.
      if let unread, found.event != .torn {
        damage.append(malformed(path, line: unread.line, why: unread.why))
      }
      unread = nil
      records.append(found)
    }
    guard let unread else { return }
    // Behind the last line feed stands nothing, unless it was cut off.
    if lines.last?.isEmpty == false {
      torn = unread.line
    } else {
      damage.append(malformed(path, line: unread.line, why: unread.why))
    }
  }
}

private func record(_ source: SourceText) throws(Diagnostic) -> JournalRecord {
  let table = try readJSON(source)
  let (record, diagnostics) = decodeValue(JournalRecord.self, from: table)
  guard let record else {
    throw diagnostics.first ?? Diagnostic(.malformedJournal, "the line is no record")
  }
  return record
}

private func torn(_ path: FilePath, line: Int) -> Diagnostic {
  Diagnostic(
    .tornJournal, "the last line was cut off, by a crash or a power cut, and is passed over",
    at: Location(path: path.string, position: Position(line: UInt32(line), column: 1)),
    advice: "nothing to do: no change is made before its line is whole on the disk",
    severity: .warning)
}

private func malformed(_ path: FilePath, line: Int, why: String) -> Diagnostic {
  Diagnostic(
    .malformedJournal, "the line is no journal record: \(why)",
    at: Location(path: path.string, position: Position(line: UInt32(line), column: 1)),
    advice:
      "the disk or somebody's hand changed it after it was written, and it may have spoken of "
      + "any live patch or hold, so nothing is changed on this host; look at it, keep a copy, and "
      + "take it out with sed -i \(line)d \(path): a live patch that only it spoke of then counts "
      + "as foreign, and a hold that it set has to be set again")
}

private func newer(_ path: FilePath, line: Int, why: String) -> Diagnostic {
  Diagnostic(
    .newerJournal,
    "the line is whole, and was written by a newer klpolicy than this one, which cannot read it: "
      + why,
    at: Location(path: path.string, position: Position(line: UInt32(line), column: 1)),
    advice:
      "it may speak of any live patch or hold, so this klpolicy changes nothing on this host; "
      + "install the version that wrote it, or a newer one, and leave the line as it is")
}

extension JournalProblem {
  package var diagnostic: Diagnostic {
    switch self {
    case .unreadable(let problem):
      Diagnostic(
        .unreadableJournal, "the journal could not be read: \(problem)", advice: problem.advice)
    case .malformed(let diagnostic), .newer(let diagnostic): diagnostic
    }
  }

  package var unobserved: Unobserved {
    switch self {
    case .unreadable(let problem):
      Unobserved(path: problem.path, problem: .unreadable, message: "\(problem)")
    case .malformed(let diagnostic), .newer(let diagnostic):
      Unobserved(
        path: diagnostic.location?.path ?? "", problem: .malformed, message: diagnostic.message)
    }
  }
}
