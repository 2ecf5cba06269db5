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
    _ path: String, versions: [(String, UInt8)], symbols: [String] = [], imports: String? = nil,
    isPacked: Bool = false
  ) throws {
    var module = ModuleBuilder()
    module.info = ["vermagic=\(release) SMP preempt mod_unload modversions "]
    if let imports { module.info.append("import_ns=\(imports)") }
    let entries = versions.map { symbol, crc in
      [crc, 0, 0, 0, 0, 0, 0, 0] + Array(symbol.utf8)
        + [UInt8](repeating: 0, count: 56 - symbol.utf8.count)
    }
    module.elf.add(.init(name: "__versions", bytes: entries.flatMap { $0 }))
    for symbol in symbols { module.elf.add(.init(name: symbol, section: 1)) }
    let file = module.build()
    try write("lib/modules/\(release)/\(path)", isPacked ? gzip(file) : file)
  }
}

/// A gzip file that holds bytes as they are (RFC 1952, and a stored block of RFC 1951).
private func gzip(_ bytes: [UInt8]) -> [UInt8] {
  var checksum: UInt32 = 0xffff_ffff
  for byte in bytes {
    checksum ^= UInt32(byte)
    for _ in 0..<8 { checksum = checksum >> 1 ^ (checksum & 1 == 1 ? 0xedb8_8320 : 0) }
  }
  func little(_ value: UInt32, _ count: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * UInt32($0))) }
  }
  let count = UInt32(bytes.count)
  return [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 1] + little(count, 2) + little(~count, 2) + bytes
    + little(~checksum, 4) + little(count, 4)
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

  @Test func `is read once in a run, unless modules come or go`() throws {
    let host = try fake.host().forOneRun()
    func count(_ host: LivepatchHost) throws -> Int? {
      let seen = try fake.observe()
      let function = KernelQuestions.Function(object: "vmlinux", name: "printk")
      return host.facts(for: KernelQuestions(patched: [function]), of: seen.host, seen.live)
        .objects.first?.functions.first?.count.value
    }
    #expect(try count(host) == 1)
    try fake.write("proc/kallsyms", "ffffffff81000100 T printk\nffffffff81000200 t printk\n")
    #expect(try count(host) == 1)
    #expect(try count(fake.host()) == 2)
    try fake.write("proc/modules", "ext4 1000 0 - Live 0xffffffffc0000000\n")
    #expect(try count(host) == 2)
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

  /// As Red Hat, Fedora and SUSE publish it, without the headers.
  @Test(arguments: [
    "boot/symvers-\(release).gz", "lib/modules/\(release)/symvers.gz",
    "usr/lib/modules/\(release)/symvers.xz",
  ])
  func `in which version, by a compressed list of them`(path: String) throws {
    let text =
      "0x12345678\tprintk\tvmlinux\tEXPORT_SYMBOL\t\n"
      + "0x0000ABCD\tmodule_layout\tvmlinux\tEXPORT_SYMBOL\t"
    // What packed it is told by the first bytes, and not by the name.
    try fake.write(path, gzip(Array(text.utf8)))
    #expect(
      try fake.symbols(["printk", "module_layout"]).told
        == ["!module_layout 0x0000abcd", "printk 0x12345678"])
  }

  @Test func `is not known by a list that does not come apart`() throws {
    try fake.write("boot/symvers-\(release).gz", [0x1f, 0x8b, 8, 0])
    #expect(try fake.symbols(["printk"]).told == ["printk ?"])
  }

  @Test func `by whom, and for which namespace`() throws {
    try fake.write(
      "usr/src/kernels/\(release)/Module.symvers",
      "0x00000001\tprintk\tvmlinux\tEXPORT_SYMBOL\tCXL\n"
        + "0x00000002\text4_get\tfs/ext4/ext4\tEXPORT_SYMBOL\t\n")
    let symbols = try fake.symbols(["printk", "ext4_get", "gone"]).symbols
    #expect(symbols.map(\.owner) == ["ext4", nil, "vmlinux"])
    #expect(symbols.map(\.namespace) == [.known(""), .unknown, .known("CXL")])
  }

  /// The kernel takes no module that uses a symbol of a namespace without importing that.
  @Test func `in no namespace, where a module without any uses it`() throws {
    try fake.install("kernel/a.ko", versions: [("printk", 2)])
    try fake.install("kernel/b.ko", versions: [("hidden", 3)], imports: "CXL")
    try fake.write("lib/modules/\(release)/modules.dep", "kernel/a.ko:\nkernel/b.ko:\n")
    #expect(
      try fake.symbols(["printk", "hidden"]).symbols.map(\.namespace) == [.unknown, .known("")])
  }

  /// Without symbols for exports, by the list of the kernel's own.
  @Test func `by whom, where the kernel does not show it`() throws {
    try fake.write("proc/kallsyms", "ffffffff81000100 T printk\nffffffff81000200 t show\n")
    try fake.write(
      "usr/src/kernels/\(release)/Module.symvers",
      "0x00000001\tprintk\tvmlinux\tEXPORT_SYMBOL\t\n"
        + "0x00000002\text4_get\tfs/ext4/ext4\tEXPORT_SYMBOL\t\n"
        + "0x00000002\txfs_get\tfs/xfs/xfs\tEXPORT_SYMBOL\t\n")
    let asked: Set = ["printk", "ext4_get", "xfs_get", "other"]
    func exported() throws -> [Fact<Bool>] { try fake.symbols(asked).symbols.map(\.exported) }
    // A module is in memory that is none of the kernel's own: nobody knows what that exports.
    #expect(try exported() == [.known(true), .unknown, .known(true), .known(false)])
    try fake.write("lib/modules/\(release)/modules.dep", "kernel/fs/ext4/ext4.ko:\n")
    #expect(try exported() == [.known(true), .known(false), .known(true), .known(false)])
  }

  @Test func `in which version, by the modules that are installed for it`() throws {
    try fake.install("kernel/a.ko", versions: [("module_layout", 1)])
    try fake.install(
      "kernel/b-c.ko.gz", versions: [("module_layout", 1), ("printk", 2)], isPacked: true)
    try fake.write(
      "lib/modules/\(release)/modules.dep",
      "kernel/a.ko:\nkernel/b-c.ko.gz: kernel/a.ko\nkernel/gone.ko:\n")
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
    try fake.install(
      "kernel/fs/xfs.ko.gz", versions: [], symbols: ["xfs_show", "twice", "twice"], isPacked: true)
    try fake.write("lib/modules/\(release)/modules.dep", "kernel/fs/xfs.ko.gz:\n")
    let facts = try fake.facts([("xfs", "xfs_show"), ("xfs", "twice"), ("xfs", "gone")])
    let object = try #require(facts.objects.first)
    #expect(object.presence == .known(.installed))
    #expect(
      object.functions.map { "\($0.name) \($0.count.value ?? -1)" } == [
        "gone 0", "twice 2", "xfs_show 1",
      ])
  }
}
