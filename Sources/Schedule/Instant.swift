internal import Shapes

/// A moment in whole seconds since 1970-01-01T00:00:00Z without leap seconds, as `time_t` counts.
package struct Instant: Hashable, Comparable, Sendable {
  package let secondsSinceEpoch: Int

  /// Moments outside of the years 0 to 9999, which no document can write, become the nearest that
  /// is inside: what is computed from an instant cannot overflow.
  package init(secondsSinceEpoch seconds: Int) {
    secondsSinceEpoch = min(max(seconds, Instant.earliest), Instant.latest)
  }

  static let earliest = -62_167_219_200
  static let latest = 253_402_300_799

  package static func < (lhs: Instant, rhs: Instant) -> Bool {
    lhs.secondsSinceEpoch < rhs.secondsSinceEpoch
  }
}

extension Instant: CustomStringConvertible {
  /// RFC 3339 in UTC: `2026-11-20T08:00:00Z`.
  package var description: String { RFC3339.text(secondsSinceEpoch: secondsSinceEpoch) }
}

/// From one moment until before another: half open, in seconds since the epoch.
struct Interval: Hashable, Sendable {
  var start: Int
  var end: Int

  /// The end of what has none: after all moments, with room to compute in.
  static let noEnd = 1 << 59

  /// The union of intervals, in order: what overlaps or adjoins becomes one.
  static func united(_ intervals: [Interval]) -> [Interval] {
    var united: [Interval] = []
    for interval in intervals.sorted(by: { ($0.start, $0.end) < ($1.start, $1.end) })
    where interval.start < interval.end {
      if let last = united.last, interval.start <= last.end {
        united[united.count - 1].end = max(last.end, interval.end)
      } else {
        united.append(interval)
      }
    }
    return united
  }
}

/// `seconds` in whole days, rounded down.
func dayNumber(_ seconds: Int) -> Int {
  (seconds >= 0 ? seconds : seconds - (secondsPerDay - 1)) / secondsPerDay
}

let secondsPerDay = 86_400
