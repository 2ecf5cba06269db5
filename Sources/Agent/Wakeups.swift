internal import CEvents
internal import Documents
internal import Files
internal import Glibc
internal import SystemPackage

/// Why the agent goes on.
enum Wakeup: Hashable, Sendable {
  /// SIGTERM or SIGINT.
  case stop
  /// SIGHUP: read the configuration again, and look at once.
  case reload
  /// SIGUSR1: look at once.
  case now
  /// The policies changed.
  case changed
  /// It is time.
  case due
  /// The wall clock was set, so that windows may have opened or closed.
  case clockSet
}

/// The one place at which the agent waits: for signals, times and changes of files, all by the kernel.
/// Nothing runs meanwhile.
struct Wakeups: ~Copyable {
  private let signals: OwnedDescriptor
  private let timer: OwnedDescriptor
  private let wallTimer: OwnedDescriptor

  /// How long files have to be left alone before they are read, and how long that is waited for.
  private static let quiet: CInt = 300
  private static let patience = Duration.seconds(30)

  /// Holds the signals back from now on: to be called before anything else starts a thread.
  init() throws(SystemError) {
    let held = [SIGTERM, SIGINT, SIGHUP, SIGUSR1]
    let signals = try Wakeups.descriptor(
      "signalfd", unsafe klp_signal_events(held, CInt(held.count)))
    let timer = try Wakeups.descriptor("timerfd_create", klp_timer(0))
    let wallTimer = try Wakeups.descriptor("timerfd_create", klp_timer(1))
    self.signals = signals
    self.timer = timer
    self.wallTimer = wallTimer
  }

  private static func descriptor(
    _ call: String, _ answer: CInt
  ) throws(SystemError) -> OwnedDescriptor {
    guard answer >= 0 else { throw SystemError(call, "the agent", Errno(rawValue: -answer)) }
    return OwnedDescriptor(FileDescriptor(rawValue: answer))
  }

  /// Waits.
  ///
  /// - Parameters:
  ///   - delay: for so long at most, by a clock that cannot be set and goes on in sleep.
  ///   - moment: no longer than until then by the wall clock.
  ///   - watch: tells when files change.
  /// - Returns: what came first.
  func wait(
    _ delay: Duration, until moment: Timestamp?, _ watch: borrowing FileWatch
  ) -> Wakeup {
    set(timer, isWallClock: false, max(.zero, delay))
    // Without a moment it is set all the same: it tells when the clock is set.
    let latest = moment ?? Timestamp(secondsSinceEpoch: 1 << 40)
    // time(2) may lag behind by a tick of the kernel: what opens at a second is open by then.
    set(
      wallTimer, isWallClock: true,
      .seconds(max(1, latest.secondsSinceEpoch)) + .milliseconds(20))
    while true {
      let changed = poll(watch, timeout: -1)
      if let wakeup = taken() { return wakeup }
      guard changed, watch.takeChanges() else { continue }
      return settle(watch) ?? .changed
    }
  }

  /// Waits until no file has changed for a moment, for a directory is often written file by file; but
  /// not for ever.
  ///
  /// - Returns: the signal that came meanwhile; nil where it is quiet.
  func settle(_ watch: borrowing FileWatch) -> Wakeup? {
    let end = ContinuousClock.now + Wakeups.patience
    var quietAt = ContinuousClock.now + .milliseconds(Int(Wakeups.quiet))
    while true {
      let left = min(end, quietAt) - ContinuousClock.now
      guard left > .zero, poll(watch, timeout: CInt(left / .milliseconds(1)) + 1) else {
        return nil
      }
      if let wakeup = taken(butTimers: true) { return wakeup }
      if watch.takeChanges() { quietAt = .now + .milliseconds(Int(Wakeups.quiet)) }
    }
  }

  /// Whether somebody asked for the end while the agent was busy.
  var isStopPending: Bool { unsafe klp_is_pending([SIGTERM, SIGINT], 2) == 1 }

  /// Waits for any of them.
  ///
  /// - Returns: whether something happened to a file, or anything where it is waited for `timeout`
  ///   milliseconds.
  private func poll(_ watch: borrowing FileWatch, timeout: CInt) -> Bool {
    var descriptors = [signals.descriptor.rawValue, watch.descriptor ?? -1]
    if timeout < 0 { descriptors += [timer.descriptor.rawValue, wallTimer.descriptor.rawValue] }
    var polled = descriptors.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
    let count = unsafe Glibc.poll(&polled, nfds_t(polled.count), timeout)
    guard count > 0 else { return false }
    return timeout < 0 ? polled[1].revents != 0 : true
  }

  private func taken(butTimers: Bool = false) -> Wakeup? {
    switch klp_next_signal(signals.descriptor.rawValue) {
    case SIGTERM, SIGINT: return .stop
    case SIGHUP: return .reload
    case SIGUSR1: return .now
    default: break
    }
    if butTimers { return nil }
    switch klp_take_timer(wallTimer.descriptor.rawValue) {
    case 1: return .due
    case 2: return .clockSet
    default: return klp_take_timer(timer.descriptor.rawValue) == 1 ? .due : nil
    }
  }

  private func set(_ timer: borrowing OwnedDescriptor, isWallClock: Bool, _ time: Duration) {
    let (seconds, attoseconds) = time.components
    // It fails for no time that there is; without it the other timer would still ring.
    _ = klp_set_timer(
      timer.descriptor.rawValue, isWallClock ? 1 : 0, seconds, Int(attoseconds / 1_000_000_000))
  }
}
