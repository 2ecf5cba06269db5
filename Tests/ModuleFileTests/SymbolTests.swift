import ModuleFile
import ModuleFixtures
import Testing

/// What a module needs of the kernel: symbols, and what they looked like when it was built.
struct SymbolTests {
  static func facts(_ change: (inout ModuleBuilder) -> Void) throws -> ModuleFacts {
    var module = ModuleBuilder()
    change(&module)
    return try ModuleFacts(module.build())
  }

  static func entry(_ crc: UInt64, _ name: String) -> [UInt8] {
    let text = ELFBuilder().number(crc, 8) + Array(name.utf8)
    return text + [UInt8](repeating: 0, count: 64 - text.count)
  }

  static let versions = entry(0x1234_5678, "module_layout") + entry(7, "printk")

  static func add(_ elf: inout ELFBuilder, crcs: [UInt64], names: String) {
    elf.add(.init(name: "__version_ext_crcs", bytes: crcs.flatMap { elf.number($0, 4) }))
    elf.add(.init(name: "__version_ext_names", bytes: Array(names.utf8), alignment: 1))
  }

  /// Entries of `__ksymtab_gpl`: a value, a name, a namespace, `size` bytes each.
  static func export(_ names: [String], size: Int, type: UInt32, _ elf: inout ELFBuilder) {
    var strings: [UInt8] = [0]
    let places = names.map { name in
      strings += Array(name.utf8) + [0]
      return strings.count - name.utf8.count - 1
    }
    let section = elf.add(
      .init(name: "__ksymtab_strings", flags: 0x32, bytes: strings, alignment: 1))
    let table = elf.add(
      .init(
        name: "__ksymtab_gpl", flags: 2, bytes: [UInt8](repeating: 0, count: names.count * size * 3)
      ))
    let symbol = elf.add(.init(section: section))
    for (index, place) in places.enumerated() {
      for (member, addend) in [0, place, 0].enumerated() {
        elf.relocate(table, (index * 3 + member) * size, to: symbol, addend, type: type)
      }
    }
  }

  @Test("what a module exports is read, in both forms of the table", arguments: [(4, 2), (8, 1)])
  func exports(size: Int, type: UInt32) throws {
    #expect(try Self.facts { _ in }.exports == [])
    let facts = try Self.facts {
      Self.export(["klp_get", "klp_put"], size: size, type: type, &$0.elf)
    }
    #expect(facts.exports == ["klp_get", "klp_put"])
  }

  @Test("exports whose names lead nowhere, or that are not all named, are not known")
  func oddExports() throws {
    let astray = try Self.facts {
      Self.export(["klp_get"], size: 4, type: 2, &$0.elf)
      let table = $0.elf.add(
        .init(name: "__ksymtab", flags: 2, bytes: [UInt8](repeating: 0, count: 12)))
      $0.elf.relocate(table, 4, to: $0.elf.add(.init(section: table)), 900, type: 2)
    }
    #expect(astray.exports == nil)
    let unnamed = try Self.facts {
      Self.export(["klp_get"], size: 4, type: 2, &$0.elf)
      $0.elf.add(.init(name: "__ksymtab", flags: 2, bytes: [UInt8](repeating: 0, count: 12)))
    }
    #expect(unnamed.exports == nil)
  }

  @Test("the versions of symbols are read; a module without them carries none")
  func basic() throws {
    #expect(try Self.facts { _ in }.versions == nil)
    let facts = try Self.facts { $0.elf.add(.init(name: "__versions", bytes: Self.versions)) }
    #expect(
      facts.versions == [
        SymbolVersion(symbol: "module_layout", crc: 0x1234_5678),
        SymbolVersion(symbol: "printk", crc: 7),
      ])
  }

  @Test("versions with long names are preferred, and must agree with those beside them")
  func extended() throws {
    let long = String(repeating: "l", count: 200)
    let facts = try Self.facts {
      $0.elf.add(.init(name: "__versions", bytes: Self.versions))
      Self.add(
        &$0.elf, crcs: [0x1234_5678, 7, 9], names: "module_layout\0printk\0\(long)\0")
    }
    #expect(
      facts.versions == [
        SymbolVersion(symbol: "module_layout", crc: 0x1234_5678),
        SymbolVersion(symbol: "printk", crc: 7), SymbolVersion(symbol: long, crc: 9),
      ])
  }

  struct Damage: CustomTestStringConvertible, Sendable {
    var testDescription: String
    var says: String
    var change: @Sendable (inout ModuleBuilder) -> Void
  }

  static let damaged: [Damage] = [
    Damage(
      testDescription: "a name without an end", says: "entry 0 of __versions is no version",
      change: {
        let bytes = [UInt8](repeating: 0, count: 8) + [UInt8](repeating: 0x61, count: 56)
        $0.elf.add(.init(name: "__versions", bytes: bytes))
      }),
    Damage(
      testDescription: "a checksum that is none", says: "entry 0 of __versions is no version",
      change: { $0.elf.add(.init(name: "__versions", bytes: entry(1 << 32, "printk"))) }),
    Damage(
      testDescription: "two lists that differ",
      says: "its two lists of symbol versions differ about printk",
      change: {
        $0.elf.add(.init(name: "__versions", bytes: versions))
        add(&$0.elf, crcs: [8], names: "printk\0")
      }),
    Damage(
      testDescription: "checksums without names", says: "__version_ext_crcs and",
      change: { $0.elf.add(.init(name: "__version_ext_crcs", bytes: [1, 0, 0, 0])) }),
    Damage(
      testDescription: "more checksums than names",
      says: "entry 1 of __version_ext_names is no name",
      change: { add(&$0.elf, crcs: [1, 2], names: "printk\0") }),
    Damage(
      testDescription: "more versions than any module has",
      says: "__versions has 65537 entries",
      change: {
        $0.elf.add(.init(name: "__versions", bytes: [UInt8](repeating: 0, count: 65_537 * 64)))
      }),
    Damage(
      testDescription: "an undefined symbol whose name is none",
      says: "is undefined and has no name",
      change: { $0.elf.add(.init(name: "a\u{1b}b")) }),
  ]

  @Test("versions and symbols that the kernel would refuse are damage", arguments: damaged)
  func refused(_ damage: Damage) throws {
    let problem = #expect(throws: ModuleProblem.self) { try Self.facts(damage.change) }
    #expect(problem?.description.contains(damage.says) == true, "\(problem?.description ?? "")")
    #expect(problem?.advice == "copy it again from where it was built")
  }

  @Test("a name may be longer than any of the kernel's, and not much longer")
  func longNames() throws {
    let longest = String(repeating: "n", count: 1023)
    let facts = try Self.facts { $0.elf.add(.init(name: longest)) }
    #expect(facts.needed == [NeededSymbol(name: longest, isWeak: false)])
    #expect(throws: ModuleProblem.self) {
      try Self.facts { $0.elf.add(.init(name: longest + "n")) }
    }
  }

  @Test("what a module needs is told once each, and what it can do without is marked")
  func needed() throws {
    let facts = try Self.facts {
      $0.elf.add(.init(name: "printk"))
      $0.elf.add(.init(name: "maybe", isWeak: true))
      $0.elf.add(.init(name: "printk", isWeak: true))
      $0.elf.add(.init(name: "own", section: 3))
    }
    #expect(
      facts.needed == [
        NeededSymbol(name: "printk", isWeak: false), NeededSymbol(name: "maybe", isWeak: true),
      ])
    #expect(facts.livepatchSymbols.isEmpty)
    #expect(facts.livepatchRelocations.isEmpty)
  }

  static let astray: [(says: String, change: @Sendable (inout ModuleBuilder) -> Void)] = [
    (
      "symbol 1 is in section 500, which is not there",
      { $0.elf.add(.init(name: "a", section: 500)) }
    ),
    (
      "uses symbol 900, which is not there",
      { module in
        let text = module.elf.add(
          .init(name: ".text.x", flags: 6, bytes: [0, 0, 0, 0, 0, 0, 0, 0]))
        module.elf.relocate(text, 0, to: 900)
      }
    ),
    (
      "relocates beyond the end of .text.x",
      { module in
        let text = module.elf.add(
          .init(name: ".text.x", flags: 6, bytes: [0, 0, 0, 0, 0, 0, 0, 0]))
        module.elf.relocate(text, 1, to: module.elf.add(.init(name: "a")))
      }
    ),
    (
      "section .text.x is not zero at byte 0, where an address is put",
      { module in
        let text = module.elf.add(
          .init(name: ".text.x", flags: 6, bytes: [0, 0, 0, 1, 0, 0, 0, 0]))
        module.elf.relocate(text, 0, to: module.elf.add(.init(name: "a")), type: 2)
      }
    ),
  ]

  @Test("symbols and relocations that lead out of the module are damage", arguments: astray)
  func referencesAstray(_ says: String, _ change: @Sendable (inout ModuleBuilder) -> Void) {
    let problem = #expect(throws: ModuleProblem.self) { try Self.facts(change) }
    #expect(problem?.description.contains(says) == true, "\(problem?.description ?? "")")
  }

  static func livepatch(
    _ table: String = ".klp.rela.ext4.text", symbols: [String], section: Int = 0xff20
  ) throws -> ModuleFacts {
    try facts { module in
      module.info.append("livepatch=Y")
      let text = module.elf.add(
        .init(name: ".text.new", flags: 6, bytes: [UInt8](repeating: 0, count: 64)))
      let numbers = symbols.map { module.elf.add(.init(name: $0, section: section)) }
      module.elf.livepatchRelocate(table, text, to: numbers)
    }
  }

  @Test("what livepatch has to find is told with object and position, and what waits for it")
  func livepatchSymbols() throws {
    let facts = try Self.livepatch(symbols: [
      ".klp.sym.ext4.ext4_find_entry,0", ".klp.sym.ext4.a.isra.0,2",
    ])
    #expect(
      facts.livepatchSymbols == [
        LivepatchSymbol(object: "ext4", name: "ext4_find_entry", sympos: 0),
        LivepatchSymbol(object: "ext4", name: "a.isra.0", sympos: 2),
      ])
    #expect(
      facts.livepatchRelocations == [
        LivepatchRelocation(object: "ext4", section: ".text.new", count: 2)
      ])
    #expect(facts.needed == [])
  }

  static let broken: [(table: String, symbol: String, says: String)] = [
    (".klp.rela.ext4.text", ".klp.sym.ext4.f", "is not of the form"),
    (".klp.rela.ext4.text", ".klp.sym.ext4,0", "is not of the form"),
    (".klp.rela.ext4.text", ".klp.sym..f,0", "is not of the form"),
    (".klp.rela.ext4.text", ".klp.sym.ext4.f,", "is not of the form"),
    (".klp.rela.ext4.text", ".klp.sym.ext4.f,99999999999999999999", "is not of the form"),
    (
      ".klp.rela.ext4.text", ".klp.sym.\(String(repeating: "o", count: 56)).f,0",
      "is not of the form"
    ),
    (".klp.rela.ext4.text", "f", "symbol f is not of the form .klp.sym.OBJECT.SYMBOL,POSITION"),
    (".klp.rela.ext4.text", ".klp.sym.vmlinux.f,0", "uses a symbol of vmlinux"),
    (".klp.rela.ext4", ".klp.sym.ext4.f,0", "section .klp.rela.ext4 is not named"),
    (".rela.text.new", ".klp.sym.ext4.f,0", "section .rela.text.new is not named"),
  ]

  @Test("relocations that livepatch does not take are an error", arguments: broken)
  func brokenRelocations(_ table: String, _ symbol: String, _ says: String) {
    let problem = #expect(throws: ModuleProblem.self) {
      try Self.livepatch(table, symbols: [symbol])
    }
    #expect(problem?.description.contains(says) == true, "\(problem?.description ?? "")")
    #expect(problem?.advice == "build it again, with a tool that fits the kernel")
  }

  @Test("a livepatch relocation by a symbol of another kind is an error")
  func otherSymbol() {
    let problem = #expect(throws: ModuleProblem.self) {
      try Self.livepatch(symbols: [".klp.sym.ext4.f,0"], section: 0)
    }
    #expect(problem?.description.contains("uses a symbol that is not for livepatch") == true)
  }
}
