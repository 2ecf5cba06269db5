internal import Compatibility
internal import Documents
internal import PolicyModel

/// The gates, asked about what is left to be done once everything that is impossible is told: each
/// change waits for its own, and what hangs on it waits with it.
extension Planner {
  /// What keeps a reload back, which a replace build would cause.
  enum ReloadHindrance {
    case wait(Deferral)
    case obstacle(Obstacle)
  }

  /// What waits for its time has other gates before that too.
  mutating func gateUnbuilt() {
    for index in unbuilt.indices {
      guard case .deferred = unbuilt[index].holding, let refusal = unbuilt[index].refusal else {
        continue
      }
      let change = GatedChange(
        loading: unbuilt[index].patch, module: unbuilt[index].module ?? "", refusal: refusal)
      let judgement = GateJudgement(change, circumstances)
      gates += judgement.results
      if let deferral = judgement.deferral { unbuilt[index].holding = .deferred(deferral) }
    }
  }

  mutating func gateChanges() {
    for index in targets.indices where targets[index].loads {
      let judgement = judge(GatedChange(targets[index]))
      if let deferral = judgement.deferral {
        targets[index].standing = .deferred(deferral)
      } else if let obstacle = unobserved(judgement, targets[index].patch.name) {
        targets[index].block(obstacle)
      }
    }
    for index in removals.indices where removals[index].withheld == nil {
      let judgement = judge(gatedChange(removals[index]))
      if let deferral = judgement.deferral {
        removals[index].withheld = .deferred(deferral)
      } else if let obstacle = unobserved(judgement, removals[index].live.module) {
        removals[index].withheld = .blocked(obstacle.reason, obstacle.message)
      }
    }
    settle()
    for target in reloads {
      let judgement = judge(GatedChange(target))
      if let deferral = judgement.deferral {
        reloadHindrances[target.patch.name] = .wait(deferral)
      } else if let obstacle = unobserved(judgement, target.patch.name) {
        reloadHindrances[target.patch.name] = .obstacle(obstacle)
      }
    }
    settle()
  }

  /// Hears the commands about what all other gates let pass.
  mutating func gateCommands() {
    for index in targets.indices where targets[index].loads {
      switch hear(GatedChange(targets[index])) {
      case .passed: break
      case .deferred(let withheld):
        targets[index].standing = .deferred(Deferral(withheld.reason, withheld.message))
      case .blocked(let withheld):
        targets[index].block(Obstacle(withheld.reason, withheld.message))
      }
    }
    for index in removals.indices where removals[index].withheld == nil {
      switch hear(gatedChange(removals[index])) {
      case .passed: break
      case .deferred(let withheld):
        removals[index].withheld = .deferred(Deferral(withheld.reason, withheld.message))
      case .blocked(let withheld):
        removals[index].withheld = .blocked(withheld.reason, withheld.message)
      }
    }
    settle()
    for target in reloads {
      switch hear(GatedChange(target)) {
      case .passed: break
      case .deferred(let withheld):
        reloadHindrances[target.patch.name] = .wait(Deferral(withheld.reason, withheld.message))
      case .blocked(let withheld):
        reloadHindrances[target.patch.name] = .obstacle(Obstacle(withheld.reason, withheld.message))
      }
    }
    settle()
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
    // Where they are not run, they are not what keeps the change from the plan.
    return answers.map { change.outcome($0) } ?? .passed
  }

  private mutating func unobserved(_ judgement: GateJudgement, _ name: String) -> Obstacle? {
    judgement.unknown.isEmpty ? nil : unverifiedObstacle(judgement.unknown, patch: name)
  }
}
