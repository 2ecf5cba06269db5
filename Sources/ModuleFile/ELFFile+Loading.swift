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
    try checkOnlyOnes()
    try checkSize()
    for section in sections where section.type == 9 && machine == .x86_64 {
      if self.section(section.info)?.isAllocated == true {
        throw .malformed("section \(section.name) has relocations without addends")
      }
    }
    guard let symbols = symbols() else { return }
    for number in 0..<symbols.count {
      guard let symbol = symbols[number] else { continue }
      if symbol.isNowhere {
        throw .malformed("symbol \(number) is in a section of no meaning to the kernel")
      }
      if number > 0, symbol.isUndefined, !symbol.isWeak, symbol.nameOffset == 0 {
        throw .namelessSymbol(number)
      }
      guard symbol.isCommon else { continue }
      let name = symbols.name(symbol) ?? "\(number)"
      // What the compiler leaves for link-time optimisation is passed over.
      if name.hasPrefix("__gnu_lto") { continue }
      throw .malformed("symbol \(name) is a common one; it was compiled without -fno-common")
    }
    guard machine == .x86_64 else { return }
    var odd: Relocation?
    var short: Relocation?
    forEachRelocation(symbols) { relocation in
      if odd == nil, !ELFFile.x86Relocations.contains(relocation.type) { odd = relocation }
      // R_X86_64_32: modules lie in the last 2 GiB, of which 32 bits tell with their sign only.
      if short == nil, relocation.type == 10,
        let index = symbols[relocation.symbol]?.section, section(index)?.name != ELFFile.perCPU
      {
        short = relocation
      }
    }
    if let short {
      throw .malformed(
        "a relocation of section \(section(short.place.section)?.name ?? "") puts an address into 32 bits "
          + "without a sign")
    }
    if let odd {
      throw .malformed(
        "a relocation of section \(section(odd.place.section)?.name ?? "") is of type \(odd.type), "
          + "which kernels do not make")
    }
  }

  /// Sections of which there may be one: the kernel looks for them by name, or has a file in sysfs for
  /// each. Older kernels take some of these modules, the first section or the last.
  private func checkOnlyOnes() throws(ModuleProblem) {
    if sections.count(where: { $0.type == 2 }) > 1 {
      throw .malformed("it has two symbol tables")
    }
    var names: Set<String> = []
    for section in sections {
      let isLookedFor =
        section.name == ".modinfo" || section.name == ".gnu.linkonce.this_module"
      guard isLookedFor || section.isAllocated && section.size > 0 else { continue }
      if names.insert(section.name).inserted { continue }
      if isLookedFor { throw .malformed("it has \(section.name) twice") }
      throw .repeatedSection(section.name)
    }
  }

  /// How much memory it takes. x86_64 has about 1 GiB for all modules together, others not much more.
  private func checkSize() throws(ModuleProblem) {
    var total: UInt64 = 0
    for section in sections where section.isAllocated {
      let (sum, overflow) = total.addingReportingOverflow(section.size)
      // PCPU_MIN_UNIT_SIZE of linux/percpu.h: what one allocation can have.
      let most: UInt64 = section.name == ELFFile.perCPU ? 32 << 10 : 1 << 30
      guard !overflow, sum <= 1 << 30, section.size <= most else {
        throw .tooLarge(section: section.name, size: section.size)
      }
      total = sum
    }
  }

  /// The variables that each processor has of its own.
  static let perCPU = ".data..percpu"

  /// R_X86_64_NONE, 64, PC32, PLT32, 32, 32S and PC64.
  private static let x86Relocations: Set<UInt32> = [0, 1, 2, 4, 10, 11, 24]
}
