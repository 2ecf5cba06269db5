/// The pointers that a module's data holds once it is loaded, and what they point to.
///
/// Everything is bounded: `spend` runs out on files made to be slow to read, and all that such a
/// file says of its patches is then unknown.
struct Pointers {
  let elf: ELFFile
  let symbols: ELFFile.Symbols
  /// Where a whole address stands, and what it is the address of; nil where that is outside.
  private var targets: [ELFFile.Place: ELFFile.Place?] = [:]
  /// Where anything is relocated, by section, in order.
  private var relocated: [Int: [UInt64]] = [:]
  /// The sizes of objects, by where they start; nil where the symbols disagree.
  private var sizes: [ELFFile.Place: UInt64?] = [:]
  /// The first named symbol of each section of code.
  private var firstNames: [Int: UInt64] = [:]
  /// Where the address of `struct module` itself stands.
  private(set) var toThisModule: [ELFFile.Place] = []
  /// A thousand functions in a module take about a tenth of it.
  private var budget = 1_000_000

  /// Nil without a symbol table, for processors whose relocations are not known here, and when
  /// two relocations are made in one place.
  init?(_ elf: ELFFile) {
    guard let symbols = elf.symbols(), let absolute = elf.machine.absoluteRelocation else {
      return nil
    }
    self.elf = elf
    self.symbols = symbols
    let thisModule = elf.index(of: ".gnu.linkonce.this_module")
    var clash = false
    elf.forEachRelocation(symbols) { relocation in
      let place = relocation.place
      guard let section = elf.section(place.section), !section.isExecutable else { return }
      relocated[place.section, default: []].append(place.offset)
      guard relocation.type == absolute else { return }
      let target = elf.target(of: relocation, symbols)
      if targets.updateValue(target, forKey: place) != nil { clash = true }
      if let target, target.section == thisModule, target.offset == 0 { toThisModule.append(place) }
    }
    if clash { return nil }
    for section in relocated.keys { relocated[section]?.sort() }
    for number in 0..<symbols.count {
      guard let symbol = symbols[number], let section = symbol.section else { continue }
      if elf.section(section)?.isExecutable == true, symbols.name(symbol)?.isEmpty == false {
        firstNames[section] = min(symbol.value, firstNames[section] ?? symbol.value)
      }
      guard symbol.isObject else { continue }
      let place = ELFFile.Place(section: section, offset: symbol.value)
      let known = sizes[place]
      sizes[place] = known == nil || known == symbol.size ? symbol.size : .some(nil)
    }
  }

  /// What the pointer at `place` points to; nil when there is none, or it leads outside.
  subscript(_ place: ELFFile.Place) -> ELFFile.Place? {
    targets[place].flatMap { $0 }
  }

  /// Whether an address is put there.
  func isRelocated(_ place: ELFFile.Place) -> Bool { targets[place] != nil }

  /// The size of the object at `place`, by its symbol.
  func size(at place: ELFFile.Place) -> UInt64? {
    sizes[place].flatMap { $0 }
  }

  /// Takes from the work that is done for one file; false when it is used up.
  mutating func spend(_ work: Int) -> Bool {
    budget -= work
    return !isExhausted
  }

  var isExhausted: Bool { budget < 0 }

  /// Where something is relocated in the `size` bytes from `place`, counted from there.
  mutating func offsets(from place: ELFFile.Place, size: UInt64) -> [UInt64] {
    guard let all = relocated[place.section] else { return [] }
    // A relocation before it can still reach into it.
    let start = place.offset > 7 ? place.offset - 7 : 0
    let (end, overflow) = place.offset.addingReportingOverflow(size)
    guard !overflow else { return [] }
    let first = all.partitioningIndex { $0 >= start }
    let last = all.partitioningIndex { $0 >= end }
    guard spend(last - first) else { return [] }
    return all[first..<last].map { $0 &- place.offset }
  }

  /// The bytes of an object in the file; an empty range where they are all zero and take no room.
  func range(_ place: ELFFile.Place, size: UInt64) -> Range<Int>? {
    guard let section = elf.section(place.section), section.isAllocated, !section.isExecutable
    else { return nil }
    let (end, overflow) = place.offset.addingReportingOverflow(size)
    guard !overflow, end <= section.size else { return nil }
    if section.hasNoBits { return 0..<0 }
    guard section.isProgramBits, end <= UInt64(section.range.count) else { return nil }
    let start = section.range.lowerBound + Int(place.offset)
    return start..<(start + Int(size))
  }

  /// The name that a pointer leads to, in constant data.
  func name(at place: ELFFile.Place) -> String? {
    guard let target = self[place], let section = elf.section(target.section),
      section.isAllocated, !section.isWritable, !section.isExecutable, section.isProgramBits,
      target.offset < UInt64(section.range.count)
    else { return nil }
    let start = section.range.lowerBound + Int(target.offset)
    return elf.bytes.name(start, before: section.range.upperBound)
  }

  /// Whether a pointer leads to code of the module.
  func leadsToCode(at place: ELFFile.Place) -> Bool {
    guard let target = self[place], let section = elf.section(target.section) else { return false }
    return section.isExecutable && target.offset < section.size
  }

  /// Whether a symbol in its own section lies at or before what a pointer leads to: that is how the
  /// kernel finds out how long a function is. (It looks at other sections too, as they happen to lie
  /// in memory; nobody should count on that.) Nothing is said of a module in which
  /// no code has a name: a real one has at least its init_module.
  func isNamed(at place: ELFFile.Place) -> Bool {
    if firstNames.isEmpty { return true }
    guard let target = self[place], let first = firstNames[target.section] else { return false }
    return first <= target.offset
  }
}

extension ELFFile {
  /// What a relocation's symbol and addend name; nil when that lies outside the module.
  func target(of relocation: Relocation, _ symbols: Symbols) -> Place? {
    guard let symbol = symbols[relocation.symbol], let index = symbol.section, section(index) != nil
    else { return nil }
    return Place(
      section: index, offset: symbol.value &+ UInt64(bitPattern: relocation.addend))
  }
}

extension Array {
  /// The first index from which `predicate` holds, in an array that it splits in two.
  func partitioningIndex(_ predicate: (Element) -> Bool) -> Int {
    var low = 0
    var high = count
    while low < high {
      let middle = (low + high) / 2
      if predicate(self[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
