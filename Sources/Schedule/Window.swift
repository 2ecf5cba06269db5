internal import Shapes

/// A window in its time zone: which moments it is open at.
package final class Window: Sendable {
  package let definition: WindowDefinition
  package let zone: Zone

  /// The days on which it opens.
  enum Days: Sendable {
    /// A bit for each weekday from Sunday.
    case weekdays(UInt64)
    case cron(Cron)
  }

  enum Closing: Sendable {
    case after(seconds: Int)
    /// Minutes after the midnight that begins the opening day.
    case at(minutes: Int)
  }

  let days: Days
  /// Minutes after midnight, ascending.
  let starts: [Int]
  let closing: Closing
  /// The same as `starts`, where one goes over into the next without a pause: first and last.
  let runs: [(first: Int, last: Int)]
  /// No opening is longer, in seconds.
  let longest: Int

  /// nil where a part of the definition is missing or wrong.
  init?(_ definition: WindowDefinition, in zone: Zone) {
    self.definition = definition
    self.zone = zone
    if let cron = definition.cron?.value, definition.start == nil {
      days = .cron(cron)
      starts = cron.minutesOfDay
    } else if let start = definition.start?.value, start != .placeholder {
      let named = definition.days?.items.map(\.value) ?? Weekday.allCases
      days = .weekdays(named.reduce(0) { $0 | 1 << UInt64($1.number) })
      starts = [start.minutes]
    } else {
      return nil
    }
    guard let first = starts.first else { return nil }
    if let duration = definition.duration?.value, duration.seconds > 0 {
      closing = .after(seconds: duration.seconds)
      longest = duration.seconds
    } else if let end = definition.end?.value.time, end != .placeholder {
      closing = .at(minutes: end.minutes > first ? end.minutes : end.minutes + 24 * 60)
      // Clocks that are put back by a whole day make it longer.
      longest = 4 * secondsPerDay
    } else {
      return nil
    }
    var runs: [(first: Int, last: Int)] = []
    for start in starts {
      if case .after(let seconds) = closing, let run = runs.last, (start - run.last) * 60 <= seconds
      {
        runs[runs.count - 1].last = start
      } else {
        runs.append((start, start))
      }
    }
    self.runs = runs
  }

  /// Whether it opens on a day of its zone's calendar.
  func opens(on day: Int) -> Bool {
    switch days {
    case .weekdays(let weekdays): return weekdays >> UInt64(weekdayNumber(day)) & 1 == 1
    case .cron(let cron):
      guard let date = CalendarDate(daysSinceEpoch: day) else { return false }
      return cron.isDue(day: date.day, month: date.month, weekday: weekdayNumber(day))
    }
  }

  /// The opening that begins at a time of a day: half open, and empty where the clocks skip it.
  ///
  /// A start that the clocks skip moves to the end of the gap; of times that they show twice the
  /// first is taken, for both ends.
  func opening(on day: Int, at minutes: Int, _ clock: WallClock) -> Interval {
    let midnight = day * secondsPerDay
    let start = clock.instants(of: midnight + minutes * 60).first
    switch closing {
    case .after(let seconds): return Interval(start: start, end: start + seconds)
    case .at(let end):
      return Interval(start: start, end: clock.instants(of: midnight + end * 60).first)
    }
  }
}

/// A freeze in its time zone.
package struct Freeze: Sendable {
  package let definition: FreezeDefinition
  package let zone: Zone
  /// Of times that the clocks show twice it begins at the first, and ends at the second.
  package let start: Instant
  /// Not frozen any more.
  package let end: Instant

  /// nil where a part of the definition is missing or wrong.
  init?(_ definition: FreezeDefinition, in zone: Zone) {
    guard let from = definition.from.value.seconds, let to = definition.to.value.seconds,
      from < to
    else { return nil }
    self.definition = definition
    self.zone = zone
    func instants(_ local: Int) -> (first: Int, last: Int) {
      WallClock(zone, local: local, local).instants(of: local)
    }
    start = Instant(secondsSinceEpoch: instants(from).first)
    end = Instant(secondsSinceEpoch: instants(to).last)
  }

  var interval: Interval {
    Interval(start: start.secondsSinceEpoch, end: end.secondsSinceEpoch)
  }
}
