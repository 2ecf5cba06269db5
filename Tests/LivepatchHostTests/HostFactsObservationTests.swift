import Documents
import LivepatchHost
import SystemPackage
import Testing

@Suite("What a host and its kernel are")
struct HostFactsObservationTests {
  @Test("is read from its files", arguments: FakeKernel.allCases)
  func everything(_ kernel: FakeKernel) throws {
    let seen = try FakeHost(kernel).observe()
    #expect(seen.unobserved == [])
    let expected = Host(
      hostname: "web-1",
      // HMAC-SHA-256 as in RFC 2104, computed with openssl(1).
      machineID: .known("5725384f519ec9cdc6a8a5c646c026939a4ccccba4bf35b284a62a3f20088447"),
      bootID: .known("7c4a1e7e-2f5b-4c55-9a7e-0d6a2a3c9d11"),
      labels: .known([:]),
      distribution: .known(.init(id: "debian", versionID: "12")),
      architecture: "x86_64",
      kernel: .init(
        release: "\(kernel.rawValue).0-1-cloud-amd64",
        version: "#1 SMP PREEMPT_DYNAMIC Debian",
        buildID: .known("deadbeef"), livepatch: .known(true), modules: .known(true),
        signatureEnforced: .known(false), lockdown: .known(.none), modulesDisabled: .known(false),
        ftraceEnabled: .known(true), taint: .known(4096), switchedOff: .known(false)),
      uptimeSeconds: .known(3600), loadPerCPU: .known(0.25), cpus: .known(2),
      installedKernels: .known([]))
    #expect(seen.host == expected)
  }

  @Test("its other kernels are those with an image; modules alone are what a removed one leaves")
  func installedKernels() throws {
    let fake = try FakeHost()
    for release in ["6.1.0-1", "6.1.0-2", "6.12.1-fc"] {
      try fake.write("lib/modules/\(release)/modules.dep", "")
    }
    try fake.write("boot/vmlinuz-6.1.0-2", "")
    try fake.write("boot/vmlinuz-without-modules", "")
    try fake.write("lib/modules/6.12.1-fc/vmlinuz", "")
    let seen = try fake.observe()
    #expect(seen.host.installedKernels == .known(["6.1.0-2", "6.12.1-fc"]))
    #expect(seen.unobserved == [])
  }

  @Test("the kernel has no live patching")
  func noLivepatch() throws {
    let fake = try FakeHost()
    fake.remove("sys/kernel/livepatch")
    let seen = try fake.observe()
    #expect(seen.host.kernel.livepatch == .known(false))
    #expect(seen.live.patches == [])
    #expect(seen.live.transition == nil)
    #expect(seen.unobserved == [])
  }

  @Test("the kernel has no modules")
  func noModules() throws {
    let fake = try FakeHost()
    for path in [
      "proc/modules", "proc/sys/kernel/modules_disabled", "sys/kernel/livepatch",
      "sys/module/module",
    ] { fake.remove(path) }
    let seen = try fake.observe()
    #expect(seen.host.kernel.modules == .known(false))
    #expect(seen.host.kernel.modulesDisabled == .known(false))
    #expect(seen.host.kernel.signatureEnforced == .known(false))
    #expect(seen.live.modules == nil)
    #expect(seen.unobserved == [])
  }

  @Test(
    "the kernel forbids",
    arguments: [
      ("proc/sys/kernel/modules_disabled", "1\n"),
      ("sys/module/module/parameters/sig_enforce", "Y\n"),
      ("sys/kernel/security/lockdown", "none [integrity] confidentiality\n"),
      ("sys/kernel/security/lockdown", "none integrity [confidentiality]\n"),
      ("proc/sys/kernel/ftrace_enabled", "0\n"),
      ("proc/cmdline", "quiet klpolicy=off\n"),
    ])
  func forbids(path: String, text: String) throws {
    let fake = try FakeHost()
    try fake.write(path, text)
    let kernel = try fake.observe().host.kernel
    let answers = [
      kernel.modulesDisabled == .known(true), kernel.signatureEnforced == .known(true),
      kernel.lockdown != .known(.none), kernel.ftraceEnabled == .known(false),
      kernel.switchedOff == .known(true),
    ]
    #expect(answers.count { $0 } == 1)
  }

  @Test("switches that the kernel does not have are absent, not unknown")
  func absentSwitches() throws {
    let fake = try FakeHost()
    fake.remove("sys/kernel/security")
    fake.remove("proc/sys/kernel/ftrace_enabled")
    let seen = try fake.observe()
    #expect(seen.host.kernel.lockdown == nil)
    #expect(seen.host.kernel.ftraceEnabled == nil)
    #expect(seen.unobserved == [])
  }

  @Test("an empty directory is no host: nothing is known, and that is told")
  func emptyRoot() throws {
    let fake = try FakeHost()
    for path in ["proc", "sys", "etc", "usr"] { fake.remove(path) }
    let seen = try fake.observe()
    #expect(seen.host.kernel.livepatch == .unknown)
    #expect(seen.host.kernel.modules == .unknown)
    #expect(seen.host.kernel.modulesDisabled == .unknown)
    #expect(seen.live.modules == .unknown)
    #expect(seen.host.kernel.release == "")
    #expect(Set(seen.unobserved.map(\.path)).isSuperset(of: ["/proc", "/sys"]))
  }

  @Test("/usr/lib/os-release counts where /etc has none")
  func vendorOSRelease() throws {
    let fake = try FakeHost()
    fake.remove("etc/os-release")
    #expect(try fake.observe().host.distribution?.value?.id == "debian")
    try fake.write("etc/os-release", "ID=site\n")
    #expect(try fake.observe().host.distribution?.value?.id == "site")
  }

  @Test("a host without os-release has no distribution")
  func noOSRelease() throws {
    let fake = try FakeHost()
    fake.remove("etc/os-release")
    fake.remove("usr/lib/os-release")
    #expect(try fake.observe().host.distribution == nil)
  }

  @Test("a directory that does not exist is refused", arguments: ["no", "file"])
  func noDirectory(name: String) throws {
    let fake = try FakeHost()
    try fake.write("file", "")
    let path = fake.path.appending(name)
    #expect(throws: (any Error).self) { try LivepatchHost(root: path) }
  }
}

/// This machine's own kernel, whatever it is: the files of a real one, not of a test.
@Test("This machine can be observed")
func thisMachine() throws {
  let seen = try LivepatchHost().observe()
  #expect(!seen.host.kernel.release.isEmpty)
  #expect(!seen.host.architecture.isEmpty)
  #expect(seen.host.kernel.livepatch != .unknown)
  #expect(seen.host.kernel.modules != .unknown)
  if seen.host.kernel.livepatch == .known(false) { #expect(seen.live.patches == []) }
  if seen.host.kernel.modules == .known(false) { #expect(seen.live.modules == nil) }
}
