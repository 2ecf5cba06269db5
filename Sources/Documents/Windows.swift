package import Shapes

/// When policies let changes be made, from a moment on.
package struct Windows: Hashable, Sendable {
  package static let kind = "Windows"

  /// The moment from which on.
  package var at: Timestamp
  /// The host whose policies are taken together; absent where each policy is for itself.
  package var hostname: String?
  package var schedules: [PatchingSchedule]

  package init(at: Timestamp, hostname: String?, schedules: [PatchingSchedule]) {
    self.at = at
    self.hostname = hostname
    self.schedules = schedules
  }
}

/// Windows and freezes that hold together: a change needs a window of each policy that has any, and
/// no freeze.
package struct PatchingSchedule: Hashable, Sendable {
  package enum State: String, CaseIterable, Sendable {
    case open, closed, frozen
  }

  /// The policies that say so, by name.
  package var policies: [String]
  /// On a host, the patches that are bound by it; empty where no patch is, and the policies bind
  /// only what is taken off. Absent without a host.
  package var patches: [String]?
  /// Patches that need no window, policy by policy; on a host they have a schedule of their own.
  package var urgent: [Urgency]
  /// The place whose clocks `week` shows.
  package var timeZone: String
  package var state: State
  /// When that state ends; absent where it does not within eight years.
  package var until: Timestamp?
  package var windows: [MaintenanceWindow]
  /// The next ones. One that has begun starts at `at`.
  package var openings: [Opening]
  /// Those that hold and the next ones, by their starts.
  package var freezes: [FreezePeriod]
  package var week: Week

  package init(
    policies: [String], patches: [String]?, urgent: [Urgency], timeZone: String, state: State,
    until: Timestamp?, windows: [MaintenanceWindow], openings: [Opening], freezes: [FreezePeriod],
    week: Week
  ) {
    self.policies = policies
    self.patches = patches
    self.urgent = urgent
    self.timeZone = timeZone
    self.state = state
    self.until = until
    self.windows = windows
    self.openings = openings
    self.freezes = freezes
    self.week = week
  }

  /// Which patches of a policy do not wait for its windows.
  package struct Urgency: Hashable, Sendable {
    package var policy: String
    /// `critical`: patches that are at least this severe.
    package var severity: String
    /// Whether freezes do not hold them either.
    package var freezes: Bool

    package init(policy: String, severity: String, freezes: Bool) {
      self.policy = policy
      self.severity = severity
      self.freezes = freezes
    }
  }

  /// A window or a freeze by its name, or where it has none by what it says.
  package struct Name: Hashable, Sendable {
    package var policy: String
    package var name: String

    package init(policy: String, name: String) {
      self.policy = policy
      self.name = name
    }
  }

  package struct MaintenanceWindow: Hashable, Sendable {
    package var name: Name
    /// When it is open, in words.
    package var about: String
    /// `path:line:column`.
    package var source: String

    package init(name: Name, about: String, source: String) {
      self.name = name
      self.about = about
      self.source = source
    }
  }

  /// A time in which changes may begin: half open.
  package struct Opening: Hashable, Sendable {
    package enum End: String, CaseIterable, Sendable {
      case window, freeze
    }

    package var start: ZonedTime
    /// Absent where it does not end within eight years.
    package var end: ZonedTime?
    /// The place on whose clocks these are.
    package var timeZone: String
    /// What ends it.
    package var endsBy: End?
    /// The windows that are open for some of it; none where no window is needed.
    package var windows: [Name]

    package init(
      start: ZonedTime, end: ZonedTime?, timeZone: String, endsBy: End?, windows: [Name]
    ) {
      self.start = start
      self.end = end
      self.timeZone = timeZone
      self.endsBy = endsBy
      self.windows = windows
    }
  }

  package struct FreezePeriod: Hashable, Sendable {
    package var start: ZonedTime
    package var end: ZonedTime
    package var timeZone: String
    /// All policies whose freeze it is, with the name.
    package var names: [Name]
    package var source: String

    package init(
      start: ZonedTime, end: ZonedTime, timeZone: String, names: [Name], source: String
    ) {
      self.start = start
      self.end = end
      self.timeZone = timeZone
      self.names = names
      self.source = source
    }
  }

  /// Seven days from the one of `at` on, as the clocks of `timeZone` show them.
  package struct Week: Hashable, Sendable {
    package var days: [Day]
    /// When windows are open, freezes aside.
    package var windows: [Span]
    package var frozen: [Span]
    /// When changes may begin.
    package var open: [Span]

    package init(days: [Day], windows: [Span], frozen: [Span], open: [Span]) {
      self.days = days
      self.windows = windows
      self.frozen = frozen
      self.open = open
    }
  }

  package struct Day: Hashable, Sendable {
    package var date: CalendarDate
    /// One stretch, more on a day on which the clocks change, none on a day that a place skips.
    package var stretches: [Stretch]

    package init(date: CalendarDate, stretches: [Stretch]) {
      self.date = date
      self.stretches = stretches
    }
  }

  /// A part of a day with one offset from UTC: half open.
  package struct Stretch: Hashable, Sendable {
    package var start: ZonedTime
    package var end: Timestamp

    package init(start: ZonedTime, end: Timestamp) {
      self.start = start
      self.end = end
    }
  }

  /// Half open.
  package struct Span: Hashable, Sendable {
    package var start: Timestamp
    package var end: Timestamp

    package init(start: Timestamp, end: Timestamp) {
      self.start = start
      self.end = end
    }
  }
}
