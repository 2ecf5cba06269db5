import Compatibility
import Documents
import Testing

/// A kernel that differs from an able one, and what that means for every live patch.
struct KernelCase: CustomTestStringConvertible {
  let testDescription: String
  let change: @Sendable (inout Host.Kernel) -> Void
  let reasons: [Reason]
  let unknown: [String]
  /// What the first message has to name.
  let says: [String]

  init(
    _ name: String, _ reasons: [Reason] = [], unknown: [String] = [], says: [String] = [],
    _ change: @escaping @Sendable (inout Host.Kernel) -> Void
  ) {
    testDescription = name
    self.change = change
    self.reasons = reasons
    self.unknown = unknown
    self.says = says
  }

  var findings: Findings {
    var kernel = Host.able.kernel
    change(&kernel)
    return kernelObstacles(kernel)
  }

  static let all = [
    KernelCase("able") { _ in },
    KernelCase(
      "without live patching", [.kernelUnsupported],
      says: ["6.1.0-56-cloud-amd64", "/sys/kernel/livepatch", "CONFIG_LIVEPATCH"]
    ) { $0.livepatch = .known(false) },
    KernelCase(
      "without loadable modules", [.kernelUnsupported], says: ["/proc/modules", "CONFIG_MODULES"]
    ) { $0.modules = .known(false) },
    // One reason is enough: the rest follows from it.
    KernelCase("without either", [.kernelUnsupported], says: ["/sys/kernel/livepatch"]) {
      $0.livepatch = .known(false)
      $0.modules = .known(false)
      $0.modulesDisabled = .unknown
    },
    KernelCase(
      "with modules switched off", [.modulesDisabled], says: ["modules_disabled", "reboot"]
    ) { $0.modulesDisabled = .known(true) },
    KernelCase(
      "with klpolicy=off on its command line", [.disabledByCommandLine], says: ["klpolicy=off"]
    ) { $0.switchedOff = .known(true) },
    KernelCase(
      "with klpolicy=off, and without live patching",
      [.disabledByCommandLine, .kernelUnsupported]
    ) {
      $0.switchedOff = .known(true)
      $0.livepatch = .known(false)
    },
    KernelCase("before 5.1", [.kernelUnsupported], says: ["4.19.0-27-amd64", "5.1"]) {
      $0.release = "4.19.0-27-amd64"
    },
    KernelCase("5.0", [.kernelUnsupported]) { $0.release = "5.0.21" },
    KernelCase("3.10 of RHEL 7", [.kernelUnsupported]) { $0.release = "3.10.0-1160.el7.x86_64" },
    KernelCase("5.1") { $0.release = "5.1.0" },
    KernelCase("5.10") { $0.release = "5.10.0-33-amd64" },
    KernelCase("5.14 of RHEL 9") { $0.release = "5.14.0-427.el9.x86_64" },
    KernelCase("7.0-rc1") { $0.release = "7.0-rc1" },
    KernelCase("whose livepatch is unknown", unknown: ["/sys/kernel/livepatch"]) {
      $0.livepatch = .unknown
    },
    KernelCase("whose modules are unknown", unknown: ["/proc/modules"]) { $0.modules = .unknown },
    KernelCase(
      "whose modules_disabled is unknown", unknown: ["/proc/sys/kernel/modules_disabled"]
    ) { $0.modulesDisabled = .unknown },
    KernelCase("whose command line is unknown", unknown: ["kernel command line"]) {
      $0.switchedOff = .unknown
    },
    // What a single module needs is asked with the module.
    KernelCase("whose ftrace, lockdown and signatures do not matter to a removal") {
      $0.ftraceEnabled = .known(false)
      $0.lockdown = .known(.confidentiality)
      $0.signatureEnforced = .known(true)
    },
  ]
}

@Suite struct `What keeps any live patch off a kernel` {
  @Test(arguments: KernelCase.all)
  func `is told with its reason and in words`(kernel: KernelCase) throws {
    let findings = kernel.findings
    #expect(findings.obstacles.map(\.reason) == kernel.reasons)
    #expect(findings.unknown == kernel.unknown)
    for words in kernel.says {
      #expect(try #require(findings.obstacles.first).message.contains(words))
    }
  }
}
