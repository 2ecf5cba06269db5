/// The openings of one window, one after the other, by their starts; they may overlap.
struct WindowOpenings {
  private let window: Window
  /// The day that is looked at next, in the calendar of the window's zone.
  private var day: Int
  /// What was found for the day before, and how much of it was handed out.
  private var found: [Interval] = []
  private var taken = 0
  /// The time with one offset that the last day was in: most days are in the same one.
  private var segment: Zone.Segment

  /// All that end after a moment, and perhaps some before.
  init(_ window: Window, from instant: Int) {
    self.window = window
    day = WindowOpenings.firstDay(window, from: instant)
    segment = window.zone.segment(at: instant)
  }

  /// Calendars are at most a day away from UTC's, and a gap can be a day long.
  private static func firstDay(_ window: Window, from instant: Int) -> Int {
    dayNumber(instant - window.longest) - 3
  }

  /// Passes over what ends long before a moment.
  mutating func skip(to instant: Int) {
    let first = WindowOpenings.firstDay(window, from: instant)
    guard first > day else { return }
    day = first
    (found, taken) = ([], 0)
  }

  /// The next one; nil where none begins before `limit`.
  mutating func next(before limit: Int) -> Interval? {
    while taken == found.count {
      // A day begins at most a day and a half after it does in UTC.
      guard (day - 2) * secondsPerDay < limit else { return nil }
      if window.opens(on: day) { findOpenings() }
      day += 1
    }
    guard found[taken].start < limit else { return nil }
    taken += 1
    return found[taken - 1]
  }

  private mutating func findOpenings() {
    found.removeAll(keepingCapacity: true)
    taken = 0
    // No offset differs by more, so that a local time that far from both ends is shown once.
    let margin = 2 * Zone.largestOffset + 3 * secondsPerDay
    let midnight = day * secondsPerDay
    if midnight < segment.start || midnight >= segment.end {
      segment = window.zone.segment(at: midnight)
    }
    guard midnight - margin >= segment.start, midnight + margin < segment.end else {
      let clock = WallClock(window.zone, local: midnight, midnight + 2 * secondsPerDay)
      let openings = window.starts.map { window.opening(on: day, at: $0, clock) }
      found = Interval.united(openings)
      return
    }
    for run in window.runs {
      let start = midnight + run.first * 60 - segment.offset
      switch window.closing {
      case .after(let seconds):
        found.append(Interval(start: start, end: start + (run.last - run.first) * 60 + seconds))
      case .at(let end):
        found.append(Interval(start: start, end: midnight + end * 60 - segment.offset))
      }
    }
  }
}

/// The openings of several windows as one: united, disjoint and in order.
struct GroupOpenings {
  private var members: [(openings: WindowOpenings, head: Interval?)]

  init(_ windows: [Window], from instant: Int) {
    members = windows.map { (WindowOpenings($0, from: instant), nil) }
  }

  /// The next one that ends after a moment, which must not be before those of earlier calls.
  ///
  /// - Returns: nil where none begins before `limit`; the end is `Interval.noEnd` where none is found.
  mutating func next(endingAfter instant: Int, before limit: Int) -> Interval? {
    for index in members.indices { advance(index, endingAfter: instant, before: limit) }
    // What was looked at to find the end of an earlier one may begin after this limit.
    guard var union = members.compactMap(\.head).min(by: { $0.start < $1.start }),
      union.start < limit
    else { return nil }
    let limit = OpenTimes.limit(from: max(union.start, instant))
    var isGrowing = true
    while isGrowing, union.end < limit {
      isGrowing = false
      for index in members.indices {
        while let head = members[index].head, head.start <= union.end, union.end < limit {
          union.end = max(union.end, head.end)
          members[index].head = members[index].openings.next(before: limit)
          isGrowing = true
        }
      }
    }
    if union.end >= limit { union.end = Interval.noEnd }
    return union
  }

  private mutating func advance(_ index: Int, endingAfter instant: Int, before limit: Int) {
    if let head = members[index].head {
      if head.end > instant { return }
    }
    members[index].openings.skip(to: instant)
    repeat {
      members[index].head = members[index].openings.next(before: limit)
    } while members[index].head.map { $0.end <= instant } ?? false
  }
}
