internal import Diagnostics
internal import Glibc
internal import Rendering
internal import SystemJournal

/// Why a command ends without its document: what to print on standard error, and the exit status.
struct Failure: Error {
  let status: ExitStatus
  let diagnostics: [Diagnostic]
  let style: Style

  init(_ status: ExitStatus, _ diagnostics: [Diagnostic], _ style: Style) {
    self.status = status
    self.diagnostics = diagnostics
    self.style = style
  }

  func exit() -> Never {
    tell(diagnostics, style, exitStatus: status.rawValue)
    Glibc.exit(status.rawValue)
  }
}

/// Says what is wrong on standard error; where that goes to systemd's journal, by entries with fields.
/// `exitStatus` is that of the command, where it ends for it.
func tell(_ diagnostics: [Diagnostic], _ style: Style, exitStatus: Int32? = nil) {
  if diagnostics.isEmpty { return }
  let entries = journalEntries(of: diagnostics, exitStatus: exitStatus)
  if SystemJournal.ofStandardError()?.write(entries) == true { return }
  writeError(text(of: diagnostics, style))
}
