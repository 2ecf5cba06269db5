extension ELFFile {
  /// What the kernel refuses in a file that is sound as ELF goes, before it looks at what the module
  /// needs (kernel/module/main.c and arch/x86/kernel/module.c; ENOEXEC, all of it).
  func checkLoading() throws(ModuleProblem) {
    for section in sections where section.isWritable && section.isExecutable {
      throw .malformed("section \(section.name) can be written and executed")
    }
    guard sections.contains(where: { $0.type == 2 }) else {
      throw .malformed("it has no symbol table; somebody has stripped it of that")
    }
    guard let symbols = symbols() else { return }
    for number in 0..<symbols.count {
      guard let symbol = symbols[number], symbol.isCommon else { continue }
      let name = symbols.name(symbol) ?? "\(number)"
      // What the compiler leaves for link-time optimisation is passed over.
      if name.hasPrefix("__gnu_lto") { continue }
      throw .malformed("symbol \(name) is a common one; it was compiled without -fno-common")
    }
    guard machine == .x86_64 else { return }
    var odd: Relocation?
    forEachRelocation(symbols) { relocation in
      if odd == nil, !ELFFile.x86Relocations.contains(relocation.type) { odd = relocation }
    }
    if let odd {
      throw .malformed(
        "a relocation of section \(section(odd.place.section)?.name ?? "") is of type \(odd.type), "
          + "which kernels do not make")
    }
  }

  /// R_X86_64_NONE, 64, PC32, PLT32, 32, 32S and PC64.
  private static let x86Relocations: Set<UInt32> = [0, 1, 2, 4, 10, 11, 24]
}
