package import Diagnostics
package import Documents
package import Files
internal import Journal

/// Why the journal has no answer.
package enum JournalRefusal: Error {
  case unreadable(Diagnostic)
  case noSuchRun(Diagnostic)

  var diagnostic: Diagnostic {
    switch self {
    case .unreadable(let diagnostic), .noSuchRun(let diagnostic): diagnostic
    }
  }
}

/// What was done on a host, the newest first.
///
/// - Parameters:
///   - layout: where the host has its journal.
///   - trust: which files are believed.
///   - name: only the run of that name, or of which it is the beginning.
///   - last: only so many.
/// - Throws: `JournalRefusal`.
/// - Returns: the runs and words, and where the journal has a gap.
package func pastRuns(
  layout: HostLayout, trust: FileTrust, named name: String? = nil, last: Int? = nil
) throws(JournalRefusal) -> RunHistory {
  let journal: JournalHistory
  do throws(JournalProblem) {
    journal = try JournalHistory(layout.journal, trust: trust) { records in
      last.map { records.pastRuns().count >= $0 } ?? false
    }
  } catch {
    throw .unreadable(error.diagnostic)
  }
  var history = journal.history
  if let last { history.runs = Array(history.runs.prefix(last)) }
  if let name { history.runs = [try history.run(named: name)] }
  return history
}

extension RunHistory.Unread {
  /// For the person who looks at the history: it has a gap there.
  package var warning: Diagnostic {
    Diagnostic(
      .historyGap, "line \(line) cannot be read, so the history has a gap: \(message)",
      at: Location(path: path), severity: .warning)
  }
}

extension Diagnostic.Code {
  package static let noSuchRun = Diagnostic.Code(
    "no-such-run", "The journal has no run, or several, of the name that was given.")
  package static let historyGap = Diagnostic.Code(
    "history-gap", "A line of the journal cannot be read, and what it says is not known.")
}
