/// When changes may be made on one host: all of its policies' windows and freezes.
///
/// It answers for any moment, and the same each time. It looks eight years ahead: what does not
/// come within that time does not come.
package struct Schedule: Sendable {
  /// The windows of a policy are united, and those of several policies intersected. A policy
  /// without windows is no group.
  package let groups: [[Window]]
  /// In the order of their starts.
  package let freezes: [Freeze]
  /// The times of all freezes, united.
  let frozen: [Interval]

  /// - Parameters:
  ///   - groups: the windows of each policy, those of its calendars among them; an empty group is
  ///     passed over.
  ///   - freezes: of all policies.
  package init(groups: [[Window]] = [], freezes: [Freeze] = []) {
    self.groups = groups.filter { !$0.isEmpty }
    self.freezes = freezes.enumerated().sorted {
      ($0.element.start, $0.element.end, $0.offset) < ($1.element.start, $1.element.end, $1.offset)
    }.map(\.element)
    frozen = Interval.united(freezes.map(\.interval))
  }

  /// The same for what needs no window: only the freezes hold.
  package var withoutWindows: Schedule { Schedule(freezes: freezes) }

  /// The same for what no freeze holds up.
  package var withoutFreezes: Schedule { Schedule(groups: groups) }

  /// What is left when a person overrides it: the freezes that do not allow that.
  package var overridden: Schedule {
    Schedule(freezes: freezes.filter { !$0.definition.allowOverride })
  }
}

/// A time at which changes may be made: half open.
package struct Opening: Sendable {
  /// Why it ends.
  package enum End: Sendable {
    /// The last of these windows closes.
    case windows(at: Instant, [Window])
    case freezes(at: Instant, [Freeze])
    /// Not within eight years.
    case unknown
  }

  /// The later of its true start and the moment from which on it was asked for.
  package var start: Instant
  package var end: End
  /// The windows that are open for some of it; none where no window is needed.
  package var windows: [Window]

  /// nil where it does not end within eight years.
  package var endInstant: Instant? {
    switch end {
    case .windows(let at, _), .freezes(let at, _): at
    case .unknown: nil
    }
  }

  /// Whether something that takes so many seconds, begun at its start, is done by its end.
  package func fits(_ seconds: Int) -> Bool {
    endInstant.map { $0.secondsSinceEpoch - start.secondsSinceEpoch >= seconds } ?? true
  }
}

/// What holds at a moment.
package enum ScheduleState: Sendable {
  /// Changes may be made; the opening starts at that moment.
  case open(Opening)
  /// No window is open in some group: `waiting` are the windows of those groups. No `next` opening
  /// means that there is none within eight years.
  case closed(waiting: [Window], next: Opening?)
  /// `by` are the freezes that hold at that moment. Others may follow without a pause: `until` is
  /// when the last of them ends.
  case frozen(by: [Freeze], until: Instant, next: Opening?)
}

/// Whether there is time enough for a change.
package enum ScheduleFit: Sendable {
  case enough(Opening)
  /// What is open closes too early; `next` is the first opening that is long enough.
  case tooShort(Opening, next: Opening?)
  /// Nothing is open; `next` is the first opening that is long enough.
  case notOpen(ScheduleState, next: Opening?)
}
