/// What the kernel's own modules tell of their kernel: less than `ModuleFacts`, and faster.
package struct InstalledModule: Hashable, Sendable {
  package var vermagic: String?
  /// The checksums of the symbols that it uses; empty when it carries none.
  package var versions: [SymbolVersion]
  /// Whether it may use symbols of any namespace.
  package var importsNamespaces: Bool

  /// Reads a module. The bytes may be anything.
  package init(_ file: [UInt8]) throws(ModuleProblem) {
    if let other = ModuleProblem(magicOf: file) { throw other }
    let elf = try ELFFile(file)
    let info = elf.moduleInfo()
    vermagic = info["vermagic"]
    importsNamespaces = info["import_ns"] != nil
    versions = try elf.symbolVersions() ?? []
  }

  /// How many symbols a module defines under each of certain names, data included: as livepatch
  /// counts them, once it is loaded (`module_kallsyms_on_each_symbol` in the kernel).
  package static func countSymbols(
    named names: Set<String>, in file: [UInt8]
  ) throws(ModuleProblem) -> [String: Int] {
    if let other = ModuleProblem(magicOf: file) { throw other }
    guard let symbols = try ELFFile(file).symbols() else {
      throw .malformed("it has no symbol table")
    }
    var counts: [String: Int] = [:]
    for number in 0..<symbols.count {
      guard let symbol = symbols[number], !symbol.isUndefined, symbol.nameOffset != 0,
        let name = symbols.name(symbol), names.contains(name)
      else { continue }
      counts[name, default: 0] += 1
    }
    return counts
  }
}
