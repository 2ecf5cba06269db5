package import Shapes

/// A day on the calendar of a place, and which moments it is made of there.
package struct LocalDay: Sendable {
  /// A part of the day with one offset from UTC: half open.
  package struct Stretch: Hashable, Sendable {
    package let start: Instant
    package let end: Instant
    /// The seconds that local time is ahead of UTC.
    package let offset: Int
  }

  package let date: CalendarDate
  /// By their starts. One on most days; more where the clocks change, and what they show may then
  /// be skipped or come twice; none on a day that the place skips.
  package let stretches: [Stretch]
}

extension Zone {
  /// The days from that of a moment on.
  package func days(from instant: Instant, count: Int) -> [LocalDay] {
    let first = dayNumber(instant.secondsSinceEpoch + offset(at: instant))
    return (first..<first + max(0, count)).compactMap { day in
      CalendarDate(daysSinceEpoch: day).map {
        LocalDay(date: $0, stretches: stretches(of: day))
      }
    }
  }

  private func stretches(of day: Int) -> [LocalDay.Stretch] {
    let midnight = day * secondsPerDay
    let end = midnight + secondsPerDay
    var stretches: [LocalDay.Stretch] = []
    var segment = segment(at: midnight - Zone.largestOffset)
    while true {
      let start = max(segment.start, midnight - segment.offset)
      let stop = min(segment.end, end - segment.offset)
      if start < stop {
        var first = Instant(secondsSinceEpoch: start)
        // A zone may change its name, or call the same offset summer time.
        if let last = stretches.last, last.end == first, last.offset == segment.offset {
          first = last.start
          stretches.removeLast()
        }
        stretches.append(
          LocalDay.Stretch(
            start: first, end: Instant(secondsSinceEpoch: stop), offset: segment.offset))
      }
      if segment.end > end + Zone.largestOffset { return stretches }
      segment = self.segment(at: segment.end)
    }
  }
}
