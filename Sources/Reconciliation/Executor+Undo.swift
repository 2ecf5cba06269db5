internal import Artefacts
internal import Documents
internal import Journal
internal import LivepatchHost
internal import SystemPackage

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

  fileprivate var isApplied: Bool { state == .known(.applied) }
}

/// Brings a group back to what was there before it.
///
/// It compares the kernel with the state before the group, so that it does not matter which step
/// failed, or how far that one came. What was there comes back before what is new goes, so that a
/// fix which cannot come back never costs the one that is in force.
extension Executor {
  /// - Parameters:
  ///   - steps: the group.
  ///   - before: the live patches before it.
  ///   - beneath: modules that it may have taken off without a step of their own.
  mutating func restore(_ steps: [Step], before: [LivePatch], beneath: Set<String> = []) {
    journal.isUndoing = true
    defer { journal.isUndoing = false }
    // What the client does not take back keeps no live patch from coming back.
    let refused = restoreClient(before)
    for failure in refused { fail(nil, failure, phase: .undo) }
    if !refused.isEmpty { isLeftChanged = true }
    do throws(StepFailure) {
      try restoreFiles()
      try bringBack(steps, before: before, beneath.union(payload))
      if !changedPackages.isEmpty {
        try restorePackages()
        // Their scripts may have loaded something.
        try bringBack(steps, before: before, beneath.union(payload))
        try checkNothingStays(before)
      }
      if !refused.isEmpty { return }
      for step in steps where statuses[step.id] == .done && !staysDone(step, among: steps) {
        statuses[step.id] = .undone
      }
      hasRestored = true
    } catch {
      fail(nil, error, phase: .undo)
      isLeftChanged = true
    }
  }

  private mutating func bringBack(
    _ steps: [Step], before: [LivePatch], _ beneath: Set<String>
  ) throws(StepFailure) {
    var touched = beneath.union(steps.map(\.module))
    let loaded = steps.filter { $0.action == .load }.map(\.module)
    if loaded.contains(where: { staged[$0]?.record.replace != .known(false) }) {
      // It may have taken off everything that was applied.
      touched.formUnion(before.filter(\.isApplied).map(\.module))
    }
    try awaitOthers(touched)
    try endTransition(touched, before: before)

    let wanted = before.filter {
      touched.contains($0.module) && $0.isApplied && !recalled.contains($0.module)
    }
    let returning: [LivePatch]
    do throws(StepFailure) {
      returning = try provenReturn(wanted)
    } catch {
      // Not everything can come back: what can does, and what is new stays on in place of the rest.
      let possible = wanted.filter { earlier in (try? build(of: earlier)) != nil }
      try load(returning: possible.filter { (try? build(of: $0))?.record.replace == .known(false) })
      throw error
    }
    do throws(StepFailure) {
      try load(returning: returning)
    } catch {
      // A build may refuse to come back on top of its successor (`klp_state`), and only then does
      // the successor go first.
      guard error.errno == .invalidArgument else { throw error }
      try takeOff(touched, before: before)
      try load(returning: returning)
    }
    try takeOff(touched, before: before)
    try checkRestored(touched.union(before.map(\.module)), before: before)
  }

  /// What a package's scripts have loaded may be none of the modules that could be read in it.
  private func checkNothingStays(_ before: [LivePatch]) throws(StepFailure) {
    let new = observedPatches().first { live in
      [.known(.applied), .known(.enabling)].contains(live.state)
        && !payload.contains(live.module)
        && !before.contains { $0.module == live.module && $0.buildID == live.buildID }
    }
    guard let new else { return }
    throw .unverified(
      new.module,
      "\(new.module) is in force since the group was begun, by the package's scripts or by other hands, and "
        + "stays; take it off by hand if it is not meant")
  }

  /// A transition that others have begun is theirs: it is waited for, since nothing can be undone
  /// while it runs.
  private mutating func awaitOthers(_ touched: Set<String>) throws(StepFailure) {
    for live in observedPatches() {
      switch live.state.value {
      case .enabling where !ownLoads.contains(live.module),
        .disabling where !touched.contains(live.module):
        try complete(live.module, as: nil, stoppable: false)
      default: continue
      }
    }
  }

  /// A transition that did not complete is turned back, and then waited for.
  private mutating func endTransition(
    _ touched: Set<String>, before: [LivePatch]
  ) throws(StepFailure) {
    for live in observedPatches() where touched.contains(live.module) {
      var isTurned = true
      switch live.state.value {
      case .enabling:
        try reverse(live.module, enabled: false)
      case .disabling:
        isTurned = before.contains {
          $0.module == live.module && $0.isApplied && $0.buildID == live.buildID
        }
        if isTurned { try reverse(live.module, enabled: true) }
      default: continue
      }
      do throws(StepFailure) {
        try complete(live.module, as: nil, stoppable: false)
      } catch {
        var stalled = error
        stalled.message +=
          (isTurned ? "; the reversal stalls too and is left alone" : "; it is left alone")
          + ": it goes on by itself once the tasks named move on, and later runs only watch it"
        throw stalled
      }
    }
  }

  /// Makes sure that everything can come back before anything is touched for it.
  ///
  /// - Returns: what has to be loaded again or left as it is, in order. Where a replace build comes
  ///   back, that is everything applied beside it too, for it takes that off.
  private mutating func provenReturn(
    _ returning: [LivePatch]
  ) throws(StepFailure) -> [LivePatch] {
    let now = observedPatches()
    let missing = returning.filter { earlier in !now.contains { isBack(earlier, $0) } }
    for earlier in missing { _ = try build(of: earlier) }
    var replaces = false
    for earlier in missing {
      if try build(of: earlier).record.replace != .known(false) { replaces = true }
    }
    if !replaces { return returning }
    let names = Set(returning.map(\.module))
    let beside = now.filter { $0.isApplied && !names.contains($0.module) && !isNew($0) }
    for live in returning + beside {
      do throws(StepFailure) {
        _ = try build(of: live)
      } catch {
        var failure = error
        failure.message +=
          "; a build that replaces every other live patch would take it off in coming back, so that "
          + "build is left off"
        throw failure
      }
    }
    return returning + beside
  }

  /// Whether this group loaded it: then it goes, and nobody misses it.
  private func isNew(_ live: LivePatch) -> Bool {
    groupModules.contains(live.module)
  }

  /// Loads what was there before, in the order of loading: a replace build that comes back takes
  /// off what came after it, and that then comes back in its turn.
  private mutating func load(returning: [LivePatch]) throws(StepFailure) {
    for earlier in returning {
      if let live = observedPatch(earlier.module) {
        if isBack(earlier, live) { continue }
        guard live.buildID == earlier.buildID || ownLoads.contains(live.module) else {
          throw .unverified(
            live.module,
            "somebody else has loaded another build of \(live.module) meanwhile, which is left as it "
              + "is: the one from before the group cannot come back beside it")
        }
        // One name holds one build: the new one has to go for the old one.
        if live.isApplied { try turnOff(live.module) }
        try unload(live.module, mayBeGone: true)
      }
      try load(try build(of: earlier))
      try complete(earlier.module, as: .applied, stoppable: false)
    }
  }

  /// Takes off what was not there before, the last loaded first.
  private mutating func takeOff(
    _ touched: Set<String>, before: [LivePatch]
  ) throws(StepFailure) {
    for live in observedPatches().reversed() where touched.contains(live.module) {
      let earlier = before.first { $0.module == live.module }
      if let earlier, earlier.buildID == live.buildID {
        // As it was; and what was disabled before stays disabled.
        if isBack(earlier, live) || !live.isApplied { continue }
      } else if !ownLoads.contains(live.module) {
        fail(
          nil,
          .unverified(
            live.module,
            "somebody else has loaded \(live.module) while the group was in hand; it is left as it is"
          ),
          phase: .undo)
        continue
      }
      if live.isApplied { try turnOff(live.module) }
      try unload(live.module, mayBeGone: true)
    }
  }

  private mutating func turnOff(_ module: String) throws(StepFailure) {
    try disable(module)
    try complete(module, as: .resident, stoppable: false)
  }

  /// Whether a step took a withdrawn build off: that is not taken back.
  private func staysDone(_ step: Step, among steps: [Step]) -> Bool {
    recalled.contains(step.module)
      && !steps.contains { $0.module == step.module && $0.action == .load && $0.id <= step.id }
  }

  private func isBack(_ earlier: LivePatch, _ live: LivePatch) -> Bool {
    earlier.isApplied && live.isApplied && earlier.buildID == live.buildID
  }

  /// The build that was there before, which this run has held open since it began.
  private func build(of earlier: LivePatch) throws(StepFailure) -> StagedBuild {
    let module = earlier.module
    for build in [staged[module], wayBack[module]] {
      if let build, build.record.buildID == earlier.buildID?.value { return build }
    }
    throw StepFailure(
      "open", module,
      "klpolicy has no verified copy of the \(module) that was loaded before, so what took its "
        + "place stays on; load it again by hand if it is to come back")
  }

  private func checkRestored(
    _ touched: Set<String>, before: [LivePatch]
  ) throws(StepFailure) {
    let now = observedPatches()
    for module in touched.sorted() {
      let was = before.first { $0.module == module && $0.isApplied }
      let isNow = now.first { $0.module == module && $0.isApplied }
      if isNow == nil, recalled.contains(module) { continue }
      // That is somebody else's, and has been told.
      if was == nil, !ownLoads.contains(module) { continue }
      if was?.buildID != isNow?.buildID || (was == nil) != (isNow == nil) {
        throw .unverified(
          module,
          "\(module) was \(was == nil ? "not applied" : "applied") before the group and is not back "
            + "to that")
      }
    }
  }
}
