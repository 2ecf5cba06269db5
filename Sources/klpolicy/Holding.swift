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
  let name = word.name.map { name in
    HeldName(
      name,
      history: ObservedHost(host, layout: ownLayout, trust: ownTrust, at: currentTime())
        .snapshot.history, layout: ownLayout)
  }
  if let misnomer = name?.misnomer(isHold: word.isHold) {
    throw output.failure(.invalidInput, misnomer)
  }
  let holding = Holding(
    host: host, layout: HostLayout(root: "/"), trust: ownTrust, lockTimeout: lock.timeout.duration)
  var holds: Holds
  do throws(Holding.Refusal) {
    holds = try holding.write(word, by: operatorName(), clock: currentTime)
  } catch {
    switch error {
    case .lockHeld(let holder): throw output.lockHeld(by: holder)
    case .failed(let diagnostic): throw output.failure(.error, diagnostic)
    }
  }
  let warning = word.isHold ? name?.warning : holds.changed ? nil : name?.suggestion
  if let warning {
    tell([warning], output.errorStyle)
    if word.isHold, let remark = name?.remark { holds.message += "; \(remark)" }
  }
  try output.write(holds) { text(of: holds, lists: word.isAboutHolds, $0) }
}

extension Holding.Word {
  /// What is held or resumed; nil for everything.
  fileprivate var name: String? {
    switch self {
    case .hold(let patch, _, _), .resume(let patch): patch
    case .shutdown, .running: nil
    }
  }

  fileprivate var isHold: Bool {
    if case .hold = self { true } else { false }
  }
}
