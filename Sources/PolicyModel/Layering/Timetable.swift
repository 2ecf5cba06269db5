internal import Documents
internal import Diagnostics
package import Schedule
internal import Shapes

/// A policy's windows and freezes, those of its calendars among them, in their time zones.
package struct Timetable: Sendable {
  package var windows: [Window] = []
  package var freezes: [Freeze] = []
}

/// The timetables of policies, each zone read once and only when one names it.
struct Timetables {
  /// By the policy's name; a policy without windows and freezes has none.
  private(set) var byPolicy: [String: Timetable] = [:]
  /// Zones that are not there.
  let diagnostics: [Diagnostic]

  init(_ documents: PolicyDocuments, zones database: ZoneDatabase) {
    var zones = Zones(database)
    var calendars: [String: Timetable] = [:]
    for calendar in documents.calendars {
      calendars[calendar.metadata.name.value.text] = Timetable(
        windows: calendar.spec.windows.compactMap { zones.window($0) },
        freezes: calendar.spec.freezes.compactMap { zones.freeze($0) })
    }
    for policy in documents.policies {
      guard let maintenance = policy.spec.maintenance else { continue }
      var timetable = Timetable(
        windows: maintenance.windows?.compactMap { zones.window($0) } ?? [],
        freezes: maintenance.freezes?.compactMap { zones.freeze($0) } ?? [])
      for name in maintenance.calendars ?? [] {
        guard let calendar = calendars[name.value.text] else { continue }
        timetable.windows += calendar.windows
        timetable.freezes += calendar.freezes
      }
      if timetable.windows.isEmpty, timetable.freezes.isEmpty { continue }
      byPolicy[policy.name.value.text] = timetable
    }
    diagnostics = zones.diagnostics
  }

  /// Warnings of policies that let no change be made within years.
  func neverOpen(from now: Timestamp) -> [Diagnostic] {
    byPolicy.sorted { $0.key < $1.key }.compactMap { _, timetable in
      Schedule(groups: [timetable.windows], freezes: timetable.freezes)
        .neverOpen(from: now.instant)
    }
  }
}

extension Constraints {
  /// When a change may begin that concerns a patch of some severity.
  ///
  /// - Parameter severity: of what the patch fixes; nil where it is not known or something is taken
  ///   off, which nothing makes urgent.
  /// - Returns: the windows and freezes that hold for it.
  package func schedule(severity: Severity?) -> Schedule {
    var groups: [[Window]] = []
    var freezes: [Freeze] = []
    for policy in policies {
      guard let timetable = timetable(of: policy, severity: severity) else { continue }
      groups.append(timetable.windows)
      freezes += timetable.freezes
    }
    return Schedule(groups: groups, freezes: freezes)
  }

  /// What is left of a policy's windows and freezes for a patch of some severity: what is urgent
  /// needs no window, and perhaps is held by no freeze.
  ///
  /// - Returns: nil for a policy that never had any.
  func timetable(of policy: Policy, severity: Severity?) -> Timetable? {
    guard var timetable = timetables[policy.name.value.text] else { return nil }
    guard let urgency = policy.spec.maintenance?.urgent, let severity,
      severity >= urgency.severity.value
    else { return timetable }
    timetable.windows = []
    if urgency.freezes?.value == true { timetable.freezes = [] }
    return timetable
  }

  /// How long a change of a patch may take at worst: its deadline, that of turning it around, and
  /// the time limits of the hooks.
  package var longestChange: Duration {
    hooks.reduce(deadline + deadline) { $0 + $1.command.value.timeLimit }
  }
}

extension Safety.Command {
  /// How long it may run.
  package var timeLimit: Duration { timeout?.value ?? .seconds(30) }
}
