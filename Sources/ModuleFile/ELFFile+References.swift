extension ELFFile {
  /// Symbols and relocations that lead to where nothing is: the kernel hardly looks at their numbers,
  /// and follows them out of the module. And what it finds wrong itself, a place that is not zero
  /// (arch/x86/kernel/module.c, ENOEXEC).
  func checkReferences() throws(ModuleProblem) {
    guard let symbols = symbols() else { return }
    for number in 0..<symbols.count {
      guard let symbol = symbols[number], let index = symbol.section else { continue }
      guard index < sections.count else {
        throw .malformed("symbol \(number) is in section \(index), which is not there")
      }
    }
    for table in sections where table.type == 4 {
      guard let target = section(table.info), target.isAllocated else { continue }
      guard table.entrySize == 24, table.range.count % 24 == 0, table.link == symbols.index else {
        throw .malformed("section \(table.name) is no table of relocations")
      }
      try check(table, of: target, symbols)
    }
  }

  private func check(
    _ table: Section, of target: Section, _ symbols: Symbols
  ) throws(ModuleProblem) {
    for place in stride(from: table.range.lowerBound, to: table.range.upperBound, by: 24) {
      guard let offset = bytes.u64(place), let info = bytes.u64(place + 8) else { return }
      guard info >> 32 < UInt64(symbols.count) else {
        throw .malformed("section \(table.name) uses symbol \(info >> 32), which is not there")
      }
      let type = UInt32(truncatingIfNeeded: info)
      let size = machine == .x86_64 ? x86RelocationSize(type) : 1
      let (end, overflow) = offset.addingReportingOverflow(size)
      guard !overflow, end <= target.size else {
        throw .malformed("section \(table.name) relocates beyond the end of \(target.name)")
      }
      guard machine == .x86_64, end <= UInt64(target.range.count) else { continue }
      let start = target.range.lowerBound + Int(offset)
      guard bytes.isZero(start..<(start + Int(size))) else {
        throw .malformed(
          "section \(target.name) is not zero at byte \(offset), where an address is put")
      }
    }
  }
}

/// How many bytes a relocation of x86_64 writes.
private func x86RelocationSize(_ type: UInt32) -> UInt64 {
  switch type {
  case 1, 24: 8  // R_X86_64_64, R_X86_64_PC64
  case 2, 4, 10, 11: 4  // R_X86_64_PC32, R_X86_64_PLT32, R_X86_64_32, R_X86_64_32S
  default: 0
  }
}
