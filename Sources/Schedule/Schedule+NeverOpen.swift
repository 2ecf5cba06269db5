package import Diagnostics
internal import Nodes

extension Diagnostic.Code {
  /// Windows and freezes that together leave no time for any change.
  package static let neverOpen = Diagnostic.Code("never-open")
}

extension Schedule {
  /// A warning if no change can be made within eight years of a moment: the windows of policies
  /// that do not meet, or freezes over all of them.
  package func neverOpen(from instant: Instant) -> Diagnostic? {
    var times = OpenTimes(self, from: instant.secondsSinceEpoch)
    guard times.next() == nil else { return nil }
    let windows = groups.joined().map(\.definition)
    var unfrozen = OpenTimes(withoutFreezes, from: instant.secondsSinceEpoch)
    let isFrozen = unfrozen.next() != nil
    var notes = windows.dropFirst().map {
      Diagnostic.Note("and this window", at: $0.place.location)
    }
    if isFrozen {
      notes += freezes.map { Diagnostic.Note("this freeze", at: $0.definition.place.location) }
    }
    return Diagnostic(
      .neverOpen,
      isFrozen
        ? "freezes cover all times at which windows are open"
        : groups.count > 1
          ? "the windows of \(groups.count) policies are never open at the same time"
          : "these windows never open",
      at: windows.first?.place.location,
      advice: isFrozen
        ? "let the freezes end, or open the windows at other times"
        : "give the policies of a host windows that overlap: each change needs all of them",
      severity: .warning, notes: Array(notes))
  }
}
