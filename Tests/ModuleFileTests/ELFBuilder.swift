/// A relocatable ELF64 file, put together piece by piece.
struct ELFBuilder {
  var littleEndian = true
  var machine: UInt16 = 62
  var type: UInt16 = 1
  private(set) var sections = [Section(name: "", type: 0)]
  private var symbols = [Symbol()]
  private var relocations: [Int: [Relocation]] = [:]

  struct Section {
    var name: String
    var type: UInt32 = 1
    var flags: UInt64 = 2
    var bytes: [UInt8] = []
    /// Of a section without bytes in the file.
    var size: Int?
    var link = 0
    var info = 0
    var entrySize = 0
    var alignment = 8
  }

  struct Symbol {
    var name = ""
    var isObject = false
    var section = 0
    var value: UInt64 = 0
    var size: UInt64 = 0
  }

  private struct Relocation {
    var offset: UInt64
    var type: UInt32
    var symbol: Int
    var addend: Int64
  }

  static let writable: UInt64 = 3
  static let executable: UInt64 = 6

  @discardableResult
  mutating func add(_ section: Section) -> Int {
    sections.append(section)
    return sections.count - 1
  }

  mutating func edit(_ section: Int, _ change: (inout Section) -> Void) {
    change(&sections[section])
  }

  @discardableResult
  mutating func add(_ symbol: Symbol) -> Int {
    symbols.append(symbol)
    return symbols.count - 1
  }

  /// A relocation, by default one that puts an address into eight bytes.
  mutating func relocate(
    _ section: Int, _ offset: Int, to symbol: Int, _ addend: Int = 0, type: UInt32 = 1
  ) {
    relocations[section, default: []].append(
      Relocation(offset: UInt64(offset), type: type, symbol: symbol, addend: Int64(addend)))
  }

  mutating func removeRelocations(of section: Int, at offset: Int) {
    relocations[section]?.removeAll { $0.offset == UInt64(offset) }
  }

  func number(_ value: UInt64, _ size: Int) -> [UInt8] {
    let little = (0..<size).map { UInt8(truncatingIfNeeded: value >> UInt64(8 * $0)) }
    return littleEndian ? little : little.reversed()
  }

  func build() -> [UInt8] {
    var all = sections
    let symbolTable = all.count + relocations.count
    for (section, entries) in relocations.sorted(by: { $0.key < $1.key }) {
      let bytes = entries.flatMap {
        number($0.offset, 8) + number(UInt64($0.symbol) << 32 | UInt64($0.type), 8)
          + number(UInt64(bitPattern: $0.addend), 8)
      }
      all.append(
        Section(
          name: ".rela" + all[section].name, type: 4, flags: 0x40, bytes: bytes,
          link: symbolTable, info: section, entrySize: 24))
    }
    var strings: [UInt8] = [0]
    let table = symbols.flatMap { symbol in
      let name = symbol.name.isEmpty ? 0 : UInt64(strings.count)
      if name > 0 { strings += Array(symbol.name.utf8) + [0] }
      return number(name, 4) + [symbol.isObject ? 1 : 0, 0] + number(UInt64(symbol.section), 2)
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
