internal import Artefacts
internal import Compatibility
package import Documents
package import Files
internal import ModuleFile
package import Planning
package import PolicyModel

/// Desired state held against a snapshot: the one way from policies to a plan, for `plan`, for a
/// dry run and for `reconcile` itself.
package struct Assessment {
  package let plan: Plan
  let desired: DesiredSet
  let snapshot: HostSnapshot

  /// Makes the plan.
  ///
  /// - Parameters:
  ///   - desired: what the policies want of the host.
  ///   - snapshot: the host.
  ///   - lookup: where artefacts are found.
  ///   - at: the moment the plan is made for.
  ///   - toolVersion: the version of this program.
  ///   - options: what the command line allows.
  /// - Throws: `ModelDisagreement`, a defect of the planner.
  package init(
    _ desired: DesiredSet, snapshot: HostSnapshot, lookup: ArtefactLookup, at: Timestamp,
    toolVersion: String, options: PlanningOptions
  ) throws(ModelDisagreement) {
    self.desired = desired
    self.snapshot = snapshot
    var artefacts: [String: ArtefactFinding] = [:]
    for patch in desired.patches {
      guard case .applied(let build) = patch.wanted, needsArtefact(build, snapshot: snapshot) else {
        continue
      }
      artefacts[patch.name] = lookup.finding(build)
    }
    plan = try makePlan(
      PlanningInput(
        desired: desired, artefacts: artefacts, snapshot: snapshot, at: at,
        toolVersion: toolVersion, options: options))
  }
}

extension Assessment {
  /// How long the transition of each module in the plan may take, where a policy names its patch.
  var deadlines: [String: Duration] {
    var deadlines: [String: Duration] = [:]
    for step in plan.steps {
      deadlines[step.module] = desired.patches.first { $0.name == step.patch }?.deadline
    }
    return deadlines
  }
}

/// Finds the artefacts that policies name, and says what they are.
package struct ArtefactLookup {
  let store: Store
  let trust: FileTrust

  package init(layout: HostLayout, trust: FileTrust) {
    store = Store(layout.store)
    self.trust = trust
  }

  /// The verified bytes of a build.
  func open(_ build: BuildDefinition) throws(ArtefactProblem) -> Artefact {
    try locate(build.file, sha256: build.sha256, store: store, trust: trust)
  }

  func finding(_ build: BuildDefinition) -> ArtefactFinding {
    do throws(ArtefactProblem) {
      return .verified(try open(build).facts)
    } catch {
      return .unusable(Obstacle(error.reason, error.description))
    }
  }
}

extension ArtefactProblem {
  /// The reason of the contract.
  var reason: Reason {
    switch kind {
    case .missing: .artefactMissing
    case .unreadable: .artefactUnreadable
    case .untrusted: .artefactUntrusted
    case .digestMismatch: .digestMismatch
    case .notAModule: .notAModule
    // Nothing is kept while a plan is made.
    case .notKept: .artefactUnreadable
    }
  }
}
