extension LivepatchStructures {
  /// What of the structures is used by more than the chain itself.
  struct Uses {
    /// The arrays of objects or functions: code may change what is patched.
    var arrays = false
    /// The patch, by more than `return klp_enable_patch(&patch)`, or it is never enabled like that:
    /// code may set `replace`, as one of the kernel's own test modules does from a parameter.
    var patch = true
  }

  /// Looks through everything in the module that has an address of the structures in it.
  func uses(in pointers: Pointers) -> Uses {
    let elf = pointers.elf
    let symbols = pointers.symbols
    let arrays = arrays.sorted { $0.place.offset < $1.place.offset }
    var calls: Set<ELFFile.Place> = []
    var ofPatch: [ELFFile.Relocation] = []
    var uses = Uses()
    elf.forEachRelocation(symbols) { relocation in
      if let symbol = symbols[relocation.symbol], symbol.isUndefined,
        symbols.name(symbol) == "klp_enable_patch"
      {
        calls.insert(relocation.place)
      }
      guard let target = elf.target(of: relocation, symbols) else { return }
      let reach = elf.reach(of: relocation)
      let isLink = chain.contains(relocation.place)
      if patch.isTouched(at: target, reach) { ofPatch.append(relocation) }
      if !isLink, arrays.contains(where: { $0.isTouched(at: target, reach) }) { uses.arrays = true }
    }
    uses.patch =
      ofPatch.isEmpty
      || !ofPatch.allSatisfy { elf.isArgument($0, patch, ofCallAt: calls, symbols) }
    return uses
  }
}

extension LivepatchStructures.Extent {
  /// Whether an address between `target` and `reach` bytes after it can lie in this.
  func isTouched(at target: ELFFile.Place, _ reach: ClosedRange<UInt64>) -> Bool {
    guard target.section == place.section else { return false }
    // Addresses may wrap: the addend of a relative one is negative.
    let last = target.offset &+ reach.upperBound &- place.offset
    let first = target.offset &+ reach.lowerBound &- place.offset
    return first < size || last < size || last < first
  }
}

extension ELFFile {
  /// How far beyond symbol and addend the address in an instruction can lie. A relative one counts
  /// from the end of its instruction, which is four to eight bytes after the address itself.
  fileprivate func reach(of relocation: Relocation) -> ClosedRange<UInt64> {
    guard machine == .x86_64 else {
      return relocation.type == machine.absoluteRelocation ? 0...0 : 0...8
    }
    switch relocation.type {
    case 1, 10, 11: return 0...0  // R_X86_64_64, R_X86_64_32, R_X86_64_32S
    case 2, 4: return 4...8  // R_X86_64_PC32, R_X86_64_PLT32
    default: return 0...8
    }
  }

  /// Whether a relocation is in `mov $patch, %rdi` or `lea patch(%rip), %rdi`, with a call of or
  /// jump to `klp_enable_patch` as the next instruction: nothing can come between.
  fileprivate func isArgument(
    _ relocation: Relocation, _ patch: LivepatchStructures.Extent,
    ofCallAt calls: Set<Place>, _ symbols: Symbols
  ) -> Bool {
    guard machine == .x86_64, let code = section(relocation.place.section), code.isExecutable,
      code.isProgramBits, let target = target(of: relocation, symbols),
      let offset = Int(exactly: relocation.place.offset), offset >= 3,
      offset <= code.range.count - 9, calls.contains(relocation.place + 5)
    else { return false }
    let start = code.range.lowerBound + offset
    let isCall = bytes.all[start + 4] == 0xe8 || bytes.all[start + 4] == 0xe9
    let instruction = bytes.all[(start - 3)..<start]
    switch relocation.type {
    case 11 where instruction.elementsEqual([0x48, 0xc7, 0xc7]):
      return isCall && target.offset == patch.place.offset
    case 2 where instruction.elementsEqual([0x48, 0x8d, 0x3d]):
      return isCall && target.offset &+ 4 == patch.place.offset
    default:
      return false
    }
  }
}
