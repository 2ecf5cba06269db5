import Compatibility
import Diagnostics
import Documents
import ModuleFile
import Planning
import PolicyModel
import SystemPackage

extension RandomHost.Live {
  var name: String { "m\(module)" }
  var buildID: String { "m\(module)-b\(build)" }
}

extension RandomHost.Choice {
  var name: String { "m\(module)" }
  var buildID: String { "m\(module)-b\(build)" }
  /// Whether loading it takes everything else off, as far as anyone knows: unknown counts as true.
  var replaces: Bool { file?.replace ?? declaredReplace ?? true }
}

extension RandomHost.Wanted {
  var name: String { "p\(patch)" }

  var choices: [RandomHost.Choice] {
    if case .applied(let choices) = state { choices } else { [] }
  }
}

extension RandomHost {
  /// What binds changes that wait, and those that do not.
  struct Rules: Sendable {
    var open = Constraints([])
    var closed: Constraints
  }

  var snapshot: HostSnapshot {
    var world = World().at(testMoment)
    world.snapshot.live.patches = live.map { live in
      LivePatch(
        module: live.name, state: .known(live.state), buildID: .known(live.buildID),
        replace: .known(live.replace), stackOrder: nil, referenceCount: .known(0),
        taint: .known("OEK"),
        objects: [
          PatchedObject(
            name: "vmlinux", patched: .known(true),
            functions: live.functions.map { PatchedFunction(name: "f\($0)", sympos: 1) })
        ])
    }
    world.snapshot.live.transition = live.first { [.enabling, .disabling].contains($0.state) }.map {
      .known(
        LiveTransition(
          module: $0.name, direction: $0.state == .enabling ? .enabling : .disabling))
    }
    world.snapshot.live.modules = .known(live.map(\.name).sorted())
    world.snapshot.history.managed = .known(
      live.compactMap { live in
        live.record.map { record in
          var managed = ManagedModule(
            module: live.name, buildID: live.buildID, patch: "p\(record.patch)",
            policy: record.policy, version: "1", fixes: record.fixes.map { "CVE-2026-\($0)" },
            requires: record.requires.map { "p\($0)" }, replace: .known(live.replace),
            sha256: "sha-\(live.buildID)",
            reversal: record.isTurned ? live.state == .enabling ? .enabling : .disabling : nil,
            stored: .known(record.isStored))
          managed.isDisabled = live.state == .disabling
          return managed
        }
      })
    world.snapshot.history.holds = .known(
      holds.map {
        Hold(
          patch: $0 < 0 ? nil : "p\($0)", reason: "audit", until: nil, by: "ada",
          since: world.snapshot.takenAt)
      })
    return world.snapshot
  }

  func desired(_ rules: Rules) -> DesiredSet {
    var desired = DesiredSet(
      patches: wanted.map { patch($0, rules) },
      withdrawals: withdrawn.map { .test("m\($0.module)", build: id($0), isWithdrawn: true) },
      policies: [], givenPolicies: RandomHost.givenPolicies,
      constraintsOfHost: removalsWait ? rules.closed : rules.open,
      unmanaged: Unmanaged(rawValue: unmanaged) ?? .report)
    desired.patches.sort { $0.name < $1.name }
    return desired
  }

  func input(_ rules: Rules) -> PlanningInput {
    let snapshot = snapshot
    let desired = desired(rules)
    var artefacts: [String: ArtefactFinding] = [:]
    let chosen = desired.chosenBuilds(on: snapshot)
    for (patch, build) in chosen.merging(
      desired.awaitedBuilds(on: snapshot), uniquingKeysWith: { one, _ in one })
    {
      if chosen[patch] != nil, !needsArtefact(build, snapshot: snapshot) { continue }
      artefacts[patch] = finding(patch, build)
    }
    return PlanningInput(
      desired: desired, artefacts: artefacts, snapshot: snapshot, at: snapshot.takenAt,
      toolVersion: "test",
      options: PlanningOptions(prune: prunes, allowEmpty: allowsEmpty, unverified: .block))
  }

  /// The choice that a build of a patch is.
  func choice(_ patch: String, _ build: BuildDefinition?) -> Choice? {
    wanted.first { $0.name == patch }?.choices.first {
      $0.name == build?.module && "sha-\($0.buildID)" == build?.sha256
    }
  }

  func isWithdrawn(_ module: Int, _ build: Int) -> Bool {
    withdrawn.contains(Build(module: module, build: build))
  }

  private func id(_ build: Build) -> String { "m\(build.module)-b\(build.build)" }

  private func patch(_ want: Wanted, _ rules: Rules) -> DesiredSet.Patch {
    let state: DesiredSet.Wanted =
      switch want.state {
      case .fixedByKernel: .fixedByKernel(message: "the kernel has it")
      case .absent(let modules): .absent(modules: Set(modules.map { "m\($0)" }))
      case .applied(let choices):
        .applied(
          choices.map { choice in
            DesiredSet.Choice(
              build: .test(
                choice.name, build: choice.buildID, version: "\(choice.version)",
                replace: choice.declaredReplace,
                isWithdrawn: isWithdrawn(choice.module, choice.build)),
              admission: admission(of: choice))
          })
      }
    return DesiredSet.Patch(
      name: want.name, wanted: state, policy: want.policy, requires: want.requires.map { "p\($0)" },
      fixes: want.fixes.map { "CVE-2026-\($0)" },
      constraints: want.waits ? rules.closed : rules.open,
      source: Location(path: "web.yaml", position: Position(line: 9, column: 11)))
  }

  private func admission(of choice: Choice) -> PolicyModel.Admission {
    if isWithdrawn(choice.module, choice.build) {
      return .refused(.init(kind: .withdrawn, reason: .withdrawn, message: "withdrawn"))
    }
    return switch choice.admission {
    case .admitted: .admitted
    case .early: .refused(.init(kind: .early, reason: .tooYoung, message: "not yet"))
    case .unfit: .refused(.init(kind: .unfit, reason: .noBuildForKernel, message: "another"))
    case .unknown: .refused(.init(kind: .unknown, reason: .unverified, message: "not known"))
    }
  }

  private func finding(_ patch: String, _ build: BuildDefinition) -> ArtefactFinding {
    guard let choice = choice(patch, build), let file = choice.file else {
      return .unusable(Obstacle(.artefactMissing, "it is not there"))
    }
    var facts = ModuleFacts.test(
      choice.name, build: choice.buildID, replace: file.replace,
      functions: (file.functions ?? []).map { "f\($0)" })
    if file.functions == nil { facts.objects = nil }
    return .verified(facts)
  }
}
