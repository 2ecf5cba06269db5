internal import Artefacts
internal import Compatibility
package import Documents
package import LivepatchHost
internal import ModuleFile
package import Planning
package import PolicyModel
package import VendorServices

/// Desired state held against a snapshot: the one way from policies to a plan, for `plan`, for a
/// dry run and for `reconcile` itself.
package struct Assessment {
  /// What has to be asked again before each group of the plan is begun.
  let changes: [Int: [GatedChange]]
  /// The hooks around each group of the plan.
  let hooks: [Int: [Hook]]
  /// What the gate commands said; nil where they were not run.
  let gateAnswers: [GateQuestion: GateAnswer]?
  package let plan: Plan
  package let desired: DesiredSet
  let snapshot: HostSnapshot
  /// What the plan loads and the store does not have yet.
  let unfetched: [BuildDefinition]
  /// What is brought into the store for other kernels, in the order of the plan's steps.
  let staging: [OtherKernelBuild]
  /// What was found of the files of builds for other kernels.
  let otherFiles: [OtherKernelBuild: Lacking.File]
  /// The digests of all builds that the policies define, whatever they are for.
  var named: @Sendable () -> Set<String> = { [] }

  /// Makes the plan.
  ///
  /// - Parameters:
  ///   - desired: what the policies want of the host.
  ///   - snapshot: the host.
  ///   - host: where to look for what the modules need of the kernel, if any is to be loaded; nil
  ///     where the snapshot has to tell.
  ///   - lookup: where artefacts are found.
  ///   - otherKernels: what the policies want on the other kernels of this host; none where the
  ///     store is not this host's.
  ///   - at: the moment the plan is made for.
  ///   - toolVersion: the version of this program.
  ///   - options: what the command line allows.
  ///   - commands: runs the gate commands once nothing else keeps a change back; nil where they are
  ///     not run: for another host, another time, or without the right to act.
  ///   - answers: what they said before in this run.
  ///   - servicePrograms: the programs that vendors' services are asked by, with their time limits; nil for
  ///     the usual ones.
  /// - Throws: `ModelDisagreement`, a defect of the planner.
  package init(
    _ desired: DesiredSet, snapshot: HostSnapshot, host: LivepatchHost? = nil,
    lookup: ArtefactLookup, otherKernels: [OtherKernelBuild] = [], at: Timestamp,
    toolVersion: String, options: PlanningOptions, commands: GateCommands? = nil,
    knowing answers: [GateQuestion: GateAnswer]? = nil, servicePrograms: ServicePrograms? = nil
  ) throws(ModelDisagreement) {
    var desired = desired
    var answers = answers
    if options.isAtBoot {
      var admitted: Set<String> = []
      if desired.loadsNewAtBoot {
        var ordinary = options
        ordinary.isAtBoot = false
        let assessment = try Assessment(
          desired, snapshot: snapshot, host: host, lookup: lookup, at: at,
          toolVersion: toolVersion,
          options: ordinary, commands: commands, knowing: answers)
        answers = assessment.gateAnswers ?? answers
        admitted = Set(
          assessment.plan.steps.filter { $0.action == .load }.compactMap(\.patch))
      }
      desired = desired.atBoot(snapshot.history, admitted: admitted)
    }
    self.desired = desired
    var found = lookup.findings(desired, snapshot, verifiesSignatures: host != nil)
    var snapshot = snapshot
    if let host {
      snapshot.observeFacts(found.artefacts, on: host)
      snapshot.observeServices(desired, on: host, programs: servicePrograms)
    }
    if snapshot.live.patches.contains(where: { !$0.objects.isEmpty }) {
      // What they patch tells what they are to take the place of.
      for (patch, build) in desired.awaitedBuilds(on: snapshot)
      where found.artefacts[patch] == nil {
        found.artefacts[patch] = lookup.finding(build)
      }
    }
    var input = PlanningInput(
      desired: desired, artefacts: found.artefacts, signatures: found.signatures,
      snapshot: snapshot, at: at,
      toolVersion: toolVersion, options: options)
    if let host { input.observeReadOnlyFolders(on: host) }
    // At boot nothing is fetched, and nothing done that can wait.
    let lacking = lookup.lacking(
      options.isAtBoot ? [] : otherKernels, knowing: lookup.otherFiles)
    (input.staging, input.stagingWarnings) = (lacking.builds, lacking.warnings)
    staging = lacking.builds
    otherFiles = lacking.files
    var work = try PlannedWork(input)
    // A copy that the plan counts on is looked at before it is promised.
    if lookup.verifiesCopies,
      input.snapshot.distrustDamagedCopies(of: work.plan.leaving, lookup.store)
    {
      work = try PlannedWork(input)
    }
    let services = lookup.serviceFindings(
      work.plan, desired, input.snapshot, known: found.artefacts)
    if !services.isEmpty {
      input.serviceArtefacts = services
      work = try PlannedWork(input)
    }
    if host != nil, input.observeToken(work, trust: lookup.trust) {
      work = try PlannedWork(input)
    }
    if let commands {
      // A hook that cannot be run is told before anything is begun.
      input.unusableHooks = commands.problems(
        ofPrograms: work.hooks.values.joined().compactMap(\.run.first))
      if !input.unusableHooks.isEmpty { work = try PlannedWork(input) }
      if !work.questions.isEmpty {
        input.gateAnswers = commands.ask(
          work.questions, of: work.plan.host, knowing: answers ?? [:])
        work = try PlannedWork(input)
      }
    }
    gateAnswers = input.gateAnswers
    changes = work.changes
    hooks = work.hooks
    plan = work.plan
    let loaded = work.plan.steps.filter { $0.action == .load }.map(\.module)
    let loadedBuilds = loaded.isEmpty ? [:] : desired.chosenBuilds(on: input.snapshot)
    unfetched = loadedBuilds.sorted { $0.key < $1.key }.compactMap { patch, build in
      guard case .notFetched = found.artefacts[patch], loaded.contains(build.module) else {
        return nil
      }
      return build
    }
    self.snapshot = input.snapshot
  }

  /// What the policies say of a patch, joined with what the plan makes of it.
  package func explanation(_ trace: PatchTrace) -> Explanation {
    Explanation(trace, desired: desired, snapshot: snapshot, plan: plan)
  }

  /// The same of a vendor's service, whose name the trace has.
  package func explanation(ofService trace: PatchTrace) -> Explanation {
    Explanation(ofService: trace, snapshot: snapshot, plan: plan)
  }

  /// Whether the store holds a build that is in memory now.
  func holds(_ build: BuildDefinition) -> Bool {
    snapshot.history.managed.value?.contains {
      $0.module == build.module && $0.sha256 == build.sha256 && $0.stored == .known(true)
    } ?? false
  }

  /// What the plan takes off, for good or to load it again: all live patches where a replace build
  /// is among what goes or comes.
  var leaving: Set<String> {
    let replaces = snapshot.live.patches.contains {
      plan.leaving.contains($0.module) && $0.replace != .known(false)
    }
    let isWaitedFor = plan.steps.contains { $0.reason == .transitionInProgress }
    return replaces || isWaitedFor ? Set(snapshot.live.patches.map(\.module)) : plan.leaving
  }
}

extension Plan {
  /// The modules that it unloads.
  fileprivate var leaving: Set<String> {
    Set(steps.filter { $0.action == .unload }.map(\.module))
  }
}

extension HostSnapshot {
  /// Looks at what modules need of the running kernel. Without any, nothing is read.
  package mutating func observeFacts(
    _ artefacts: [String: ArtefactFinding], on host: LivepatchHost
  ) {
    let modules = artefacts.values.compactMap { finding in
      if case .verified(let facts) = finding { facts } else { nil }
    }
    let questions = kernelQuestions(of: modules)
    if !modules.isEmpty { facts = host.facts(for: questions, of: self.host, live) }
  }

  /// Takes back what was said of the store's copies that turn out damaged.
  ///
  /// - Returns: whether there was any.
  fileprivate mutating func distrustDamagedCopies(of modules: Set<String>, _ store: Store) -> Bool {
    guard case .known(var managed) = history.managed else { return false }
    var found = false
    for index in managed.indices
    where modules.contains(managed[index].module) && managed[index].stored == .known(true) {
      do throws(ArtefactProblem) {
        _ = try store.open(managed[index].sha256)
      } catch {
        managed[index].stored = .known(false)
        found = true
      }
    }
    history.managed = .known(managed)
    return found
  }
}
