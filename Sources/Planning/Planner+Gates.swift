internal import Compatibility
internal import Documents
internal import PolicyModel

/// The gates, asked about what is left to be done once everything that is impossible is told: each
/// change waits for its own, and what hangs on it waits with it.
extension Planner {
  /// What keeps a load back.
  enum Hindrance {
    case wait(Deferral)
    case obstacle(Obstacle)
  }

  /// What waits for its time has other gates before that too.
  mutating func gateUnbuilt() {
    for index in unbuilt.indices {
      guard case .deferred = unbuilt[index].holding, let refusal = unbuilt[index].refusal,
        refusal.reason != .notAtBoot
      else { continue }
      let change = GatedChange(
        loading: unbuilt[index].patch, module: unbuilt[index].module ?? "", refusal: refusal)
      let judgement = GateJudgement(change, circumstances)
      gates += judgement.results
      if let deferral = judgement.deferral { unbuilt[index].holding = .deferred(deferral) }
    }
  }

  /// A change that gates were asked about.
  enum Judged: Hashable {
    /// By the patch.
    case load(String)
    case reload(String)
    /// By the module.
    case removal(String)
  }

  /// Asks about each change once, those too that only the others' waiting brings about.
  mutating func gateChanges() {
    while judgeChanges() || judgeReloads() || gateGroups() { settle() }
  }

  /// - Returns: whether there was any that had not been asked about.
  private mutating func judgeChanges() -> Bool {
    var found = false
    for index in targets.indices
    where targets[index].loads && judged.insert(.load(targets[index].patch.name)).inserted {
      found = true
      let judgement = judge(gatedChange(targets[index]))
      if let deferral = judgement.deferral {
        targets[index].standing = .deferred(deferral)
      } else if let obstacle = unobserved(judgement, targets[index].patch.name) {
        targets[index].block(obstacle)
      }
    }
    for index in removals.indices
    where removals[index].withheld == nil
      && judged.insert(.removal(removals[index].live.module)).inserted
    {
      found = true
      let judgement = judge(gatedChange(removals[index]))
      if let deferral = judgement.deferral {
        removals[index].withheld = .deferred(deferral)
      } else if let obstacle = unobserved(judgement, removals[index].live.module) {
        removals[index].withheld = .blocked(obstacle.reason, obstacle.message)
      }
    }
    return found
  }

  /// - Returns: whether there was any that had not been asked about.
  private mutating func judgeReloads() -> Bool {
    var found = false
    for target in reloads where judged.insert(.reload(target.patch.name)).inserted {
      found = true
      let judgement = judge(gatedChange(target))
      if let deferral = judgement.deferral {
        reloadHindrances[target.patch.name] = .wait(deferral)
      } else if let obstacle = unobserved(judgement, target.patch.name) {
        reloadHindrances[target.patch.name] = .obstacle(obstacle)
      }
    }
    return found
  }

  /// The changes of a group are made one after the other, and all of them have to be over before a
  /// window closes or a freeze begins.
  ///
  /// - Returns: whether one has to wait for that.
  private mutating func gateGroups() -> Bool {
    for group in ChangeOrder(self).groups {
      for (change, gated) in zip(group, gatedGroup(group)) where gated.groupSeconds != nil {
        let judgement = GateJudgement(gated, circumstances)
        guard let deferral = judgement.deferral else { continue }
        gates += judgement.results.filter { $0.verdict == .deferred }
        hold(change, deferral)
        return true
      }
    }
    return false
  }

  private mutating func hold(_ change: ChangeOrder.Change, _ deferral: Deferral) {
    switch change {
    case .load(let target):
      for index in targets.indices where targets[index].patch.name == target.patch.name {
        targets[index].standing = .deferred(deferral)
      }
    case .reload(let target): reloadHindrances[target.patch.name] = .wait(deferral)
    case .remove(let removal):
      for index in removals.indices where removals[index].live.module == removal.live.module {
        removals[index].withheld = .deferred(deferral)
      }
    }
  }

  /// Hears the commands about what all other gates let pass.
  mutating func gateCommands() {
    while hearChanges() || hearReloads() {
      settle()
      gateChanges()
    }
  }

  private mutating func hearChanges() -> Bool {
    var found = false
    for index in targets.indices
    where targets[index].loads && heard.insert(.load(targets[index].patch.name)).inserted {
      found = true
      switch hear(gatedChange(targets[index])) {
      case .passed: break
      case .deferred(let withheld):
        targets[index].standing = .deferred(Deferral(withheld.reason, withheld.message))
      case .blocked(let withheld):
        targets[index].block(Obstacle(withheld.reason, withheld.message))
      }
    }
    for index in removals.indices
    where removals[index].withheld == nil
      && heard.insert(.removal(removals[index].live.module)).inserted
    {
      found = true
      switch hear(gatedChange(removals[index])) {
      case .passed: break
      case .deferred(let withheld):
        removals[index].withheld = .deferred(Deferral(withheld.reason, withheld.message))
      case .blocked(let withheld):
        removals[index].withheld = .blocked(withheld.reason, withheld.message)
      }
    }
    return found
  }

  private mutating func hearReloads() -> Bool {
    var found = false
    for target in reloads where heard.insert(.reload(target.patch.name)).inserted {
      found = true
      switch hear(gatedChange(target)) {
      case .passed: break
      case .deferred(let withheld):
        reloadHindrances[target.patch.name] = .wait(Deferral(withheld.reason, withheld.message))
      case .blocked(let withheld):
        reloadHindrances[target.patch.name] = .obstacle(Obstacle(withheld.reason, withheld.message))
      }
    }
    return found
  }

  /// What a replace build takes off for a moment and loads again.
  private var reloads: [Target] {
    guard targets.contains(where: { $0.loads && $0.replaces }) else { return [] }
    return targets.filter(\.isInPlace)
  }

  private mutating func judge(_ change: GatedChange) -> GateJudgement {
    let judgement = GateJudgement(change, circumstances)
    gates += judgement.results
    if judgement.deferral != nil { gates += change.results(nil) }
    return judgement
  }

  private mutating func hear(_ change: GatedChange) -> GateCommandOutcome {
    let answers = input.gateAnswers
    gates += change.results(answers)
    if let withheld = change.unusableHook(input.unusableHooks) { return .blocked(withheld) }
    // Where they are not run, they are not what keeps the change from the plan.
    return answers.map { change.outcome($0) } ?? .passed
  }

  private mutating func unobserved(_ judgement: GateJudgement, _ name: String) -> Obstacle? {
    judgement.unknown.isEmpty ? nil : unverifiedObstacle(judgement.unknown, patch: name)
  }
}
