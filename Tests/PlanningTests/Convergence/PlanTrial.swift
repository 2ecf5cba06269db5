import Documents
import KernelRules
import Planning
import PolicyModel

/// A plan for a random host, carried out on the model of the kernel, and what must hold of it.
struct PlanTrial {
  let host: RandomHost
  let plan: Plan
  /// The wanted build of each patch that has one which may be loaded, by the patch's name.
  let chosen: [String: RandomHost.Choice]
  /// The build that each of the other patches waits for.
  let awaited: [String: RandomHost.Choice]
  /// The kernel before, after each step, and in the end.
  let course: [KernelModel]
  /// The host as it is once the transition that may be running is over.
  let before: RandomHost
  /// The host as the steps leave it.
  let after: RandomHost

  /// What must not be, told to a person.
  struct Wrong: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
  }

  /// - Throws: `Wrong` for a plan that the planner refuses itself, or the kernel.
  init(_ host: RandomHost, _ rules: RandomHost.Rules) throws {
    self.host = host
    let input = host.input(rules)
    let builds = input.desired.chosenBuilds(on: input.snapshot)
    var chosen: [String: RandomHost.Choice] = [:]
    for (patch, build) in builds { chosen[patch] = host.choice(patch, build) }
    self.chosen = chosen
    var awaited: [String: RandomHost.Choice] = [:]
    for (patch, build) in input.desired.awaitedBuilds(on: input.snapshot) {
      awaited[patch] = host.choice(patch, build)
    }
    self.awaited = awaited
    do {
      plan = try makePlan(input)
    } catch {
      throw Wrong("the planner refuses its own plan: \(error)")
    }
    var kernel = try KernelModel(host)
    var course = [kernel]
    for step in plan.steps {
      let operation: KernelModel.Operation =
        switch step.action {
        case .load:
          .load(
            name: step.module, buildID: chosen[step.patch ?? ""]?.buildID,
            replace: host.replaces(step, chosen))
        case .disable: .disable(step.module)
        case .unload: .unload(step.module)
        default: .complete
        }
      do {
        kernel = try kernel.applying(operation)
      } catch {
        throw Wrong("step \(step.id): the kernel answers \(operation) with \(error)")
      }
      course.append(kernel)
    }
    self.course = course
    let start = try KernelModel(host)
    before = host.after((try? start.applying(.complete)) ?? start)
    // What was not to be touched goes on by itself.
    after = host.after((try? kernel.applying(.complete)) ?? kernel, plan, chosen)
  }

  /// - Throws: the first thing that is not as it has to be.
  func check() throws {
    try endsAsPredicted()
    try endsAsWanted()
    try takesNoFixAway()
    try leavesOthersAlone()
    try keepsHolds()
    try recalls()
    try keepsRequirements()
    try hasNoSilentGap()
  }

  var isWaitingForOthers: Bool {
    plan.deferred.contains { $0.reason == .transitionInProgress }
  }

  private func isWithheld(_ module: String) -> Bool {
    (plan.blocked + plan.deferred).contains { $0.module == module }
  }

  private func isApplied(_ live: RandomHost.Live, _ host: RandomHost) -> Bool {
    host.live.contains {
      $0.module == live.module && $0.build == live.build && $0.isInForce
    }
  }

  private func endsAsPredicted() throws {
    let states = course.last?.modules.map { "\($0.name) \($0.buildID ?? "-")" } ?? []
    let predicted = plan.after.map { "\($0.module) \($0.buildID ?? "-")" }
    try hold(states == predicted, "`after` has \(predicted), and the kernel ends with \(states)")
    for module in plan.after {
      let state = course.last?.state(of: module.module).rawValue
      try hold(
        state == module.state.rawValue,
        "`after` has \(module.module) \(module.state), and it ends \(state ?? "-")")
    }
  }

  private func endsAsWanted() throws {
    for want in host.wanted {
      switch want.state {
      case .applied:
        guard let choice = chosen[want.name] else {
          try hold(
            (plan.blocked + plan.deferred).contains { $0.patch == want.name },
            "\(want.name) has no build, and nothing is said of it")
          continue
        }
        let isThere = after.live.contains {
          $0.name == choice.name && $0.buildID == choice.buildID && $0.isInForce
        }
        try hold(
          isThere || isWithheld(choice.name),
          "\(want.name) does not end applied, and nothing says why")
        for live in after.live
        where live.record?.patch == want.patch && live.name != choice.name && isThere {
          try hold(
            isWithheld(live.name) || isWantedModule(live.name) || !mayTouch(live),
            "\(live.name), which \(want.name) succeeds, stays, and nothing says why")
        }
      case .absent(let modules):
        for live in after.live
        where modules.contains(live.module) || live.record?.patch == want.patch {
          try hold(
            isWithheld(live.name) || isWantedModule(live.name),
            "\(want.name) does not end absent, and nothing says why")
        }
      case .fixedByKernel: break
      }
    }
    for live in after.live where !isWantedModule(live.name) {
      guard let record = live.record else {
        try hold(
          host.unmanaged != "remove" || isWithheld(live.name),
          "\(live.name), which is foreign, stays, and nothing says why")
        continue
      }
      if host.wanted.contains(where: { $0.patch == record.patch }) || !mayTouch(live) { continue }
      try hold(
        isWithheld(live.name), "\(live.name), which no policy names, stays, and nothing says why")
    }
  }

  private func isWantedModule(_ name: String) -> Bool { chosen.values.contains { $0.name == name } }

  /// Whether it is klpolicy's to take off in a run of these policies.
  private func mayTouch(_ live: RandomHost.Live) -> Bool {
    live.record.map { RandomHost.givenPolicies.contains($0.policy) || host.prunes } ?? false
  }

  /// Law 12.
  private func takesNoFixAway() throws {
    for live in before.live where live.isInForce && !isApplied(live, after) && !isRecalled(live) {
      for want in host.wanted {
        guard case .applied = want.state, !isInForce(want, after) else { continue }
        // What comes under its own name may fix and patch the same.
        let heir = after.live.first { $0.module == live.module && $0.isInForce }
        let fixes = Set(live.record?.fixes ?? []).subtracting(heir?.record?.fixes ?? [])
        let isSuccessor =
          want.patch == live.record?.patch || !fixes.isDisjoint(with: want.fixes)
          || sharesFunction(want, live, but: heir)
        try hold(
          !isSuccessor, "\(live.name) is taken away while \(want.name) is withheld")
      }
    }
  }

  private func sharesFunction(
    _ want: RandomHost.Wanted, _ live: RandomHost.Live, but heir: RandomHost.Live?
  ) -> Bool {
    let choice = chosen[want.name] ?? awaited[want.name]
    guard let functions = choice?.file?.functions else { return false }
    return !Set(functions).subtracting(heir?.functions ?? []).isDisjoint(with: live.functions)
  }

  /// Whether it was withdrawn, or requires something, itself or by way of others, that was and goes.
  private func isRecalled(_ live: RandomHost.Live) -> Bool {
    plan.steps.contains { $0.module == live.name && $0.reason == .withdrawn }
      || host.isWithdrawn(live.module, live.build)
  }

  func isInForce(_ want: RandomHost.Wanted, _ host: RandomHost) -> Bool {
    isInForce(want.patch, host)
  }

  private func isInForce(_ patch: Int, _ host: RandomHost) -> Bool {
    let choice = chosen["p\(patch)"]
    return host.live.contains { live in
      live.isInForce
        && (live.record?.patch == patch
          || (live.name == choice?.name && live.buildID == choice?.buildID))
    }
  }

  private func leavesOthersAlone() throws {
    for live in before.live where live.isInForce && !isApplied(live, after) {
      let isNamed = host.wanted.contains { want in
        guard case .absent(let modules) = want.state else { return false }
        return modules.contains(live.module) || live.record?.patch == want.patch
      }
      if isNamed { continue }
      if live.record == nil {
        try hold(host.unmanaged == "remove", "\(live.name) is foreign, and is taken off")
      } else {
        try hold(
          mayTouch(live) || host.isWithdrawn(live.module, live.build),
          "\(live.name) is of a policy that is not given, and is taken off")
      }
    }
    for step in plan.steps where step.action == .load {
      guard let live = before.live.first(where: { $0.name == step.module && $0.isInForce }) else {
        continue
      }
      try hold(
        live.record != nil || step.reason == .replaced, "\(live.name) is foreign, and is swapped")
    }
  }

  private func keepsHolds() throws {
    for live in before.live where live.isInForce {
      guard let record = live.record, host.holds.contains(where: { $0 < 0 || $0 == record.patch })
      else { continue }
      try hold(isApplied(live, after), "\(live.name) is held, and goes")
    }
    for step in plan.steps where step.reason != .transitionInProgress {
      try hold(
        !host.holds.contains { $0 < 0 || "p\($0)" == step.patch },
        "\(step.patch ?? "everything") is held, and step \(step.id) changes it")
    }
  }

  private func recalls() throws {
    for live in after.live where live.record != nil && host.isWithdrawn(live.module, live.build) {
      try hold(
        !live.isInForce || isWithheld(live.name) || isWaitingForOthers,
        "\(live.name) was withdrawn and stays, and nothing says why")
    }
    for step in plan.steps where step.action == .load {
      let choice = chosen[step.patch ?? ""]
      try hold(
        choice.map { !host.isWithdrawn($0.module, $0.build) } ?? false,
        "step \(step.id) loads a build that was withdrawn, or none that is known")
    }
  }

  private func keepsRequirements() throws {
    for live in after.live where live.isInForce {
      let want = host.wanted.first {
        chosen[$0.name]?.name == live.name && chosen[$0.name]?.buildID == live.buildID
      }
      guard let requires = want?.requires ?? live.record?.requires else { continue }
      let wasThere = isApplied(live, before)
      for patch in requires where !isInForce(patch, after) {
        let isDone = host.wanted.contains { $0.patch == patch && $0.state == .fixedByKernel }
        // What was withdrawn goes, whatever requires it.
        let isRecalled = before.live.contains {
          $0.record?.patch == patch && host.isWithdrawn($0.module, $0.build)
        }
        if isDone || isRecalled || (wasThere && !isInForce(patch, before)) { continue }
        throw Wrong("\(live.name) requires p\(patch), which is not there in the end")
      }
    }
  }

  /// A patch that is in force before and after is in force all the while, or its steps say `gap`.
  private func hasNoSilentGap() throws {
    for want in host.wanted where isInForce(want, before) && isInForce(want, after) {
      let modules = before.live.filter { $0.record?.patch == want.patch }.map(\.name)
      if plan.steps.contains(where: {
        $0.gap && ($0.patch == want.name || modules.contains($0.module))
      }) {
        continue
      }
      for kernel in course {
        let builds =
          host.live.filter { $0.record?.patch == want.patch }.map(\.name)
          + [chosen[want.name]?.name].compactMap { $0 }
        // In transition the one that is replaced, or that replaces, does.
        let isCovered = builds.contains {
          [.applied, .replacing, .enabling, .disabling].contains(kernel.state(of: $0))
        }
        try hold(isCovered, "\(want.name) is out of force for a while, and no step says gap")
      }
    }
  }

  private func hold(_ condition: Bool, _ otherwise: @autoclosure () -> String) throws {
    if !condition { throw Wrong(otherwise()) }
  }
}
