internal import Fleet
internal import Synchronization

/// How far a run over a fleet is: one line of a terminal, written over.
final class FleetProgress: Sendable {
  private let state = Mutex(State())

  private struct State {
    let start = ContinuousClock.now
    var last = ContinuousClock.now
    var isShown = false
  }

  func show(_ counts: FleetCounts) {
    state.withLock { state in
      let now = ContinuousClock.now
      guard state.last.duration(to: now) >= .milliseconds(200) else { return }
      state.last = now
      state.isShown = true
      let elapsed = state.start.duration(to: now) / .seconds(1)
      let rate = elapsed > 0 ? Int(Double(counts.planned) / elapsed) : 0
      let refused = counts.refused == 0 ? "" : ", \(counts.refused) lines passed over"
      writeError("\r\u{1B}[K\(counts.planned) hosts, \(rate) a second\(refused)")
    }
  }

  func clear() {
    state.withLock { state in
      if state.isShown { writeError("\r\u{1B}[K") }
      state.isShown = false
    }
  }
}
