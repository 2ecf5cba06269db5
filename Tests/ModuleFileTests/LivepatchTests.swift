import ModuleFile
import ModuleFixtures
import Testing

/// What is read of a live patch's own structures, and what is better called unknown.
struct LivepatchTests {
  typealias Patch = ModuleBuilder.Patch

  static func facts(_ patch: Patch, change: (inout ELFBuilder) -> Void = { _ in }) throws
    -> ModuleFacts
  {
    var module = ModuleBuilder()
    change(&module.elf)
    module.patch = patch
    return try ModuleFacts(module.build())
  }

  static let two: Patch = Patch(objects: [
    (nil, [("cmdline_proc_show", 0), ("meminfo_proc_show", 2)]), ("ext4", [("ext4_readdir", 1)]),
  ])
  static let twoRead = [
    ModuleFacts.PatchedObject(
      name: "vmlinux",
      functions: [
        .init(name: "cmdline_proc_show", sympos: 0), .init(name: "meminfo_proc_show", sympos: 2),
      ]),
    ModuleFacts.PatchedObject(
      name: "ext4", functions: [.init(name: "ext4_readdir", sympos: 1)]),
  ]

  struct Case: CustomTestStringConvertible, Sendable {
    var testDescription: String
    var change: @Sendable (inout Patch) -> Void = { _ in }
    var replace: Bool? = false
  }

  static let knownCases: [Case] = [
    Case(testDescription: "as compilers make it"),
    Case(testDescription: "replace", change: { $0.replace = true }, replace: true),
    Case(testDescription: "address taken relative to the code", change: { $0.enabling = .load }),
    Case(testDescription: "states", change: { $0.hasStates = true }),
    Case(testDescription: "callbacks", change: { $0.hasCallbacks = true }),
    Case(
      testDescription: "other sizes of the structures",
      change: {
        $0.objectSize = 120
        $0.functionSize = 104
      }),
    Case(
      testDescription: "replace where Linux 5.4 has it",
      change: {
        $0.isOld = true
        $0.replace = true
      }, replace: true),
    Case(
      testDescription: "code sets replace", change: { $0.enabling = .moveAndSet }, replace: nil),
    Case(
      testDescription: "code sets replace through a register",
      change: { $0.enabling = .moveAndSetIndirectly }, replace: nil),
    Case(
      testDescription: "nothing enables it", change: { $0.enabling = .never }, replace: nil),
    Case(
      testDescription: "a parameter of the module is the replace flag itself",
      change: {
        $0.finish = { elf, places in
          let parameters = elf.add(
            .init(name: "__param", bytes: [UInt8](repeating: 0, count: 40)))
          elf.relocate(parameters, 32, to: places.dataSymbol, places.patch + 24)
        }
      }, replace: nil),
    Case(
      testDescription: "another structure of the module has an owner too",
      change: {
        $0.finish = { elf, places in
          let operations = elf.add(
            .init(name: ".data.ops", flags: 3, bytes: [UInt8](repeating: 0, count: 264)))
          elf.relocate(operations, 0, to: places.module)
          elf.relocate(operations, 16, to: places.textSymbol)
          elf.add(.init(name: "ops", isObject: true, section: operations, size: 264))
        }
      }),
  ]

  @Test(
    "a source-built patch tells its functions, and replace when nothing can change it",
    arguments: knownCases)
  func known(_ example: Case) throws {
    var patch = Self.two
    example.change(&patch)
    let facts = try Self.facts(patch)
    #expect(facts.maker == .source)
    #expect(facts.objects == Self.twoRead)
    #expect(facts.replace == example.replace)
  }

  @Test(
    "the byte order does not matter; of a processor that is not known nothing is believed",
    arguments: [true, false])
  func otherMachines(_ littleEndian: Bool) throws {
    var module = ModuleBuilder()
    module.elf.littleEndian = littleEndian
    module.patch = Self.two
    #expect(try ModuleFacts(module.build()).objects == Self.twoRead)
    module.elf.machine = 4711
    let unknown = try ModuleFacts(module.build())
    #expect(unknown.machine.description == "machine 4711")
    #expect(unknown.maker == .unknown)
    #expect(unknown.objects == nil)
    #expect(unknown.replace == nil)
  }

  static var callbacksOnly: Patch {
    var patch = Patch(objects: [(nil, [])])
    patch.hasStates = true
    patch.hasCallbacks = true
    return patch
  }

  @Test("objects may have no function, their array in .bss")
  func noFunctions() throws {
    var patch = Self.callbacksOnly
    #expect(try Self.facts(patch).objects == [.init(name: "vmlinux", functions: [])])
    patch.finish = { elf, places in
      let bss = elf.add(.init(name: ".bss", type: 8, flags: 3, size: 152))
      let symbol = elf.add(.init(name: "empty", isObject: true, section: bss, size: 152))
      elf.removeRelocations(of: places.data, at: places.objects + 8)
      elf.relocate(places.data, places.objects + 8, to: symbol)
    }
    #expect(try Self.facts(patch).objects == [.init(name: "vmlinux", functions: [])])
  }

  @Test(
    "one function or fifty, the size of the structures is found",
    arguments: [1, 2, 3, 7, 49, 50])
  func many(_ count: Int) throws {
    let functions = (0..<count).map { (name: "function_\($0)", sympos: UInt64($0 % 3)) }
    let objects = (0..<count).map { (name: $0 == 0 ? nil : "module_\($0)", functions: functions) }
    let facts = try Self.facts(Patch(objects: objects))
    #expect(facts.objects?.count == count)
    #expect(facts.objects?.last?.functions.last?.name == "function_\(count - 1)")
  }

  struct Doubt: CustomTestStringConvertible, Sendable {
    var testDescription: String
    var finish: @Sendable (inout ELFBuilder, ModuleBuilder.Places) -> Void
  }

  static let doubts: [Doubt] = [
    Doubt(testDescription: "a second patch") { elf, places in
      let copy = elf.add(
        .init(name: ".data.2", flags: 3, bytes: [UInt8](repeating: 0, count: 200)))
      elf.relocate(copy, 0, to: places.module)
      elf.relocate(copy, 8, to: places.dataSymbol, places.objects)
      elf.add(.init(name: "patch2", isObject: true, section: copy, size: 200))
    },
    Doubt(testDescription: "a name that leads to code") { elf, places in
      elf.removeRelocations(of: places.data, at: places.functions[0])
      elf.relocate(places.data, places.functions[0], to: places.textSymbol)
    },
    Doubt(testDescription: "a function that is no code") { elf, places in
      elf.removeRelocations(of: places.data, at: places.functions[0] + 8)
      elf.relocate(places.data, places.functions[0] + 8, to: places.dataSymbol)
    },
    Doubt(testDescription: "a name that is no name") { elf, places in
      elf.edit(places.strings) { $0.bytes[8] = 0x1b }
    },
    Doubt(testDescription: "a pointer too many in a function") { elf, places in
      elf.relocate(places.data, places.functions[0] + 48, to: places.dataSymbol)
    },
    Doubt(testDescription: "two relocations of one pointer") { elf, places in
      elf.relocate(places.data, places.functions[0], to: places.dataSymbol)
    },
    Doubt(testDescription: "something else than zeros in the kernel's own part") { elf, places in
      elf.edit(places.data) { $0.bytes[places.functions[0] + 100] = 1 }
    },
    Doubt(testDescription: "a replace flag that is neither") { elf, places in
      elf.edit(places.data) { $0.bytes[places.patch + 24] = 2 }
    },
    Doubt(testDescription: "code that changes the functions") { elf, places in
      elf.edit(places.text) { $0.bytes.replaceSubrange(40..<44, with: [0, 0, 0, 0]) }
      elf.relocate(
        places.text, 40, to: places.dataSymbol, places.functions[0] + 16 - 4, type: 2)
    },
    Doubt(testDescription: "an object that has no end") { elf, places in
      elf.relocate(places.data, places.objects + 2 * 168 + 8, to: places.dataSymbol)
    },
    Doubt(testDescription: "a patch that reaches beyond its section") { elf, places in
      elf.edit(places.data) { $0.bytes = Array($0.bytes.prefix(places.functions[1] + 20)) }
    },
  ]

  @Test("what does not fit entirely is unknown", arguments: doubts)
  func doubtful(_ doubt: Doubt) throws {
    var patch = Self.two
    patch.finish = doubt.finish
    let facts = try Self.facts(patch)
    #expect(facts.isLivepatch)
    #expect(facts.maker == .unknown)
    #expect(facts.objects == nil)
    #expect(facts.replace == nil)
  }

  @Test("a module of kpatch-build tells its functions, and not whether it replaces")
  func kpatchBuild() throws {
    func build(_ change: (inout ELFBuilder, Int) -> Void = { _, _ in }) throws -> ModuleFacts {
      var module = ModuleBuilder()
      module.info.append("livepatch=Y")
      let text = module.elf.add(.init(name: ".text.new", flags: 6, bytes: [0x90, 0xc3]))
      let names = Array("vmlinux\0ext4\0a\0b\0c\0".utf8)
      let strings = module.elf.add(.init(name: ".kpatch.strings", bytes: names, alignment: 1))
      let functions = module.elf.add(
        .init(name: ".kpatch.funcs", bytes: [UInt8](repeating: 0, count: 3 * 56)))
      let textSymbol = module.elf.add(.init(section: text))
      let stringSymbol = module.elf.add(.init(section: strings))
      for (index, (name, object)) in [(13, 0), (15, 8), (17, 0)].enumerated() {
        module.elf.edit(functions) { $0.bytes[index * 56 + 32] = UInt8(index) }
        module.elf.relocate(functions, index * 56, to: textSymbol)
        module.elf.relocate(functions, index * 56 + 40, to: stringSymbol, name)
        module.elf.relocate(functions, index * 56 + 48, to: stringSymbol, object)
      }
      change(&module.elf, functions)
      return try ModuleFacts(module.build())
    }
    let facts = try build()
    #expect(facts.maker == .kpatchBuild)
    #expect(facts.replace == nil)
    #expect(
      facts.objects == [
        .init(
          name: "vmlinux",
          functions: [.init(name: "a", sympos: 0), .init(name: "c", sympos: 2)]),
        .init(name: "ext4", functions: [.init(name: "b", sympos: 1)]),
      ])
    #expect(facts.hasCallbacks == false)
    let withCallbacks = try build { elf, _ in
      elf.add(.init(name: ".kpatch.callbacks.pre_patch", bytes: [UInt8](repeating: 0, count: 16)))
    }
    #expect(withCallbacks.hasCallbacks == true)
    let torn = try build { elf, functions in elf.edit(functions) { $0.bytes.append(0) } }
    #expect(torn.maker == .kpatchBuild)
    #expect(torn.objects == nil)
    let nameless = try build { elf, functions in elf.removeRelocations(of: functions, at: 40) }
    #expect(nameless.objects == nil)
  }

  /// Two objects and three functions as klp-build writes them.
  static func klpBuild(
    _ change: (inout ELFBuilder, _ objects: Int, _ functions: Int) -> Void = { _, _, _ in }
  ) throws -> ModuleFacts {
    var module = ModuleBuilder()
    module.info.append("livepatch=Y")
    let text = module.elf.add(.init(name: ".text.new", flags: 6, bytes: [0x90, 0xc3]))
    let names = Array("vmlinux\0ext4\0a\0b\0c\0".utf8)
    let strings = module.elf.add(.init(name: ".rodata.klp.str1.1", bytes: names, alignment: 1))
    let objects = module.elf.add(
      .init(name: ".init.klp_objects", flags: 3, bytes: [UInt8](repeating: 0, count: 2 * 64)))
    let functions = module.elf.add(
      .init(name: ".init.klp_funcs", flags: 3, bytes: [UInt8](repeating: 0, count: 3 * 24)))
    let textSymbol = module.elf.add(.init(section: text))
    let stringSymbol = module.elf.add(.init(section: strings))
    let functionSymbol = module.elf.add(.init(section: functions))
    for (index, name) in [13, 15, 17].enumerated() {
      module.elf.edit(functions) { $0.bytes[index * 24 + 16] = UInt8(index) }
      module.elf.relocate(functions, index * 24, to: stringSymbol, name)
      module.elf.relocate(functions, index * 24 + 8, to: textSymbol)
    }
    module.elf.edit(objects) {
      $0.bytes[56] = 2
      $0.bytes[64 + 56] = 1
    }
    module.elf.relocate(objects, 8, to: functionSymbol)
    module.elf.relocate(objects, 64, to: stringSymbol, 8)
    module.elf.relocate(objects, 64 + 8, to: functionSymbol, 48)
    change(&module.elf, objects, functions)
    return try ModuleFacts(module.build())
  }

  @Test("a module of klp-build tells its functions and callbacks, and not whether it replaces")
  func klpBuilt() throws {
    let facts = try Self.klpBuild()
    #expect(facts.maker == .klpBuild)
    #expect(facts.replace == nil)
    #expect(facts.states == nil)
    #expect(facts.hasCallbacks == false)
    #expect(
      facts.objects == [
        .init(
          name: "vmlinux",
          functions: [.init(name: "a", sympos: 0), .init(name: "b", sympos: 1)]),
        .init(name: "ext4", functions: [.init(name: "c", sympos: 2)]),
      ])
    let withCallback = try Self.klpBuild { elf, objects, _ in
      elf.relocate(objects, 64 + 32, to: elf.add(.init(section: 1)))
    }
    #expect(withCallback.hasCallbacks == true)
  }

  @Test("what klp-build did not write entirely is unknown")
  func klpBuildDoubts() throws {
    let doubts = [
      try Self.klpBuild { elf, objects, _ in elf.edit(objects) { $0.bytes[56] = 3 } },
      try Self.klpBuild { elf, objects, _ in elf.edit(objects) { $0.bytes[56] = 1 } },
      try Self.klpBuild { elf, objects, _ in elf.edit(objects) { $0.bytes.removeLast() } },
      try Self.klpBuild { elf, objects, _ in elf.removeRelocations(of: objects, at: 8) },
      try Self.klpBuild { elf, _, functions in elf.removeRelocations(of: functions, at: 0) },
      try Self.klpBuild { elf, _, functions in elf.removeRelocations(of: functions, at: 8) },
      try Self.klpBuild { elf, _, functions in elf.edit(functions) { $0.name = ".other" } },
    ]
    for facts in doubts {
      #expect(facts.maker == .klpBuild)
      #expect(facts.objects == nil)
      #expect(facts.hasCallbacks == nil)
    }
  }

  @Test("callbacks and states of a source-built patch are told")
  func callbacksAndStates() throws {
    let plain = try Self.facts(Self.two)
    #expect(plain.hasCallbacks == false)
    #expect(plain.states == [])
    var patch = Self.two
    patch.hasCallbacks = true
    patch.hasStates = true
    // Where the states would be, the module's own data are no states.
    #expect(try Self.facts(patch).hasCallbacks == true)
    #expect(try Self.facts(patch).states == nil)

    func withStates(
      _ bytes: [UInt8], _ change: @escaping @Sendable (inout ELFBuilder, Int) -> Void = { _, _ in }
    ) throws -> ModuleFacts {
      var patch = Self.two
      patch.finish = { elf, places in
        let states = elf.add(.init(name: ".data.states", flags: 3, bytes: bytes))
        let symbol = elf.add(
          .init(name: "states", isObject: true, section: states, size: UInt64(bytes.count)))
        elf.relocate(places.data, places.patch + 16, to: symbol)
        change(&elf, symbol)
      }
      return try Self.facts(patch)
    }
    let elf = ELFBuilder()
    let one = elf.number(3, 8) + elf.number(2, 4) + elf.number(0, 12)
    let end = [UInt8](repeating: 0, count: 24)
    let facts = try withStates(one + end)
    #expect(facts.states == [ModuleFacts.State(id: 3, version: 2)])
    #expect(facts.replace == false)
    #expect(try withStates(one).states == nil, "a list without an end")
    #expect(try withStates(one + end + [0]).states == nil, "a list of another size")
    let written = try withStates(one + end) { elf, symbol in
      let text = elf.add(
        .init(name: ".text.x", flags: 6, bytes: [UInt8](repeating: 0, count: 64)))
      elf.relocate(text, 8, to: symbol, -4, type: 2)
    }
    #expect(written.states == nil, "code that may change them")
    #expect(written.objects == Self.twoRead)
  }

  @Test("whether its own code can refuse the load is told, where its init is understood")
  func refusal() throws {
    func mayRefuse(_ change: (inout Patch) -> Void) throws -> Bool? {
      var patch = Self.two
      patch.isInit = true
      change(&patch)
      return try Self.facts(patch).mayRefuse
    }
    #expect(try mayRefuse { _ in } == false)
    #expect(try mayRefuse { $0.hasCallbacks = true } == true, "a pre-patch callback")
    #expect(try mayRefuse { $0.isInit = false } == true, "no init that is found")
    // A call whose return is not the end.
    #expect(try mayRefuse { $0.enabling = .load } == true)
    #expect(try mayRefuse { $0.enabling = .moveAndSet } == true)
    let called = try mayRefuse {
      $0.enabling = .load
      $0.finish = { elf, places in elf.edit(places.text) { $0.bytes[128 + 12] = 0xc3 } }
    }
    #expect(called == false)
    let checking = try mayRefuse {
      $0.finish = { elf, places in
        // test %edi, %edi before it all
        elf.edit(places.text) { $0.bytes.replaceSubrange(126..<128, with: [0x85, 0xff]) }
        elf.add(.init(name: "init_module", section: places.text, value: 126))
      }
    }
    #expect(checking == true)
  }

  static let defects:
    [(String, LivepatchDefect, @Sendable (inout ELFBuilder, ModuleBuilder.Places) -> Void)] = [
      ("no module", .noModule, { $0.removeRelocations(of: $1.data, at: $1.patch) }),
      ("no objects", .noObjects, { $0.removeRelocations(of: $1.data, at: $1.patch + 8) }),
      (
        "no old name", .noOldName,
        { $0.removeRelocations(of: $1.data, at: $1.functions[0]) }
      ),
      (
        "no new function", .noNewFunction(name: "cmdline_proc_show"),
        { $0.removeRelocations(of: $1.data, at: $1.functions[0] + 8) }
      ),
    ]

  @Test("what is certainly wrong with its structures is told", arguments: defects.indices)
  func defectIsTold(_ index: Int) throws {
    let (name, defect, change) = Self.defects[index]
    var patch = Self.two
    patch.isInit = true
    patch.finish = change
    let facts = try Self.facts(patch)
    #expect(facts.defect == defect, "\(name)")
    #expect(facts.objects == nil)
    patch.isInit = false
    #expect(try Self.facts(patch).defect == nil, "\(name), where code may put it right first")
  }

  @Test("an object with a name and no list of functions is told")
  func listMissing() throws {
    var patch = Patch(objects: [("ext4", [("ext4_readdir", 1)])])
    patch.isInit = true
    #expect(try Self.facts(patch).defect == nil)
    patch.finish = { $0.removeRelocations(of: $1.data, at: $1.objects + 8) }
    #expect(try Self.facts(patch).defect == .noFunctions(object: "ext4"))
    // Something else than zero, and not an address either: nobody knows.
    patch.finish = { elf, places in
      elf.removeRelocations(of: places.data, at: places.objects + 8)
      elf.edit(places.data) { $0.bytes[places.objects + 8] = 1 }
    }
    #expect(try Self.facts(patch).defect == nil)
  }
}
