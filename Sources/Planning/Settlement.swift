internal import Compatibility
internal import Documents
internal import PolicyModel

/// What depends on what: a load that is blocked or waits holds back what requires it, and the
/// removals that it would have justified. It only ever holds back, so it comes to an end.
extension Planner {
  mutating func settle() {
    blockReplaceConflicts()
    repeat { settleChanges() } while blockUnmetInPlace() || recallWithoutSuccessors()
  }

  /// A build that was withdrawn goes also where its successor has its module name, and is not
  /// loaded now.
  ///
  /// - Returns: whether there was any that was not to go yet.
  private mutating func recallWithoutSuccessors() -> Bool {
    var found = false
    for target in targets where target.isWithheld {
      guard let live = ground.livePatch(target.build.module),
        !removals.contains(where: { $0.live.module == live.module }), let recall = recall(of: live)
      else { continue }
      removals.append(recall)
      found = true
    }
    return found
  }

  /// What is in place and lacks what it requires is told, and not loaded again.
  ///
  /// - Returns: whether there was any.
  private mutating func blockUnmetInPlace() -> Bool {
    var found = false
    for index in targets.indices
    where targets[index].isInPlace && deferredRequirement(of: targets[index]) == nil {
      if let obstacle = unmetRequirement(of: targets[index]) {
        targets[index].block(obstacle)
        found = true
      }
    }
    return found
  }

  private mutating func settleChanges() {
    var changed = true
    while changed {
      changed = false
      for index in targets.indices where targets[index].loads {
        if let wait = deferredRequirement(of: targets[index])
          ?? replacementWait(of: targets[index])
        {
          targets[index].standing = .deferred(wait)
          changed = true
          continue
        }
        let obstacle =
          unmetRequirement(of: targets[index]) ?? replacementObstacle(of: targets[index])
        if let obstacle {
          targets[index].block(obstacle)
          changed = true
        }
      }
      for index in removals.indices where removals[index].withheld == nil {
        if let withholding = withholding(of: removals[index]) {
          removals[index].withheld = withholding
          changed = true
        }
      }
    }
  }

  private mutating func blockReplaceConflicts() {
    let replacing = targets.indices.filter { !targets[$0].isWithheld && targets[$0].replaces }
    guard replacing.count > 1 else { return }
    let names = replacing.map { targets[$0].patch.name }
    for index in replacing where targets[index].loads {
      targets[index].block(
        Obstacle(
          .replaceConflict,
          "each of \(names.joined(separator: ", ")) takes every other live patch off, or may do so "
            + "because its replace is not known; want one of them, or declare replace: false where "
            + "the module says so"))
    }
  }

  private func unmetRequirement(of target: Target) -> Obstacle? {
    for name in target.patch.requires {
      let required = targets.first { $0.patch.name == name }
      if let required, !required.isWithheld || isKept(name) { continue }
      if required == nil, isKept(name) { continue }
      if satisfied.contains(where: { $0.patch == name }) { continue }
      let isHeld = unbuilt.contains { $0.patch.name == name }
      let why =
        if required != nil || isHeld {
          "which is blocked itself"
        } else if input.desired.patches.contains(where: { $0.name == name }) {
          "which the policies want absent"
        } else {
          "which no given policy wants on this kernel"
        }
      return Obstacle(
        .requiresUnmet, "\(target.patch.name) requires \(name), \(why); settle \(name) first")
    }
    return nil
  }

  /// What a target waits for, because a patch that it requires does.
  private func deferredRequirement(of target: Target) -> Deferral? {
    for name in target.patch.requires where !isKept(name) {
      let deferral: Deferral? =
        if let required = targets.first(where: { $0.patch.name == name }),
          case .deferred(let deferral) = required.standing
        {
          deferral
        } else if let required = unbuilt.first(where: { $0.patch.name == name }),
          case .deferred(let deferral) = required.holding
        {
          deferral
        } else {
          nil
        }
      guard let deferral else { continue }
      return Deferral(
        .requiresUnmet, "\(target.patch.name) requires \(name), which waits: \(deferral.message)",
        until: deferral.until)
    }
    return nil
  }

  /// Whether klpolicy keeps a build of that patch applied: for a policy that is not among those
  /// given, or until a better one may be loaded.
  private func isKept(_ name: String) -> Bool {
    guard let module = ground.module(ofPatch: name), settledStates[module] == .applied else {
      return false
    }
    return !removals.contains { $0.live.module == module && $0.withheld == nil }
  }

  /// What a replace build waits for, because it takes off something that is not to be touched now.
  private func replacementWait(of target: Target) -> Deferral? {
    guard target.replaces else { return nil }
    for live in ground.live
    where settledStates[live.module] == .applied && live.module != target.build.module {
      var found: Deferral?
      if let other = targets.first(where: { $0.build.module == live.module }) {
        if case .deferred(let deferral) = other.standing { found = deferral }
        if other.isInPlace, case .wait(let deferral) = reloadHindrances[other.patch.name] {
          found = deferral
        }
      } else if let removal = removals.first(where: { $0.live.module == live.module }),
        case .deferred(let deferral) = removal.withheld
      {
        found = deferral
      }
      guard let found else { continue }
      return Deferral(
        found.reason,
        "\(target.patch.name) replaces every other live patch, and \(live.module), which it would "
          + "take off, waits: \(found.message)",
        until: found.until)
    }
    return nil
  }

  /// What a replace build would wrongly take off.
  private func replacementObstacle(of target: Target) -> Obstacle? {
    guard target.replaces else { return nil }
    for live in ground.live
    where settledStates[live.module] == .applied && live.module != target.build.module {
      if let other = targets.first(where: { $0.build.module == live.module }) {
        if other.loads { continue }
        if case .obstacle(let obstacle) = reloadHindrances[other.patch.name] { return obstacle }
        if other.isWithheld {
          return Obstacle(
            .successorNotApplied,
            "\(target.patch.name) replaces every other live patch, and would take off the "
              + "\(live.module) that is applied while the build wanted in its place is blocked; "
              + "settle \(other.patch.name) first")
        }
        if ground.isStored(live.module) { continue }
        if case .verified = input.artefacts[other.patch.name] { continue }
        return Obstacle(
          .noWayBack,
          "\(target.patch.name) replaces every other live patch, and \(live.module), which is "
            + "wanted too, could not be loaded again; make its artefact available first")
      }
      if let removal = removals.first(where: { $0.live.module == live.module }),
        removal.withheld == nil
      {
        continue
      }
      let owner =
        ground.record(live.module).map { "klpolicy loaded for policy \($0.policy)" }
        ?? "somebody else loaded"
      return Obstacle(
        .wouldReplaceForeign,
        "\(target.patch.name) replaces every other live patch"
          + (target.build.replace == nil ? " (its replace is unknown, which counts as true)" : "")
          + ", and would take off \(live.module), which \(owner); unload it, or say unmanaged: remove"
      )
    }
    return nil
  }

  /// Why a removal has to wait, if it has to.
  private func withholding(of removal: Removal) -> Removal.Withholding? {
    if let obstacle = kernel.obstacles.first {
      return .blocked(obstacle.reason, obstacle.message)
    }
    if !kernel.unknown.isEmpty, input.options.unverified == .block {
      return .blocked(
        .unverified,
        "could not be observed: \(kernel.unknown.joined(separator: ", ")); nothing is changed on a "
          + "guess")
    }
    if settledStates[removal.live.module] == .pinned {
      return .blocked(
        .pinned,
        "\(removal.live.module) is disabled and pinned in memory; it does nothing, and only a reboot "
          + "removes it")
    }
    if !removal.isRecall,
      let successor = targets.first(where: { $0.isWithheld && succeeds($0, removal) })
    {
      let until: Timestamp? =
        if case .deferred(let deferral) = successor.standing { deferral.until } else { nil }
      return .deferred(
        Deferral(
          .successorNotApplied,
          "\(removal.live.module) stays until \(successor.patch.name), which takes its place, is "
            + "applied", until: until))
    }
    if !removal.isRecall, let successor = unbuilt.first(where: { succeeds($0, removal) }) {
      let until: Timestamp? =
        if case .deferred(let deferral) = successor.holding { deferral.until } else { nil }
      return .deferred(
        Deferral(
          .successorNotApplied,
          "\(removal.live.module) stays until \(successor.patch.name), which takes its place and "
            + "has no build that may be loaded now, is applied", until: until))
    }
    if let wait = deferredDependent(of: removal) { return .deferred(wait) }
    if removal.isRecall, let patch = removal.patch,
      let dependent = targets.first(where: { $0.patch.requires.contains(patch) && $0.isInPlace })
    {
      return .blocked(
        .requiresUnmet,
        "\(removal.live.module) was withdrawn, and \(dependent.patch.name), which is applied, "
          + "requires it; publish another build of \(patch), or take \(dependent.patch.name) out")
    }
    if let patch = removal.patch, !targets.contains(where: { $0.patch.name == patch }),
      let dependent = targets.first(where: { !$0.isWithheld && $0.patch.requires.contains(patch) })
    {
      return .blocked(
        .requiresUnmet,
        "\(dependent.patch.name), which is wanted, requires \(patch); want \(patch) too, or neither"
      )
    }
    if let patch = removal.patch, let dependent = dependentKeptForAnother(of: patch) {
      return .blocked(
        .requiresUnmet,
        "\(dependent.module), which klpolicy loaded for policy \(dependent.policy), requires "
          + "\(patch); give both policies in one run, or remove \(dependent.module) first")
    }
    return nil
  }

  /// What a removal waits for, because something stays for now that requires it.
  private func deferredDependent(of removal: Removal) -> Deferral? {
    guard let patch = removal.patch,
      !targets.contains(where: { $0.patch.name == patch && !$0.isWithheld })
    else { return nil }
    for other in removals
    where other.live.module != removal.live.module && other.requires.contains(patch)
      && settledStates[other.live.module] == .applied
    {
      guard case .deferred(let deferral) = other.withheld else { continue }
      return Deferral(
        .requiresUnmet,
        "\(other.live.module) requires \(patch), and to take that off waits: \(deferral.message)",
        until: deferral.until)
    }
    return nil
  }

  /// A patch that stays, for a policy that is not among those given, and requires `patch`.
  private func dependentKeptForAnother(of patch: String) -> ManagedModule? {
    for live in ground.live where settledStates[live.module] == .applied {
      guard let record = ground.record(live.module), !isGiven(record.policy),
        record.patch != patch, record.requires.contains(patch),
        !removals.contains(where: { $0.live.module == live.module && $0.withheld == nil })
      else { continue }
      return record
    }
    return nil
  }

  /// Whether a patch that has no build now is to take the place of what is removed.
  private func succeeds(_ unbuilt: Unbuilt, _ removal: Removal) -> Bool {
    unbuilt.patch.name == removal.patch || !removal.fixes.isDisjoint(with: unbuilt.patch.fixes)
  }

  /// Whether a target, once applied, takes the place of what is removed.
  func succeeds(_ target: Target, _ removal: Removal) -> Bool {
    if target.isInPlace { return false }
    return target.patch.name == removal.patch
      || !removal.fixes.isDisjoint(with: target.patch.fixes)
      || !target.functions.isDisjoint(with: removal.live.functionNames)
  }
}
