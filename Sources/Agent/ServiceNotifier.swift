internal import CEvents
internal import Glibc
internal import Synchronization

/// Tells systemd how the agent is (sd_notify(3)); nobody where no socket was named.
package final class ServiceNotifier: Sendable {
  private let socket: String?
  /// When the agent has to be done with what it is doing; nil while it waits.
  private let busyUntil = Mutex<ContinuousClock.Instant?>(nil)
  private let watchdog = Mutex<Task<Void, any Error>?>(nil)

  /// - Parameters:
  ///   - socket: NOTIFY_SOCKET.
  ///   - watchdogMicroseconds: WATCHDOG_USEC, where WATCHDOG_PID is this process or not there.
  package init(socket: String?, watchdogMicroseconds: Int?) {
    self.socket = socket
    guard socket != nil, let period = watchdogMicroseconds, period >= 2 else { return }
    watchdog.withLock {
      $0 = Task.detached { [weak self] in
        while true {
          guard let self else { return }
          beat()
          try await Task.sleep(for: .microseconds(period / 2))
        }
      }
    }
  }

  deinit { watchdog.withLock { $0?.cancel() } }

  /// Tells nobody.
  package static var silent: ServiceNotifier {
    ServiceNotifier(socket: nil, watchdogMicroseconds: nil)
  }

  /// For a process that systemd started, by its environment.
  package static func ofEnvironment() -> ServiceNotifier {
    let isOurs = variable("WATCHDOG_PID").map { $0 == "\(getpid())" } ?? true
    return ServiceNotifier(
      socket: variable("NOTIFY_SOCKET"),
      watchdogMicroseconds: isOurs ? variable("WATCHDOG_USEC").flatMap { Int($0) } : nil)
  }

  private static func variable(_ name: String) -> String? {
    guard let value = unsafe getenv(name) else { return nil }
    let text = unsafe String(cString: value)
    return text.isEmpty ? nil : text
  }

  func ready(_ status: String) { send("READY=1\nSTATUS=\(line(status))") }

  func status(_ status: String) { send("STATUS=\(line(status))") }

  func reloading() {
    var now = timespec()
    unsafe clock_gettime(CLOCK_MONOTONIC, &now)
    let microseconds = now.tv_sec * 1_000_000 + now.tv_nsec / 1000
    send("RELOADING=1\nMONOTONIC_USEC=\(microseconds)")
  }

  func stopping() { send("STOPPING=1") }

  /// The agent does something that is over within `limit`, whatever happens: past that the watchdog is
  /// no longer told that all is well.
  func isBusy(for limit: Duration) { busyUntil.withLock { $0 = .now + limit } }

  /// The agent waits.
  func isIdle() { busyUntil.withLock { $0 = nil } }

  private func beat() {
    let isWell = busyUntil.withLock { $0.map { ContinuousClock.now < $0 } ?? true }
    if isWell { send("WATCHDOG=1") }
  }

  /// Whether systemd listens is its own affair: the agent goes on all the same.
  private func send(_ message: String) {
    guard let socket else { return }
    _ = unsafe socket.withCString { name in
      unsafe message.withCString { unsafe klp_notify(name, $0) }
    }
  }

  private func line(_ text: String) -> String {
    text.split(whereSeparator: \.isNewline).joined(separator: " ")
  }
}
