/// The facts of a host that policies select on and that decide what its kernel can do.
package struct Host: Hashable, Sendable {
  package var hostname: String
  /// HMAC-SHA-256 of the machine ID in lower-case hex: stable, and safe to publish
  /// (machine-id(5)). Unknown where the host has none.
  package var machineID: Fact<String>
  /// `/proc/sys/kernel/random/boot_id`.
  package var bootID: Fact<String>
  /// Of the host's configuration; unknown where that could not be read.
  package var labels: Fact<[String: String]>
  /// Absent on a host without os-release(5).
  package var distribution: Fact<Distribution>?
  /// As `uname -m` says it.
  package var architecture: String
  package var kernel: Kernel
  package var uptimeSeconds: Fact<Int>
  /// The one-minute load average over the number of CPUs.
  package var loadPerCPU: Fact<Double>
  package var cpus: Fact<Int>
  /// Whether the kernel holds its clock for synchronised (adjtimex(2)); absent where that cannot be
  /// asked, as of another root directory.
  package var clockSynchronised: Fact<Bool>?
  /// The releases of the kernels that are installed and could be booted, the running one among
  /// them, sorted; absent in snapshots of earlier versions.
  package var installedKernels: Fact<[String]>?

  package init(
    hostname: String, machineID: Fact<String>, bootID: Fact<String>,
    labels: Fact<[String: String]>, distribution: Fact<Distribution>?, architecture: String,
    kernel: Kernel, uptimeSeconds: Fact<Int>,
    loadPerCPU: Fact<Double>, cpus: Fact<Int>, clockSynchronised: Fact<Bool>? = nil,
    installedKernels: Fact<[String]>? = nil
  ) {
    self.hostname = hostname
    self.machineID = machineID
    self.bootID = bootID
    self.labels = labels
    self.distribution = distribution
    self.architecture = architecture
    self.kernel = kernel
    self.uptimeSeconds = uptimeSeconds
    self.loadPerCPU = loadPerCPU
    self.cpus = cpus
    self.clockSynchronised = clockSynchronised
    self.installedKernels = installedKernels
  }
}

extension Host {
  /// `ID` and `VERSION_ID` of os-release(5).
  package struct Distribution: Hashable, Sendable {
    package var id: String
    package var versionID: String?

    package init(id: String, versionID: String?) {
      self.id = id
      self.versionID = versionID
    }
  }

  /// The running kernel and what it allows.
  package struct Kernel: Hashable, Sendable {
    /// `uname -r`.
    package var release: String
    /// `uname -v`.
    package var version: String
    /// The GNU build ID in `/sys/kernel/notes`, in lower-case hex.
    package var buildID: Fact<String>
    /// Whether `/sys/kernel/livepatch` exists, which is so exactly with CONFIG_LIVEPATCH.
    package var livepatch: Fact<Bool>
    /// Whether the kernel has loadable modules at all (`/proc/modules`).
    package var modules: Fact<Bool>
    /// `/sys/module/module/parameters/sig_enforce`.
    package var signatureEnforced: Fact<Bool>
    /// The level in force, of `/sys/kernel/security/lockdown`; absent without that file.
    package var lockdown: Fact<Lockdown>?
    /// `/proc/sys/kernel/modules_disabled`, which can be set and never unset.
    package var modulesDisabled: Fact<Bool>
    /// `/proc/sys/kernel/ftrace_enabled`; absent on a kernel without that switch.
    package var ftraceEnabled: Fact<Bool>?
    /// `/proc/sys/kernel/tainted`, the bits as the kernel numbers them.
    package var taint: Fact<Int>
    /// Whether `klpolicy=off` stands on the kernel's command line.
    package var switchedOff: Fact<Bool>

    package init(
      release: String, version: String, buildID: Fact<String>, livepatch: Fact<Bool>,
      modules: Fact<Bool>, signatureEnforced: Fact<Bool>, lockdown: Fact<Lockdown>?,
      modulesDisabled: Fact<Bool>, ftraceEnabled: Fact<Bool>?, taint: Fact<Int>,
      switchedOff: Fact<Bool>
    ) {
      self.release = release
      self.version = version
      self.buildID = buildID
      self.livepatch = livepatch
      self.modules = modules
      self.signatureEnforced = signatureEnforced
      self.lockdown = lockdown
      self.modulesDisabled = modulesDisabled
      self.ftraceEnabled = ftraceEnabled
      self.taint = taint
      self.switchedOff = switchedOff
    }
  }

  /// kernel_lockdown(7).
  package enum Lockdown: String, CaseIterable, Sendable {
    case none, integrity, confidentiality
  }
}
