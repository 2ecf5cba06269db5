internal import Diagnostics
internal import Documents
internal import Files
internal import Glibc
internal import LivepatchHost
internal import Reconciliation
internal import Rendering
internal import SystemPackage

/// Writes a person's word down and prints the holds in force: `hold` and `resume`.
func say(
  _ word: Holding.Word, _ command: String, _ lock: LockOptions, _ output: OutputOptions
) throws {
  guard isRoot else {
    throw output.failure(
      .notPrivileged,
      Diagnostic(
        .notPrivileged, "\(command) decides what may be changed here, which only root may",
        advice: "run it as root"))
  }
  let host: LivepatchHost
  do throws(SystemError) {
    host = try LivepatchHost(root: "/")
  } catch {
    throw output.failure(
      .error, Diagnostic(.rootUnusable, "the root directory cannot be entered: \(error)"))
  }
  let holding = Holding(
    host: host, layout: HostLayout(root: "/"), trust: ownTrust, lockTimeout: lock.timeout.duration)
  let holds: Holds
  do throws(Holding.Refusal) {
    holds = try holding.write(word, by: operatorName(), clock: currentTime)
  } catch {
    switch error {
    case .lockHeld(let holder): throw output.lockHeld(by: holder)
    case .failed(let diagnostic): throw output.failure(.error, diagnostic)
    }
  }
  try output.write(holds) { text(of: holds, lists: word.isAboutHolds, $0) }
}
