package import Documents
package import Shapes

/// The facts of a host that does not exist, named as a HostSnapshot names them.
package final class TestHost: Shaped, Sendable {
  package let hostname: Located<String>?
  package let machineID: Located<String>?
  package let labels: Located<Labels>?
  package let distribution: Distribution?
  package let architecture: Located<ArchitectureName>?
  package let kernel: Kernel
  package let uptimeSeconds: Located<Int>?
  package let loadPerCPU: Located<LoadLimit>?
  package let clockSynchronised: Bool

  package init<S: Shape>(_ shape: inout S) {
    hostname = shape.optional("hostname", "test-host if left out")
    machineID = shape.optional(
      "machineID", "decides the wave of a rollout; made from the hostname if left out")
    labels = shape.optional("labels", "the labels of its configuration")
    distribution = shape.optional("distribution", "as os-release(5) says it; none if left out")
    architecture = shape.optional("architecture", "x86_64 if left out")
    kernel = shape.required("kernel", "the running kernel; its release alone will do")
    uptimeSeconds = shape.optional("uptimeSeconds", "seconds since the boot; a day if left out")
    loadPerCPU = shape.optional("loadPerCPU", "the load average over the CPUs; 0 if left out")
    clockSynchronised = shape.default(
      "clockSynchronised", true, "whether the kernel calls its clock synchronised")
  }

  package struct Distribution: Shaped, Sendable {
    package let id: Located<DistributionID>
    package let versionID: Located<String>?

    package init<S: Shape>(_ shape: inout S) {
      id = shape.required("id", "ID of os-release(5)")
      versionID = shape.optional("versionID", "VERSION_ID of os-release(5)")
    }
  }

  /// A kernel, by default one that can do all that live patching needs.
  package struct Kernel: Shaped, Sendable {
    package static let shorthand: String? = "release"
    package let release: Located<ExactRelease>
    package let version: Located<String>?
    package let buildID: Located<BuildID>?
    package let taint: Located<Int>?
    package let livepatch: Bool
    package let modulesDisabled: Bool
    package let ftraceEnabled: Bool
    package let switchedOff: Bool

    package init<S: Shape>(_ shape: inout S) {
      release = shape.required("release", "as uname -r says it")
      version = shape.optional("version", "as uname -v says it")
      buildID = shape.optional(
        "buildID", "the GNU build ID of /sys/kernel/notes; not known if left out")
      taint = shape.optional("taint", "the bits of /proc/sys/kernel/tainted; 0 if left out")
      livepatch = shape.default("livepatch", true, "whether it has live patching")
      modulesDisabled = shape.default("modulesDisabled", false, "kernel.modules_disabled")
      ftraceEnabled = shape.default("ftraceEnabled", true, "kernel.ftrace_enabled")
      switchedOff = shape.default(
        "switchedOff", false, "whether klpolicy=off stands on its command line")
    }
  }
}

extension TestHost {
  /// As it would have been observed; `make` makes a machine ID of its name if it has none.
  package func host(machineID make: (String) -> String) -> Host {
    let name = hostname?.value ?? "test-host"
    return Host(
      hostname: name, machineID: .known(machineID?.value ?? make(name)), bootID: .known("test"),
      labels: .known(labels?.value.values ?? [:]),
      distribution: distribution.map {
        .known(Host.Distribution(id: $0.id.value.text, versionID: $0.versionID?.value))
      },
      architecture: architecture?.value.text ?? "x86_64",
      kernel: Host.Kernel(
        release: kernel.release.value.text, version: kernel.version?.value ?? "",
        buildID: kernel.buildID.map { .known($0.value.text) } ?? .unknown,
        livepatch: .known(kernel.livepatch), modules: .known(true),
        // Modules are taken to be signed by whom the kernel trusts.
        signatureEnforced: .known(false), lockdown: nil,
        modulesDisabled: .known(kernel.modulesDisabled),
        ftraceEnabled: .known(kernel.ftraceEnabled), taint: .known(kernel.taint?.value ?? 0),
        switchedOff: .known(kernel.switchedOff)),
      uptimeSeconds: .known(uptimeSeconds?.value ?? 86_400),
      loadPerCPU: .known(loadPerCPU?.value.value ?? 0), cpus: .known(1),
      clockSynchronised: .known(clockSynchronised))
  }
}
