/// The holds in force on a host, as `hold` and `resume` leave them.
package struct Holds: Hashable, Sendable {
  package static let kind = "Holds"

  package var at: Timestamp
  /// Whether the command changed anything.
  package var changed: Bool
  /// For a person: what the command did.
  package var message: String
  /// That on everything first, then by the patches' names.
  package var holds: [Hold]

  package init(at: Timestamp, changed: Bool, message: String, holds: [Hold]) {
    self.at = at
    self.changed = changed
    self.message = message
    self.holds = holds
  }
}
