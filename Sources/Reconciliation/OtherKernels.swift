internal import Artefacts
internal import Compatibility
internal import Diagnostics
internal import Documents
internal import ModuleFile
internal import PolicyModel

extension ArtefactLookup {
  /// Of the builds for other kernels those that the store lacks.
  ///
  /// - Parameters:
  ///   - builds: those for other kernels.
  ///   - known: what was found of their files before in this run: each is read once, and then when it
  ///     is brought into the store.
  /// - Returns: those that the store lacks, as far as can be told before they are fetched.
  func lacking(
    _ builds: [OtherKernelBuild], knowing known: [OtherKernelBuild: Lacking.File]
  ) -> Lacking {
    var lacking = Lacking(files: known)
    var seen: Set<String> = []
    for build in builds where seen.insert(build.build.sha256).inserted {
      // Who may not look into the store does not fill it either.
      guard store.contains(build.build.sha256) == .known(false) else { continue }
      if case .url = build.build.origin {
        lacking.builds.append(build)
        continue
      }
      let file = known[build] ?? look(at: build)
      lacking.files[build] = file
      switch file {
      case .fits: lacking.builds.append(build)
      case .doesNot(let why): lacking.warnings.append(build.warning(why))
      }
    }
    return lacking
  }

  private func look(at build: OtherKernelBuild) -> Lacking.File {
    do throws(ArtefactProblem) {
      let misfit = build.misfit(try open(build.build).facts)
      return misfit.map { .doesNot($0) } ?? .fits
    } catch {
      return .doesNot("\(error)")
    }
  }
}

/// What the store lacks for other kernels.
struct Lacking {
  /// Those that can be brought there, each digest once, as far as can be told before they are fetched.
  var builds: [OtherKernelBuild] = []
  /// One for each of the others.
  var warnings: [Warning] = []
  /// What was found of the files of those that have one.
  var files: [OtherKernelBuild: File]

  enum File {
    case fits
    /// Says why.
    case doesNot(String)
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
