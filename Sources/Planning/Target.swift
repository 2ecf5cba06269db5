internal import Compatibility
internal import Diagnostics
internal import Documents
internal import ModuleFile
internal import PolicyModel

/// A patch that the policies want applied, and what has to be done for it.
struct Target {
  enum Standing {
    /// The wanted build is applied.
    case inPlace
    /// It has to be loaded; a module of its name that is still in memory goes first.
    case load(Reason)
    /// It has to be loaded and cannot be.
    case blocked([Obstacle])
    /// It has to be loaded, and waits.
    case deferred(Deferral)
  }

  let patch: DesiredSet.Patch
  let build: BuildDefinition
  /// The build ID of the wanted build; nil when no artefact could tell.
  let buildID: String?
  /// Whether loading it takes every other live patch off. Unknown counts as true.
  let replaces: Bool
  /// The functions that it patches, as `object:function`; nil when not known.
  let functions: Set<String>?
  var standing: Standing
  /// Whether it is in place, and held back only because it lacks what it requires.
  var lacksRequirement = false
  /// Whether it was held back for that, and what it requires stayed after all.
  var hasReturned = false

  /// Whether it will not be applied by this plan.
  var isWithheld: Bool {
    switch standing {
    case .blocked, .deferred: true
    case .inPlace, .load: false
    }
  }
  var isInPlace: Bool { if case .inPlace = standing { true } else { false } }
  /// Whether it is to be loaded and can be.
  var loads: Bool { if case .load = standing { true } else { false } }

  mutating func block(_ obstacle: Obstacle) {
    if case .blocked(let obstacles) = standing {
      standing = .blocked(obstacles + [obstacle])
    } else {
      standing = .blocked([obstacle])
    }
  }
}

/// Why something waits for a later run.
struct Deferral {
  let reason: Reason
  let message: String
  let until: Timestamp?

  init(_ reason: Reason, _ message: String, until: Timestamp? = nil) {
    self.reason = reason
    self.message = message
    self.until = until
  }

  init(_ refusal: Admission.Refusal) {
    self.init(refusal.reason, refusal.text, until: refusal.until)
  }

  func withheld(_ patch: DesiredSet.Patch, module: String?, _ openCVEs: [String]) -> Withheld {
    Withheld(
      patch: patch.name, module: module, reason: reason, message: message,
      source: patch.source.description, until: until, openCVEs: openCVEs)
  }
}

/// A patch that the policies want applied, of which no build may be loaded now. What is in force of
/// it stays.
struct Unbuilt {
  enum Holding {
    case blocked([Obstacle])
    case deferred(Deferral)
  }

  let patch: DesiredSet.Patch
  /// The module of the build that is kept back.
  let module: String?
  /// The functions that it patches, as `object:function`; nil when not known.
  let functions: Set<String>?
  var holding: Holding
  /// The rule that keeps it back, where one does.
  let refusal: Admission.Refusal?
}

extension Planner {
  /// Judges one patch that the policies want applied.
  mutating func judge(_ patch: DesiredSet.Patch, _ build: BuildDefinition) -> Target {
    let live = ground.livePatch(build.module)
    let record = ground.record(build.module)
    let finding = input.artefacts[patch.name]
    let facts: ModuleFacts? = if case .verified(let facts) = finding { facts } else { nil }
    // The journal's word for a digest is as good as the file's: it was verified before the load.
    let known = record.flatMap { $0.sha256 == build.sha256 ? $0 : nil }
    let buildID = known?.buildID ?? facts?.buildID ?? declaredBuildID(build, finding)
    let isLive = live != nil && buildID != nil && live?.buildID?.value == buildID

    let replaces =
      (isLive ? live?.replace.value ?? known?.replace.value : nil)
      ?? facts?.replace ?? build.replace ?? true
    var functions = facts?.functionNames
    if isLive, let live { functions = (functions ?? []).union(live.functionNames) }
    var target = Target(
      patch: patch, build: build, buildID: buildID, replaces: replaces, functions: functions,
      standing: .inPlace)

    let settled = settledStates[build.module]
    let isRecalled = live.map(isWithdrawn) ?? false
    if isLive, settled == .applied, live?.state != .unknown, !isRecalled {
      warnOfOwner(of: target)
      if let obstacle = live.flatMap(idleObstacle) { target.block(obstacle) }
      if let obstacle = failureInPlace(target) { target.block(obstacle) }
      return target
    }
    target.standing = .load(loadReason(patch, live: live, isLive: isLive))
    for obstacle in obstacles(for: target, finding: finding, live: live) {
      target.block(obstacle)
    }
    return target
  }

  /// What somebody else loaded may look applied and be of no use: loading it again would not mend that.
  private func idleObstacle(_ live: LivePatch) -> Obstacle? {
    guard live.unpatchedObjects(modules: nil).contains("vmlinux") else { return nil }
    return Obstacle(
      .notInForce,
      "\(live.module) is \(live.state.value?.rawValue ?? "enabled"), and the kernel has hooked none of its "
        + "functions of vmlinux: it patches nothing, for its object has a name where the kernel itself "
        + "has none; take it off (`state: absent`) and name a module that is built anew")
  }

  /// The journal knows one policy for what is in memory, and a run without that policy may not write
  /// down that another wants it too.
  private mutating func warnOfOwner(of target: Target) {
    guard let record = ground.record(target.build.module), !isGiven(record.policy) else { return }
    warnings.append(
      Warning(
        code: Warning.loadedForAnother,
        message:
          "\(target.build.module), which policy \(target.patch.policy) wants, was loaded for "
          + "policy \(record.policy), which is not among those given, and goes when that no longer "
          + "names it; give both policies in one run",
        source: target.patch.source.description))
  }

  /// What the policy says of a build that nobody has looked at yet.
  private func declaredBuildID(_ build: BuildDefinition, _ finding: ArtefactFinding?) -> String? {
    if case .notFetched = finding { build.buildID } else { nil }
  }

  /// Judges one patch that the policies name, but for those that are to be absent.
  mutating func judge(_ patch: DesiredSet.Patch) {
    switch patch.wanted {
    case .absent: break
    case .fixedByKernel(let message):
      satisfied.append(
        Satisfied(
          patch: patch.name, reason: .kernelHasFix, message: message,
          source: patch.source.description))
    case .applied(let choices):
      switch ground.choose(among: choices, of: patch.name) {
      case .build(let build, let better):
        targets.append(judge(patch, build))
        if let better, case .refused(let refusal) = better.admission {
          waiting.append(
            Deferral(refusal).withheld(patch, module: better.build.module, []))
          if let gate = Gate(admission: refusal.reason) {
            gates.append(
              GateResult(
                gate, .deferred, reason: refusal.reason, refusal.text, patch: patch.name,
                module: better.build.module, source: refusal.source?.description,
                until: refusal.until))
          }
        }
      case .none(let choice):
        unbuilt.append(
          Unbuilt(
            patch: patch, module: choice?.build.module, functions: functions(of: patch),
            holding: holding(patch, choice), refusal: choice?.refusal))
      }
    }
  }

  /// What the file of a patch says that it patches.
  private func functions(of patch: DesiredSet.Patch) -> Set<String>? {
    if case .verified(let facts) = input.artefacts[patch.name] { facts.functionNames } else { nil }
  }

  /// Why a patch has no build that may be loaded now.
  private func holding(_ patch: DesiredSet.Patch, _ choice: DesiredSet.Choice?) -> Unbuilt.Holding {
    if !kernel.obstacles.isEmpty { return .blocked(kernel.obstacles) }
    guard let choice, case .refused(let refusal) = choice.admission else {
      return .blocked([
        Obstacle(
          .noBuildForKernel,
          "no PatchSet has a build of \(patch.name) for the kernel "
            + "\(input.snapshot.host.kernel.release); publish one, or take the patch out of the "
            + "policy for this kernel")
      ])
    }
    switch refusal.kind {
    case .early: return .deferred(Deferral(refusal))
    // A cutoff is the policy's own will: it holds nothing up that somebody wants.
    case .unfit where refusal.reason == .afterCutoff: return .deferred(Deferral(refusal))
    case .unfit, .withdrawn, .unknown:
      return .blocked([Obstacle(refusal.reason, refusal.message)])
    }
  }

  private func loadReason(_ patch: DesiredSet.Patch, live: LivePatch?, isLive: Bool) -> Reason {
    if live != nil { return isLive ? .resident : .otherBuild }
    return ground.module(ofPatch: patch.name) == nil ? .notLoaded : .newerBuild
  }

  /// What stands in the way of loading a target, the most fundamental first.
  private mutating func obstacles(
    for target: Target, finding: ArtefactFinding?, live: LivePatch?
  ) -> [Obstacle] {
    // On a kernel that cannot do it at all, what else is wrong helps nobody.
    if !kernel.obstacles.isEmpty { return kernel.obstacles }
    var findings = kernel
    switch finding {
    case .unusable(let obstacle):
      return [obstacle]
    case .verified(let facts):
      findings.add(
        moduleObstacles(
          facts,
          declared: DeclaredModule(module: target.build.module, replace: target.build.replace),
          on: input.snapshot.host, live: input.snapshot.live))
      findings.add(signatureFindings(facts, of: target.patch))
      findings.add(kernelSignatureFindings(facts, of: target.patch))
      // How else a module for another kernel does not fit helps nobody.
      if !findings.obstacles.contains(where: { $0.reason == .incompatibleVermagic }) {
        findings.add(
          fitObstacles(
            facts, on: input.snapshot.facts, host: input.snapshot.host,
            live: input.snapshot.live))
      }
    case .notFetched(let message):
      warnings.append(
        Warning(
          code: Warning.unverified, message: "\(target.patch.name): \(message)",
          source: target.build.source.description))
    case nil:
      return [
        Obstacle(
          .artefactMissing,
          "nothing is known of \(target.build.origin): the planner was not given its artefact")
      ]
    }
    if let declared = target.build.buildID, let found = target.buildID, found != declared {
      findings.obstacles.append(
        Obstacle(
          .otherBuildID,
          "\(target.build.origin) has the build ID \(found), and \(declared) is declared at "
            + "\(target.build.source); correct one of them"))
    }
    if let withdrawal = withdrawal(of: target) {
      findings.obstacles.append(
        Obstacle(
          .withdrawn,
          "\(target.build.origin) is the very build \(withdrawal.buildID ?? "") that was withdrawn"
            + (withdrawal.withdrawnAt.map { " (\($0))" } ?? "") + "; publish another one"))
    }
    if let obstacle = earlierFailure(of: target) { findings.obstacles.append(obstacle) }
    if let live, let obstacle = obstacleInMemory(live, target: target) {
      findings.obstacles.append(obstacle)
    }
    if let obstacle = unverifiedObstacle(findings.unknown, patch: target.patch.name) {
      findings.obstacles.append(obstacle)
    }
    warn(findings, patch: target.patch.name)
    return findings.obstacles
  }

  /// The withdrawal of the build that a target's file turned out to be.
  private func withdrawal(of target: Target) -> BuildDefinition? {
    input.desired.withdrawals.first {
      $0.module == target.build.module && $0.buildID != nil && $0.buildID == target.buildID
    }
  }

  /// Tells what does not stand in the way of a load.
  private mutating func warn(_ findings: Findings, patch: String) {
    if !findings.leftToKernel.isEmpty {
      warnings.append(
        Warning(
          code: Warning.leftToKernel,
          message: "\(patch): left to the kernel, which refuses what does not fit: "
            + findings.leftToKernel.joined(separator: "; ")))
    }
    warnings += findings.warnings.map {
      Warning(code: $0.code, message: "\(patch): \($0.message)", source: $0.source)
    }
  }

  /// What a module of the target's name that is in memory already has against the load.
  private func obstacleInMemory(_ live: LivePatch, target: Target) -> Obstacle? {
    let module = live.module
    switch settledStates[module] {
    case .pinned:
      return Obstacle(
        .pinned,
        "module \(module) is disabled and pinned in memory, so its name cannot be loaded again; "
          + "reboot to free it")
    case .applied:
      if let record = ground.record(module), !isGiven(record.policy), !input.options.prune,
        !isWithdrawn(live)
      {
        return Obstacle(
          .nameClash,
          "module \(module) is loaded in another build for policy \(record.policy), which is not "
            + "among those given; give both policies in one run, or take it over with --prune")
      }
      // What was withdrawn is not to come back.
      if !ground.isStored(module), !isWithdrawn(live) {
        return Obstacle(
          .noWayBack,
          "another build of \(module) is applied that klpolicy holds no copy of, so it could not be "
            + "restored if this one failed; unload it by hand, or publish this build under another "
            + "module name")
      }
      return nil
    default:
      return nil
    }
  }
}

extension LivePatch {
  /// What it patches, as `object:function`.
  var functionNames: Set<String> {
    Set(objects.flatMap { object in object.functions.map { "\(object.name):\($0.name)" } })
  }
}

extension ModuleFacts {
  /// What it patches, as `object:function`; nil where the file does not tell.
  fileprivate var functionNames: Set<String>? {
    objects.map {
      Set($0.flatMap { object in object.functions.map { "\(object.name):\($0.name)" } })
    }
  }
}
