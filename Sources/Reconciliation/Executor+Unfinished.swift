internal import Documents
internal import Journal
internal import LivepatchHost

/// What an earlier run began, and was ended before it had verified.
///
/// Being interrupted there undoes nothing: this run has changed nothing yet.
extension Executor {
  /// What becomes of it when it does not pass the checks that that run did not get to.
  ///
  /// - Parameters:
  ///   - step: the one that was being verified.
  ///   - steps: all of them.
  ///   - error: what happened.
  ///   - found: the live patches as this run found them.
  ///   - undo: undoes it as that run would have.
  mutating func giveUp(
    unfinished step: Step, of steps: [Step], _ error: StepFailure, found: [LivePatch],
    undo: (inout Executor) -> Void
  ) {
    switch error.ending {
    case .interrupted: skip(steps)
    case .leftRunning: leaveRunning(step, steps, error)
    case .failed, .calledOff, .shut, .beingInstalled, .busy, .pinned:
      let failed = statuses[step.id] == .done ? nil : step
      fail(failed, error, phase: error.phase)
      blame(failed, of: steps, error, before: found)
      undo(&self)
      giveUp(steps, isLeftChanged ? .failed : .restored, error.message)
    }
  }

  /// Waits for the transition that an earlier run left behind, and lets what came of it pass the
  /// checks that that run did not get to. The transition goes on by itself; one that stalls is turned
  /// around.
  ///
  /// - Returns: whether it ended as the rest of the plan takes for granted.
  mutating func endLeftover(_ steps: [Step]) -> Bool {
    let found = observedPatches()
    ownLoads.formUnion(steps.map(\.module))
    let before = found.compactMap(\.beforeLeftoverTransition)
    // What a replace build is about to take off, and has taken off if it completes after all.
    let beneath = Set(found.filter { $0.state == .known(.replacing) }.map(\.module))
    for step in steps {
      do throws(StepFailure) {
        try complete(step.module, as: expected[step.module], stoppable: true)
        statuses[step.id] = .done
      } catch {
        giveUp(unfinished: step, of: steps, error, found: found) {
          $0.restore(steps, before: before, beneath: beneath)
        }
        return false
      }
    }
    guard let step = steps.first, isLoading(step.module) else { return true }
    do throws(StepFailure) {
      try checkHealth(steps)
    } catch {
      giveUp(unfinished: step, of: steps, error, found: found) {
        $0.restore(steps, before: before.filter { $0.module != step.module }, beneath: beneath)
      }
      return false
    }
    settle(leftover: step.module)
    return true
  }

  /// Verifies a package that an earlier run installed, and lets it pass the checks that that run did not
  /// get to; what does not pass them is undone as that run would have.
  ///
  /// - Returns: whether it ended as the rest of the plan takes for granted.
  mutating func endInstallation(_ steps: [Step]) -> Bool {
    guard let step = steps.first,
      let earlier = services.unfinished.first(where: { $0.package == step.package })
    else {
      skip(steps)
      return false
    }
    let change = PackageChange(
      service: earlier.service, name: step.module, package: earlier.package,
      replaces: earlier.replaces, before: earlier.before)
    var before = earlier.before?.map(LivePatch.init(inForce:))
    do throws(StepFailure) {
      guard let package = try installed(step), package.id.nevra == earlier.package else {
        throw StepFailure(
          "rpm -q", earlier.package,
          "\(earlier.package) is installed no longer since the plan was made, by other hands; the next "
            + "run plans anew")
      }
      changedPackages = [EarlierPackage(step: step, change: change)]
      if before == nil { before = beforeUnknown(earlier, package) }
      try verify(package, of: step, before ?? [])
      statuses[step.id] = .done
      try checkHealth(steps)
    } catch {
      let before = before ?? []
      if changedPackages.isEmpty {
        fail(step, error, phase: error.phase)
        hasRestored = true
        return false
      }
      giveUp(unfinished: step, of: steps, error, found: before) {
        $0.restore(steps, before: before)
        $0.tellStaying(earlier, step)
      }
      return false
    }
    settle(steps)
    return true
  }

  /// What was in force before a package, where nobody knows that any more. What it took the place of
  /// cannot come back, so that its modules then stay; where it was the first, they are all that it
  /// brought.
  private func beforeUnknown(
    _ earlier: UnfinishedPackage, _ package: Services.Package
  ) -> [LivePatch] {
    let live = observedPatches()
    if earlier.isFirst {
      let own = Set(package.modules.compactMap(\.module))
      return live.filter { !own.contains($0.module) }
    }
    return live
  }

  /// Tells that the package went back, and its module did not.
  private mutating func tellStaying(_ earlier: UnfinishedPackage, _ step: Step) {
    guard earlier.before == nil, !earlier.isFirst, !isLeftChanged,
      let module = payload.sorted().first(where: { observedPatch($0)?.state == .known(.applied) })
    else { return }
    fail(
      nil,
      .unverified(
        module,
        "\(module) stays in force: what \(earlier.package) took the place of cannot be told any more; "
          + "the next boot loads what is installed"),
      phase: .undo)
    isLeftChanged = true
  }
}

extension UnfinishedPackage {
  /// Whether it took the place of nothing that could have been in force.
  fileprivate var isFirst: Bool { replaces == nil || replaces?.contains("-0-0.") == true }
}

extension LivePatch {
  /// One of which only that is known.
  fileprivate init(inForce build: BuildInForce) {
    self.init(
      module: build.module, state: .known(.applied), buildID: build.buildID.map { .known($0) },
      replace: .unknown, stackOrder: nil, referenceCount: .unknown, taint: .unknown, objects: [])
  }
}
