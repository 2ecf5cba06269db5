internal import Diagnostics
package import Documents
internal import Nodes
package import PolicyModel
internal import Schedule
internal import Shapes

/// What is asked about windows.
package struct WindowsQuestion: Sendable {
  /// The moment from which on.
  package var at: Timestamp
  /// How many openings, and how many freezes.
  package var count: Int
  /// Whether all times are shown in UTC, whatever the zones of the windows.
  package var inUTC: Bool

  package init(at: Timestamp, count: Int, inUTC: Bool) {
    self.at = at
    self.count = count
    self.inUTC = inUTC
  }
}

extension Windows {
  /// When policies let changes be made, each for itself; those that say the same are taken together.
  package init(_ set: PolicySet, _ question: WindowsQuestion) {
    var schedules: [Bound] = []
    for policy in set.policies.sorted(by: { $0.name.value.text < $1.name.value.text }) {
      let name = policy.name.value.text
      let timetable = set.timetables[name]
      let windows = timetable?.windows ?? []
      let urgency = policy.spec.maintenance?.urgent
      schedules.add(
        Bound(
          policies: [name],
          urgency: windows.isEmpty ? nil : urgency.map { "\($0.severity.value)" },
          passesFreezes: urgency?.freezes?.value ?? false,
          schedule: Schedule(groups: [windows], freezes: timetable?.freezes ?? [])))
    }
    self.init(
      at: question.at, hostname: nil,
      schedules: schedules.map { $0.shown(set, question) })
  }

  /// When the policies that select a host let it be changed: patches that are bound alike are taken
  /// together.
  ///
  /// - Parameters:
  ///   - desired: what the policies want of the host.
  ///   - set: those policies.
  ///   - hostname: the host's.
  ///   - question: what is asked.
  package init(
    _ desired: DesiredSet, of set: PolicySet, hostname: String, _ question: WindowsQuestion
  ) {
    var schedules: [Bound] = []
    for patch in desired.patches {
      // What is taken off is not urgent.
      let severity: Severity?
      switch patch.wanted {
      case .applied: severity = patch.severity
      case .absent: severity = nil
      case .fixedByKernel: continue
      }
      schedules.add(
        Bound(
          policies: patch.constraints.policies.map(\.name.value.text), patches: [patch.name],
          schedule: patch.constraints.schedule(severity: severity)))
    }
    if schedules.isEmpty, !desired.policies.isEmpty {
      schedules.add(
        Bound(
          policies: desired.policies.map(\.name), patches: [],
          schedule: desired.constraintsOfHost.schedule(severity: nil)))
    }
    self.init(
      at: question.at, hostname: hostname, schedules: schedules.map { $0.shown(set, question) })
  }
}

/// A schedule, and what is bound by it.
private struct Bound {
  var policies: [String]
  /// nil without a host.
  var patches: [String]?
  /// From which severity on a patch needs no window.
  var urgency: String?
  var passesFreezes = false
  var schedule: Schedule

  /// What two that may be shown as one have in common.
  var key: [String] {
    schedule.groups.map { group in
      "windows " + group.map(\.location.description).joined(separator: " ")
    } + schedule.freezes.map { "freeze \($0.location)" }
      + [urgency ?? "", "\(passesFreezes)"] + (patches == nil ? [] : policies)
  }
}

extension [Bound] {
  /// Adds one to the end, or to one that says the same.
  fileprivate mutating func add(_ bound: Bound) {
    let key = bound.key
    guard let index = firstIndex(where: { $0.key == key }) else { return append(bound) }
    for policy in bound.policies where !self[index].policies.contains(policy) {
      self[index].policies.append(policy)
    }
    self[index].patches? += bound.patches ?? []
  }
}

extension Window {
  fileprivate var location: Location { definition.place.bareLocation }
  fileprivate var zoneName: String { definition.timeZone?.value.text ?? "UTC" }
}

extension Freeze {
  fileprivate var location: Location { definition.place.bareLocation }
  fileprivate var zoneName: String { definition.timeZone?.value.text ?? "UTC" }
}

/// A zone and its name.
private struct NamedZone {
  var name: String
  var zone: Zone

  static let utc = NamedZone(name: "UTC", zone: .utc)

  func local(_ instant: Instant) -> ZonedTime {
    ZonedTime(Timestamp(instant), offset: zone.offset(at: instant))
  }
}

extension Bound {
  fileprivate func shown(_ set: PolicySet, _ question: WindowsQuestion) -> PatchingSchedule {
    let naming = Naming(policies, set)
    let at = question.at.instant
    func zone(_ window: Window?, or freeze: Freeze? = nil) -> NamedZone {
      if question.inUTC { return .utc }
      return window.map { NamedZone(name: $0.zoneName, zone: $0.zone) }
        ?? freeze.map { NamedZone(name: $0.zoneName, zone: $0.zone) } ?? .utc
    }
    let all = schedule.groups.joined()
    let main = zone(all.first, or: schedule.freezes.first)
    let (state, until) = stateNow(at)
    return PatchingSchedule(
      policies: policies, patches: patches,
      urgent: urgency.map { severity in
        policies.map {
          PatchingSchedule.Urgency(policy: $0, severity: severity, freezes: passesFreezes)
        }
      } ?? [],
      timeZone: main.name, state: state, until: until.map(Timestamp.init),
      windows: naming.windows(all),
      openings: schedule.openings(from: at, count: question.count).map { opening in
        let zone = zone(opening.windows.first ?? all.first, or: schedule.freezes.first)
        return PatchingSchedule.Opening(
          start: zone.local(opening.start), end: opening.endInstant.map(zone.local),
          timeZone: zone.name, endsBy: PatchingSchedule.Opening.End(opening.end),
          windows: naming.windows(opening.windows).map(\.name))
      },
      freezes: schedule.freezes.filter { at < $0.end }.prefix(question.count).map { freeze in
        let zone = zone(nil, or: freeze)
        return PatchingSchedule.FreezePeriod(
          start: zone.local(freeze.start), end: zone.local(freeze.end), timeZone: zone.name,
          names: naming.names(freeze), source: freeze.location.description)
      }, week: week(from: at, main))
  }

  private func stateNow(_ at: Instant) -> (PatchingSchedule.State, until: Instant?) {
    switch schedule.state(at: at) {
    case .open(let opening): (.open, opening.endInstant)
    case .closed(_, let next): (.closed, next?.start)
    case .frozen(_, let until, _): (.frozen, until)
    }
  }

  private func week(from at: Instant, _ zone: NamedZone) -> PatchingSchedule.Week {
    let days = zone.zone.days(from: at, count: 7)
    let start = days.first?.stretches.first?.start ?? at
    let end = days.last { !$0.stretches.isEmpty }?.stretches.last?.end ?? at
    func span(_ from: Instant, _ to: Instant?) -> PatchingSchedule.Span {
      PatchingSchedule.Span(
        start: Timestamp(max(from, start)), end: Timestamp(min(to ?? end, end)))
    }
    func openings(_ schedule: Schedule) -> [PatchingSchedule.Span] {
      schedule.openings(from: start, until: end, limit: Bound.mostSpans)
        .map { span($0.start, $0.endInstant) }
    }
    return PatchingSchedule.Week(
      days: days.map { day in
        PatchingSchedule.Day(
          date: day.date,
          stretches: day.stretches.map {
            PatchingSchedule.Stretch(
              start: ZonedTime(Timestamp($0.start), offset: $0.offset), end: Timestamp($0.end))
          })
      },
      windows: schedule.groups.isEmpty ? [] : openings(schedule.withoutFreezes),
      frozen: schedule.freezes(from: start, until: end).map { span($0.start, $0.end) },
      open: openings(schedule))
  }

  /// A window each second minute makes 5,040 in a week.
  private static let mostSpans = 10_000
}

extension PatchingSchedule.Opening.End {
  fileprivate init?(_ end: Opening.End) {
    switch end {
    case .windows: self = .window
    case .freezes: self = .freeze
    case .unknown: return nil
    }
  }
}

/// Which policies have which windows and freezes, themselves or by a calendar.
private struct Naming {
  private var owners: [Location: [String]] = [:]

  init(_ policies: [String], _ set: PolicySet) {
    for policy in policies {
      guard let timetable = set.timetables[policy] else { continue }
      let places = timetable.windows.map(\.location) + timetable.freezes.map(\.location)
      for place in places where owners[place]?.contains(policy) != true {
        owners[place, default: []].append(policy)
      }
    }
  }

  /// Each window once for each policy that has it.
  func windows(_ windows: some Sequence<Window>) -> [PatchingSchedule.MaintenanceWindow] {
    var seen: Set<Location> = []
    return windows.filter { seen.insert($0.location).inserted }.flatMap { window in
      (owners[window.location] ?? []).map { policy in
        PatchingSchedule.MaintenanceWindow(
          name: PatchingSchedule.Name(
            policy: policy, name: window.definition.name?.text ?? window.definition.description),
          about: window.definition.description, source: window.location.description)
      }
    }
  }

  func names(_ freeze: Freeze) -> [PatchingSchedule.Name] {
    let name = freeze.definition.name?.text ?? freeze.definition.description
    return (owners[freeze.location] ?? []).map {
      PatchingSchedule.Name(policy: $0, name: name)
    }
  }
}
