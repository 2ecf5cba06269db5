/// The times at which a schedule lets changes be made, from a moment on: disjoint and in order.
struct OpenTimes {
  struct Piece: Hashable, Sendable {
    var start: Int
    /// nil where there is none as far as is looked.
    var end: Int?
    /// Whether a freeze begins at `end`.
    var isFrozenAfter: Bool
  }

  /// How far is looked for the next opening, or for the end of one: 29 February can be away for
  /// eight years.
  static let horizon = 2_930 * secondsPerDay

  private var groups: [GroupOpenings]
  private var heads: [Interval?]
  /// United, in order.
  private let freezes: [Interval]
  private var nextFreeze = 0
  /// Everything before is done with.
  private var cursor: Int
  private var limit: Int
  private var isOver = false

  init(_ schedule: Schedule, from instant: Int) {
    groups = schedule.groups.map { GroupOpenings($0, from: instant) }
    heads = Array(repeating: nil, count: groups.count)
    freezes = schedule.frozen
    cursor = instant
    limit = OpenTimes.limit(from: instant)
  }

  static func limit(from instant: Int) -> Int {
    min(instant + horizon, Instant.latest)
  }

  mutating func next() -> Piece? {
    while !isOver {
      guard let open = nextOfAllGroups() else { break }
      while nextFreeze < freezes.count, freezes[nextFreeze].end <= open.start { nextFreeze += 1 }
      let freeze = nextFreeze < freezes.count ? freezes[nextFreeze] : nil
      if let freeze, freeze.start <= open.start {
        cursor = freeze.end
        limit = OpenTimes.limit(from: cursor)
        continue
      }
      if let freeze, freeze.start < open.end {
        cursor = freeze.end
        limit = OpenTimes.limit(from: cursor)
        return Piece(start: open.start, end: freeze.start, isFrozenAfter: true)
      }
      isOver = open.end == Interval.noEnd
      cursor = open.end
      limit = OpenTimes.limit(from: cursor)
      return Piece(start: open.start, end: isOver ? nil : open.end, isFrozenAfter: false)
    }
    isOver = true
    return nil
  }

  /// The next time at which each group is open, freezes aside.
  private mutating func nextOfAllGroups() -> Interval? {
    while true {
      var open = Interval(start: cursor, end: Interval.noEnd)
      for index in groups.indices {
        if heads[index].map({ $0.end <= cursor }) ?? true {
          heads[index] = groups[index].next(endingAfter: cursor, before: limit)
        }
        guard let head = heads[index] else { return nil }
        open.start = max(open.start, head.start)
        open.end = min(open.end, head.end)
      }
      if open.start < open.end { return open }
      cursor = open.start
    }
  }
}
