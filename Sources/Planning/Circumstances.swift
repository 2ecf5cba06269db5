package import Documents

/// What gates go by: the moment, the host at that moment, and what people have said.
package struct Circumstances: Sendable {
  package enum Clock: Hashable, Sendable {
    case trusted
    /// It is behind the journal's newest record, which was written at that time.
    case behind(Timestamp)
    case unsynchronised
    /// What could not be observed of it.
    case unobserved(String)
  }

  package var at: Timestamp
  package var host: Host
  package var clock: Clock
  package var holds: [Hold]
  /// Windows are lifted, and those freezes that allow it.
  package var overridesWindows: Bool
  /// A run is rolled back, which no gate but a hold forbids.
  package var isUndoing: Bool

  /// - Parameters:
  ///   - snapshot: the host as it was observed.
  ///   - at: the moment that changes would begin at.
  ///   - options: what the command line allows.
  package init(_ snapshot: HostSnapshot, at: Timestamp, options: PlanningOptions) {
    self.at = at
    host = snapshot.host
    holds = (snapshot.history.holds.value ?? []).filter {
      !options.isUndoing || $0.rollback == nil
    }
    isUndoing = options.isUndoing
    overridesWindows = options.overridesWindows
    // The host would go by its clock at another time too: it stays as it was observed, as its load does.
    let newest = snapshot.history.newestRecordAt?.value
    if let newest, snapshot.takenAt < newest, !options.isForAnotherTime || at < newest {
      clock = .behind(newest)
    } else if snapshot.history.newestRecordAt == .unknown {
      clock = .unobserved("whether the clock is behind the journal")
    } else {
      clock =
        switch snapshot.host.clockSynchronised {
        case nil, .known(true): .trusted
        case .known(false): .unsynchronised
        case .unknown: .unobserved("whether the clock is synchronised")
        }
    }
  }
}
