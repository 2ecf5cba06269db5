internal import Compatibility
internal import Diagnostics
internal import Documents
internal import PolicyModel

/// What came of a change before, as the journal tells: what failed, or ended a boot, is not tried
/// again as it was.
extension Planner {
  /// What keeps a build from being loaded again.
  func earlierFailure(of target: Target) -> Obstacle? {
    for failure in input.snapshot.history.failures {
      let isItself =
        failure.sha256 == target.build.sha256
        || (failure.buildID != nil && failure.buildID == target.buildID)
      if failure.action == .load, isItself {
        if let obstacle = obstacle(
          failure, target.patch.constraints, isRestored: target.patch.isRestored)
        {
          return obstacle
        }
      }
      // What has to leave before its name can be loaded again.
      if failure.action == .unload, failure.module == target.build.module,
        let live = ground.livePatch(failure.module), live.buildID?.value == failure.buildID
      {
        if let obstacle = obstacle(
          failure, target.patch.constraints, isRestored: target.patch.isRestored)
        {
          return obstacle
        }
      }
    }
    return nil
  }

  /// What keeps a module from being taken off again.
  func earlierFailure(of removal: Removal) -> Obstacle? {
    for failure in input.snapshot.history.failures
    where failure.action == .unload && failure.module == removal.live.module
      && failure.buildID == removal.live.buildID?.value
    {
      if let obstacle = obstacle(failure, gatedChange(removal).constraints) { return obstacle }
    }
    return nil
  }

  /// What keeps a package from being installed, or a setting from being made, again.
  func earlierFailure(
    _ action: Step.Action, of name: String, _ constraints: Constraints
  ) -> Obstacle? {
    input.snapshot.history.failures.lazy
      .filter { $0.action == action && $0.module == name }
      .compactMap { obstacle($0, constraints) }.first
  }

  /// What speaks against a package, or a setting, that is there all the same: a boot that ended by it, or a
  /// health check that it did not pass, which could not be undone. Any other failure is refuted by its
  /// being there.
  func failureInPlace(
    _ action: Step.Action, of name: String, _ constraints: Constraints
  ) -> Obstacle? {
    input.snapshot.history.failures.lazy
      .filter { failure in
        failure.action == action && failure.module == name
          && [.crashed, .unhealthy].contains(failure.cause)
      }
      .compactMap { obstacle($0, constraints) }.first
  }

  /// The same of a build that is applied: a crash is told by the status, and keeps it from being loaded
  /// again.
  func failureInPlace(_ target: Target) -> Obstacle? {
    guard let buildID = target.buildID else { return nil }
    return input.snapshot.history.failures.lazy
      .filter { $0.action == .load && $0.cause == .unhealthy && $0.buildID == buildID }
      .compactMap {
        obstacle($0, target.patch.constraints, isRestored: target.patch.isRestored)
      }.first
  }

  private func obstacle(
    _ failure: BuildFailure, _ constraints: Constraints, isRestored: Bool = false
  ) -> Obstacle? {
    let build =
      failure.buildID.map { "\(failure.module) (build \($0.prefix(12)))" } ?? failure.module
    let what =
      switch failure.action {
      case .load: "loading \(build)"
      case .install: "installing \(build)"
      case .configure: "setting \(build)"
      default: "taking \(build) off"
      }
    let remedy =
      "until there is another build of it, or someone says `klpolicy resume \(failure.name)`"
    switch failure.cause {
    case .crashed:
      return Obstacle(
        .crashGuard,
        "\(failure.message): nobody \(failure.action == .configure ? "sets" : "loads") \(build) again "
          + remedy)
    // At boot only a crash keeps a build from being restored.
    case _ where isRestored: return nil
    case .refused, .unhealthy:
      return Obstacle(
        .failedBefore,
        "\(what) failed at \(failure.at), and is not tried again \(remedy): \(failure.message)")
    case .stalled:
      let limit = constraints.attempts
      if failure.count < limit { return nil }
      let rule = constraints.attemptsRule.map { ", of policy \($0.policy) (\($0.source))" } ?? ""
      return Obstacle(
        .failedBefore,
        "\(what) was tried \(failure.count) \(failure.count == 1 ? "time" : "times") in this boot "
          + "(attempts: \(limit)\(rule)), the last time at \(failure.at), and is not before the next "
          + "boot, \(remedy): \(failure.message)")
    }
  }

  /// The hooks that a module still has to pass which an earlier run did not get to its end with.
  func hooksToSettle(_ module: String) -> [Hook] {
    guard let name = ground.record(module)?.patch,
      let patch = input.desired.patches.first(where: { $0.name == name })
    else { return [] }
    return [GatedChange(loading: patch, module: module)].hooks.filter { $0.name != .preApply }
  }

  /// What an earlier run of this boot loaded, and was ended before it had verified: it is wanted
  /// and in place, and no transition is running.
  var unfinished: [Target] {
    if input.snapshot.live.transition != nil { return [] }
    return targets.filter { target in
      target.isInPlace && ground.record(target.build.module) != nil
        && input.snapshot.history.unfinished.contains(target.build.module)
    }
  }
}

extension HostSnapshot {
  /// Whether a transition is that of a package's module which an earlier run installed and did not get to
  /// verify: its scripts began it.
  func isOfUnfinishedPackage(_ transition: LiveTransition) -> Bool {
    guard transition.direction == .enabling else { return false }
    let packages =
      (services?.redHat?.packages.value ?? []) + (services?.suse?.packages.value ?? [])
    return packages.contains { package in
      history.unfinishedPackages.contains { $0.package == package.id.nevra }
        && package.modules.contains { $0.module == transition.module }
    }
  }
}
