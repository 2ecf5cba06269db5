internal import Glibc
internal import Synchronization

/// Does `count` pieces of work on all processors.
///
/// The caller works too, and gets help only when the work has lasted longer than starting a thread
/// takes: whoever has little to do stays alone. Where no thread can be had, the caller does it all.
///
/// - Parameters:
///   - count: how many pieces there are.
///   - patience: how long the caller works alone.
///   - work: does one piece, by its index; pieces are begun in order.
/// - Returns: what came of them, in their order.
package func inParallel<Outcome: Sendable>(
  _ count: Int, patience: Duration = .milliseconds(2),
  _ work: @escaping @Sendable (Int) -> Outcome
) -> [Outcome] {
  let pile = Pile(count: count, work: work)
  var helpers: [Helper] = []
  let start = ContinuousClock.now
  while pile.doNext() {
    guard helpers.isEmpty, start.duration(to: .now) >= patience else { continue }
    let wanted = min(processorCount() - 1, pile.left)
    guard wanted > 0 else { continue }
    for _ in 0..<wanted {
      guard let helper = Helper({ while pile.doNext() {} }) else { break }
      helpers.append(helper)
    }
  }
  for helper in helpers { helper.wait() }
  return pile.outcomes()
}

/// Pieces of work that several threads take from.
private final class Pile<Outcome: Sendable>: Sendable {
  private let count: Int
  private let work: @Sendable (Int) -> Outcome
  private let next = Atomic<Int>(0)
  private let done: Mutex<[Outcome?]>

  init(count: Int, work: @escaping @Sendable (Int) -> Outcome) {
    self.count = count
    self.work = work
    done = Mutex(Array(repeating: nil, count: count))
  }

  var left: Int { max(0, count - next.load(ordering: .relaxed)) }

  /// Does the next piece; false when there is none.
  func doNext() -> Bool {
    let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
    guard index < count else { return false }
    let outcome = work(index)
    done.withLock { $0[index] = outcome }
    return true
  }

  func outcomes() -> [Outcome] { done.withLock { $0.compactMap(\.self) } }
}
