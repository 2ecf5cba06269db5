extension ELFFile {
  /// The symbols that the module exports itself, in the file's order; nil where its tables are not of
  /// the form that is known here.
  ///
  /// `struct kernel_symbol` of linux/export.h: a value, a name and a namespace, which are addresses, or
  /// distances to them in four bytes each. The kernel goes by the name there, and not by that of the
  /// entry's own symbol.
  func exports() -> [String]? {
    let tables = sections.indices.filter {
      sections[$0].isAllocated && ELFFile.exportTables.contains(sections[$0].name)
        && sections[$0].size > 0
    }
    guard !tables.isEmpty else { return [] }
    guard let symbols = symbols(), let absolute = machine.absoluteRelocation else { return nil }
    var exports: [String] = []
    var entries = 0
    var isKnown = true
    forEachRelocation(symbols) { relocation in
      guard isKnown, tables.contains(relocation.place.section) else { return }
      let size: UInt64 = relocation.type == absolute ? 8 : 4
      guard relocation.place.offset / size % 3 == 1 else { return }
      guard exports.count < ELFFile.mostSymbols, let name = name(of: relocation, symbols) else {
        isKnown = false
        return
      }
      exports.append(name)
      if entries == 0 {
        for table in tables {
          entries += Int(clamping: sections[table].size / (size * 3))
        }
      }
    }
    return isKnown && exports.count == entries ? exports : nil
  }

  private static let exportTables: Set = [
    "__ksymtab", "__ksymtab_gpl", "__ksymtab_gpl_future", "__ksymtab_unused",
    "__ksymtab_unused_gpl",
  ]

  /// The name that a relocation leads to.
  private func name(of relocation: Relocation, _ symbols: Symbols) -> String? {
    guard let target = target(of: relocation, symbols), let section = section(target.section),
      section.isAllocated, section.isProgramBits, target.offset < UInt64(section.range.count)
    else { return nil }
    return bytes.name(
      section.range.lowerBound + Int(target.offset), before: section.range.upperBound)
  }
}
