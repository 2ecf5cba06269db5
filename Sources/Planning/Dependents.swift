internal import Compatibility
internal import Documents
internal import PolicyModel

/// What is in force and requires what is to go: it keeps that, or goes first.
extension Planner {
  /// Why a removal has to wait for what requires it, if it has to.
  func dependence(of removal: Removal) -> Removal.Withholding? {
    guard let patch = removal.patch, settledStates[removal.live.module] == .applied, !isMet(patch)
    else { return nil }
    for dependent in dependents(of: patch) where dependent.module != removal.live.module {
      let mayFollow =
        removal.isRecall
        && !companions.contains(Companions(removal.live.module, dependent.module))
      if let leaving = removals.first(where: { $0.live.module == dependent.module }) {
        // Nothing is said against it yet, or it was asked as what it is no longer.
        if mayFollow, !leaving.isRecall { continue }
        switch leaving.withheld {
        case nil: continue
        case .deferred(let deferral):
          return .deferred(
            Deferral(
              .requiresUnmet,
              "\(dependent.module) requires \(patch), and to take that off waits: "
                + deferral.message, until: deferral.until))
        case .blocked(_, let message):
          return .blocked(
            .requiresUnmet,
            "\(dependent.module) requires \(patch), and cannot be taken off: \(message)")
        }
      }
      if mayFollow, goesAlong(dependent) { continue }
      return .blocked(.requiresUnmet, whyItStays(dependent, requiring: patch))
    }
    if !removal.isRecall,
      let dependent = targets.first(where: { $0.loads && $0.patch.requires.contains(patch) })
    {
      return .blocked(.requiresUnmet, wanted(dependent, requiring: patch))
    }
    return nil
  }

  /// What is in force and stays, or would stay, requiring a patch.
  private func dependents(of patch: String) -> [LivePatch] {
    ground.live.filter { live in
      guard settledStates[live.module] == .applied else { return false }
      let record = ground.record(live.module)
      if record?.patch == patch { return false }
      if let target = targets.first(where: { $0.build.module == live.module }) {
        // Another build takes its name.
        if target.loads { return false }
        // Of what somebody else loaded it may not be known whether it is the wanted build.
        if target.isInPlace || target.lacksRequirement || (record == nil && target.buildID == nil) {
          return target.patch.requires.contains(patch)
        }
      }
      return record?.requires.contains(patch) ?? false
    }
  }

  /// What is in force, requires a patch, and is not taken off by this plan.
  func staying(requiring patch: String) -> [LivePatch] {
    dependents(of: patch).filter { !isLeaving($0.module) }
  }

  /// Whether what requires a withdrawn build is klpolicy's to take off with it.
  private func goesAlong(_ live: LivePatch) -> Bool {
    ground.record(live.module).map { isGiven($0.policy) || input.options.prune } ?? false
  }

  private func whyItStays(_ live: LivePatch, requiring patch: String) -> String {
    guard let record = ground.record(live.module) else {
      return "\(live.module), which somebody else loaded, requires \(patch); unload it first"
    }
    if let target = targets.first(where: { $0.build.module == live.module && $0.isInPlace }) {
      return wanted(target, requiring: patch)
    }
    if isGiven(record.policy) {
      return "\(live.module), which stays for now, requires \(patch); settle \(record.patch) first"
    }
    return "\(live.module), which klpolicy loaded for policy \(record.policy), requires \(patch); "
      + "give both policies in one run, or remove \(live.module) first"
  }

  private func wanted(_ target: Target, requiring patch: String) -> String {
    "\(target.patch.name), which is wanted, requires \(patch); want \(patch) too, or neither"
  }
}

/// Builds that were withdrawn, and what goes with them.
extension Planner {
  /// A withdrawn module, and one that goes with it.
  struct Companions: Hashable {
    let recalled: String
    let dependent: String

    init(_ recalled: String, _ dependent: String) {
      self.recalled = recalled
      self.dependent = dependent
    }
  }

  /// A build that was withdrawn goes also where its successor has its module name, and is not
  /// loaded now.
  ///
  /// - Returns: whether there was any that was not to go yet.
  mutating func recallWithoutSuccessors() -> Bool {
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

  /// What requires a withdrawn build goes before it: it was never meant to run without, and the
  /// withdrawn code is not kept for its sake. Only once the gates have let the recall pass.
  ///
  /// - Returns: whether there was any that was not to go yet.
  mutating func recallDependents() -> Bool {
    var found = false
    for recall in removals where recall.isRecall && recall.withheld == nil {
      guard isJudged(recall), settledStates[recall.live.module] == .applied,
        let patch = recall.patch, !isMet(patch)
      else { continue }
      for dependent in dependents(of: patch) where dependent.module != recall.live.module {
        if let index = removals.firstIndex(where: { $0.live.module == dependent.module }) {
          guard !removals[index].isRecall, let withheld = removals[index].withheld,
            companions.insert(Companions(recall.live.module, dependent.module)).inserted
          else { continue }
          removals[index].companionship = Removal.Companionship(
            of: recall.live.module, before: (removals[index].reason, withheld))
          removals[index].reason = .withdrawn
          removals[index].isRecall = true
          removals[index].withheld = nil
          judged.remove(.removal(dependent.module))
          found = true
        } else if goesAlong(dependent), let record = ground.record(dependent.module),
          companions.insert(Companions(recall.live.module, dependent.module)).inserted
        {
          removals.append(
            Removal(
              live: dependent, patch: record.patch, requires: record.requires,
              fixes: Set(record.fixes), reason: .withdrawn, isExplicit: true,
              source: recall.source, isRecall: true,
              companionship: Removal.Companionship(of: recall.live.module)))
          found = true
        }
      }
    }
    return found
  }

  /// What was to go with a recall stays, or is what it was before, when that waits or when what it
  /// requires is there after all.
  ///
  /// - Returns: whether there was any.
  mutating func releaseCompanions() -> Bool {
    guard
      let index = removals.firstIndex(where: { removal in
        guard let companionship = removal.companionship else { return false }
        guard
          let recall = removals.first(where: {
            $0.live.module == companionship.module && $0.isRecall && $0.withheld == nil
          })
        else { return true }
        return recall.patch.map(isMet) ?? true
      })
    else { return false }
    judged.remove(.removal(removals[index].live.module))
    if let before = removals[index].companionship?.before {
      removals[index].isRecall = false
      removals[index].companionship = nil
      removals[index].reason = before.reason
      removals[index].withheld = before.withheld
      judged.insert(.removal(removals[index].live.module))
    } else {
      removals.remove(at: index)
    }
    return true
  }

  /// Whether a patch is about to be recalled, and the gates have not been asked about that.
  func awaitsRecall(_ name: String) -> Bool {
    removals.contains { $0.patch == name && $0.isRecall && $0.withheld == nil && !isJudged($0) }
  }

  private func isJudged(_ removal: Removal) -> Bool {
    judged.contains(.removal(removal.live.module))
  }
}
