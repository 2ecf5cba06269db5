internal import Diagnostics
internal import Glibc
internal import Rendering

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
    writeError(text(of: diagnostics, style))
    Glibc.exit(status.rawValue)
  }
}
