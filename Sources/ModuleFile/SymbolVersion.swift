/// The checksum that the interface of a symbol had when a module was built: CONFIG_MODVERSIONS.
/// The kernel refuses the module where its own is another. `module_layout` stands for the module
/// loader itself.
package struct SymbolVersion: Hashable, Sendable {
  package var symbol: String
  package var crc: UInt32

  package init(symbol: String, crc: UInt32) {
    self.symbol = symbol
    self.crc = crc
  }
}

extension ELFFile {
  /// More than any module has; those of Debian have up to some thousand.
  static var mostSymbols: Int { 65_536 }

  /// The versions that the module carries, in the file's order; nil when it carries none.
  ///
  /// The extended form has longer names, is made by newer kernels, and is preferred by those where
  /// both are there. Older kernels read the other one: the two may not contradict each other.
  func symbolVersions() throws(ModuleProblem) -> [SymbolVersion]? {
    let basic = try basicVersions()
    guard let extended = try extendedVersions() else { return basic }
    if let basic {
      let known = Dictionary(extended.map { ($0.symbol, $0.crc) }, uniquingKeysWith: { $1 })
      for version in basic where known[version.symbol] ?? version.crc != version.crc {
        throw .malformed("its two lists of symbol versions differ about \(version.symbol)")
      }
    }
    return extended
  }

  /// `struct modversion_info` of linux/module.h: an unsigned long, and a name that fills 64 bytes.
  private func basicVersions() throws(ModuleProblem) -> [SymbolVersion]? {
    let section = "__versions"
    guard let index = index(of: section) else { return nil }
    let range = sections[index].range
    let count = range.count / 64
    guard count <= ELFFile.mostSymbols else { throw .malformed("\(section) has \(count) entries") }
    var versions: [SymbolVersion] = []
    versions.reserveCapacity(count)
    for number in 0..<count {
      let start = range.lowerBound + number * 64
      guard let crc = bytes.u64(start).flatMap(UInt32.init(exactly:)),
        let name = bytes.name(start + 8, before: start + 64)
      else { throw .malformed("entry \(number) of \(section) is no version of a symbol") }
      versions.append(SymbolVersion(symbol: name, crc: crc))
    }
    return versions
  }

  /// The checksums in one section, four bytes each, and as many names in another, each with a zero
  /// at its end.
  private func extendedVersions() throws(ModuleProblem) -> [SymbolVersion]? {
    let (crcSection, nameSection) = ("__version_ext_crcs", "__version_ext_names")
    let (crcs, names) = (index(of: crcSection), index(of: nameSection))
    guard let crcs, let names else {
      if crcs == nil, names == nil { return nil }
      throw .malformed("it has one of \(crcSection) and \(nameSection), and not the other")
    }
    let range = sections[crcs].range
    let count = range.count / 4
    guard count <= ELFFile.mostSymbols else {
      throw .malformed("\(crcSection) has \(count) entries")
    }
    var place = sections[names].range.lowerBound
    var versions: [SymbolVersion] = []
    versions.reserveCapacity(count)
    for number in 0..<count {
      guard let crc = bytes.u32(range.lowerBound + number * 4),
        let name = bytes.name(place, before: sections[names].range.upperBound)
      else { throw .malformed("entry \(number) of \(nameSection) is no name") }
      versions.append(SymbolVersion(symbol: name, crc: crc))
      place += name.utf8.count + 1
    }
    return versions
  }
}
