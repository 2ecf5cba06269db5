import Documents
import Testing

@testable import LivepatchHost

@Suite struct `A kernel that is installed and does not run` {
  let fake: FakeHost
  let release = "6.1.0-99-amd64"

  init() throws { fake = try FakeHost() }

  private func installed() throws -> Host.Kernel? {
    try fake.host().installedKernel(release, on: fake.observe().host)
  }

  @Test func `is none where nothing of it is there`() throws {
    #expect(try installed() == nil)
    #expect(try fake.host().installedKernel("../../etc", on: fake.observe().host) == nil)
  }

  @Test func `is told by its configuration, and by this host's settings`() throws {
    try fake.write(
      "boot/config-\(release)",
      "CONFIG_MODULES=y\nCONFIG_LIVEPATCH=y\nCONFIG_MODULE_SIG_FORCE=y\n")
    let kernel = try #require(try installed())
    #expect(kernel.release == release)
    #expect(kernel.livepatch == .known(true))
    #expect(kernel.signatureEnforced == .known(true))
    #expect(kernel.lockdown == .known(.none))
    try fake.write("boot/config-\(release)", "CONFIG_MODULES=y\n# CONFIG_LIVEPATCH is not set\n")
    #expect(try installed()?.livepatch == .known(false))
    #expect(try installed()?.signatureEnforced == .known(false))
  }

  @Test func `has the symbols of its System.map`() throws {
    try fake.write(
      "boot/System.map-\(release)",
      """
      ffffffff81000100 t show
      ffffffff81000200 t show
      ffffffff82000010 r __ksymtab_klp_enable_patch

      """)
    let facts = try fake.host().facts(
      for: KernelQuestions(
        patched: [KernelQuestions.Function(object: "vmlinux", name: "show")],
        symbols: ["klp_enable_patch", "gone"]), ofInstalled: release)
    #expect(facts.release == release)
    #expect(facts.objects.first?.functions.first?.count == .known(2))
    #expect(facts.objects.first?.functions.first?.traceable == .unknown)
    #expect(facts.symbols.map(\.exported) == [.known(false), .known(true)])
    #expect(facts.missing.map(\.source) == [.traceable])
  }

  /// Debian's says where the real one is.
  @Test func `is not known by a System.map that has none, and its exports by Module.symvers`()
    throws
  {
    try fake.write("boot/System.map-\(release)", "ffffffffffffffff B The real System.map is\n")
    try fake.write(
      "usr/src/linux-headers-\(release)/Module.symvers",
      "0x00000001\tklp_enable_patch\tvmlinux\tEXPORT_SYMBOL_GPL\t\n")
    let facts = try fake.host().facts(
      for: KernelQuestions(
        patched: [KernelQuestions.Function(object: "vmlinux", name: "show")],
        symbols: ["klp_enable_patch", "gone"]), ofInstalled: release)
    #expect(facts.objects.first?.functions.first?.count == .unknown)
    #expect(facts.symbols.map(\.exported) == [.known(false), .known(true)])
    #expect(facts.symbols.map(\.crc) == [.unknown, .known("0x00000001")])
  }
}
