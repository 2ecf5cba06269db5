/// A kernel module with what the tests look at, and a live patch in its data if one is given.
package struct ModuleBuilder {
  package var elf = ELFBuilder()
  package var name = "klp_test"
  package var info = [
    "license=GPL", "depends=", "vermagic=6.1.0-56-cloud-amd64 SMP preempt mod_unload ",
  ]
  package var buildID: [UInt8]? = Array(0..<20)
  package var patch: Patch?
  /// Whether `struct module` says where the init is.
  package var isInitCalled = true

  package init() {}

  package struct Patch {
    /// Nil is vmlinux.
    package var objects: [(name: String?, functions: [(name: String, sympos: UInt64)])]
    package var replace = false
    package var objectSize = 168
    package var functionSize = 152
    package var enabling = Enabling.move
    /// `replace` where Linux before 5.5 has it.
    package var isOld = false
    package var hasStates = false
    package var hasCallbacks = false
    /// Whether the code that enables it is the module's init, and nothing else is.
    package var isInit = false
    /// The last change, made with the numbers of the sections.
    package var finish: @Sendable (inout ELFBuilder, Places) -> Void = { _, _ in }

    package init(objects: [(name: String?, functions: [(name: String, sympos: UInt64)])]) {
      self.objects = objects
    }
  }

  /// How code enables the patch.
  package enum Enabling {
    /// `mov $patch, %rdi; jmp klp_enable_patch`.
    case move
    /// `lea patch(%rip), %rdi; call klp_enable_patch`.
    case load
    /// The same as `move`, with an instruction between that sets `replace`.
    case moveAndSet
    /// `mov $patch, %rdi; mov %al, 24(%rdi); jmp klp_enable_patch`.
    case moveAndSetIndirectly
    case never
  }

  package struct Places {
    package var text = 0
    package var strings = 0
    package var data = 0
    package var thisModule = 0
    package var dataSymbol = 0
    package var textSymbol = 0
    /// The symbol of `struct module`.
    package var module = 0
    /// Offsets in data.
    package var patch = 0
    package var objects = 0
    package var functions: [Int] = []
  }

  package func build() -> [UInt8] {
    var elf = elf
    var places = Places()
    if let buildID {
      let note = [4, UInt64(buildID.count), 3].flatMap { elf.number($0, 4) }
      let padding = [UInt8](repeating: 0, count: -buildID.count & 3)
      elf.add(
        .init(
          name: ".note.gnu.build-id", type: 7,
          bytes: note + Array("GNU\0".utf8) + buildID + padding, alignment: 4))
    }
    let strings = info + (patch == nil ? [] : ["livepatch=Y"])
    elf.add(.init(name: ".modinfo", bytes: strings.flatMap { Array($0.utf8) + [0] }, alignment: 1))
    var module = [UInt8](repeating: 0, count: 896)
    module.replaceSubrange(24..<(24 + name.utf8.count), with: Array(name.utf8))
    places.thisModule = elf.add(
      .init(name: ".gnu.linkonce.this_module", flags: ELFBuilder.writable, bytes: module))
    places.text = elf.add(
      .init(
        name: ".text", flags: ELFBuilder.executable, bytes: [UInt8](repeating: 0x90, count: 256)))
    places.strings = elf.add(.init(name: ".rodata.str1.1", flags: 0x32, alignment: 1))
    places.data = elf.add(.init(name: ".data", flags: ELFBuilder.writable))
    places.textSymbol = elf.add(.init(section: places.text))
    places.dataSymbol = elf.add(.init(section: places.data))
    places.module = elf.add(
      .init(name: "__this_module", isObject: true, section: places.thisModule, size: 896))
    if let patch { add(patch, to: &elf, &places) }
    return elf.build()
  }

  private func add(_ patch: Patch, to elf: inout ELFBuilder, _ places: inout Places) {
    let stringSymbol = elf.add(.init(section: places.strings))
    // Something of the module's own before it, so that nothing starts at 0.
    places.patch = 32
    places.objects = places.patch + 200
    var end = places.objects + (patch.objects.count + 1) * patch.objectSize
    for object in patch.objects {
      places.functions.append(end)
      end += (object.functions.count + 1) * patch.functionSize
    }
    var data = [UInt8](repeating: 0, count: end)
    data[places.patch + (patch.isOld ? 16 : 24)] = patch.replace ? 1 : 0
    var strings = Array("first\0".utf8)
    let (section, dataSymbol) = (places.data, places.dataSymbol)

    func pointer(_ offset: Int, to text: String) {
      elf.relocate(section, offset, to: stringSymbol, strings.count)
      strings += Array(text.utf8) + [0]
    }
    elf.relocate(section, places.patch, to: places.module)
    elf.relocate(section, places.patch + 8, to: dataSymbol, places.objects)
    if patch.hasStates { elf.relocate(section, places.patch + 16, to: dataSymbol, 0) }
    var code = 0
    for (index, object) in patch.objects.enumerated() {
      let place = places.objects + index * patch.objectSize
      if let name = object.name { pointer(place, to: name) }
      elf.relocate(section, place + 8, to: dataSymbol, places.functions[index])
      if patch.hasCallbacks {
        for callback in [16, 40] { elf.relocate(section, place + callback, to: places.textSymbol) }
      }
      for (number, function) in object.functions.enumerated() {
        let place = places.functions[index] + number * patch.functionSize
        pointer(place, to: function.name)
        elf.relocate(section, place + 8, to: places.textSymbol, code)
        code = (code + 8) % 128
        data.replaceSubrange((place + 16)..<(place + 24), with: elf.number(function.sympos, 8))
      }
    }
    let objects: [(String, Int, Int)] =
      [
        ("other", 0, 32), ("patch", places.patch, 200),
        ("objs", places.objects, (patch.objects.count + 1) * patch.objectSize),
      ]
      + patch.objects.enumerated().map { index, object in
        let size = (object.functions.count + 1) * patch.functionSize
        return ("funcs\(index)", places.functions[index], size)
      }
    for (name, place, size) in objects {
      elf.add(
        .init(
          name: name, isObject: true, section: section, value: UInt64(place), size: UInt64(size)))
    }
    elf.edit(places.data) { $0.bytes = data }
    elf.edit(places.strings) { $0.bytes = strings }
    enable(patch, &elf, places)
    patch.finish(&elf, places)
  }

  private func enable(_ patch: Patch, _ elf: inout ELFBuilder, _ places: Places) {
    let callee = elf.add(.init(name: "klp_enable_patch"))
    let start = 128
    var code: [UInt8] = []
    func relative(_ offset: Int, _ addend: Int, _ type: UInt32) {
      elf.relocate(places.text, start + offset, to: places.dataSymbol, addend, type: type)
    }
    let move: [UInt8] = [0x48, 0xc7, 0xc7, 0, 0, 0, 0]
    switch patch.enabling {
    case .move:
      code = move
      relative(3, places.patch, 11)
    case .load:
      code = [0x48, 0x8d, 0x3d, 0, 0, 0, 0]
      relative(3, places.patch - 4, 2)
    case .moveAndSet:
      // setne patch+24(%rip)
      code = move + [0x0f, 0x95, 0x05, 0, 0, 0, 0]
      relative(3, places.patch, 11)
      relative(10, places.patch + 24 - 4, 2)
    case .moveAndSetIndirectly:
      code = move + [0x88, 0x47, 0x18]
      relative(3, places.patch, 11)
    case .never:
      return
    }
    if patch.isInit {
      elf.add(.init(name: "show", section: places.text))
      let start = elf.add(
        .init(name: "init_module", section: places.text, value: UInt64(start)))
      if isInitCalled { elf.relocate(places.thisModule, 400, to: start) }
    }
    elf.relocate(places.text, start + code.count + 1, to: callee, -4, type: 4)
    code += [patch.enabling == .load ? 0xe8 : 0xe9, 0, 0, 0, 0]
    elf.edit(places.text) { $0.bytes.replaceSubrange(start..<(start + code.count), with: code) }
  }
}
