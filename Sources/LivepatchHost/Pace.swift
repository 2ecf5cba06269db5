internal import Glibc

/// The monotonic clock, and how to wait by it: a parameter, so that tests decide what happens in
/// the meantime and need not wait for it.
package struct Pace: Sendable {
  package var now: @Sendable () -> ContinuousClock.Instant
  /// May come back early, as a signal makes it.
  package var sleep: @Sendable (Duration) -> Void

  package init(
    now: @escaping @Sendable () -> ContinuousClock.Instant,
    sleep: @escaping @Sendable (Duration) -> Void
  ) {
    self.now = now
    self.sleep = sleep
  }

  /// The system's clock.
  package static let real = Pace(
    now: { .now },
    sleep: { duration in
      let (seconds, attoseconds) = duration.components
      var time = timespec(tv_sec: Int(seconds), tv_nsec: Int(attoseconds / 1_000_000_000))
      // Not again after a signal: whoever waits wants to see why it was sent.
      _ = unsafe nanosleep(&time, nil)
    })
}

/// Pauses that grow: fine at first, for most transitions are over in milliseconds.
struct Backoff {
  private var next: Duration = .milliseconds(1)
  let longest: Duration

  init(longest: Duration) {
    self.longest = longest
  }

  /// Sleeps until the next look is due, at most until `deadline`.
  mutating func wait(_ pace: Pace, until deadline: ContinuousClock.Instant) {
    pace.sleep(min(next, pace.now().duration(to: deadline)))
    next = min(next * 2, longest)
  }
}
