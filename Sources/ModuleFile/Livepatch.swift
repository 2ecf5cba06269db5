/// What a source-built module's `struct klp_patch` says (linux/livepatch.h).
///
/// Nothing marks these structures. They are taken for what they seem to be only when the whole
/// chain fits, patch to objects to functions to names and code, in exactly one way. The sizes of
/// the structures depend on the kernel's configuration: they follow from the sizes of the arrays.
struct Livepatch {
  var objects: [ModuleFacts.PatchedObject]
  /// Nil when code could change it before the patch is enabled.
  var replace: Bool?
  var hasCallbacks: Bool
  /// Whether code of the module's own can refuse the load: a pre-patch callback, or an init that does
  /// more than to enable the patch.
  var mayRefuse: Bool
  /// Nil when they could not be read, or code could change them.
  var states: [ModuleFacts.State]?
  var defect: LivepatchDefect?
}

extension ELFFile {
  /// The one `klp_patch` in the module's data; nil when none or several are found.
  func livepatch() -> Livepatch? {
    guard var pointers = Pointers(self) else { return nil }
    var found: LivepatchStructures?
    for place in pointers.toThisModule {
      guard pointers.spend(1) else { return nil }
      guard let structures = LivepatchStructures(at: place, &pointers) else { continue }
      if found != nil { return nil }
      found = structures
    }
    guard let found, !pointers.isExhausted else { return nil }
    let uses = found.uses(in: pointers)
    guard !uses.arrays else { return nil }
    return Livepatch(
      objects: found.objects, replace: uses.patch ? nil : found.replace,
      hasCallbacks: found.hasCallbacks,
      mayRefuse: found.hasPrePatch
        || patchEnabledAtOnce(pointers.symbols) != found.patch.place,
      states: uses.states ? nil : found.states,
      defect: found.namesVmlinux ? .namesVmlinux : nil)
  }

  /// What is wrong with the patch of a module whose structures are not as they should be; nil where
  /// that is not certain.
  func livepatchDefect() -> LivepatchDefect? {
    guard var pointers = Pointers(self), let patch = patchEnabledAtOnce(pointers.symbols) else {
      return nil
    }
    return livepatchDefect(at: patch, &pointers)
  }
}

/// A `klp_patch` and all that hangs on it.
struct LivepatchStructures {
  private(set) var replace = false
  private(set) var objects: [ModuleFacts.PatchedObject] = []
  private(set) var hasCallbacks = false
  private(set) var hasPrePatch = false
  private(set) var namesVmlinux = false
  private(set) var states: [ModuleFacts.State]?
  /// The patch itself.
  private(set) var patch: Extent
  /// The arrays of objects and functions.
  private(set) var arrays: [Extent] = []
  private(set) var stateArray: Extent?
  /// The pointers that the chain is made of.
  private(set) var chain: Set<ELFFile.Place> = []

  struct Extent {
    var place: ELFFile.Place
    var size: UInt64
  }

  private enum Patch {
    static let objects: UInt64 = 8
    static let states: UInt64 = 16
    static let replace: UInt64 = 24
    static let smallestSize: UInt64 = 32
  }

  private enum Object {
    static let name: UInt64 = 0
    static let functions: UInt64 = 8
    static let callbacks: Set<UInt64> = [16, 24, 32, 40]
    static let prePatch: UInt64 = 16
    static let smallestSize: UInt64 = 56
    /// From here on everything is the kernel's, and zero in the file.
    static let end: UInt64 = 48
  }

  private enum Function {
    static let name: UInt64 = 0
    static let code: UInt64 = 8
    static let sympos: UInt64 = 16
    static let smallestSize: UInt64 = 32
    static let end: UInt64 = 24
  }

  /// Reads the structures if `place` is where a `klp_patch` begins.
  init?(at place: ELFFile.Place, _ pointers: inout Pointers) {
    guard let size = pointers.size(at: place), size >= Patch.smallestSize,
      let range = pointers.range(place, size: size), !range.isEmpty,
      let objects = pointers[place + Patch.objects]
    else { return nil }
    patch = Extent(place: place, size: size)
    chain = [place, place + Patch.objects]
    let hasStates = pointers[place + Patch.states] != nil
    let expected: [UInt64] = [0, Patch.objects] + (hasStates ? [Patch.states] : [])
    guard pointers.offsets(from: place, size: size) == expected else { return nil }

    let bytes = pointers.elf.bytes
    let (states, flag) = (Int(Patch.states), Int(Patch.replace))
    guard bytes.isZero((range.lowerBound + flag + 1)..<range.upperBound),
      bytes.isZero((range.lowerBound + states + 1)..<(range.lowerBound + flag))
    else { return nil }
    // Before Linux 5.5 there were no states, and the flag stood in their place.
    switch (bytes.all[range.lowerBound + states], bytes.all[range.lowerBound + flag]) {
    case (0, 0): replace = false
    case (0, 1): replace = true
    case (1, 0) where !hasStates: replace = true
    default: return nil
    }
    guard readObjects(objects, &pointers) else { return nil }
    if let array = pointers[place + Patch.states] {
      chain.insert(place + Patch.states)
      self.states = readStates(array, &pointers)
    } else if !pointers.isRelocated(place + Patch.states) {
      self.states = []
    }
  }

  private mutating func readObjects(_ array: ELFFile.Place, _ pointers: inout Pointers) -> Bool {
    let places = elements(
      of: array, &pointers, smallest: Object.smallestSize, zeroFrom: Object.end,
      required: [Object.functions], allowed: Object.callbacks.union([Object.name]))
    guard let places, !places.isEmpty else { return false }
    for place in places {
      var name = "vmlinux"
      if pointers[place + Object.name] != nil {
        guard let module = pointers.name(at: place + Object.name), !module.contains("/") else {
          return false
        }
        name = module
        if module == "vmlinux" { namesVmlinux = true }
      }
      chain.insert(place + Object.functions)
      let callbacksAreCode = Object.callbacks.allSatisfy {
        pointers[place + $0] == nil || pointers.leadsToCode(at: place + $0)
      }
      hasCallbacks =
        hasCallbacks || Object.callbacks.contains { pointers.isRelocated(place + $0) }
      hasPrePatch = hasPrePatch || pointers.isRelocated(place + Object.prePatch)
      guard callbacksAreCode, let functions = pointers[place + Object.functions],
        let read = readFunctions(functions, &pointers)
      else { return false }
      objects.append(ModuleFacts.PatchedObject(name: name, functions: read))
    }
    return true
  }

  private mutating func readFunctions(
    _ array: ELFFile.Place, _ pointers: inout Pointers
  ) -> [ModuleFacts.PatchedFunction]? {
    let places = elements(
      of: array, &pointers, smallest: Function.smallestSize, zeroFrom: Function.end,
      required: [Function.name, Function.code], allowed: [])
    guard let places else { return nil }
    var functions: [ModuleFacts.PatchedFunction] = []
    for place in places {
      guard let name = pointers.name(at: place + Function.name),
        pointers.leadsToCode(at: place + Function.code),
        let range = pointers.range(place + Function.sympos, size: 8), !range.isEmpty,
        let sympos = pointers.elf.bytes.u64(range.lowerBound)
      else { return nil }
      functions.append(
        ModuleFacts.PatchedFunction(
          name: name, sympos: sympos, hasSymbol: pointers.isNamed(at: place + Function.code)))
    }
    return functions
  }

  /// `struct klp_state`s: id, version, a pointer for the patch itself; the last one has id 0.
  private mutating func readStates(
    _ array: ELFFile.Place, _ pointers: inout Pointers
  ) -> [ModuleFacts.State]? {
    let entrySize: UInt64 = 24
    guard let size = pointers.size(at: array), size >= entrySize, size % entrySize == 0,
      let range = pointers.range(array, size: size), !range.isEmpty,
      pointers.offsets(from: array, size: size).allSatisfy({ $0 % entrySize == 16 })
    else { return nil }
    stateArray = Extent(place: array, size: size)
    var states: [ModuleFacts.State] = []
    for start in stride(from: range.lowerBound, to: range.upperBound, by: Int(entrySize)) {
      guard pointers.spend(1), let id = pointers.elf.bytes.u64(start),
        let version = pointers.elf.bytes.u32(start + 8)
      else { return nil }
      if id == 0 { return states }
      states.append(ModuleFacts.State(id: id, version: version))
    }
    return nil
  }

  /// The elements of an array that ends with an element of zeros.
  ///
  /// How large an element is follows from where the array's pointers are: `required` ones in each
  /// element, `allowed` ones in some, none elsewhere, and only zeros from `zeroFrom` on. Nil unless
  /// exactly one size fits.
  private mutating func elements(
    of array: ELFFile.Place, _ pointers: inout Pointers, smallest: UInt64, zeroFrom: UInt64,
    required: Set<UInt64>, allowed: Set<UInt64>
  ) -> [ELFFile.Place]? {
    guard let size = pointers.size(at: array), size >= smallest,
      let range = pointers.range(array, size: size)
    else { return nil }
    arrays.append(Extent(place: array, size: size))
    let offsets = pointers.offsets(from: array, size: size)
    if offsets.isEmpty {
      // Nothing but the end, whatever its size.
      return pointers.spend(range.count / 8) && pointers.elf.bytes.isZero(range) ? [] : nil
    }
    let most = UInt64(offsets.count / required.count + 1)
    guard !range.isEmpty, most >= 2 else { return nil }

    var fitting: UInt64?
    for count in 2...most where size % count == 0 {
      let stride = size / count
      if stride < smallest { break }
      guard stride % 8 == 0 else { continue }
      guard pointers.spend(offsets.count) else { return nil }
      var requiredSeen = 0
      let fits = offsets.allSatisfy { offset in
        let member = offset % stride
        if required.contains(member) { requiredSeen += 1 }
        return offset < size - stride && (required.contains(member) || allowed.contains(member))
      }
      guard fits, requiredSeen == required.count * Int(count - 1) else { continue }
      guard pointers.spend(range.count / 8) else { return nil }
      let bytes = pointers.elf.bytes
      let zeros = (0..<Int(count)).allSatisfy { number in
        let start = range.lowerBound + number * Int(stride)
        let isEnd = number == Int(count) - 1
        return bytes.isZero((start + (isEnd ? 0 : Int(zeroFrom)))..<(start + Int(stride)))
      }
      guard zeros else { continue }
      if fitting != nil { return nil }
      fitting = stride
    }
    guard let stride = fitting else { return nil }
    return (0..<(size / stride - 1)).map { array + $0 * stride }
  }
}
