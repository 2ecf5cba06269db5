/// A symbol that a module uses and does not have: the kernel, or a module that it depends on, has to
/// export it.
package struct NeededSymbol: Hashable, Sendable {
  package var name: String
  /// The kernel loads the module also where there is no such symbol.
  package var isWeak: Bool

  package init(name: String, isWeak: Bool) {
    self.name = name
    self.isWeak = isWeak
  }
}

/// A symbol that is not exported, and that a live patch nevertheless uses: livepatch itself finds
/// it, by name and position (Documentation/livepatch/module-elf-format.rst).
package struct LivepatchSymbol: Hashable, Sendable {
  /// Where it is: `vmlinux` or a module.
  package var object: String
  package var name: String
  /// Which of several of that name, from 1; 0 when there must be only one.
  package var sympos: UInt64

  package init(object: String, name: String, sympos: UInt64) {
    self.object = object
    self.name = name
    self.sympos = sympos
  }
}

/// Relocations that livepatch makes: of a section of the module, when an object is patched.
package struct LivepatchRelocation: Hashable, Sendable {
  /// The object whose presence they wait for: `vmlinux` or a module.
  package var object: String
  /// The section in which they are made.
  package var section: String
  package var count: Int

  package init(object: String, section: String, count: Int) {
    self.object = object
    self.section = section
    self.count = count
  }
}

extension ELFFile {
  /// The symbols that are undefined, each once, in the order of the symbol table; nil without one
  /// symbol table.
  func neededSymbols() throws(ModuleProblem) -> [NeededSymbol]? {
    guard let symbols = symbols() else { return nil }
    var needed: [NeededSymbol] = []
    var positions: [String: Int] = [:]
    for number in 1..<max(1, symbols.count) {
      guard let symbol = symbols[number], symbol.isUndefined, symbol.nameOffset != 0 else {
        continue
      }
      guard let name = symbols.name(symbol) else {
        throw .malformed("symbol \(number) is undefined and has no name")
      }
      // ppc64's pointer to its own data: the module loader makes it.
      if machine == .ppc64, name == ".TOC." { continue }
      if let position = positions[name] {
        needed[position].isWeak = needed[position].isWeak && symbol.isWeak
        continue
      }
      guard needed.count < ELFFile.mostSymbols else {
        throw .malformed("it has more than \(ELFFile.mostSymbols) undefined symbols")
      }
      positions[name] = needed.count
      needed.append(NeededSymbol(name: name, isWeak: symbol.isWeak))
    }
    return needed
  }

  /// The symbols that livepatch finds, in the order of the symbol table.
  func livepatchSymbols() throws(ModuleProblem) -> [LivepatchSymbol] {
    guard let symbols = symbols() else { return [] }
    var found: [LivepatchSymbol] = []
    for number in 0..<symbols.count {
      guard let symbol = symbols[number], symbol.isLivepatch else { continue }
      guard found.count < ELFFile.mostSymbols else {
        throw .malformed("it has more than \(ELFFile.mostSymbols) symbols for livepatch")
      }
      let name = symbols.name(symbol) ?? ""
      guard let symbol = LivepatchSymbol(elfName: name) else {
        throw .brokenRelocation(
          name.isEmpty
            ? "symbol \(number) is for livepatch and has no name"
            : "symbol \(name) is not of the form .klp.sym.OBJECT.SYMBOL,POSITION")
      }
      found.append(symbol)
    }
    return found
  }

  /// The sections of relocations that livepatch makes, in the file's order.
  func livepatchRelocations() throws(ModuleProblem) -> [LivepatchRelocation] {
    let prefix = ".klp.rela."
    let symbols = symbols()
    var found: [LivepatchRelocation] = []
    for table in sections where table.flags & 0x0010_0000 != 0 {
      // Relocations of a section that is not loaded are not made.
      guard let target = section(table.info), target.isAllocated else { continue }
      let object =
        table.name.hasPrefix(prefix) ? objectName(table.name.dropFirst(prefix.count)) : nil
      guard let object else {
        throw .brokenRelocation("section \(table.name) is not named .klp.rela.OBJECT.SECTION")
      }
      try check(table, object, symbols)
      found.append(
        LivepatchRelocation(object: object, section: target.name, count: table.range.count / 24))
    }
    return found
  }

  /// The rules of klp_resolve_symbols in kernel/livepatch/core.c.
  private func check(
    _ table: Section, _ object: String, _ symbols: Symbols?
  ) throws(ModuleProblem) {
    guard let symbols, table.type == 4, table.entrySize == 24 else {
      throw .brokenRelocation("section \(table.name) is no table of relocations")
    }
    for offset in stride(from: table.range.lowerBound, to: table.range.upperBound - 23, by: 24) {
      guard let info = bytes.u64(offset + 8),
        let symbol = symbols[Int(truncatingIfNeeded: info >> 32)], symbol.isLivepatch
      else {
        throw .brokenRelocation("section \(table.name) uses a symbol that is not for livepatch")
      }
      if object != "vmlinux", symbols.name(symbol)?.hasPrefix(".klp.sym.vmlinux.") == true {
        throw .brokenRelocation("section \(table.name) uses a symbol of vmlinux")
      }
    }
  }
}

extension LivepatchSymbol {
  /// `.klp.sym.OBJECT.SYMBOL,POSITION`, as sscanf(".klp.sym.%55[^.].%511[^,],%lu") in the kernel.
  fileprivate init?(elfName: String) {
    let prefix = ".klp.sym."
    guard elfName.hasPrefix(prefix) else { return nil }
    let rest = elfName.dropFirst(prefix.count)
    guard let object = objectName(rest) else { return nil }
    let parts = rest.dropFirst(object.count + 1).split(
      separator: ",", omittingEmptySubsequences: false)
    guard parts.count == 2, !parts[0].isEmpty, parts[1].allSatisfy({ $0.isASCII && $0.isNumber }),
      let position = UInt64(parts[1])
    else { return nil }
    self.init(object: object, name: String(parts[0]), sympos: position)
  }
}

/// What stands before the first point, if it can be the name of an object.
private func objectName(_ text: Substring) -> String? {
  guard let end = text.firstIndex(of: "."), end != text.startIndex else { return nil }
  let name = text[..<end]
  return name.utf8.count <= 55 && !name.contains("/") ? String(name) : nil
}
