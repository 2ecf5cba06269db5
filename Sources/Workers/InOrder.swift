internal import Glibc
internal import Synchronization

/// Does pieces of work as they come, several at a time, and hands on what comes of them in the
/// order in which they came.
///
/// Each worker takes the next piece for itself, so nothing waits for a piece that is not there yet,
/// and whoever has done the one that is due hands on all that are ready. Memory is bounded: who is
/// far ahead of the piece that is due waits for it.
///
/// - Parameters:
///   - workers: how many pieces are worked on at a time, the caller's own among them; where no
///     thread can be had, fewer.
///   - next: the next piece; nil is the end, and is asked for by each worker. Never called by two at
///     a time.
///   - work: does one piece.
///   - take: receives what came of each, in order, never two at a time; false is the end: what is
///     being worked on is dropped, and nothing more is asked for.
package func inOrder<Piece: Sendable, Outcome: Sendable>(
  workers: Int, next: @escaping @Sendable () -> Piece?,
  work: @escaping @Sendable (Piece) -> Outcome, take: @escaping @Sendable (Outcome) -> Bool
) {
  let line = Line(next: next, work: work, take: take)
  var helpers: [Helper] = []
  for _ in 1..<max(1, workers) {
    guard let helper = Helper({ line.run() }) else { break }
    helpers.append(helper)
  }
  line.run()
  for helper in helpers { helper.wait() }
}

private final class Line<Piece: Sendable, Outcome: Sendable>: Sendable {
  private let next: @Sendable () -> Piece?
  private let work: @Sendable (Piece) -> Outcome
  private let take: @Sendable (Outcome) -> Bool
  /// The number of the next piece; nil after the last one.
  private let number = Mutex<Int?>(0)
  private let out = Mutex(Out())
  private let isOver = Atomic<Bool>(false)

  /// What is done and waits for its turn.
  private struct Out {
    var due = 0
    var waiting: [Int: Outcome] = [:]
  }

  /// How many pieces may be done before the one that is due.
  private static var lead: Int { 64 }

  init(
    next: @escaping @Sendable () -> Piece?, work: @escaping @Sendable (Piece) -> Outcome,
    take: @escaping @Sendable (Outcome) -> Bool
  ) {
    self.next = next
    self.work = work
    self.take = take
  }

  func run() {
    while !isOver.load(ordering: .relaxed), let (index, piece) = nextPiece() {
      handOn(work(piece), index)
      while out.withLock({ $0.waiting.count > Line.lead }), !isOver.load(ordering: .relaxed) {
        // Rare: one piece takes longer than dozens of others.
        usleep(500)
      }
    }
  }

  private func nextPiece() -> (Int, Piece)? {
    number.withLock { number in
      guard let index = number, !isOver.load(ordering: .relaxed) else { return nil }
      guard let piece = next() else {
        number = nil
        return nil
      }
      number = index &+ 1
      return (index, piece)
    }
  }

  private func handOn(_ outcome: Outcome, _ index: Int) {
    out.withLock { out in
      out.waiting[index] = outcome
      while let ready = out.waiting.removeValue(forKey: out.due) {
        out.due &+= 1
        if isOver.load(ordering: .relaxed) { return }
        if !take(ready) {
          isOver.store(true, ordering: .relaxed)
          return
        }
      }
    }
  }
}
