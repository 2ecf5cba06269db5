/// A time zone: by how much its local time is ahead of UTC, at each moment.
///
/// Local times are counted like instants, as if they were UTC: seconds since 1970-01-01T00:00:00
/// local.
package struct Zone: Sendable {
  /// A time during which the offset stays the same.
  struct Segment: Hashable, Sendable {
    var start: Int
    var end: Int
    var offset: Int
  }

  /// From when on another offset holds.
  struct Transition: Hashable, Sendable {
    var at: Int
    var offset: Int
  }

  /// Strictly ascending.
  let transitions: [Transition]
  /// What held before the first transition.
  let firstOffset: Int
  /// What holds after the last one; nil keeps the last offset.
  let rule: TimeZoneRule?

  init(transitions: [Transition] = [], firstOffset: Int, rule: TimeZoneRule? = nil) {
    self.transitions = transitions
    self.firstOffset = firstOffset
    self.rule = rule
  }

  package static let utc = Zone(firstOffset: 0)

  /// No zone is further from UTC (RFC 9636, 3.2: 25:59:59).
  static let largestOffset = 93_599
  /// Before and after all that a zone can say, with room to compute in.
  static let always = (start: -1 << 59, end: 1 << 59)

  /// The seconds that local time is ahead of UTC.
  package func offset(at instant: Instant) -> Int {
    segment(at: instant.secondsSinceEpoch).offset
  }

  /// The longest known time around a moment with one offset.
  func segment(at instant: Int) -> Segment {
    guard let last = transitions.last, instant < last.at else {
      let since = transitions.last?.at ?? Zone.always.start
      if let rule {
        var segment = rule.segment(at: instant)
        segment.start = max(segment.start, since)
        return segment
      }
      let offset = transitions.last?.offset ?? firstOffset
      return Segment(start: since, end: Zone.always.end, offset: offset)
    }
    // The first transition after the instant.
    var low = 0
    var high = transitions.count - 1
    while low < high {
      let middle = (low + high) / 2
      if transitions[middle].at <= instant { low = middle + 1 } else { high = middle }
    }
    guard low > 0 else {
      return Segment(start: Zone.always.start, end: transitions[0].at, offset: firstOffset)
    }
    let before = transitions[low - 1]
    return Segment(start: before.at, end: transitions[low].at, offset: before.offset)
  }
}

/// What the clocks of a zone show over a few days.
struct WallClock {
  /// Adjoining, in order.
  private let segments: [Zone.Segment]

  /// For local times from `start` to `end`.
  init(_ zone: Zone, local start: Int, _ end: Int) {
    var segments = [zone.segment(at: start - Zone.largestOffset)]
    while let last = segments.last, last.end <= end + Zone.largestOffset {
      segments.append(zone.segment(at: last.end))
    }
    self.segments = segments
  }

  /// The moments at which the clocks show a local time: the first and the last one. A time that
  /// they skip means the end of the gap, the moment at which they are put forward over it.
  func instants(of local: Int) -> (first: Int, last: Int) {
    var found: (first: Int, last: Int)?
    for segment in segments {
      let instant = local - segment.offset
      if segment.start <= instant, instant < segment.end {
        found = (found?.first ?? instant, instant)
      }
    }
    if let found { return found }
    for (before, after) in zip(segments, segments.dropFirst())
    where after.start + before.offset <= local && local < after.start + after.offset {
      return (after.start, after.start)
    }
    let offset = segments.first?.offset ?? 0
    return (local - offset, local - offset)
  }
}
