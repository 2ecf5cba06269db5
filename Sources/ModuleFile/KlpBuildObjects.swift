extension ELFFile {
  /// What a module of klp-build patches: `struct klp_object_ext` in `.init.klp_objects`, each with
  /// its `struct klp_func_ext`s in `.init.klp_funcs` (linux/livepatch_external.h). Nil when an entry
  /// is not as expected.
  func klpBuildPatch() -> GeneratedPatch? {
    // name, funcs, four callbacks and a flag, nr_funcs.
    let (objectSize, functionsAt, callbacksAt, countAt) = (64, UInt64(8), 16, 56)
    // old_name, new_func, sympos.
    let (functionSize, codeAt, symposAt) = (24, UInt64(8), 16)
    guard let objectSection = index(of: ".init.klp_objects"),
      let functionSection = index(of: ".init.klp_funcs"), let pointers = Pointers(self)
    else { return nil }
    let (objects, functions) = (sections[objectSection].range, sections[functionSection].range)
    guard !objects.isEmpty, objects.count % objectSize == 0, functions.count % functionSize == 0
    else { return nil }
    var patch = GeneratedPatch()
    var functionsLeft = functions.count / functionSize
    for offset in stride(from: 0, to: objects.count, by: objectSize) {
      let entry = Place(section: objectSection, offset: UInt64(offset))
      var name = "vmlinux"
      if pointers.isRelocated(entry) {
        guard let module = pointers.name(at: entry), !module.contains("/") else { return nil }
        name = module
        if module == "vmlinux" { patch.defect = .namesVmlinux }
      }
      let callbacks = stride(from: callbacksAt, to: callbacksAt + 32, by: 8)
      patch.hasCallbacks =
        patch.hasCallbacks || callbacks.contains { pointers.isRelocated(entry + UInt64($0)) }
      patch.hasPrePatch =
        patch.hasPrePatch || pointers.isRelocated(entry + UInt64(callbacksAt))
      guard let count = bytes.u32(objects.lowerBound + offset + countAt),
        count <= functionsLeft
      else { return nil }
      functionsLeft -= Int(count)
      var read: [ModuleFacts.PatchedFunction] = []
      if count > 0 {
        guard let array = pointers[entry + functionsAt], array.section == functionSection,
          array.offset % UInt64(functionSize) == 0
        else { return nil }
        for number in 0..<UInt64(count) {
          let function = array + number * UInt64(functionSize)
          guard function.offset <= UInt64(functions.count - functionSize),
            let name = pointers.name(at: function), pointers.leadsToCode(at: function + codeAt),
            let sympos = bytes.u64(functions.lowerBound + Int(function.offset) + symposAt)
          else { return nil }
          read.append(
            ModuleFacts.PatchedFunction(
              name: name, sympos: sympos, hasSymbol: pointers.isNamed(at: function + codeAt)))
        }
      }
      patch.objects.append(ModuleFacts.PatchedObject(name: name, functions: read))
    }
    // A function that hangs on no object would not be patched: the file is not understood.
    return functionsLeft == 0 ? patch : nil
  }
}

/// What a module says that makes its live-patch structures itself, when it is loaded.
struct GeneratedPatch {
  var objects: [ModuleFacts.PatchedObject] = []
  var hasCallbacks = false
  /// Whether one of them is run before patching, and can refuse it.
  var hasPrePatch = false
  var defect: LivepatchDefect?
}
