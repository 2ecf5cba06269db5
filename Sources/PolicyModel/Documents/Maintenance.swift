package import Nodes
package import Schedule
package import Shapes

/// When the kernel may be changed.
package final class Maintenance: Shaped, Sendable {
  package let windows: [WindowDefinition]?
  package let freezes: [FreezeDefinition]?
  /// MaintenanceCalendars, by name.
  package let calendars: [Located<DocumentName>]?
  package let urgent: Urgency?
  package let atBoot: Located<BootRule>?

  package init<S: Shape>(_ shape: inout S) {
    windows = shape.optional(
      "windows", "changes begin in these only; at any time if neither they nor a calendar has any")
    freezes = shape.optional("freezes", "no change begins in these, whatever the windows say")
    calendars = shape.optional(
      "calendars", "MaintenanceCalendars whose windows and freezes hold too")
    urgent = shape.optional("urgent", "patches that need no window")
    atBoot = shape.optional(
      "atBoot", "what is loaded at boot; restore, what was verified last, if no policy says")
  }

  /// Which patches do not wait for a window.
  package struct Urgency: Shaped, Sendable {
    package let severity: Located<Severity>
    package let freezes: Located<Bool>?

    package init<S: Shape>(_ shape: inout S) {
      severity = shape.required("severity", "patches that are at least this severe need no window")
      freezes = shape.optional("freezes", "true: freezes do not hold them either")
    }
  }
}

/// Windows and freezes that several policies share.
package final class MaintenanceCalendar: DocumentType, Sendable {
  package static let kind = "MaintenanceCalendar"
  package static let about = "Maintenance windows and freezes that several policies share."

  package let metadata: Metadata
  package let spec: Spec
  package let place: Place

  package init<S: Shape>(_ shape: inout S) {
    place = shape.place
    metadata = shape.required("metadata", "the calendar's name, by which policies refer to it")
    spec = shape.required("spec", "what is in it")
  }

  package struct Spec: Shaped, Sendable {
    package let windows: [WindowDefinition]
    package let freezes: [FreezeDefinition]

    package init<S: Shape>(_ shape: inout S) {
      windows = shape.optional("windows", "changes begin in these only") ?? []
      freezes = shape.optional("freezes", "no change begins in these") ?? []
    }
  }
}
