internal import CSignals
internal import Glibc

/// SIGINT, SIGTERM and SIGHUP (a terminal or connection that goes away; not for the agent, to which it
/// says something else), held back so that a run stops where it can be stopped, and asked for there.
///
/// The signals are blocked in this thread from the first change on, and noted in the others, from
/// which hooks and gates are run. A run that is asked to stop ends the wait it is in, undoes the
/// group that is not complete, and starts no other.
package struct Interruption: ~Copyable {
  /// The signal that asked for the end, if one did.
  private var signal: CInt?
  private let hangsUp: Bool

  /// - Parameter hangsUp: whether SIGHUP asks for the end too.
  package init(hangsUp: Bool = true) {
    self.hangsUp = hangsUp
    klp_note_signals(hangsUp ? 1 : 0)
    var signals = signals
    unsafe pthread_sigmask(SIG_BLOCK, &signals, nil)
  }

  /// Whether it was not SIGINT that asked, which a person types.
  package var isTermination: Bool { signal != nil && signal != SIGINT }

  /// Whether the run was asked to stop. Takes a pending signal away, for good.
  package mutating func isRequested() -> Bool {
    if signal != nil { return true }
    var signals = signals
    var now = timespec()
    let taken = unsafe sigtimedwait(&signals, nil, &now)
    let noted = klp_noted_signal()
    if taken > 0 {
      signal = taken
    } else if noted > 0 {
      signal = noted
    }
    return signal != nil
  }

  private var signals: sigset_t {
    var signals = sigset_t()
    unsafe sigemptyset(&signals)
    unsafe sigaddset(&signals, SIGINT)
    unsafe sigaddset(&signals, SIGTERM)
    if hangsUp { unsafe sigaddset(&signals, SIGHUP) }
    return signals
  }
}

/// The same for a run that changes nothing, and may be in any of several threads: SIGINT and SIGTERM
/// are noted, and asked for where it can stop.
package struct NotedSignals: Sendable {
  package init() { klp_note_signals(0) }

  /// The first of them that came, if one did.
  package var first: CInt? {
    let noted = klp_noted_signal()
    return noted == 0 ? nil : noted
  }
}
