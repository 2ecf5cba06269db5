extension ELFFile {
  /// An entry of the symbol table.
  struct Symbol {
    var nameOffset: UInt32
    var isObject: Bool
    /// The section it lies in; nil when it is undefined, absolute or otherwise nowhere.
    var section: Int?
    var isUndefined: Bool
    var isWeak: Bool
    /// Found by livepatch, not by the module loader: SHN_LIVEPATCH.
    var isLivepatch: Bool
    /// To be given room by the linker, which never did: SHN_COMMON.
    var isCommon: Bool
    /// Of a special section that kernels do not know: they take its number for that of a real one.
    var isNowhere: Bool
    var value: UInt64
    var size: UInt64
  }

  /// The symbol table and its strings.
  struct Symbols {
    fileprivate let bytes: Bytes
    fileprivate let table: Range<Int>
    fileprivate let strings: Range<Int>
    let index: Int

    var count: Int { table.count / 24 }

    subscript(_ number: Int) -> Symbol? {
      guard number >= 0, number < count else { return nil }
      let offset = table.lowerBound + number * 24
      guard let name = bytes.u32(offset), let section = bytes.u16(offset + 6),
        let value = bytes.u64(offset + 8), let size = bytes.u64(offset + 16)
      else { return nil }
      // From SHN_LORESERVE (0xff00) on the numbers have other meanings.
      let real = section != 0 && section < 0xff00 ? Int(section) : nil
      let info = bytes.all[offset + 4]
      return Symbol(
        nameOffset: name, isObject: info & 0xf == 1, section: real, isUndefined: section == 0,
        isWeak: info >> 4 == 2, isLivepatch: section == 0xff20,
        isCommon: section == 0xfff2,
        isNowhere: section >= 0xff00 && ![0xff20, 0xfff1, 0xfff2].contains(section), value: value,
        size: size)
    }

    func name(_ symbol: Symbol) -> String? {
      guard let start = Int(exactly: symbol.nameOffset), start < strings.count else { return nil }
      return bytes.name(strings.lowerBound + start, before: strings.upperBound)
    }
  }

  /// The symbol table; nil when there is none or more than one.
  func symbols() -> Symbols? {
    let tables = sections.indices.filter { sections[$0].type == 2 }
    guard tables.count == 1, let index = tables.first, let strings = section(sections[index].link),
      strings.type == 3, sections[index].entrySize == 24
    else { return nil }
    return Symbols(bytes: bytes, table: sections[index].range, strings: strings.range, index: index)
  }
}

extension ELFFile {
  /// An entry of a relocation table: something in the file that is to hold an address.
  struct Relocation {
    var place: Place
    var type: UInt32
    var symbol: Int
    var addend: Int64
  }

  /// A byte of a section.
  struct Place: Hashable {
    var section: Int
    var offset: UInt64

    static func + (place: Place, distance: UInt64) -> Place {
      Place(section: place.section, offset: place.offset &+ distance)
    }
  }

  /// The relocations of all sections that the kernel keeps, in the order of the file.
  func forEachRelocation(_ symbols: Symbols, _ body: (Relocation) -> Void) {
    for table in sections where table.type == 4 && table.entrySize == 24 {
      guard table.link == symbols.index, let target = section(table.info), target.isAllocated
      else { continue }
      for offset in stride(from: table.range.lowerBound, to: table.range.upperBound - 23, by: 24) {
        guard let place = bytes.u64(offset), let info = bytes.u64(offset + 8),
          let addend = bytes.u64(offset + 16)
        else { return }
        // ELF64_R_SYM and ELF64_R_TYPE; sparc and mips, which differ, have no live patching.
        body(
          Relocation(
            place: Place(section: table.info, offset: place),
            type: UInt32(truncatingIfNeeded: info), symbol: Int(truncatingIfNeeded: info >> 32),
            addend: Int64(bitPattern: addend)))
      }
    }
  }
}
