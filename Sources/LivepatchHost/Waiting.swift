/// How waiting for the kernel ended.
package enum WaitEnd: Hashable, Sendable {
  /// What was waited for is so.
  case finished
  /// The patch, or the module, is no longer there.
  case gone
  case timedOut
  /// `shouldStop` said so.
  case stopped
  case failed(ReadFailure)
}

extension LivepatchHost {
  /// Waits until the patch is no longer in transition, in whatever direction. The kernel tells
  /// nobody when a transition ends, so this looks again and again.
  ///
  /// - Parameters:
  ///   - module: the patch.
  ///   - deadline: when to give up.
  ///   - shouldStop: asked between any two looks, at least 20 times a second.
  /// - Returns: `gone` when the kernel took the patch off its list, which is how disabling ends.
  package func awaitTransition(
    of module: String, until deadline: ContinuousClock.Instant, shouldStop: () -> Bool
  ) -> WaitEnd {
    wait(until: deadline, shouldStop) {
      switch root.flag(PatchReading.patchDirectory(module) + "/transition") {
      case .value(true): nil
      case .value(false): .finished
      case .absent: .gone
      case .failed(let failure): .failed(failure)
      }
    }
  }

  /// Waits until the kernel has let go of a module whose patch was disabled or replaced, so that
  /// it can be unloaded: no directory in `/sys/kernel/livepatch`, and no reference.
  ///
  /// - Parameters:
  ///   - module: the module.
  ///   - deadline: when to give up.
  ///   - shouldStop: asked between any two looks.
  /// - Returns: `gone` when there is no such module in memory.
  package func awaitGone(
    module: String, until deadline: ContinuousClock.Instant, shouldStop: () -> Bool
  ) -> WaitEnd {
    let directory = PatchReading.moduleDirectory(module)
    return wait(until: deadline, shouldStop) {
      switch root.exists(PatchReading.patchDirectory(module)) {
      case .value: return nil
      case .failed(let failure): return .failed(failure)
      case .absent: break
      }
      switch root.value(directory + "/refcnt", expecting: "a number", { Int($0) }) {
      case .value(let count): return count > 0 ? nil : .finished
      case .failed(let failure): return .failed(failure)
      case .absent: break
      }
      switch root.exists(directory) {
      case .absent: return .gone
      case .failed(let failure): return .failed(failure)
      case .value:
        return .failed(
          .malformed(path: "/\(directory)/refcnt", message: "missing, though the module is there"))
      }
    }
  }

  /// Looks until `look` has an answer, with pauses from 1 ms to 50 ms.
  private func wait(
    until deadline: ContinuousClock.Instant, _ shouldStop: () -> Bool, _ look: () -> WaitEnd?
  ) -> WaitEnd {
    var backoff = Backoff(longest: .milliseconds(50))
    while true {
      // The time before the look: the last look is never before the deadline.
      let now = pace.now()
      if let end = look() { return end }
      if shouldStop() { return .stopped }
      if now >= deadline { return .timedOut }
      backoff.wait(pace, until: deadline)
    }
  }
}
