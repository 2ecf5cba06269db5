internal import Artefacts
internal import Documents
internal import Files
internal import Journal
internal import PolicyModel

/// Brings builds for other installed kernels into the store, so that the boot of one of them finds
/// them there, before there is a network.
struct Staging {
  private let builds: [OtherKernelBuild]
  private let reconciler: Reconciler

  init(_ builds: [OtherKernelBuild], _ reconciler: Reconciler) {
    self.builds = builds
    self.reconciler = reconciler
  }

  /// Does a step: the build is in the store, verified, when this returns.
  func bring(
    _ step: Step, access: borrowing WriteAccess
  ) throws(StepFailure) -> OtherKernelBuild {
    guard
      let build = builds.first(where: {
        $0.release == step.kernel && $0.build.module == step.module && $0.patch == step.patch
      })
    else { throw StepFailure("stage", step.module, "the plan does not say what it is") }
    let store = Store(reconciler.layout.store)
    let lookup = ArtefactLookup(
      layout: reconciler.layout, trust: reconciler.options.trust, verifiesCopies: true)
    let artefact: Artefact
    do throws(ArtefactProblem) {
      if let problem = reconciler.fetch([build.build], access: access)[build.build.sha256] {
        throw problem
      }
      artefact = try lookup.open(build.build)
    } catch {
      throw build.failure("\(error)")
    }
    if let misfit = build.misfit(artefact.facts) {
      // What was fetched is kept by now, and must not count as what the policy wants.
      try? store.remove(build.build.sha256, access: access)
      throw build.failure(misfit)
    }
    do throws(ArtefactProblem) {
      try store.keep(artefact, access: access)
    } catch {
      throw build.failure("\(error)")
    }
    return build
  }
}

extension Executor {
  /// Does steps for other kernels, each by itself: none of them touches the one that runs.
  mutating func stage(_ steps: [Step]) {
    for step in steps {
      if interruption.isRequested() {
        skip([step])
        continue
      }
      do throws(StepFailure) {
        let build = try staging.bring(step, access: access)
        statuses[step.id] = .done
        note(build)
      } catch {
        fail(step, error, phase: .apply)
        hasRestored = true
      }
    }
  }

  /// Writes down that a build is in the store.
  private mutating func note(_ build: OtherKernelBuild) {
    do throws(SystemError) {
      try journal.store(
        StoredBuild(
          module: build.build.module, patch: build.patch, policy: build.policy,
          version: build.build.version, kernel: build.release, sha256: build.build.sha256))
    } catch {
      fail(
        nil,
        StepFailure(error, "that \(build.build.module) is in the store is not in the journal"),
        phase: .apply)
    }
  }
}

extension OtherKernelBuild {
  fileprivate func failure(_ why: String) -> StepFailure {
    StepFailure(
      "stage", "\(build.origin)",
      "\(build.module) for the installed kernel \(release) is not ready for its boot: \(why)")
  }
}
