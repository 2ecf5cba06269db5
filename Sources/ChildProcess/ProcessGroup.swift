internal import Glibc

/// A child process that leads a group of its own, until it is reaped: as long, nobody else can get
/// its number.
struct ProcessGroup: Sendable {
  private let leader: pid_t

  init(_ leader: pid_t) {
    self.leader = leader
  }

  /// SIGKILL to whoever is in the group.
  func kill() {
    _ = Glibc.kill(-leader, SIGKILL)
  }

  /// Waits until the leader has ended, and leaves it to be reaped by others; kills the group when it is
  /// no longer wanted.
  func waitForLeader(while isWanted: @Sendable () -> Bool) async throws {
    var pause = Duration.microseconds(200)
    while !hasEnded {
      if !isWanted() { kill() }
      try await Task.sleep(for: pause)
      pause = min(pause * 2, .milliseconds(20))
    }
  }

  /// Whether the leader has ended.
  var hasEnded: Bool {
    var information = unsafe siginfo_t()
    let answer = unsafe waitid(
      P_PID, id_t(leader), &information, WEXITED | WNOHANG | WNOWAIT)
    // ECHILD: somebody ignores SIGCHLD in this process, and it is gone already.
    return answer != 0 ? errno != EINTR : unsafe information.si_signo == SIGCHLD
  }
}
