extension LivepatchStructures {
  /// What of the structures is used by more than the chain itself.
  struct Uses {
    /// The arrays of objects or functions: code may change what is patched.
    var arrays = false
    /// The array of states.
    var states = false
    /// The patch, by more than `return klp_enable_patch(&patch)`, or it is never enabled like that:
    /// code may set `replace`, as one of the kernel's own test modules does from a parameter.
    var patch = true
  }

  /// Looks through everything in the module that has an address of the structures in it.
  func uses(in pointers: Pointers) -> Uses {
    let elf = pointers.elf
    let symbols = pointers.symbols
    let (inArrays, inPatch) = (Regions(arrays), Regions([patch]))
    let inStates = Regions(stateArray.map { [$0] } ?? [])
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
      if inPatch.areTouched(at: target, reach) { ofPatch.append(relocation) }
      if !chain.contains(relocation.place), inArrays.areTouched(at: target, reach) {
        uses.arrays = true
      }
      if !chain.contains(relocation.place), inStates.areTouched(at: target, reach) {
        uses.states = true
      }
    }
    uses.patch =
      ofPatch.isEmpty
      || !ofPatch.allSatisfy { elf.isArgument($0, patch, ofCallAt: calls, symbols) }
    return uses
  }
}

/// Parts of sections, to look addresses up in.
private struct Regions {
  /// By section, in order and without overlaps.
  private var bySection: [Int: [Range<UInt64>]] = [:]

  init(_ extents: [LivepatchStructures.Extent]) {
    for extent in extents.sorted(by: { $0.place.offset < $1.place.offset }) {
      let range = extent.place.offset..<(extent.place.offset + extent.size)
      var known = bySection[extent.place.section] ?? []
      if let last = known.last, range.lowerBound < last.upperBound {
        known[known.count - 1] =
          last.lowerBound..<max(last.upperBound, range.upperBound)
      } else {
        known.append(range)
      }
      bySection[extent.place.section] = known
    }
  }

  /// Whether an address that is `reach` bytes after `target` can lie in one of them.
  func areTouched(at target: ELFFile.Place, _ reach: ClosedRange<UInt64>) -> Bool {
    guard let ranges = bySection[target.section] else { return false }
    let last = target.offset &+ reach.upperBound
    var first = target.offset &+ reach.lowerBound
    // A relative address counts from before the section when its addend is negative.
    if first > last { first = 0 }
    let next = ranges.partitioningIndex { $0.lowerBound > last }
    return next > 0 && ranges[next - 1].upperBound > first
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
