internal import Compatibility
internal import Documents
internal import PolicyModel

/// What depends on what: a load that is blocked or waits holds back what requires it, and the
/// removals that it would have justified.
///
/// It comes to an end: whatever is held back stays so, but for what stands in place, which returns
/// once, when what it requires stays after all; and what goes with a recall is named once for each.
extension Planner {
  mutating func settle() {
    blockReplaceConflicts()
    blockFunctionConflicts()
    repeat {
      settleChanges()
    } while releaseCompanions() || blockUnmetInPlace() || recallWithoutSuccessors()
      || recallDependents()
  }

  /// What is in place and lacks what it requires is told, and not loaded again; and is as it was
  /// once that stays.
  ///
  /// - Returns: whether there was any.
  private mutating func blockUnmetInPlace() -> Bool {
    var found = false
    for index in targets.indices {
      let target = targets[index]
      if target.lacksRequirement, !target.hasReturned, unmetRequirement(of: target) == nil,
        !isLeaving(target.build.module)
      {
        targets[index].standing = .inPlace
        targets[index].lacksRequirement = false
        targets[index].hasReturned = true
        found = true
      }
      guard target.isInPlace, !target.patch.requires.contains(where: awaitsRecall),
        let obstacle = unmetRequirement(of: target)
      else { continue }
      if let wait = deferredRequirement(of: target) {
        // Nothing is said of what only stays and waits.
        guard isLeaving(target.build.module) else { continue }
        targets[index].standing = .deferred(wait)
      } else {
        targets[index].block(obstacle)
      }
      targets[index].lacksRequirement = true
      found = true
    }
    return found
  }

  /// Whether this plan takes the build in memory of a module off for good.
  func isLeaving(_ module: String) -> Bool {
    removals.contains { $0.live.module == module && $0.withheld == nil }
      || targets.contains { $0.loads && $0.build.module == module && !isSame($0) }
  }

  /// Whether what is in memory under a target's module name is the wanted build: then it is only
  /// loaded again.
  private func isSame(_ target: Target) -> Bool {
    target.buildID != nil && ground.livePatch(target.build.module)?.buildID?.value == target.buildID
  }

  /// Why a build has to stay for now whose module name a target needs: it goes as anything goes that
  /// a successor takes the place of.
  private func displacement(by target: Target) -> Removal.Withholding? {
    guard target.loads, !isSame(target), settledStates[target.build.module] == .applied,
      let live = ground.livePatch(target.build.module)
    else { return nil }
    let record = ground.record(live.module)
    let removal = Removal(
      live: live, patch: record?.patch, requires: record?.requires ?? [],
      fixes: Set(record?.fixes ?? []).subtracting(target.patch.fixes), reason: .otherBuild,
      isExplicit: true, source: nil, isRecall: isWithdrawn(live), retained: target.functions ?? [])
    if !removal.isRecall, let wait = successorWait(of: removal) { return .deferred(wait) }
    return dependence(of: removal)
  }

  private mutating func settleChanges() {
    var changed = true
    while changed {
      changed = false
      for index in targets.indices where targets[index].loads {
        switch hindrance(of: targets[index]) {
        case .wait(let wait): targets[index].standing = .deferred(wait)
        case .obstacle(let obstacle): targets[index].block(obstacle)
        case nil: continue
        }
        changed = true
      }
      for index in removals.indices where removals[index].withheld == nil {
        if let withholding = withholding(of: removals[index]) {
          removals[index].withheld = withholding
          changed = true
        }
      }
    }
  }

  /// What keeps a load back that nothing kept back so far.
  private func hindrance(of target: Target) -> Hindrance? {
    let displacement = displacement(by: target)
    if let wait = deferredRequirement(of: target) ?? replacementWait(of: target)
      ?? displacement?.deferral
    {
      return .wait(wait)
    }
    let obstacle =
      unmetRequirement(of: target) ?? replacementObstacle(of: target) ?? displacement?.obstacle
    return obstacle.map { .obstacle($0) }
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
    for name in target.patch.requires where !isMet(name) {
      let isHeld =
        targets.contains { $0.patch.name == name } || unbuilt.contains { $0.patch.name == name }
      let why =
        if isHeld {
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

  /// Whether a patch is in force in the end, or its fix is: what requires it may be too.
  func isMet(_ name: String) -> Bool {
    targets.contains { $0.patch.name == name && !$0.isWithheld } || isKept(name)
      || satisfied.contains { $0.patch == name }
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
    ground.live.contains { live in
      ground.record(live.module)?.patch == name && settledStates[live.module] == .applied
        && !isLeaving(live.module)
        // The policies know it by another name by now.
        && !targets.contains {
          ($0.isInPlace || $0.lacksRequirement) && $0.build.module == live.module
            && $0.patch.name != name
        }
    }
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
      if isLeaving(live.module), !ground.isStored(live.module),
        let heir = heir(of: live, but: target),
        !heir.patch.requires.contains(target.patch.name)
      {
        return Deferral(
          .successorNotApplied,
          "\(target.patch.name) replaces every other live patch, and \(live.module) could not be "
            + "restored if \(heir.patch.name), which would take its place only then, failed, as "
            + "klpolicy holds no copy of it; a later run does it, once \(heir.patch.name) is applied"
        )
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

  /// What takes the place of a live patch that a replace build takes off, after that; nil where the
  /// replace build does so itself, and for what was withdrawn.
  private func heir(of live: LivePatch, but replacing: Target) -> Target? {
    guard
      let removal = removals.first(where: { $0.live.module == live.module && !$0.isRecall }),
      !succeeds(replacing, removal)
    else { return nil }
    return targets.first { $0.loads && !$0.replaces && succeeds($0, removal) }
  }

  /// What a replace build would wrongly take off.
  private func replacementObstacle(of target: Target) -> Obstacle? {
    guard target.replaces else { return nil }
    for live in ground.live
    where settledStates[live.module] == .applied && live.module != target.build.module {
      if isLeaving(live.module) {
        // Neither may come before the other.
        if !ground.isStored(live.module), let heir = heir(of: live, but: target),
          heir.patch.requires.contains(target.patch.name)
        {
          return Obstacle(
            .noWayBack,
            "\(target.patch.name) replaces every other live patch, and \(live.module) could not be "
              + "restored if \(heir.patch.name), which takes its place only then, failed, as klpolicy "
              + "holds no copy of it; unload it by hand")
        }
        continue
      }
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
    if let obstacle = earlierFailure(of: removal) {
      return .blocked(obstacle.reason, obstacle.message)
    }
    if !removal.isRecall, let wait = successorWait(of: removal) { return .deferred(wait) }
    return dependence(of: removal)
  }

  /// What a removal waits for, because what takes its place, or may do so, is not applied now.
  private func successorWait(of removal: Removal) -> Deferral? {
    if let successor = targets.first(where: { $0.isWithheld && succeeds($0, removal) }) {
      let until: Timestamp? =
        if case .deferred(let deferral) = successor.standing { deferral.until } else { nil }
      return Deferral(
        .successorNotApplied,
        "\(removal.live.module) stays until \(successor.patch.name), which takes its place, is "
          + "applied", until: until)
    }
    if let successor = unbuilt.first(where: { succeeds($0, removal) }) {
      let until: Timestamp? =
        if case .deferred(let deferral) = successor.holding { deferral.until } else { nil }
      return Deferral(
        .successorNotApplied,
        "\(removal.live.module) stays until \(successor.patch.name), which takes its place and "
          + "has no build that may be loaded now, is applied", until: until)
    }
    // Of what somebody else loaded nobody knows what it fixes, but for the functions that it patches.
    guard removal.patch == nil, settledStates[removal.live.module] == .applied,
      !removal.live.functionNames.isEmpty
    else { return nil }
    let unknown =
      targets.first { $0.isWithheld && $0.functions == nil }?.patch
      ?? unbuilt.first { $0.functions == nil }?.patch
    return unknown.map {
      Deferral(
        .successorNotApplied,
        "\(removal.live.module) stays until \($0.name) is applied, which may take its place: what "
          + "that patches is not known")
    }
  }

  /// Whether a patch that has no build now is to take the place of what is removed.
  private func succeeds(_ unbuilt: Unbuilt, _ removal: Removal) -> Bool {
    unbuilt.patch.name == removal.patch || !removal.fixes.isDisjoint(with: unbuilt.patch.fixes)
      || sharesFunction(unbuilt.functions, removal)
  }

  /// Whether a target, once applied, takes the place of what is removed.
  func succeeds(_ target: Target, _ removal: Removal) -> Bool {
    if target.isInPlace { return false }
    return target.patch.name == removal.patch
      || !removal.fixes.isDisjoint(with: target.patch.fixes)
      || sharesFunction(target.functions, removal)
  }

  private func sharesFunction(_ functions: Set<String>?, _ removal: Removal) -> Bool {
    functions.map {
      !$0.isDisjoint(with: removal.live.functionNames.subtracting(removal.retained))
    } ?? false
  }
}
