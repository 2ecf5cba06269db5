package import Documents

/// Something that keeps a module from being loaded, or a module from being changed, on a host.
package struct Obstacle: Hashable, Sendable {
  package var reason: Reason
  /// What stands in the way and what to do, for a person.
  package var message: String

  package init(_ reason: Reason, _ message: String) {
    self.reason = reason
    self.message = message
  }
}

/// The outcome of a check that rests on facts of the host.
package struct Findings: Hashable, Sendable {
  package var obstacles: [Obstacle] = []
  /// Facts that the check needed and the host did not show, by name.
  package var unknown: [String] = []

  package init() {}

  /// The value of a fact; notes the fact as unknown where there is none.
  mutating func need<Value>(_ fact: Fact<Value>, _ name: String) -> Value? {
    if fact.value == nil { unknown.append(name) }
    return fact.value
  }

  /// Adds what another check found.
  package mutating func add(_ other: Findings) {
    obstacles += other.obstacles
    unknown += other.unknown
  }
}
