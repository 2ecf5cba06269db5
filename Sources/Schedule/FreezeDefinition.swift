internal import Diagnostics
package import Nodes
package import Shapes

/// When nothing may be changed, as a policy or a calendar writes it.
package struct FreezeDefinition: Shaped, Sendable {
  package let place: Place
  package let name: ScheduleName?
  package let from: Located<LocalTime>
  /// It ends here: this moment is not frozen any more.
  package let to: Located<LocalTime>
  /// nil is UTC.
  package let timeZone: Located<ZoneName>?
  /// Whether `--override-window` passes it.
  package let allowOverride: Bool

  package static let foreignKeys = [
    "tz": "timeZone", "zone": "timeZone", "start": "from", "begin": "from", "end": "to",
    "until": "to", "duration": "write `to`, the local time at which it ends",
    "days": "write `from` and `to`: a freeze is once; a window is what comes every week",
  ]

  package init<S: Shape>(_ shape: inout S) {
    place = shape.place
    name = shape.optional("name", "what people call it")
    from = shape.required("from", "the local time at which it begins")
    to = shape.required("to", "the local time at which it ends")
    timeZone = shape.optional(
      "timeZone", "the time zone of these times; UTC where it is left out")
    allowOverride = shape.default(
      "allowOverride", false, "whether --override-window passes it")
    guard let begin = from.value.seconds, let end = to.value.seconds, end <= begin else { return }
    shape.report(
      Diagnostic(
        .emptyInterval, "the freeze would end at \(to.value), and it begins at \(from.value)",
        at: to.location, advice: "give `to` a later time than `from`"))
  }
}

extension FreezeDefinition: CustomStringConvertible {
  /// `2026-12-20T00:00 to 2027-01-04T00:00, Europe/Berlin`.
  package var description: String {
    "\(from.value) to \(to.value), \(timeZone?.value.text ?? "UTC")"
  }
}
