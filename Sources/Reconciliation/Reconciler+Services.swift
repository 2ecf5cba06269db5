internal import Artefacts
internal import Compatibility
internal import Diagnostics
internal import Documents
internal import Files
internal import ModuleFile
internal import Planning
internal import PolicyModel
internal import SystemPackage
internal import VendorServices

extension Reconciler {
  /// Verifies every module that the plan writes for a service, so that what can fail without a change
  /// has failed before the first one.
  func stageServices(_ assessment: Assessment) throws(Refusal) -> StagedServices {
    var modules: [String: StagedServices.StagedModule] = [:]
    let lookup = ArtefactLookup(layout: layout, trust: options.trust, verifiesCopies: true)
    let builds = assessment.desired.chosenBuilds(on: assessment.snapshot)
    for step in assessment.plan.steps where step.action == .install {
      guard let patch = step.patch, let build = builds[patch] else { continue }
      do throws(ArtefactProblem) {
        modules[patch] = try module(build, lookup)
      } catch {
        throw .failed(
          Diagnostic(
            .stagingFailed, "module \(build.module) could not be made ready for kpatch: \(error)",
            advice: "nothing was changed; mend this and run again"))
      }
    }
    let files = assessment.snapshot.services?.kpatch?.modules.value ?? []
    return StagedServices(
      modules: modules,
      files: ServiceFiles(
        release: assessment.snapshot.host.kernel.release, trust: options.trust),
      seen: Dictionary(
        files.compactMap { file in file.sha256.map { (file.path, $0) } },
        uniquingKeysWith: { first, _ in first }),
      unfinished: assessment.snapshot.history.unfinishedPackages,
      managers: [
        "redHat": PackageManager(.dnf, timeLimit: downloadTimeLimit, patience: packageTimeLimit),
        "suse": PackageManager(.zypper, timeLimit: downloadTimeLimit, patience: packageTimeLimit),
      ],
      client: LivepatchClient(),
      clientPath: assessment.snapshot.services?.canonical?.client ?? "",
      unfinishedSettings: assessment.snapshot.history.unfinishedSettings,
      token: try token(assessment))
  }

  /// Reads the token where the plan enables a client, or promises to enable it again.
  private func token(_ assessment: Assessment) throws(Refusal) -> SecretText? {
    let isNeeded = assessment.plan.steps.contains {
      $0.setting == "enabled=true" || ($0.setting == "enabled=false" && $0.reversible)
    }
    // One that a killed run had disabled may have to be enabled again, and so may one that a setting costs
    // its enabling.
    let isWanted =
      assessment.plan.steps.contains { $0.service == "canonical" }
      || assessment.snapshot.history.unfinishedSettings.contains { $0.text == "enabled=false" }
    guard isNeeded || isWanted, let token = assessment.desired.clientToken else { return nil }
    var problem = ""
    if let secret = ClientTokenFile(token, trust: options.trust).read(&problem) { return secret }
    if !isNeeded { return nil }
    throw .failed(
      Diagnostic(
        .stagingFailed, problem, advice: "nothing was changed; mend this and run again"))
  }

  private func module(
    _ build: BuildDefinition, _ lookup: ArtefactLookup
  ) throws(ArtefactProblem) -> StagedServices.StagedModule {
    let artefact = try lookup.open(build)
    let bytes = try artefact.moduleContent()
    return StagedServices.StagedModule(
      bytes: bytes, buildID: artefact.facts.buildID, sha256: artefact.moduleSHA256)
  }
}

extension ArtefactLookup {
  /// What is found of the modules that a plan writes for a service and that nobody has looked at yet.
  func serviceFindings(
    _ plan: Plan, _ desired: DesiredSet, _ snapshot: HostSnapshot,
    known: [String: ArtefactFinding]
  ) -> [String: ArtefactFinding] {
    let patches = Set(plan.steps.filter { $0.action == .install }.compactMap(\.patch))
    if patches.isEmpty { return [:] }
    var findings: [String: ArtefactFinding] = [:]
    for (patch, build) in desired.chosenBuilds(on: snapshot)
    where patches.contains(patch) && known[patch] == nil {
      switch finding(build) {
      // It is in force, and nothing fetches it for its file alone.
      case .notFetched(let message):
        findings[patch] = .unusable(Obstacle(.artefactMissing, message))
      case let finding: findings[patch] = finding
      }
    }
    return findings
  }
}
