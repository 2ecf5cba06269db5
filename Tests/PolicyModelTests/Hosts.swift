import Diagnostics
import Documents
import Files
import Nodes
import PolicyModel
import SystemPackage

/// When these tests take place.
let testTime = Timestamp(secondsSinceEpoch: 1_795_600_000)  // 2026-11-25T08:26:40Z

extension PolicySet {
  static func check(
    _ sources: [SourceText]
  ) -> (policies: PolicySet?, diagnostics: [Diagnostic]) {
    check(sources, at: testTime)
  }

  static func load(
    _ paths: [FilePath], trust: FileTrust
  ) -> (policies: PolicySet?, diagnostics: [Diagnostic]) {
    load(paths, trust: trust, at: testTime)
  }

  func desired(on release: String) -> (desired: DesiredSet?, diagnostics: [Diagnostic]) {
    desired(on: .test(release), at: testTime)
  }
}

extension Host {
  /// A Debian host with nothing special about it.
  static func test(
    _ release: String = "6.1.0-56-cloud-amd64", hostname: String = "web-1",
    labels: Fact<[String: String]> = .known([:]), machineID: Fact<String> = .known("ab"),
    distribution: Fact<Distribution>? = .known(Distribution(id: "debian", versionID: "12")),
    architecture: String = "x86_64", version: String = "#1",
    kernelBuildID: Fact<String> = .known("cd")
  ) -> Host {
    Host(
      hostname: hostname, machineID: machineID, bootID: .known("boot"), labels: labels,
      distribution: distribution, architecture: architecture,
      kernel: Kernel(
        release: release, version: version, buildID: kernelBuildID, livepatch: .known(true),
        modules: .known(true), signatureEnforced: .known(false), lockdown: .known(.none),
        modulesDisabled: .known(false), ftraceEnabled: .known(true), taint: .known(0),
        switchedOff: .known(false)), uptimeSeconds: .known(60), loadPerCPU: .known(0),
      cpus: .known(1))
  }
}
