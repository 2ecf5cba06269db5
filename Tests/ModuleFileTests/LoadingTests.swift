import ModuleFile
import ModuleFixtures
import Testing

/// Files that are sound as ELF goes, and that the kernel's module loader refuses all the same: each
/// was shown to Linux 6.1 and 6.12, which said ENOEXEC.
struct LoadingTests {
  struct Refused: CustomTestStringConvertible, Sendable {
    var testDescription: String
    var says: String
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
  ]

  @Test("what the loader refuses is no module", arguments: refused)
  func refuses(_ refused: Refused) throws {
    var module = ModuleBuilder()
    refused.change(&module)
    let problem = #expect(throws: ModuleProblem.self) { try ModuleFacts(module.build()) }
    #expect(problem?.description.contains(refused.says) == true, "\(String(describing: problem))")
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
