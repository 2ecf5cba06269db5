internal import Documents

/// When the agent looks next; pure.
struct Pacing: Sendable {
  let interval: Duration
  /// From 0 to 1, the same on each call on one host: hosts that were started together drift apart.
  let place: Double

  /// How a run ended, as far as it decides when the next one is due.
  enum End: Hashable, Sendable {
    /// With the moments at which deferred changes may begin, and whether some wait for the clock to be
    /// right, of which nobody tells.
    case done(waitsUntil: [Timestamp], forClock: Bool = false)
    /// Another run held the lock.
    case lockHeld
    /// It came to nothing: unsound policies, or an error.
    case refused
  }

  struct Next: Hashable, Sendable {
    /// By a clock that cannot be set.
    var delay: Duration
    /// By the wall clock; nil where nothing waits for a moment.
    var moment: Timestamp?
  }

  /// Another run is over soon.
  private static let lockPause = Duration.seconds(15)
  private static let clockPause = Duration.seconds(30)
  /// What a run just found closed is not looked at again at once, whatever the clock says.
  private static let leastPause = 1

  /// The interval of this host, up to a tenth shorter than it is written.
  var ownInterval: Duration { interval * (1 - place / 10) }

  /// How long a source that could not be read is left alone: twice as long each time, an hour at most,
  /// or the interval where that is longer; a fixed part shorter on each host.
  func pause(afterFailures count: Int) -> Duration {
    let doubled = Pacing.firstPause * (1 << min(max(count, 1) - 1, 20))
    return min(doubled, max(Pacing.longestPause, interval)) * (1 - place / 4)
  }

  private static let firstPause = Duration.seconds(30)
  private static let longestPause = Duration.seconds(3600)

  func next(after end: End, at now: Timestamp) -> Next {
    switch end {
    case .lockHeld: return Next(delay: min(Pacing.lockPause, ownInterval), moment: nil)
    case .refused: return Next(delay: ownInterval, moment: nil)
    case .done(let moments, let waitsForClock):
      // One that is over by now waited for something else besides.
      let moment = moments.filter { $0 > now }.min()
      return Next(
        delay: waitsForClock ? min(Pacing.clockPause, ownInterval) : ownInterval,
        moment: moment.map {
          max($0, Timestamp(secondsSinceEpoch: now.secondsSinceEpoch + Pacing.leastPause))
        })
    }
  }
}
