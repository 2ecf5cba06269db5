package import Diagnostics
package import Documents
package import Files
internal import JSONText
internal import Nodes
internal import Shapes
package import SystemPackage

/// Why a journal could not be used. What it says is then unknown, which is not the same as empty.
package enum JournalProblem: Error, Sendable {
  case unreadable(FileProblem)
  /// A line that is no record, other than a last one that a crash cut off.
  case malformed(Diagnostic)
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
  package static let unreadableJournal = Diagnostic.Code(
    "unreadable-journal", "The journal could not be read.")
}

/// Reads the journal at `path`. A host without one has done nothing yet: no records.
///
/// A line that a crash cut off has promised nothing that was done, because each line is on the
/// disk before its change: it is passed over, with a warning while it is still the last.
package func readJournal(
  _ path: FilePath, trust: FileTrust
) throws(JournalProblem) -> JournalReading {
  var reading = JournalReading(records: [], diagnostics: [])
  let bytes: [UInt8]
  do throws(FileProblem) {
    bytes = try readTrusted(path, trust: trust, limit: 256 << 20)
  } catch {
    if case .absent = error.kind { return reading }
    throw .unreadable(error)
  }
  let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
  var unread: (line: Int, why: String)?
  for (index, line) in lines.enumerated() where !line.isEmpty {
    let found: JournalRecord
    do throws(Diagnostic) {
      found = try record(SourceText(path: path.string, bytes: Array(line)))
    } catch {
      unread = unread ?? (index + 1, error.message)
      continue
    }
    // The mark of a cut speaks for all lines before it, for a mark may have been cut off too.
    if let unread, found.event != .torn {
      throw .malformed(malformed(path, line: unread.line, why: unread.why))
    }
    unread = nil
    reading.records.append(found)
  }
  if let unread {
    // Behind the last line feed stands nothing, unless it was cut off.
    guard lines.last?.isEmpty == false else {
      throw .malformed(malformed(path, line: unread.line, why: unread.why))
    }
    reading.diagnostics.append(torn(path, line: unread.line))
  }
  return reading
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
    advice: "the journal is only ever appended to, so something else wrote here; move the file "
      + "away to start a new one: the live patches in memory then count as foreign, and holds have "
      + "to be set again")
}

extension JournalProblem {
  package var diagnostic: Diagnostic {
    switch self {
    case .unreadable(let problem):
      Diagnostic(
        .unreadableJournal, "the journal could not be read: \(problem)", advice: problem.advice)
    case .malformed(let diagnostic): diagnostic
    }
  }

  package var unobserved: Unobserved {
    switch self {
    case .unreadable(let problem):
      Unobserved(path: problem.path, problem: .unreadable, message: "\(problem)")
    case .malformed(let diagnostic):
      Unobserved(
        path: diagnostic.location?.path ?? "", problem: .malformed, message: diagnostic.message)
    }
  }
}
