package import Diagnostics
internal import JSONText
package import Nodes
package import Shapes

extension Diagnostic.Code {
  package static let emptyInterval = Diagnostic.Code(
    "empty-interval", "A window or a freeze would have no length.")
  package static let cronNeverFires = Diagnostic.Code(
    "cron-never-fires", "A cron expression is for days that no calendar has.")
}

/// When changes may be made, as a policy or a calendar writes it: it opens at a time on some days
/// or by a cron expression, and closes after a duration or at a time.
package struct WindowDefinition: Shaped, Sendable {
  package let place: Place
  package let name: ScheduleName?
  /// The days on which it opens; nil is every day.
  package let days: NonEmpty<Located<Weekday>>?
  package let start: Located<TimeOfDay>?
  package let cron: Located<Cron>?
  /// Elapsed time, whatever the clocks do meanwhile.
  package let duration: Located<WindowDuration>?
  /// The next such time on the clocks after `start`.
  package let end: Located<ClosingTime>?
  /// nil is UTC.
  package let timeZone: Located<ZoneName>?

  package static let foreignKeys = [
    "tz": "timeZone", "zone": "timeZone", "schedule": "cron", "from": "start", "begin": "start",
    "opens": "start", "to": "end", "until": "end", "closes": "end", "length": "duration",
    "day": "days", "weekdays": "days",
  ]

  package init<S: Shape>(_ shape: inout S) {
    place = shape.place
    name = shape.optional("name", "what people call it")
    days = shape.optional("days", "the days on which it opens; every day where it is left out")
    start = shape.optional("start", "the local time at which it opens")
    cron = shape.optional("cron", "when it opens, in the five fields of cron")
    duration = shape.optional("duration", "how long it stays open, in elapsed time")
    end = shape.optional("end", "the local time at which it closes")
    timeZone = shape.optional(
      "timeZone", "the time zone of all these times; UTC where it is left out")
    shape.exactlyOne(of: ["start", "cron"])
    shape.exactlyOne(of: ["duration", "end"])
    shape.atMostOne(of: ["days", "cron"])
    shape.atMostOne(of: ["cron", "end"])
    if let cron, cron.value.neverFires, !cron.value.text.isEmpty {
      shape.report(
        Diagnostic(
          .cronNeverFires, "no year has the days of \(cron.value.text.quoted)", at: cron.location,
          advice: "write a day that the month has"))
    }
    guard let start, let end, start.value != .placeholder, start.value == end.value.time else {
      return
    }
    shape.report(
      Diagnostic(
        .emptyInterval, "the window would close at \(end.value.time), just when it opens",
        at: end.location, advice: "for a whole day write duration: 24h"))
  }
}

/// How long a window stays open: more than nothing, and a year at most.
package struct WindowDuration: ShapedValue, Hashable, Sendable {
  /// 0 for the placeholder of a duration that was wrong.
  package let seconds: Int

  private static let longest = 366 * secondsPerDay

  private static let form = TextForm(
    "a length of time such as 30m, 4h or 2d", Duration.form.pattern, examples: ["30m", "4h"]
  ) { text in
    guard let duration = Duration(shortText: text) else { return Duration.advice(on: text) }
    return duration == .zero ? "a window stays open for 1s at least" : "366d are the most"
  }

  package init<S: ValueShape>(value shape: inout S) {
    seconds = shape.text(WindowDuration.form, or: 0) { text in
      Duration(shortText: text).flatMap { duration in
        let seconds = Int(duration.components.seconds)
        return (1...WindowDuration.longest).contains(seconds) ? seconds : nil
      }
    }
  }
}

/// What people call a window or a freeze.
package struct ScheduleName: ShapedValue, Hashable, Sendable {
  /// Empty for the placeholder of a name that was wrong.
  package let text: String

  private static let form = TextForm("a name of at most 128 characters on one line")

  package init<S: ValueShape>(value shape: inout S) {
    text = shape.text(ScheduleName.form, or: "") { text in
      let isLine = text.unicodeScalars.allSatisfy { scalar in
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator: false
        default: true
        }
      }
      return isLine && (1...128).contains(text.unicodeScalars.count) ? text : nil
    }
  }
}

extension WindowDefinition: CustomStringConvertible {
  /// When it is open, in a few words: `Mon, Tue 22:00 for 4h, Europe/Berlin`.
  package var description: String {
    var text =
      if let cron {
        "cron \(cron.value.text)"
      } else {
        (days.map { $0.items.map(\.value.rawValue).joined(separator: ", ") } ?? "daily")
          + (start.map { " \($0.value)" } ?? "")
      }
    if let duration {
      text += " for \(Duration.seconds(duration.value.seconds).shortText)"
    } else if let end {
      text += " to \(end.value.time)"
    }
    return text + ", \(timeZone?.value.text ?? "UTC")"
  }
}
