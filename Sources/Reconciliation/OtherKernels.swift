internal import Artefacts
internal import Compatibility
internal import Diagnostics
internal import Documents
internal import ModuleFile
internal import PolicyModel

extension ArtefactLookup {
  /// Of the builds for other kernels those that the store lacks.
  ///
  /// - Returns: those that can be brought there, each digest once, as far as can be told before they
  ///   are fetched; and a warning for each of the others.
  func lacking(_ builds: [OtherKernelBuild]) -> ([OtherKernelBuild], [Warning]) {
    var lacking: [OtherKernelBuild] = []
    var warnings: [Warning] = []
    var seen: Set<String> = []
    for build in builds where seen.insert(build.build.sha256).inserted {
      // Who may not look into the store does not fill it either.
      guard store.contains(build.build.sha256) == .known(false) else { continue }
      if case .url = build.build.origin {
        lacking.append(build)
        continue
      }
      do throws(ArtefactProblem) {
        let facts = try open(build.build).facts
        if let misfit = build.misfit(facts) {
          warnings.append(build.warning(misfit))
        } else {
          lacking.append(build)
        }
      } catch {
        warnings.append(build.warning("\(error)"))
      }
    }
    return (lacking, warnings)
  }
}

extension OtherKernelBuild {
  /// What a module has against its kernel, as far as its file tells.
  func misfit(_ facts: ModuleFacts) -> String? {
    if facts.kernelRelease != release {
      return
        "module \(facts.name) was built for kernel \(facts.kernelRelease ?? "(none named)"); name "
        + "the build for \(release)"
    }
    return moduleObstacles(
      facts, declared: DeclaredModule(module: build.module, replace: build.replace), on: host,
      live: LiveState(patches: [], transition: nil, modules: nil)
    ).obstacles.first?.message
  }

  fileprivate func warning(_ message: String) -> Warning {
    Warning(
      code: Warning.cannotStage,
      message: "\(patch): if the installed kernel \(release) is booted, the patch will be missing: "
        + message,
      source: source.description)
  }
}
