package import Documents
internal import HostFacts
package import PolicyModel

/// Which build of a patch is wanted on a host now: the highest version that is admitted, or that is
/// early and in force already, since nothing is taken away to wait for its time.
package enum Choice: Sendable {
  /// With the higher version that waits for its time, if there is one.
  case build(BuildDefinition, waiting: DesiredSet.Choice?)
  /// None: with what kept the highest version back, or nil where the kernel has no build at all.
  case none(DesiredSet.Choice?)
}

extension DesiredSet {
  /// The build of each patch that is wanted applied and has one that may be, by the patch's name.
  package func chosenBuilds(on snapshot: HostSnapshot) -> [String: BuildDefinition] {
    chosenBuilds(on: Ground(snapshot))
  }

  func chosenBuilds(on ground: Ground) -> [String: BuildDefinition] {
    var builds: [String: BuildDefinition] = [:]
    for patch in patches {
      guard case .applied(let choices) = patch.wanted,
        case .build(let build, _) = ground.choose(among: choices, of: patch.name)
      else { continue }
      builds[patch.name] = build
    }
    return builds
  }

  /// The build that each patch waits for which has none that may be, by the patch's name.
  package func awaitedBuilds(on snapshot: HostSnapshot) -> [String: BuildDefinition] {
    let ground = Ground(snapshot)
    var builds: [String: BuildDefinition] = [:]
    for patch in patches {
      guard case .applied(let choices) = patch.wanted,
        case .none(let choice?) = ground.choose(among: choices, of: patch.name)
      else { continue }
      builds[patch.name] = choice.build
    }
    return builds
  }

  /// The modules in memory that klpolicy loaded and whose builds were withdrawn since: they go, and
  /// nothing brings them back.
  package func recalledModules(on snapshot: HostSnapshot) -> Set<String> {
    let ground = Ground(snapshot)
    return Set(
      withdrawals.lazy.filter { ground.record($0.module) != nil && ground.isInMemory($0) }
        .map(\.module))
  }
}

extension Ground {
  func choose(among choices: [DesiredSet.Choice], of patch: String) -> Choice {
    var waiting: DesiredSet.Choice?
    for choice in choices {
      switch choice.admission {
      case .admitted:
        // Nothing is taken back to a lower version while a higher one waits for its time.
        let isRecalled = choices.contains { $0.build.isWithdrawn && isInMemory($0.build) }
        if let waiting, !isRecalled, isAhead(ofPatch: patch, choice.build) {
          return .none(waiting)
        }
        return .build(choice.build, waiting: waiting)
      case .refused(let refusal) where refusal.kind == .early:
        if isInForce(choice.build) { return .build(choice.build, waiting: waiting) }
        waiting = waiting ?? choice
      case .refused(let refusal) where refusal.kind == .unknown:
        // Which build is the wanted one hangs on it.
        return .none(choice)
      case .refused:
        break
      }
    }
    return .none(waiting ?? mostTelling(choices))
  }

  /// Whether a build of the patch is in force whose version is above that of another.
  private func isAhead(ofPatch patch: String, _ build: BuildDefinition) -> Bool {
    guard let module = module(ofPatch: patch), livePatch(module)?.state == .known(.applied),
      let version = record(module)?.version
    else { return false }
    return compareDebian(version, build.version ?? "") == .above
  }

  /// Whether this very build is applied, or on its way.
  func isInForce(_ build: BuildDefinition) -> Bool {
    guard let live = livePatch(build.module) else { return false }
    switch live.state.value {
    case .applied, .enabling, .replacing: return isInMemory(build)
    case .absent, .disabling, .resident, .pinned, nil: return false
    }
  }

  /// Whether what is in memory under its module's name is this very build.
  func isInMemory(_ build: BuildDefinition) -> Bool {
    guard let live = livePatch(build.module) else { return false }
    if let record = record(build.module), record.sha256 == build.sha256 { return true }
    return build.buildID != nil && live.buildID?.value == build.buildID
  }

  /// Of builds that are all out of the question, the one whose refusal says most.
  private func mostTelling(_ choices: [DesiredSet.Choice]) -> DesiredSet.Choice? {
    choices.first { choice in
      if case .refused(let refusal) = choice.admission {
        refusal.reason != .noBuildForKernel
      } else {
        false
      }
    } ?? choices.first
  }
}
