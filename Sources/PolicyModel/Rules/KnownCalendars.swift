package import Diagnostics
internal import Shapes

extension Diagnostic.Code {
  package static let unknownCalendar = Diagnostic.Code(
    "unknown-calendar", "A calendar that no MaintenanceCalendar document is.")
}

/// A calendar that a policy refers to is there: without it, a change might be made in a freeze.
struct KnownCalendars: Rule {
  func check(_ context: RuleContext, _ findings: inout [Diagnostic]) {
    let known = context.documents.calendars.map(\.metadata.name.value.text).sorted()
    let names = Set(known)
    for calendar in context.policies.flatMap({ $0.spec.maintenance?.calendars ?? [] })
    where !calendar.value.text.isEmpty && !names.contains(calendar.value.text) {
      let similar =
        findings.count < 1000
        ? nearest(to: calendar.value.text, among: known).map {
          "did you mean \($0.quoted)? otherwise "
        } : nil
      findings.append(
        Diagnostic(
          .unknownCalendar,
          "no MaintenanceCalendar here is called \(calendar.value.text.quoted)",
          at: calendar.location,
          advice: (similar ?? "") + "give the calendar along with the policy"))
    }
  }
}
