/// A relocatable ELF64 file, put together piece by piece.
package struct ELFBuilder {
  package var littleEndian = true
  package var machine: UInt16 = 62
  package var type: UInt16 = 1
  package private(set) var sections = [Section(name: "", type: 0)]
  private var symbols = [Symbol()]
  private var relocations: [Int: [Relocation]] = [:]
  private var livepatchRelocations: [(name: String, section: Int, entries: [Relocation])] = []

  package struct Section {
    package var name: String
    package var type: UInt32 = 1
    package var flags: UInt64 = 2
    package var bytes: [UInt8] = []
    /// Of a section without bytes in the file.
    package var size: Int?
    package var link = 0
    package var info = 0
    package var entrySize = 0
    package var alignment = 8

    package init(
      name: String, type: UInt32 = 1, flags: UInt64 = 2, bytes: [UInt8] = [], size: Int? = nil,
      link: Int = 0, info: Int = 0, entrySize: Int = 0, alignment: Int = 8
    ) {
      self.name = name
      self.type = type
      self.flags = flags
      self.bytes = bytes
      self.size = size
      self.link = link
      self.info = info
      self.entrySize = entrySize
      self.alignment = alignment
    }
  }

  package struct Symbol {
    package var name = ""
    package var isObject = false
    package var isWeak = false
    /// 0 is undefined, 0xff20 for livepatch to find.
    package var section = 0
    package var value: UInt64 = 0
    package var size: UInt64 = 0

    package init(
      name: String = "", isObject: Bool = false, isWeak: Bool = false, section: Int = 0,
      value: UInt64 = 0, size: UInt64 = 0
    ) {
      self.name = name
      self.isObject = isObject
      self.isWeak = isWeak
      self.section = section
      self.value = value
      self.size = size
    }
  }

  private struct Relocation {
    var offset: UInt64
    var type: UInt32
    var symbol: Int
    var addend: Int64
  }

  package init() {}

  package static let writable: UInt64 = 3
  package static let executable: UInt64 = 6

  @discardableResult
  package mutating func add(_ section: Section) -> Int {
    sections.append(section)
    return sections.count - 1
  }

  package mutating func edit(_ section: Int, _ change: (inout Section) -> Void) {
    change(&sections[section])
  }

  @discardableResult
  package mutating func add(_ symbol: Symbol) -> Int {
    symbols.append(symbol)
    return symbols.count - 1
  }

  /// A relocation, by default one that puts an address into eight bytes.
  package mutating func relocate(
    _ section: Int, _ offset: Int, to symbol: Int, _ addend: Int = 0, type: UInt32 = 1
  ) {
    relocations[section, default: []].append(
      Relocation(offset: UInt64(offset), type: type, symbol: symbol, addend: Int64(addend)))
  }

  /// A table of relocations that livepatch makes, each of eight bytes.
  package mutating func livepatchRelocate(_ name: String, _ section: Int, to symbols: [Int]) {
    livepatchRelocations.append(
      (
        name, section,
        symbols.enumerated().map {
          Relocation(offset: UInt64($0 * 8), type: 1, symbol: $1, addend: 0)
        }
      ))
  }

  package mutating func removeRelocations(of section: Int, at offset: Int) {
    relocations[section]?.removeAll { $0.offset == UInt64(offset) }
  }

  package func number(_ value: UInt64, _ size: Int) -> [UInt8] {
    let little = (0..<size).map { UInt8(truncatingIfNeeded: value >> UInt64(8 * $0)) }
    return littleEndian ? little : little.reversed()
  }

  package func build() -> [UInt8] {
    var all = sections
    let symbolTable = all.count + relocations.count + livepatchRelocations.count
    let tables =
      relocations.sorted { $0.key < $1.key }
      .map { (name: ".rela" + all[$0.key].name, section: $0.key, entries: $0.value, flags: 0x40) }
      + livepatchRelocations.map {
        (name: $0.name, section: $0.section, entries: $0.entries, flags: 0x0010_0042)
      }
    for (name, section, entries, flags) in tables {
      let bytes = entries.flatMap {
        number($0.offset, 8) + number(UInt64($0.symbol) << 32 | UInt64($0.type), 8)
          + number(UInt64(bitPattern: $0.addend), 8)
      }
      all.append(
        Section(
          name: name, type: 4, flags: UInt64(flags), bytes: bytes,
          link: symbolTable, info: section, entrySize: 24))
    }
    var strings: [UInt8] = [0]
    let table = symbols.flatMap { symbol in
      let name = symbol.name.isEmpty ? 0 : UInt64(strings.count)
      if name > 0 { strings += Array(symbol.name.utf8) + [0] }
      return number(name, 4) + [(symbol.isObject ? 1 : 0) | (symbol.isWeak ? 0x20 : 0), 0]
        + number(UInt64(symbol.section), 2)
        + number(symbol.value, 8) + number(symbol.size, 8)
    }
    all.append(
      Section(
        name: ".symtab", type: 2, flags: 0, bytes: table, link: symbolTable + 1, entrySize: 24))
    all.append(Section(name: ".strtab", type: 3, flags: 0, bytes: strings, alignment: 1))
    return link(all)
  }

  private func link(_ given: [Section]) -> [UInt8] {
    var all = given
    all.append(Section(name: ".shstrtab", type: 3, flags: 0, alignment: 1))
    var names: [UInt8] = [0]
    let nameOffsets = all.map { section in
      defer { names += Array(section.name.utf8) + [0] }
      return names.count
    }
    all[all.count - 1].bytes = names

    var file: [UInt8] = [0x7f, 0x45, 0x4c, 0x46, 2, littleEndian ? 1 : 2, 1]
    file += [UInt8](repeating: 0, count: 64 - file.count)
    var headers: [UInt8] = []
    for (index, section) in all.enumerated() {
      file += [UInt8](repeating: 0, count: -file.count & (section.alignment - 1))
      let fields: [(Int, Int)] = [
        (index == 0 ? 0 : nameOffsets[index], 4), (Int(section.type), 4), (Int(section.flags), 8),
        (0, 8), (index == 0 ? 0 : file.count, 8), (section.size ?? section.bytes.count, 8),
        (section.link, 4), (section.info, 4), (section.alignment, 8), (section.entrySize, 8),
      ]
      headers += fields.flatMap { number(UInt64($0.0), $0.1) }
      file += section.bytes
    }
    file += [UInt8](repeating: 0, count: -file.count & 7)
    let header: [(offset: Int, value: Int, size: Int)] = [
      (16, Int(type), 2), (18, Int(machine), 2), (20, 1, 4), (40, file.count, 8), (52, 64, 2),
      (58, 64, 2), (60, all.count, 2), (62, all.count - 1, 2),
    ]
    for field in header {
      file.replaceSubrange(
        field.offset..<(field.offset + field.size), with: number(UInt64(field.value), field.size))
    }
    return file + headers
  }
}
