/// What is wrong with a `klp_patch` that the module's init enables at once, so that nothing could put
/// it right before the kernel looks at it (klp_enable_patch and klp_init_func of
/// kernel/livepatch/core.c; EINVAL, all of it but the last).
///
/// Of arrays only the first element is looked at, whose place is certain.
package enum LivepatchDefect: Hashable, Sendable {
  /// It does not say whose patch it is.
  case noModule
  case noObjects
  /// An object with a name and without a list of functions.
  case noFunctions(object: String?)
  /// A function with neither of both is the end of the list.
  case noOldName
  case noNewFunction(name: String?)
  /// An object with the name `vmlinux`, where the kernel itself is the one without a name: it is taken for
  /// a module that is not there. The kernel loads it, shows it in sysfs as if it patched the kernel, and
  /// patches nothing.
  case namesVmlinux
}

extension ELFFile {
  /// Nil where nothing is certain to be wrong.
  func livepatchDefect(at patch: Place, _ pointers: inout Pointers) -> LivepatchDefect? {
    func isNull(_ place: Place, _ pointers: inout Pointers) -> Bool? {
      if !pointers.offsets(from: place, size: 8).isEmpty { return false }
      guard !pointers.isExhausted, let range = pointers.range(place, size: 8)
      else { return nil }
      return bytes.isZero(range)
    }
    if isNull(patch, &pointers) == true { return .noModule }
    if isNull(patch + 8, &pointers) == true { return .noObjects }
    guard let object = pointers[patch + 8] else { return nil }
    let isNamed = isNull(object, &pointers) == false
    if isNamed, isNull(object + 8, &pointers) == true {
      return .noFunctions(object: pointers.name(at: object))
    }
    guard let function = pointers[object + 8] else { return nil }
    switch (isNull(function, &pointers), isNull(function + 8, &pointers)) {
    case (true, false): return .noOldName
    case (false, true): return .noNewFunction(name: pointers.name(at: function))
    default: return nil
    }
  }
}
