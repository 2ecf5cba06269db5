internal import Diagnostics
internal import Documents
internal import Nodes
internal import Schedule
internal import Shapes

extension Tracer {
  /// When a change may begin: all windows and freezes together, then each by itself.
  mutating func traceSchedule() {
    let schedule = schedule
    if !schedule.groups.isEmpty || !schedule.freezes.isEmpty { trace(schedule) }
    traceUrgency()
    for policy in constraints.policies {
      let name = policy.name.value.text
      guard let all = set.timetables[name] else { continue }
      let binding = constraints.timetable(of: policy, severity: severity)
      for window in all.windows {
        trace(window, of: name, binds: binding?.windows.isEmpty == false)
      }
      for freeze in all.freezes {
        trace(freeze, of: name, binds: binding?.freezes.isEmpty == false)
      }
    }
  }

  private var now: Instant { subject.now.instant }

  private mutating func trace(_ schedule: Schedule) {
    let seconds = Int(constraints.longestChange.components.seconds)
    let length = constraints.longestChange.shortText
    func next(_ opening: Opening?) -> String {
      opening.map { "; the next opening that is long enough begins at \($0.start)" }
        ?? "; none that is long enough comes within eight years"
    }
    switch schedule.fits(at: now, seconds: seconds) {
    case .enough(let opening):
      tell(
        .constraints, "schedule", .yes, "changes may begin now" + opening.untilText,
        until: opening.endInstant.map(Timestamp.init), at: nil)
    case .tooShort(let opening, let following):
      tell(
        .constraints, "schedule", .waits,
        "changes may begin" + opening.untilText + ", and one may take \(length)" + next(following),
        until: following.map { Timestamp($0.start) }, at: nil)
    case .notOpen(.frozen(let freezes, let end, _), let following):
      let names = freezes.map(\.title).joined(separator: ", ")
      tell(
        .constraints, "schedule", .waits, "frozen by \(names) until \(end)" + next(following),
        until: following.map { Timestamp($0.start) }, at: nil)
    case .notOpen(_, let following):
      tell(
        .constraints, "schedule", .waits,
        (schedule.groups.count > 1
          ? "the windows of the policies are not all open now" : "no window is open now")
          + next(following),
        until: following.map { Timestamp($0.start) }, at: nil)
    }
  }

  private mutating func traceUrgency() {
    for policy in constraints.policies {
      guard let urgency = policy.spec.maintenance?.urgent else { continue }
      let least = urgency.severity.value
      let isUrgent = severity.map { $0 >= least } ?? false
      let found = severity.map { "the severity is \($0.rawValue)" } ?? "no severity counts here"
      let freezes = urgency.freezes?.value == true ? " and no freeze" : ""
      tell(
        .constraints, "maintenance.urgent", isUrgent ? .yes : .no,
        isUrgent
          ? "\(found): it needs no window\(freezes) of this policy"
          : "\(found), and from \(least.rawValue) on it would need no window\(freezes)",
        policy: policy.name.value.text, at: urgency.severity.location)
    }
  }

  private mutating func trace(_ window: Window, of policy: String, binds: Bool) {
    let place = window.definition.place.location
    switch Schedule(groups: [[window]]).state(at: now) {
    case .open(let opening):
      tell(
        .constraints, "maintenance.windows", .yes,
        "\(window.title): open now" + opening.untilText, policy: policy,
        until: opening.endInstant.map(Timestamp.init), at: place)
    case .closed(_, let next), .frozen(_, _, let next):
      tell(
        .constraints, "maintenance.windows", binds ? .waits : .no,
        "\(window.title): "
          + (next.map { "opens at \($0.start)" } ?? "does not open within eight years"),
        policy: policy, until: next.map { Timestamp($0.start) }, at: place)
    }
  }

  private mutating func trace(_ freeze: Freeze, of policy: String, binds: Bool) {
    let (verdict, message): (Explanation.Verdict, String) =
      if now >= freeze.end {
        (.no, "is over")
      } else if now < freeze.start {
        (.note, "begins at \(freeze.start)")
      } else {
        (binds ? .waits : .no, "holds until \(freeze.end)")
      }
    tell(
      .constraints, "maintenance.freezes", verdict, "\(freeze.title): \(message)", policy: policy,
      until: verdict == .waits ? Timestamp(freeze.end) : nil,
      at: freeze.definition.place.location)
  }
}

extension Opening {
  fileprivate var untilText: String { endInstant.map { ", until \($0)" } ?? "" }
}

extension Window {
  fileprivate var title: String {
    (definition.name.map { "\($0.text) (" } ?? "") + definition.description
      + (definition.name == nil ? "" : ")")
  }
}

extension Freeze {
  fileprivate var title: String {
    definition.name.map { "\($0.text) (\(definition))" } ?? "\(definition)"
  }
}
