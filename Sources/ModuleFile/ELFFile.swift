/// A relocatable ELF64 file: header and section table (System V ABI, chapter 4).
///
/// As strict as the kernel's loader where that is strict: what this refuses, the kernel refuses.
struct ELFFile {
  let bytes: Bytes
  let machine: Machine
  let sections: [Section]

  struct Section {
    var name: String
    var type: UInt32
    var flags: UInt64
    /// Where its bytes are in the file; empty for `.bss` and the like.
    var range: Range<Int>
    var size: UInt64
    /// Of the string table of a symbol table, of the symbol table of relocations.
    var link: Int
    /// Of the section that relocations apply to.
    var info: Int
    var entrySize: UInt64

    var isAllocated: Bool { flags & 0x2 != 0 }
    var isWritable: Bool { flags & 0x1 != 0 }
    var isExecutable: Bool { flags & 0x4 != 0 }
    var isProgramBits: Bool { type == 1 }
    var hasNoBits: Bool { type == 8 }
  }

  /// Reads the header and the section table; the bytes must begin with the ELF magic.
  init(_ file: [UInt8]) throws(ModuleProblem) {
    guard file.count >= 64 else {
      throw .malformed("its \(file.count) bytes are no whole ELF header")
    }
    // e_ident: class, data, version.
    guard file[4] == 2 else {
      if file[4] == 1 { throw .not64Bit }
      throw .malformed("its ELF class is \(file[4])")
    }
    guard file[5] == 1 || file[5] == 2 else {
      throw .malformed("its byte order is \(file[5])")
    }
    let bytes = Bytes(all: file, order: file[5] == 1 ? .little : .big)
    self.bytes = bytes
    guard let type = bytes.u16(16), let machine = bytes.u16(18),
      let tableOffset = bytes.u64(40), let entrySize = bytes.u16(58),
      let count = bytes.u16(60), let namesIndex = bytes.u16(62)
    else { throw .malformed("its ELF header is cut off") }
    guard type == 1 else { throw .notRelocatable(type: type) }
    self.machine = Machine(rawValue: machine)
    guard count > 0 else { throw .malformed("it has no sections") }
    guard entrySize == 64 else {
      throw .malformed("its section headers have \(entrySize) bytes instead of 64")
    }
    guard let table = bytes.range(tableOffset, UInt64(count) * 64) else {
      throw .malformed("its section headers lie beyond its end, at byte \(tableOffset)")
    }

    var headers: [(nameOffset: UInt32, section: Section)] = []
    headers.reserveCapacity(Int(count))
    for index in 0..<Int(count) {
      headers.append(try ELFFile.section(index, at: table.lowerBound + index * 64, bytes))
    }
    // The first header is empty, by the standard: type, address and size.
    guard bytes.isZero((table.lowerBound + 4)..<(table.lowerBound + 8)),
      bytes.isZero((table.lowerBound + 16)..<(table.lowerBound + 24)),
      bytes.isZero((table.lowerBound + 32)..<(table.lowerBound + 40))
    else { throw .malformed("section 0 is not empty") }
    guard headers.indices.contains(Int(namesIndex)), headers[Int(namesIndex)].section.type == 3
    else { throw .malformed("section \(namesIndex) should hold the sections' names") }
    let names = headers[Int(namesIndex)].section.range
    guard let last = names.last, bytes.all[last] == 0 else {
      throw .malformed("the names of its sections do not end with a zero")
    }
    sections = try headers.enumerated().map { index, header throws(ModuleProblem) in
      var section = header.section
      guard let start = Int(exactly: header.nameOffset), start < names.count,
        let name = bytes.terminated(
          names.lowerBound + start,
          before: min(names.upperBound, names.lowerBound + start + ELFFile.longestSectionName + 1))
      else { throw .malformed("section \(index) has no name") }
      section.name = String(decoding: name, as: UTF8.self)
      return section
    }
    try checkDisjoint()
  }

  /// No kernel module comes near it. The names of many sections may lie on each other in the file,
  /// and each is copied.
  private static let longestSectionName = 1023

  private static func section(
    _ index: Int, at offset: Int, _ bytes: Bytes
  ) throws(ModuleProblem) -> (UInt32, Section) {
    guard let name = bytes.u32(offset), let type = bytes.u32(offset + 4),
      let flags = bytes.u64(offset + 8), let start = bytes.u64(offset + 24),
      let size = bytes.u64(offset + 32), let link = bytes.u32(offset + 40),
      let info = bytes.u32(offset + 44), let entrySize = bytes.u64(offset + 56)
    else { throw .malformed("section header \(index) is cut off") }
    // SHT_NULL and SHT_NOBITS have no bytes, whatever their offset and size say.
    var range = 0..<0
    if type != 0, type != 8 {
      guard let found = bytes.range(start, size) else {
        throw .malformed("section \(index) lies beyond its end: \(size) bytes from \(start)")
      }
      range = found
    }
    let section = Section(
      name: "", type: type, flags: flags, range: range, size: size, link: Int(link),
      info: Int(info), entrySize: entrySize)
    return (name, section)
  }

  /// No linker makes sections that share bytes. Refusing them bounds the work that follows by the
  /// length of the file.
  private func checkDisjoint() throws(ModuleProblem) {
    var end = 0
    for section in sections.filter({ !$0.range.isEmpty }).sorted(by: {
      $0.range.lowerBound < $1.range.lowerBound
    }) {
      if section.range.lowerBound < end {
        throw .malformed("section \(section.name) overlaps another one")
      }
      end = section.range.upperBound
    }
  }

  /// The index of the section that the kernel takes by this name: the first allocated one.
  func index(of name: String) -> Int? {
    sections.firstIndex { $0.isAllocated && $0.name == name }
  }

  func section(_ index: Int) -> Section? {
    sections.indices.contains(index) ? sections[index] : nil
  }
}
