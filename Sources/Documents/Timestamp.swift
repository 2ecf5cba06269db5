/// A moment in whole seconds since 1970-01-01T00:00:00Z; RFC 3339 in UTC when written.
package struct Timestamp: Hashable, Comparable, Sendable {
  package var secondsSinceEpoch: Int

  package init(secondsSinceEpoch: Int) {
    self.secondsSinceEpoch = secondsSinceEpoch
  }

  /// The last that RFC 3339 can write.
  package static let latest = Timestamp(secondsSinceEpoch: 253_402_300_799)

  /// Nil for what lies beyond the years that documents can write: nobody waits for it.
  package var withinReach: Timestamp? { self <= Timestamp.latest ? self : nil }

  package static func < (lhs: Timestamp, rhs: Timestamp) -> Bool {
    lhs.secondsSinceEpoch < rhs.secondsSinceEpoch
  }

  /// So much later; fractions of a second are dropped.
  package func advanced(by duration: Duration) -> Timestamp {
    Timestamp(secondsSinceEpoch: secondsSinceEpoch + Int(duration.components.seconds))
  }
}
