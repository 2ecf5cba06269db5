package import Diagnostics
package import SystemJournal

/// Diagnostics for systemd's journal, an entry each: `journalctl KLPOLICY_CODE=...` has them.
///
/// `exitStatus` is that of the command which they ended; nil where it goes on.
package func journalEntries(
  of diagnostics: [Diagnostic], exitStatus: Int32? = nil
) -> [JournalEntry] {
  diagnostics.map { diagnostic in
    let place = diagnostic.location.map { printable("\($0)") }
    var lines = [(place.map { $0 + ": " } ?? "") + printable(diagnostic.message)]
    if let advice = diagnostic.advice { lines.append("→ " + printable(advice)) }
    for note in diagnostic.notes {
      lines.append(printable((note.location.map { "\($0): " } ?? "") + note.message))
    }
    let fields = [
      ("CODE", diagnostic.code.name), ("SOURCE", place),
      ("EXIT_STATUS", exitStatus.map { "\($0)" }),
    ]
    return JournalEntry(
      diagnostic.severity == .error ? .error : .warning, lines.joined(separator: "\n"),
      [JournalEntry.Field("SYSLOG_IDENTIFIER", "klpolicy")]
        + fields.compactMap { name, value in
          value.map { JournalEntry.Field("KLPOLICY_\(name)", $0) }
        })
  }
}
