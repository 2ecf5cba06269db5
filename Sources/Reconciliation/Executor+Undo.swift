internal import Artefacts
internal import Documents
internal import Journal
internal import LivepatchHost

extension LivePatch {
  /// The module as it was before the transition that an earlier run may have left: that is what an
  /// undo goes back to. Nil where it was not there.
  var beforeLeftoverTransition: LivePatch? {
    var earlier = self
    switch state.value {
    case .enabling: return nil
    case .disabling, .replacing: earlier.state = .known(.applied)
    case .absent, .applied, .resident, .pinned, nil: break
    }
    return earlier
  }
}

/// Brings a group back to what was there before it.
///
/// It compares the kernel with the state before the group, so that it does not matter which step
/// failed, or how far that one came.
extension Executor {
  mutating func restore(_ steps: [Step], before: [LivePatch]) {
    do throws(StepFailure) {
      try bringBack(steps, before: before)
      for step in steps where statuses[step.id] == .done { statuses[step.id] = .undone }
      hasRestored = true
    } catch {
      fail(nil, error, phase: .undo)
      isLeftChanged = true
    }
  }

  private mutating func bringBack(
    _ steps: [Step], before: [LivePatch]
  ) throws(StepFailure) {
    var touched = Set(steps.map(\.module))
    let loaded = steps.filter { $0.action == .load }.map(\.module)
    if loaded.contains(where: { staged[$0]?.record.replace != .known(false) }) {
      // It may have taken off everything that was applied.
      touched.formUnion(before.filter { $0.state == .known(.applied) }.map(\.module))
    }
    try endTransition(touched, before: before)

    // First off with what was not there, the last loaded first; then back with what was.
    for live in observedPatches().reversed() where touched.contains(live.module) {
      let earlier = before.first { $0.module == live.module }
      let isAsBefore =
        earlier?.buildID == live.buildID && live.state == .known(.applied)
        && earlier?.state == .known(.applied)
      if isAsBefore { continue }
      if live.state == .known(.applied) {
        try disable(live.module)
        try complete(live.module, as: .resident, stoppable: false)
      }
      // A module that was resident before stays resident.
      if earlier?.state != .known(.resident) || earlier?.buildID != live.buildID {
        try unload(live.module)
      }
    }
    // In the order of loading: a replace build that comes back takes off what came after it, and
    // that then comes back in its turn.
    for earlier in before
    where touched.contains(earlier.module) && earlier.state == .known(.applied) {
      if let live = observedPatch(earlier.module) {
        if live.state == .known(.applied) { continue }
        try unload(live.module)
      }
      try load(try build(of: earlier))
      try complete(earlier.module, as: .applied, stoppable: false)
    }
    try checkRestored(touched, before: before)
  }

  /// A transition that did not complete is turned back, and then waited for.
  private mutating func endTransition(
    _ touched: Set<String>, before: [LivePatch]
  ) throws(StepFailure) {
    let patches = observedPatches()
    for live in patches where touched.contains(live.module) {
      switch live.state.value {
      case .enabling:
        try reverse(live.module, enabled: false)
      case .disabling:
        let wasApplied = before.contains {
          $0.module == live.module && $0.state == .known(.applied) && $0.buildID == live.buildID
        }
        if wasApplied { try reverse(live.module, enabled: true) }
      default: continue
      }
      do throws(StepFailure) {
        try complete(live.module, as: nil, stoppable: false)
      } catch {
        var stalled = error
        stalled.message +=
          "; the reversal stalls too and is left alone: it goes on by itself once the tasks named "
          + "move on, and later runs only watch it"
        throw stalled
      }
    }
  }

  /// The build that was there before, which this run has held open since it began.
  private func build(of earlier: LivePatch) throws(StepFailure) -> StagedBuild {
    let module = earlier.module
    for build in [staged[module], wayBack[module]] {
      if let build, build.record.buildID == earlier.buildID?.value { return build }
    }
    throw StepFailure(
      "open", module,
      "klpolicy has no copy of the \(module) that was loaded before, because somebody else loaded "
        + "it; load it again by hand")
  }

  private func checkRestored(
    _ touched: Set<String>, before: [LivePatch]
  ) throws(StepFailure) {
    let now = observedPatches()
    for module in touched.sorted() {
      let was = before.first { $0.module == module && $0.state == .known(.applied) }
      let isNow = now.first { $0.module == module && $0.state == .known(.applied) }
      if was?.buildID != isNow?.buildID || (was == nil) != (isNow == nil) {
        throw .unverified(
          module,
          "\(module) was \(was == nil ? "not applied" : "applied") before the group and is not back "
            + "to that")
      }
    }
  }
}
