package import Diagnostics
internal import Nodes

extension Diagnostic.Code {
  package static let neverOpen = Diagnostic.Code(
    "never-open", "Windows and freezes together leave no time for any change.")
}

extension Schedule {
  /// A warning if no change can be made within eight years of a moment: the windows of policies
  /// do not meet, or freezes hold whenever they do.
  package func neverOpen(from instant: Instant) -> Diagnostic? {
    if opensInTime(from: instant) { return nil }
    let isFrozen = withoutFreezes.opensInTime(from: instant)
    var places = groups.joined().map { ("this window", $0.definition.place) }
    if isFrozen { places += freezes.map { ("this freeze", $0.definition.place) } }
    let message =
      if !isFrozen {
        groups.count > 1
          ? "the windows of \(groups.count) policies are never open at the same time"
          : "these windows never open"
      } else {
        groups.isEmpty
          ? "freezes hold for the next eight years"
          : "freezes hold whenever windows are open, for the next eight years"
      }
    return Diagnostic(
      .neverOpen, message, at: places.first?.1.location,
      advice: isFrozen
        ? "let the freezes end earlier, or the windows open at other times"
        : "give the policies of a host windows that overlap: a change needs one of each policy",
      severity: .warning,
      notes: places.dropFirst().map { Diagnostic.Note($0.0, at: $0.1.location) })
  }

  private func opensInTime(from instant: Instant) -> Bool {
    var times = OpenTimes(self, from: instant.secondsSinceEpoch)
    let limit = OpenTimes.limit(from: instant.secondsSinceEpoch)
    return times.next().map { $0.start < limit } ?? false
  }

  /// How long the longest opening is, where none of those to come is of so many seconds.
  ///
  /// - Returns: nil where one is, and where there are too many to look at all of them.
  package func longestOpening(from instant: Instant, ofAtLeast seconds: Int) -> Int? {
    var times = OpenTimes(self, from: instant.secondsSinceEpoch)
    let limit = OpenTimes.limit(from: instant.secondsSinceEpoch)
    var longest = 0
    for _ in 0..<10_000 {
      guard let piece = times.next(), piece.start < limit else { return longest }
      guard let end = piece.end, end - piece.start < seconds else { return nil }
      longest = max(longest, end - piece.start)
    }
    return nil
  }
}
