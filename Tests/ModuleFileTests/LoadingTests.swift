import ModuleFile
import ModuleFixtures
import Testing

/// Files that are sound as ELF goes, and that the kernel's module loader refuses all the same: each
/// was shown to Linux 6.1 and 6.12, or to the newer of them, which told its errno.
struct LoadingTests {
  struct Refused: CustomTestStringConvertible, Sendable {
    var testDescription: String
    var says: String
    var errno = "ENOEXEC"
    var change: @Sendable (inout ModuleBuilder) -> Void
  }

  static let refused = [
    Refused(
      testDescription: "code that can be written",
      says: "section .text.more can be written and executed",
      change: { $0.elf.add(.init(name: ".text.more", flags: 7, bytes: [0x90])) }),
    Refused(
      testDescription: "a common symbol", says: "symbol buffer is a common one",
      change: { $0.elf.add(.init(name: "buffer", section: 0xfff2, value: 8, size: 8)) }),
    Refused(
      testDescription: "a relocation that kernels do not make",
      says: "a relocation of section .more is of type 99",
      change: {
        let section = $0.elf.add(
          .init(name: ".more", flags: ELFBuilder.writable, bytes: [UInt8](repeating: 0, count: 8)))
        let symbol = $0.elf.add(.init(name: "here", section: section))
        $0.elf.relocate(section, 0, to: symbol, type: 99)
      }),
    Refused(
      testDescription: "an address in 32 bits without a sign", says: "32 bits without a sign",
      change: {
        let section = $0.elf.add(
          .init(name: ".more", flags: ELFBuilder.writable, bytes: [UInt8](repeating: 0, count: 8)))
        let symbol = $0.elf.add(.init(name: "here", section: section))
        $0.elf.relocate(section, 0, to: symbol, type: 10)
      }),
    Refused(
      testDescription: "relocations without addends", says: "has relocations without addends",
      change: {
        let section = $0.elf.add(.init(name: ".more", bytes: [0]))
        $0.elf.add(
          .init(name: ".rel.more", type: 9, flags: 0, bytes: [], info: section, entrySize: 16))
      }),
    Refused(
      testDescription: "two sections of information", says: "has .modinfo twice",
      change: { $0.elf.add(.init(name: ".modinfo", flags: 0, bytes: [0])) }),
    Refused(
      testDescription: "a section twice", says: "has section .more twice", errno: "EEXIST",
      change: {
        $0.elf.add(.init(name: ".more", bytes: [1]))
        $0.elf.add(.init(name: ".more", bytes: [1]))
      }),
    Refused(
      testDescription: "a symbol in a section that is a mark of somebody else's",
      says: "in a section of no meaning",
      change: { $0.elf.add(.init(name: "lost", section: 0xff05)) }),
    Refused(
      testDescription: "a symbol that does not say what it needs",
      says: "undefined and has no name",
      errno: "ENOENT", change: { $0.elf.add(.init()) }),
    Refused(
      testDescription: "more memory than there is", says: "section .bss.more", errno: "ENOMEM",
      change: {
        $0.elf.add(.init(name: ".bss.more", type: 8, flags: ELFBuilder.writable, size: 1 << 31))
      }),
    Refused(
      testDescription: "more for each processor than there is", says: "section .data..percpu",
      errno: "ENOMEM",
      change: {
        $0.elf.add(
          .init(name: ".data..percpu", type: 8, flags: ELFBuilder.writable, size: 64 << 10))
      }),
  ]

  @Test("what the loader refuses is no module", arguments: refused)
  func refuses(_ refused: Refused) throws {
    var module = ModuleBuilder()
    refused.change(&module)
    let problem = #expect(throws: ModuleProblem.self) { try ModuleFacts(module.build()) }
    #expect(problem?.description.contains(refused.says) == true, "\(String(describing: problem))")
    #expect(problem?.errno == refused.errno)
  }

  @Test("the first section header has to be empty, and the names have to end")
  func headers() throws {
    let file = ModuleBuilder().build()
    let table = Int(file[40]) | Int(file[41]) << 8 | Int(file[42]) << 16
    for field in [4, 16, 32] {
      var changed = file
      changed[table + field] = 1
      let problem = #expect(throws: ModuleProblem.self) { try ModuleFacts(changed) }
      #expect(problem?.description.contains("section 0 is not empty") == true)
    }
    let header = table + 64 * (Int(file[62]) | Int(file[63]) << 8)
    var changed = file
    changed[header + 32] -= 1
    let problem = #expect(throws: ModuleProblem.self) { try ModuleFacts(changed) }
    #expect(problem?.description.contains("do not end with a zero") == true)
  }

  @Test("a build ID that is in no note is none: sysfs does not show it")
  func buildIDElsewhere() throws {
    var module = ModuleBuilder()
    module.buildID = nil
    module.elf.add(
      .init(
        name: ".note.gnu.build-id",
        bytes: [4, 0, 0, 0, 1, 0, 0, 0, 3, 0, 0, 0] + Array("GNU\0".utf8) + [1, 0, 0, 0]))
    #expect(try ModuleFacts(module.build()).buildID == nil)
  }

  @Test("whether struct module says where the init is, and whether an object is called vmlinux")
  func patchesNothing() throws {
    var module = ModuleBuilder()
    module.patch = .init(objects: [(nil, [("cmdline_proc_show", 0)])])
    module.patch?.isInit = true
    var facts = try ModuleFacts(module.build())
    #expect(facts.hasInit && facts.defect == nil && facts.mayRefuse == false)
    module.isInitCalled = false
    facts = try ModuleFacts(module.build())
    #expect(!facts.hasInit && facts.mayRefuse == true)
    module.patch?.objects[0].name = "vmlinux"
    #expect(try ModuleFacts(module.build()).defect == .namesVmlinux)
  }

  @Test("a module that was stripped of its symbols is none")
  func stripped() throws {
    var file = ModuleBuilder().build()
    let table = Int(file[40]) | Int(file[41]) << 8 | Int(file[42]) << 16
    for header in stride(from: table, to: file.count, by: 64) where file[header + 4] == 2 {
      file[header + 4] = 1
    }
    let problem = #expect(throws: ModuleProblem.self) { try ModuleFacts(file) }
    #expect(problem?.description.contains("no symbol table") == true)
  }

  @Test("a new function without a symbol is told: the kernel does not find how long it is")
  func unnamed() throws {
    var module = ModuleBuilder()
    module.patch = .init(objects: [(nil, [("cmdline_proc_show", 0)])])
    // What strip --strip-unneeded leaves: init_module, in a section of its own.
    let section = module.elf.add(
      .init(name: ".init.text", flags: ELFBuilder.executable, bytes: [0xc3]))
    module.elf.add(.init(name: "init_module", section: section))
    #expect(try ModuleFacts(module.build()).objects?.first?.functions.map(\.hasSymbol) == [false])
    module.patch?.finish = { elf, places in
      elf.add(.init(name: "fix_show", section: places.text))
    }
    #expect(try ModuleFacts(module.build()).objects?.first?.functions.map(\.hasSymbol) == [true])
  }
}
