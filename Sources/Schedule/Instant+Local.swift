internal import Shapes

extension Window {
  /// A moment on the clocks of its zone, and in UTC.
  package func text(of instant: Instant) -> String {
    Schedule.text(of: instant, on: zone, named: definition.timeZone?.value)
  }
}

extension Freeze {
  /// A moment on the clocks of its zone, and in UTC.
  package func text(of instant: Instant) -> String {
    Schedule.text(of: instant, on: zone, named: definition.timeZone?.value)
  }
}

extension Schedule {
  /// `2026-12-01T22:00 Europe/Berlin (2026-12-01T21:00:00Z)`; only once where the zone is UTC.
  fileprivate static func text(of instant: Instant, on zone: Zone, named name: ZoneName?) -> String
  {
    guard let name, name != .utc else { return "\(instant)" }
    let local = instant.secondsSinceEpoch + zone.offset(at: instant)
    let text = RFC3339.text(secondsSinceEpoch: local).dropLast()
    return "\(text.hasSuffix(":00") ? text.dropLast(3) : text) \(name.text) (\(instant))"
  }

  /// The freezes that hold at a moment.
  package func freezes(at instant: Instant) -> [Freeze] {
    freezes.filter { $0.start <= instant && instant < $0.end }
  }
}
