extension ELFFile {
  /// Whether `struct module` says where `init_module` is, so that the kernel calls it; nil where there is
  /// nothing of that name.
  func isInitCalled() -> Bool? {
    guard let symbols = symbols(), machine.absoluteRelocation != nil,
      let module = index(of: ".gnu.linkonce.this_module")
    else { return nil }
    var starts: Set<Place> = []
    for number in 0..<symbols.count {
      guard let symbol = symbols[number], let section = symbol.section,
        symbols.name(symbol) == "init_module"
      else { continue }
      starts.insert(Place(section: section, offset: symbol.value))
    }
    if starts.isEmpty { return nil }
    var isCalled = false
    forEachRelocation(symbols) { relocation in
      guard !isCalled, relocation.place.section == module,
        let target = target(of: relocation, symbols)
      else { return }
      isCalled = starts.contains(target)
    }
    return isCalled
  }

  /// The `klp_patch` that the module's init enables as the first and only thing it does; nil where it
  /// does anything else, and where its code is not understood.
  ///
  /// `return klp_enable_patch(&patch)`, as compilers make it for x86_64: what a tracer needs, the
  /// argument, and a jump or a call with nothing behind it but the return.
  func patchEnabledAtOnce(_ symbols: Symbols) -> Place? {
    guard machine == .x86_64, isInitCalled() == true else { return nil }
    var start: Place?
    for number in 0..<symbols.count {
      guard let symbol = symbols[number], let section = symbol.section,
        symbols.name(symbol) == "init_module"
      else { continue }
      if start != nil { return nil }
      start = Place(section: section, offset: symbol.value)
    }
    guard let start, let code = section(start.section), code.isExecutable, code.isProgramBits,
      let offset = Int(exactly: start.offset), offset < code.range.count
    else { return nil }
    let end = offset + min(code.range.count - offset, InitCode.longest)
    var instructions = InitCode(
      elf: self, symbols: symbols,
      bytes: bytes.all[(code.range.lowerBound + offset)..<(code.range.lowerBound + end)])
    forEachRelocation(symbols) { relocation in
      guard relocation.place.section == start.section, relocation.place.offset >= start.offset,
        relocation.place.offset < UInt64(end)
      else { return }
      instructions.relocations[Int(relocation.place.offset) - offset] = relocation
    }
    return instructions.enabledPatch()
  }
}

/// The first instructions of a module's init.
private struct InitCode {
  let elf: ELFFile
  let symbols: ELFFile.Symbols
  /// What is left of them.
  var bytes: ArraySlice<UInt8>
  /// By where they are, counted from the first byte.
  var relocations: [Int: ELFFile.Relocation] = [:]
  private let first: Int

  /// More than all of it takes.
  static let longest = 64

  init(elf: ELFFile, symbols: ELFFile.Symbols, bytes: ArraySlice<UInt8>) {
    self.elf = elf
    self.symbols = symbols
    self.bytes = bytes
    first = bytes.startIndex
  }

  mutating func enabledPatch() -> ELFFile.Place? {
    _ = take([0xf3, 0x0f, 0x1e, 0xfa])  // endbr64
    if !transfer(0xe8, to: "__fentry__") { _ = take([0x0f, 0x1f, 0x44, 0x00, 0x00]) }
    let hasFrame = take([0x55])  // push %rbp
    if hasFrame, !take([0x48, 0x89, 0xe5]) { return nil }  // mov %rsp, %rbp
    guard let patch = argument() else { return nil }
    if transfer(0xe8, to: "klp_enable_patch") {
      if hasFrame, !take([0x5d]) { return nil }  // pop %rbp
      return take([0xc3]) || transfer(0xe9, to: "__x86_return_thunk") ? patch : nil
    }
    if hasFrame, !take([0x5d]) { return nil }
    return transfer(0xe9, to: "klp_enable_patch") ? patch : nil
  }

  /// `mov $patch, %rdi` or `lea patch(%rip), %rdi`.
  private mutating func argument() -> ELFFile.Place? {
    let relocation = relocations[bytes.startIndex - first + 3]
    guard let relocation, let target = elf.target(of: relocation, symbols) else { return nil }
    switch relocation.type {
    case 11 where take([0x48, 0xc7, 0xc7]): return take([0, 0, 0, 0]) ? target : nil
    case 2 where take([0x48, 0x8d, 0x3d]): return take([0, 0, 0, 0]) ? target + 4 : nil
    default: return nil
    }
  }

  /// A call of or jump to what somebody else has.
  private mutating func transfer(_ operation: UInt8, to name: String) -> Bool {
    guard let relocation = relocations[bytes.startIndex - first + 1],
      relocation.type == 2 || relocation.type == 4, relocation.addend == -4,
      let symbol = symbols[relocation.symbol], symbol.isUndefined, symbols.name(symbol) == name
    else { return false }
    return take([operation, 0, 0, 0, 0])
  }

  private mutating func take(_ expected: [UInt8]) -> Bool {
    guard bytes.starts(with: expected) else { return false }
    bytes = bytes.dropFirst(expected.count)
    return true
  }
}
