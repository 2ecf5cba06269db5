internal import Decompression
internal import ModuleFile

/// What a kernel's symbols looked like when it was built, as far as files of the host tell: the
/// kernel itself shows it nowhere.
struct SymbolVersions {
  /// `0x` and eight hex digits, by symbol.
  private(set) var crcs: [String: String] = [:]
  /// `vmlinux` or the module that exports it, by symbol.
  private(set) var owners: [String: String] = [:]
  /// The namespace that it is in, by symbol; empty for one in none.
  private(set) var namespaces: [String: String] = [:]
  /// The kernel's `vermagic`, by which it knows its modules.
  private(set) var vermagic: String?
  /// Whether what a build left was read: it has every symbol that the kernel and its own modules
  /// export.
  private(set) var isComplete = false

  /// Looks for certain symbols: in what a build of the kernel leaves behind, and then in the modules
  /// that are installed for it, which name what they were built against.
  init(_ root: RootDirectory, release: String, modules: InstalledModules, symbols: Set<String>) {
    let table = NameTable(symbols.sorted())
    if !symbols.isEmpty {
      for path in SymbolVersions.files(release) {
        if read(path, root, table) {
          isComplete = true
          break
        }
      }
    }
    // Most modules use few symbols, and the same ones: a few of them tell almost all.
    for module in modules.sample(SymbolVersions.mostModules) {
      if vermagic != nil, symbols.allSatisfy({ crcs[$0] != nil }) { break }
      guard let file = modules.bytes(module, limit: SymbolVersions.largestSample),
        let read = try? InstalledModule(file)
      else {
        continue
      }
      vermagic = vermagic ?? read.vermagic
      for version in read.versions where symbols.contains(version.symbol) {
        crcs[version.symbol] = crcs[version.symbol] ?? hexadecimal(version.crc)
        if !read.importsNamespaces { namespaces[version.symbol] = "" }
      }
    }
  }

  private static let mostModules = 24
  /// The large ones take long to decompress, and tell no more.
  private static let largestSample = 2 << 20

  /// Of Debian and Ubuntu, Fedora and its kin, SUSE, and a kernel that was built here.
  private static func files(_ release: String) -> [String] {
    [
      "lib/modules/\(release)/build/Module.symvers",
      "usr/lib/modules/\(release)/build/Module.symvers",
    ]
      + ["usr/src/linux-headers-\(release)/Module.symvers"]
      + ["usr/src/kernels/\(release)/Module.symvers"]
      + ["lib/modules/\(release)/symvers", "usr/lib/modules/\(release)/symvers"].flatMap(packed)
      + packed("boot/symvers-\(release)")
  }

  private static func packed(_ path: String) -> [String] {
    Compression.allCases.map { path + "." + $0.fileExtension }
  }

  /// - Returns: whether the file was there and told something.
  private mutating func read(_ path: String, _ root: RootDirectory, _ table: NameTable) -> Bool {
    let before = crcs.count
    let reading = root.forEachUnpackedLine(path) { take($0, table) }
    return reading.value != nil && crcs.count > before
  }

  /// `0x12345678`, the symbol, who has it (`vmlinux`, or the path of a module), how it is exported,
  /// and its namespace, with tabs between them (kbuild's Module.symvers).
  private mutating func take(_ line: Span<UInt8>, _ table: NameTable) {
    guard line.count > 11, line[0] == UInt8(ascii: "0"), line[1] == UInt8(ascii: "x"),
      line[10] == UInt8(ascii: "\t")
    else { return }
    let (index, end) = table.find(in: line, at: 11)
    guard let index else { return }
    let symbol = table.names[index]
    crcs[symbol] = text(line, 0..<10).lowercased()
    let rest = text(line, end..<line.count).split(separator: "\t", omittingEmptySubsequences: false)
    guard rest.count > 2, let owner = rest[1].split(separator: "/").last else { return }
    owners[symbol] = String(owner.map { $0 == "-" ? "_" : $0 })
    // Before Linux 5.4 there were none.
    namespaces[symbol] = rest.count > 3 ? String(rest[3]) : ""
  }
}

/// `0x` and eight digits, as Module.symvers has it.
func hexadecimal(_ crc: UInt32) -> String {
  let digits = String(crc, radix: 16)
  return "0x" + String(repeating: "0", count: max(0, 8 - digits.count)) + digits
}
