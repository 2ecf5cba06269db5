internal import Documents
internal import Files
internal import Glibc
internal import HostFacts
internal import Journal
internal import LivepatchHost
internal import Planning
internal import PolicyModel
internal import SystemPackage
internal import VendorServices

/// A package that a group has changed, and what was installed before it; nil for none of its name.
struct EarlierPackage {
  var step: Step
  var change: PackageChange
}

/// Steps that install packages of live patches: announced, done by the host's own package manager, and
/// believed only when rpm has the package and the kernel its module, whatever scripts and exit codes say.
extension Executor {
  /// How long another program may hold rpm's lock.
  private static var lockLimit: Duration { .seconds(10) }

  /// How long a package that has to come back is tried for while others hold the lock.
  private static var lockLimitOfUndo: Duration { .seconds(120) }

  /// Why a group is not begun: somebody else changes rpm's database, which a package of the group
  /// would change too, or what an earlier run left running does, whose scripts change the kernel. What
  /// only takes off what was withdrawn waits for neither.
  func busy(_ steps: [Step]) -> GateWatch.Refusal? {
    let ofPackages = steps.filter { $0.package != nil }
    if ofPackages.isEmpty, steps.allSatisfy({ $0.reason == .withdrawn }) { return nil }
    // What another boot left running is over.
    let leftRunning = Set(services.unfinished.filter { $0.before != nil }.map(\.service))
    let owners = leftRunning.union(ofPackages.compactMap(\.service))
    let locked = owners.compactMap { services.managers[$0] }.first {
      !$0.awaitLock(Executor.lockLimit)
    }
    guard let locked, let step = ofPackages.first ?? steps.first else { return nil }
    var refusal = GateWatch.Refusal()
    refusal.deferred = [waiting(step, forLockOf: locked, isOwn: !leftRunning.isEmpty)]
    refusal.steps = Set(steps.map(\.id))
    return refusal
  }

  private func waiting(
    _ step: Step, forLockOf manager: PackageManager, isOwn: Bool
  ) -> Withheld {
    let holder = manager.lockHolder.flatMap { $0 > 0 ? "process \($0)" : nil } ?? "another program"
    return told(
      step, .serviceBusy,
      "\(holder) holds the lock on rpm's database"
        + (isOwn ? ", perhaps the package manager that an earlier run left running" : "")
        + "; nothing was changed, and the next run does this once it is free; see what it waits for "
        + "if it does not end")
  }

  func waiting(_ step: Step, _ what: String) -> Withheld {
    told(
      step, .serviceBusy,
      "another program holds the lock on \(what); nothing was changed, and the next run does this "
        + "once it is free")
  }

  /// Something to tell of a step's service beside the error.
  private func told(_ step: Step, _ reason: Reason, _ message: String, module: String? = nil)
    -> Withheld
  {
    var withheld = Withheld(
      patch: step.patch, module: module ?? step.module, reason: reason, message: message,
      source: step.source, openCVEs: [])
    withheld.service = step.service
    return withheld
  }

  /// Does a step that installs a package.
  mutating func install(_ step: Step) throws(StepFailure) {
    guard let package = step.package, let service = step.service,
      let manager = services.managers[service]
    else {
      throw StepFailure("install", step.module, "the plan does not say which package it is")
    }
    var change = PackageChange(
      service: service, name: step.module, package: package, replaces: step.replaces)
    let fetched: FetchedPackage
    do throws(PackageRefusal) {
      fetched = try manager.fetch(change)
    } catch {
      throw refused(package, error.answer, manager)
    }
    tellWayBack(change, fetched, for: step)
    // Whoever wants an end gets it before what is never ended.
    if interruption.isRequested() {
      throw StepFailure(
        manager.kind.rawValue, package,
        "it was fetched, and not installed: the run was told to end", ending: .calledOff)
    }
    // Nor may a window have closed meanwhile.
    if let refusal = gates.refusal(afterDownload: groupInHand) {
      shutGate = refusal
      throw StepFailure(
        manager.kind.rawValue, package,
        "it was fetched, and not installed: "
          + ((refusal.deferred + refusal.blocked).first?.message ?? "a gate shut meanwhile"),
        ending: .shut)
    }
    // Only then is it looked at: the download may have taken minutes.
    if let changed = changedByOthers(but: payload) {
      throw .unverified(changed.module, changed.message)
    }
    let before = try installed(step)
    guard before?.id.nevra == step.replaces else {
      throw StepFailure(
        "rpm -q", step.module,
        "\(before?.id.nevra ?? "no package of that name") is installed since the plan was made, by "
          + "other hands; it was left alone, and the next run plans anew")
    }
    let others = manager.otherPackages(than: step.module)
    let live = observedPatches()
    change.before = live.filter { $0.state == .known(.applied) }.map {
      BuildInForce(module: $0.module, buildID: $0.buildID?.value)
    }
    // Noted before: what cannot be read afterwards may have been changed all the same.
    changedPackages.append(EarlierPackage(step: step, change: change))
    let answer = try make(.installPackage(change), fetched, by: manager, for: step)
    if answer.isLeftRunning {
      throw StepFailure(
        manager.kind.rawValue, package, answer.complaint ?? "", ending: .beingInstalled)
    }
    let after = try installed(step)
    guard let after, after.id.nevra == package else {
      if after?.id == before?.id { changedPackages.removeLast() }
      throw refused(package, answer, manager)
    }
    hasChanged = true
    tell(step, answer, others, manager)
    try verify(after, of: step, live)
  }

  private func refused(
    _ package: String, _ answer: PackageAnswer, _ manager: PackageManager
  ) -> StepFailure {
    let name = manager.kind.rawValue
    if answer.isBusy {
      return StepFailure(name, package, answer.complaint ?? "", ending: .busy)
    }
    return StepFailure(
      name, package,
      "\(name) did not install \(package): "
        + (answer.complaint ?? "it says that it did, and rpm has it not"))
  }

  /// Sees that the kernel has what an installed package holds.
  mutating func verify(
    _ after: Services.Package, of step: Step, _ live: [LivePatch]
  ) throws(StepFailure) {
    let package = step.package ?? step.module
    // Known before anything is judged: what scripts have loaded goes with the package, whatever comes of it.
    for module in after.modules.compactMap(\.module) { adopt(module, of: step, live) }
    if after.modules.isEmpty, !after.id.isEmptyPackage {
      var failure = StepFailure(
        "rpm -ql", package, "\(package) is installed, and there is no kernel module in it")
      failure.phase = .verify
      throw failure.blaming(.certain(.refused))
    }
    for module in after.modules {
      try verify(module, of: step)
    }
    if step.service == "suse" { tellInitrd(after, of: step) }
  }

  /// Warns of what the next boot will begin without, which is for a person to see to.
  private mutating func tellInitrd(_ package: Services.Package, of step: Step) {
    guard let initrd = services.initrd(on: host) else { return }
    let missing = package.modules.filter(initrd.lacks).compactMap(\.module)
    if missing.isEmpty { return }
    warnings.append(
      Warning(
        code: Warning.packageManager,
        message:
          "\(package.id.nevr) is in force, and \(initrd.path) does not have \(missing.joined(separator: ", ")) "
          + "as it is installed, so the next boot does not begin with it: dracut -f (until then every run "
          + "says stale-initrd)",
        source: step.source))
  }

  /// Takes a module of a package for one of the group's: an undo takes it off again.
  private mutating func adopt(_ module: String, of step: Step, _ before: [LivePatch]) {
    terms.adopt(module, from: step.module)
    let earlier = before.first { $0.module == module }
    if earlier == nil || earlier?.buildID != observedPatch(module)?.buildID {
      ownLoads.insert(module)
    }
    // Whatever else was in force may have been taken off by it.
    payload.insert(module)
    payload.formUnion(before.filter { $0.state == .known(.applied) }.map(\.module))
    groupModules.formUnion(payload)
  }

  /// Warns of what a package manager says though the package is there, and of what it changed besides.
  private mutating func tell(
    _ step: Step, _ answer: PackageAnswer, _ before: Set<String>?, _ manager: PackageManager
  ) {
    let package = step.package ?? step.module
    if let words = answer.complaint ?? answer.remark {
      warnings.append(
        Warning(
          code: Warning.packageManager,
          message: "\(package) is installed, and \(manager.kind.rawValue) complains: \(words)",
          source: step.source))
    }
    if let before, let after = manager.otherPackages(than: step.module), after != before {
      let changed = after.symmetricDifference(before).sorted().joined(separator: ", ")
      warnings.append(
        Warning(
          code: Warning.packageManager,
          message: "while \(package) was installed other packages changed, by whatever hands: "
            + changed, source: step.source))
    }
  }

  /// Sees that the kernel has a module of the package that was installed, and nothing else of its name.
  private mutating func verify(
    _ file: Services.Module, of step: Step
  ) throws(StepFailure) {
    let package = step.package ?? step.module
    guard file.file == .present, let module = file.module, let buildID = file.buildID else {
      var failure = StepFailure(
        "read", file.path, "\(package) is installed, and its \(file.path) is \(file.file.rawValue)")
      failure.phase = .verify
      throw failure.blaming(.certain(.refused))
    }
    guard let live = observedPatch(module), live.buildID?.value == buildID,
      [.known(.applied), .known(.enabling)].contains(live.state)
    else {
      let found = observedPatch(module).map { live in
        live.buildID?.value == buildID
          ? live.state.value?.rawValue ?? "in a state that cannot be observed"
          : "in memory in another build"
      }
      let message =
        "\(package) is installed, and its module \(module) is \(found ?? "not in memory"), whatever its "
        + "scripts said; the kernel's log says why"
      told.append(self.told(step, .notInForce, message, module: module))
      throw StepFailure.unverified(module, message).blaming(.certain(.refused))
    }
    expect(module, .applied)
    do throws(StepFailure) {
      try complete(module, as: .applied, stoppable: true)
    } catch {
      if error.ending != .failed { throw error }
      told.append(self.told(step, .notInForce, error.message, module: module))
      throw error
    }
  }

  /// The package of a step's name that rpm has, the newest of several.
  func installed(_ step: Step) throws(StepFailure) -> Services.Package? {
    try services.installed(step, on: host)
  }

  /// Leaves a group to a later run whose package manager found a lock taken; what was done of it goes back.
  mutating func leaveUnbegun(_ step: Step, _ steps: [Step], _ failure: StepFailure) {
    takeBack(steps)
    var refusal = GateWatch.Refusal()
    refusal.deferred = [waiting(step, step.package ?? step.module)]
    refusal.steps = Set(steps.map(\.id)).subtracting(statuses.keys)
    hold(steps, for: refusal)
    giveUp(steps, .deferred, failure.message)
  }

  /// Leaves a group to a later run whose gates shut while its package was being fetched; what was done of it
  /// goes back.
  mutating func leaveShut(_ steps: [Step], _ failure: StepFailure) {
    takeBack(steps)
    var refusal = shutGate ?? GateWatch.Refusal()
    refusal.steps = Set(steps.map(\.id)).subtracting(statuses.keys)
    hold(steps, for: refusal)
    giveUp(steps, .deferred, failure.message)
  }

  /// Leaves a package manager to its work, of which a later run sees what came: nothing is undone while
  /// it changes the database, and nothing else begun beside its scripts.
  mutating func leaveInstalling(_ step: Step, _ steps: [Step], _ failure: StepFailure) {
    var failure = failure
    failure.message +=
      "; a later run verifies what came of it, unless it is given up once that has ended: klpolicy resume "
      + step.module
    fail(step, failure, phase: .verify)
    skip(steps.filter { statuses[$0.id] == nil })
    changedPackages = []
    leavesRunning = true
    isLeftChanged = true
    giveUp(steps, .failed, failure.message)
  }

  /// Brings back the packages that a group has changed.
  mutating func restorePackages() throws(StepFailure) {
    let changed = changedPackages.reversed()
    changedPackages = []
    for earlier in changed {
      guard let manager = services.managers[earlier.change.service] else { continue }
      let change = earlier.change
      let name = manager.kind.rawValue
      let found = try installed(earlier.step)
      if found?.id.nevra == change.replaces { continue }
      if let found, found.id.nevra != change.package {
        throw StepFailure(
          name, change.package,
          "\(found.id.nevra) is installed since, by other hands, and was left alone; "
            + "\(change.replaces ?? "none of its name") was before")
      }
      let answer = try bringBack(change, by: manager, for: earlier.step)
      if answer.isLeftRunning {
        leavesRunning = true
        throw StepFailure(name, change.package, answer.complaint ?? "")
      }
      let now = try installed(earlier.step)
      guard now?.id.nevra == change.replaces else {
        throw StepFailure(
          name, change.package,
          "\(now?.id.nevra ?? "no package") stays installed, where "
            + "\(change.replaces ?? "none of its name") was before: "
            + (answer.complaint ?? "\(name) says that it brought it back, and rpm has it not")
            + "; the next boot loads what is installed")
      }
    }
  }

  /// What waits for a lock begins as soon as this run's own order is done, so it is asked again.
  private mutating func bringBack(
    _ change: PackageChange, by manager: PackageManager, for step: Step
  ) throws(StepFailure) -> PackageAnswer {
    let end = ContinuousClock.now + Executor.lockLimitOfUndo
    let earlier = change.replaces.map {
      PackageChange(
        service: change.service, name: change.name, package: $0, replaces: change.package,
        isOlder: true)
    }
    while true {
      _ = manager.awaitLock(Executor.lockLimit)
      let answer =
        if let earlier {
          try reinstall(earlier, by: manager, for: step)
        } else {
          try make(.removePackage(change), nil, by: manager, for: step)
        }
      if !answer.isBusy || ContinuousClock.now >= end { return answer }
      usleep(1_000_000)
    }
  }

  private mutating func reinstall(
    _ earlier: PackageChange, by manager: PackageManager, for step: Step
  ) throws(StepFailure) -> PackageAnswer {
    let fetched: FetchedPackage
    do throws(PackageRefusal) {
      fetched = try manager.fetch(earlier)
    } catch {
      return error.answer
    }
    return try make(.installPackage(earlier), fetched, by: manager, for: step)
  }

  /// Announces a change, has it made, and writes down what became of it.
  private mutating func make(
    _ change: Change, _ fetched: FetchedPackage?, by manager: PackageManager, for step: Step
  ) throws(StepFailure) -> PackageAnswer {
    if !manager.awaitLock(Executor.lockLimit) {
      return PackageAnswer(
        isBusy: true, complaint: "another program holds the lock on rpm's database")
    }
    let intent: Intent
    do throws(SystemError) {
      intent = try journal.announce(change, access: access)
    } catch {
      throw StepFailure(error, "nothing is changed that the journal cannot announce")
    }
    var answer = PackageAnswer()
    let due: String? =
      if case .installPackage(let package) = change { package.package } else { nil }
    // What rpm has counts, whatever its manager says; where rpm cannot tell, a later run looks.
    let (services, host) = (services, host)
    let found = { (_: PackageAnswer) -> Bool? in
      (try? services.installed(step, on: host)).map { $0?.id.nevra == due }
    }
    guard
      let outcome = manager.carryOut(
        intent, with: fetched, under: access, &answer, isDone: found)
    else {
      return answer
    }
    do throws(SystemError) {
      try journal.record(outcome)
    } catch {
      throw StepFailure(
        error, answer.complaint.map { "and before that, \(manager.kind.rawValue): \($0)" })
    }
    return answer
  }
}

extension Executor {
  /// Warns where what is to be replaced could not be fetched before it goes.
  private mutating func tellWayBack(
    _ package: PackageChange, _ fetched: FetchedPackage, for step: Step
  ) {
    guard let problem = fetched.problemOfWayBack, let replaced = package.replaces else { return }
    warnings.append(
      Warning(
        code: Warning.packageManager,
        message:
          "\(replaced), which \(package.package) takes the place of, could not be fetched before: "
          + (problem.isEmpty ? "the package manager was busy" : problem)
          + "; should it have to come back, its repository has to be in reach then",
        source: step.source))
  }
}

extension StagedServices {
  /// The package of a step's name that rpm has, the newest of several.
  fileprivate func installed(
    _ step: Step, on host: LivepatchHost
  ) throws(StepFailure) -> Services.Package? {
    let found = packages(of: step.service ?? "", on: host)
    guard case .known(let packages) = found.packages else {
      let words = found.problem.map { ": \($0)" } ?? ""
      throw StepFailure("rpm -q", step.module, "the database of rpm could not be read\(words)")
    }
    return packages.filter { $0.id.name == step.module }.max {
      compareRPM($0.id.versionRelease, $1.id.versionRelease) == .below
    }
  }
}

extension Warning {
  /// A package manager did what it was told, and had something to say.
  static let packageManager = "package-manager"
}
