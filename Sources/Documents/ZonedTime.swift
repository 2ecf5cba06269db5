package import JSONText
package import Shapes

/// A moment as the clocks of a place show it.
package struct ZonedTime: Hashable, Sendable {
  package var at: Timestamp
  /// The seconds that the place is ahead of UTC; whole minutes are written.
  package var offset: Int

  package init(_ at: Timestamp, offset: Int) {
    self.at = at
    self.offset = offset
  }

  /// On the clocks of the place, counted as if it were at UTC.
  private var local: Int { at.secondsSinceEpoch + offset }
  /// Days since 1970-01-01.
  private var dayNumber: Int { (local - secondOfDay) / 86_400 }

  /// Seconds since midnight, on the clocks.
  package var secondOfDay: Int { (local % 86_400 + 86_400) % 86_400 }

  package var date: CalendarDate { RFC3339.date(local) }

  /// `Tue`.
  package var weekday: String {
    let names = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
    return names[(dayNumber % 7 + 7) % 7]
  }

  /// `22:00`, with seconds where there are some.
  package var clock: String {
    let time = RFC3339.text(secondsSinceEpoch: local).dropFirst(11).dropLast()
    return String(time.hasSuffix(":00") ? time.dropLast(3) : time)
  }
}

extension ZonedTime: CustomStringConvertible {
  /// RFC 3339 with the offset: `2026-11-24T22:00:00+01:00`.
  package var description: String {
    let minutes = abs(offset) / 60
    let rounded = (offset < 0 ? -1 : 1) * minutes * 60
    let text = RFC3339.text(secondsSinceEpoch: at.secondsSinceEpoch + rounded).dropLast()
    let parts = [minutes / 60, minutes % 60].map { $0 < 10 ? "0\($0)" : "\($0)" }
    return "\(text)\(offset < 0 ? "-" : "+")\(parts.joined(separator: ":"))"
  }
}

extension ZonedTime: JSONValue {
  package func write(to writer: inout JSONWriter) { writer.string(description) }
}

extension ZonedTime: ShapedValue {
  package init<S: ValueShape>(value shape: inout S) {
    let epoch = ZonedTime(Timestamp(secondsSinceEpoch: 0), offset: 0)
    self = shape.text(RFC3339.form, or: epoch) { text in
      guard let seconds = RFC3339.secondsSinceEpoch(text),
        let local = RFC3339.secondsSinceEpoch(text.prefix(19) + "Z")
      else { return nil }
      return ZonedTime(Timestamp(secondsSinceEpoch: seconds), offset: local - seconds)
    }
  }
}
