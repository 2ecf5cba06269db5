package import Documents
package import Diagnostics

/// A build that a host would have in force on a kernel that is installed and does not run.
package struct OtherKernelBuild: Hashable, Sendable {
  /// The host as it would be with that kernel.
  package var host: Host
  package var patch: String
  package var policy: String
  package var build: BuildDefinition
  /// The entry that asks for it, without its line of text.
  package var source: Location

  package init(host: Host, patch: String, policy: String, build: BuildDefinition, source: Location)
  {
    self.host = host
    self.patch = patch
    self.policy = policy
    self.build = build
    self.source = source
  }

  package var release: String { host.kernel.release }
}

extension PolicySet {
  /// The builds that the policies want on the other kernels that are installed on a host, sorted by
  /// release and patch: what the host has to have at hand when one of them is booted.
  ///
  /// A build that has to wait for its time there is none of them yet. What is not known before that
  /// kernel runs, as its build ID, counts for the build.
  package func buildsForOtherKernels(of host: Host, at now: Timestamp) -> [OtherKernelBuild] {
    guard let installed = host.installedKernels?.value else { return [] }
    var builds: [OtherKernelBuild] = []
    for release in installed where release != host.kernel.release {
      let booted = host.booted(into: release)
      guard let desired = desired(on: booted, at: now).desired else { continue }
      for patch in desired.patches {
        guard case .applied(let choices) = patch.wanted,
          let build = choices.first(where: \.mayBeNeeded)?.build
        else { continue }
        builds.append(
          OtherKernelBuild(
            host: booted, patch: patch.name, policy: patch.policy, build: build,
            source: patch.source))
      }
    }
    return builds
  }
}

extension DesiredSet.Choice {
  fileprivate var mayBeNeeded: Bool {
    switch admission {
    case .admitted: true
    case .refused(let refusal): refusal.kind == .unknown
    }
  }
}

extension Host {
  /// This host once it has booted another of its kernels: what only that kernel could tell is not
  /// known.
  fileprivate func booted(into release: String) -> Host {
    var host = self
    host.kernel.release = release
    host.kernel.version = ""
    host.kernel.buildID = .unknown
    host.kernel.taint = .known(0)
    host.kernel.ftraceEnabled = nil
    return host
  }
}
