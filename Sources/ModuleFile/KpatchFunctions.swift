extension ELFFile {
  /// What a module of kpatch-build patches: `struct kpatch_patch_func`s in `.kpatch.funcs`, by
  /// object in the order of their first functions. Nil when an entry is not as expected.
  func kpatchPatch() -> GeneratedPatch? {
    // new_addr, new_size, old_addr, old_size, sympos, name, objname: eight bytes each.
    let (entrySize, symposAt, nameAt, objectAt) = (56, 32, UInt64(40), UInt64(48))
    guard let index = index(of: ".kpatch.funcs"), let pointers = Pointers(self) else { return nil }
    let range = sections[index].range
    guard !range.isEmpty, range.count % entrySize == 0 else { return nil }
    var objects: [ModuleFacts.PatchedObject] = []
    var positions: [String: Int] = [:]
    for offset in stride(from: 0, to: range.count, by: entrySize) {
      let entry = Place(section: index, offset: UInt64(offset))
      guard let name = pointers.name(at: entry + nameAt),
        let object = pointers.name(at: entry + objectAt), !object.contains("/"),
        pointers.leadsToCode(at: entry),
        let sympos = bytes.u64(range.lowerBound + offset + symposAt)
      else { return nil }
      let position = positions[object] ?? objects.count
      if position == objects.count {
        positions[object] = position
        objects.append(ModuleFacts.PatchedObject(name: object, functions: []))
      }
      objects[position].functions.append(
        ModuleFacts.PatchedFunction(
          name: name, sympos: sympos, hasSymbol: pointers.isNamed(at: entry)))
    }
    let hasCallbacks = sections.contains {
      $0.isAllocated && !$0.range.isEmpty && $0.name.hasPrefix(".kpatch.callbacks.")
    }
    let hasPrePatch = sections.contains {
      $0.isAllocated && !$0.range.isEmpty && $0.name.hasPrefix(".kpatch.callbacks.pre_patch")
    }
    return GeneratedPatch(
      objects: objects, hasCallbacks: hasCallbacks, hasPrePatch: hasPrePatch)
  }
}
