extension Schedule {
  /// What holds at a moment, and what comes next.
  package func state(at instant: Instant) -> ScheduleState {
    let at = instant.secondsSinceEpoch
    var times = OpenTimes(self, from: at)
    let next = times.next()
    if let span = frozen.first(where: { $0.start <= at && at < $0.end }) {
      return .frozen(
        by: freezes.filter { $0.start <= instant && instant < $0.end },
        until: Instant(secondsSinceEpoch: span.end), next: next.map(opening))
    }
    guard let next else { return .closed(waiting: closedWindows(at: at), next: nil) }
    if next.start == at { return .open(opening(next)) }
    return .closed(waiting: closedWindows(at: at), next: opening(next))
  }

  /// Whether something that takes so many seconds can be begun at a moment, and otherwise the
  /// first opening in which it can.
  package func fits(at instant: Instant, seconds: Int) -> ScheduleFit {
    let state = state(at: instant)
    var from = instant
    switch state {
    case .open(let opening):
      if opening.fits(seconds) { return .enough(opening) }
    case .closed(_, let next):
      if let next, next.fits(seconds) { return .notOpen(state, next: next) }
    case .frozen(_, let until, let next):
      if let next, next.fits(seconds) { return .notOpen(state, next: next) }
      from = until
    }
    let limit = OpenTimes.limit(from: from.secondsSinceEpoch)
    var times = OpenTimes(self, from: from.secondsSinceEpoch)
    var next: Opening?
    while let piece = times.next(), piece.start < limit {
      guard piece.end.map({ $0 - piece.start >= seconds }) ?? true else { continue }
      next = opening(piece)
      break
    }
    if case .open(let opening) = state { return .tooShort(opening, next: next) }
    return .notOpen(state, next: next)
  }

  /// The first openings from a moment on. One that has begun by then starts at that moment.
  package func openings(from instant: Instant, count: Int) -> [Opening] {
    var times = OpenTimes(self, from: instant.secondsSinceEpoch)
    var openings: [Opening] = []
    while openings.count < count, let piece = times.next() { openings.append(opening(piece)) }
    return openings
  }

  /// The openings that begin before `end`, at most so many.
  package func openings(from start: Instant, until end: Instant, limit: Int) -> [Opening] {
    var times = OpenTimes(self, from: start.secondsSinceEpoch)
    var openings: [Opening] = []
    while openings.count < limit, let piece = times.next(), piece.start < end.secondsSinceEpoch {
      openings.append(opening(piece))
    }
    return openings
  }

  /// The freezes that hold at some moment from `start` until before `end`, by their starts.
  package func freezes(from start: Instant, until end: Instant) -> [Freeze] {
    freezes.filter { $0.start < end && start < $0.end && $0.start < $0.end }
  }

  private func opening(_ piece: OpenTimes.Piece) -> Opening {
    let start = Instant(secondsSinceEpoch: piece.start)
    let windows = groups.joined().filter {
      $0.isOpen(from: piece.start, until: piece.end ?? OpenTimes.limit(from: piece.start))
    }
    guard let end = piece.end else { return Opening(start: start, end: .unknown, windows: windows) }
    let at = Instant(secondsSinceEpoch: end)
    if piece.isFrozenAfter {
      let freezes = freezes.filter { $0.start <= at && at < $0.end }
      return Opening(start: start, end: .freezes(at: at, freezes), windows: windows)
    }
    let closing = closedWindows(at: end).filter { $0.closes(at: end) }
    return Opening(start: start, end: .windows(at: at, closing), windows: windows)
  }

  /// The windows of the groups of which none is open.
  private func closedWindows(at instant: Int) -> [Window] {
    groups.filter { group in
      !group.contains { $0.isOpen(from: instant, until: instant + 1) }
    }.flatMap { $0 }
  }
}

extension Window {
  /// Whether it is open at some moment from `start` until before `end`.
  fileprivate func isOpen(from start: Int, until end: Int) -> Bool {
    var openings = WindowOpenings(self, from: start)
    while let opening = openings.next(before: end) {
      if opening.end > start { return true }
    }
    return false
  }

  /// Whether one of its openings ends at a moment.
  fileprivate func closes(at instant: Int) -> Bool {
    var openings = WindowOpenings(self, from: instant - 1)
    while let opening = openings.next(before: instant) {
      if opening.end == instant { return true }
    }
    return false
  }
}
