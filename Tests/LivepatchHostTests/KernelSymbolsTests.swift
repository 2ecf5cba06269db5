import Documents
import ModuleFixtures
import Testing

@testable import LivepatchHost

/// The release of a fake host.
private let release = "6.12.0-1-cloud-amd64"

extension FakeHost {
  fileprivate func symbols(_ names: Set<String>) throws -> KernelFacts {
    let seen = try observe()
    return try host().facts(
      for: KernelQuestions(symbols: names), of: seen.host, seen.live)
  }

  /// Installs a module that was built against certain versions of symbols.
  fileprivate func install(
    _ path: String, versions: [(String, UInt8)], symbols: [String] = []
  ) throws {
    var module = ModuleBuilder()
    module.info = ["vermagic=\(release) SMP preempt mod_unload modversions "]
    let entries = versions.map { symbol, crc in
      [crc, 0, 0, 0, 0, 0, 0, 0] + Array(symbol.utf8)
        + [UInt8](repeating: 0, count: 56 - symbol.utf8.count)
    }
    module.elf.add(.init(name: "__versions", bytes: entries.flatMap { $0 }))
    for symbol in symbols { module.elf.add(.init(name: symbol, section: 1)) }
    try write("lib/modules/\(release)/\(path)", module.build())
  }
}

extension KernelFacts {
  /// `NAME CRC`, with `!` before what is not exported and `?` for unknown.
  fileprivate var told: [String] {
    symbols.map { symbol in
      let mark = symbol.exported.value.map { $0 ? "" : "!" } ?? "?"
      return "\(mark)\(symbol.name) \(symbol.crc.value ?? "?")"
    }
  }
}

@Suite struct `What a kernel exports` {
  let fake: FakeHost

  init() throws {
    fake = try FakeHost()
    try fake.write(
      "proc/kallsyms",
      """
      ffffffff81000100 T printk
      ffffffff81000200 t hidden
      ffffffff82000000 r __ksymtab_printk
      ffffffff82000010 r __ksymtab_klp_enable_patch
      ffffffffc0000000 r __ksymtab_ext4_get\t[ext4]

      """)
  }

  @Test func `by the kernel or by a module, and what it does not`() throws {
    #expect(
      try fake.symbols(["printk", "hidden", "gone", "ext4_get"]).told
        == ["ext4_get ?", "!gone ?", "!hidden ?", "printk ?"])
  }

  /// Without CONFIG_KALLSYMS_ALL they are in no list.
  @Test func `is not known where exports have no symbols`() throws {
    try fake.write("proc/kallsyms", "ffffffff81000100 T printk\n")
    #expect(try fake.symbols(["printk"]).told == ["?printk ?"])
  }

  @Test(arguments: [
    "lib/modules/\(release)/build/Module.symvers",
    "usr/src/linux-headers-\(release)/Module.symvers",
    "usr/src/kernels/\(release)/Module.symvers",
  ])
  func `in which version, by what a build of it left`(path: String) throws {
    try fake.write(
      path,
      "0x12345678\tprintk\tvmlinux\tEXPORT_SYMBOL\t\n0x0000ABCD\tmodule_layout\tvmlinux\tEXPORT_SYMBOL\t\n"
        + "0x99999999\tprintk_other\tvmlinux\tEXPORT_SYMBOL\t\n")
    #expect(
      try fake.symbols(["printk", "module_layout"]).told
        == ["!module_layout 0x0000abcd", "printk 0x12345678"])
  }

  @Test func `in which version, by the modules that are installed for it`() throws {
    try fake.install("kernel/a.ko", versions: [("module_layout", 1)])
    try fake.install("kernel/b-c.ko", versions: [("module_layout", 1), ("printk", 2)])
    try fake.write(
      "lib/modules/\(release)/modules.dep",
      "kernel/a.ko:\nkernel/b-c.ko: kernel/a.ko\nkernel/gone.ko:\n")
    let facts = try fake.symbols(["printk", "module_layout", "hidden"])
    #expect(
      facts.told == ["!hidden ?", "!module_layout 0x00000001", "printk 0x00000002"])
    #expect(facts.vermagic == .known("\(release) SMP preempt mod_unload modversions "))
  }

  @Test func `is not known in which version where nothing is installed`() throws {
    let facts = try fake.symbols(["printk"])
    #expect(facts.told == ["printk ?"])
    #expect(facts.vermagic == .unknown)
  }

  @Test func `and what a module that is not loaded has, by its file`() throws {
    try fake.install("kernel/fs/xfs.ko", versions: [], symbols: ["xfs_show", "twice", "twice"])
    try fake.write("lib/modules/\(release)/modules.dep", "kernel/fs/xfs.ko:\n")
    let facts = try fake.facts([("xfs", "xfs_show"), ("xfs", "twice"), ("xfs", "gone")])
    let object = try #require(facts.objects.first)
    #expect(object.presence == .known(.installed))
    #expect(
      object.functions.map { "\($0.name) \($0.count.value ?? -1)" } == [
        "gone 0", "twice 2", "xfs_show 1",
      ])
  }
}
