internal import Documents
internal import HostFacts

/// What sysfs says of one live patch module, before anything is concluded from it.
struct PatchReading {
  /// `/sys/module/<module>/initstate`.
  enum InitState: String {
    case live, coming, going
  }

  let module: String
  /// Whether `/sys/kernel/livepatch` has a directory for it.
  let isListed: Bool
  // Those of `/sys/kernel/livepatch` are absent for a patch that is not listed.
  var enabled: Reading<Bool> = .absent
  var transition: Reading<Bool> = .absent
  var replace: Reading<Bool> = .absent
  var stackOrder: Reading<Int> = .absent
  var objects: Reading<[ObjectReading]> = .absent
  var initState: Reading<InitState>
  var referenceCount: Reading<Int>
  var taint: Reading<String> = .absent
  var buildID: Reading<String> = .absent

  struct ObjectReading {
    var name: String
    var patched: Reading<Bool>
    var functions: Reading<[PatchedFunction]>
  }

  /// Reads a module, and with `objects` what it patches.
  init(_ root: RootDirectory, _ module: String, isListed: Bool, objects wantsObjects: Bool) {
    self.init(root, module, isListed: isListed)
    if isListed {
      let patch = PatchReading.patchDirectory(module)
      replace = root.flag(patch + "/replace")
      stackOrder = root.value(patch + "/stack_order", expecting: "a number from 1") {
        Int($0).flatMap { $0 > 0 ? $0 : nil }
      }
      if wantsObjects { objects = PatchReading.objects(root, patch) }
    }
    let directory = PatchReading.moduleDirectory(module)
    taint = root.value(directory + "/taint", expecting: "capital letters") {
      $0.utf8.allSatisfy { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) } ? $0 : nil
    }
    buildID = root.buildID(directory + "/notes/.note.gnu.build-id")
  }

  /// Reads what the state of a module follows from, and no more.
  private init(_ root: RootDirectory, _ module: String, isListed: Bool) {
    self.module = module
    self.isListed = isListed
    let directory = PatchReading.moduleDirectory(module)
    initState = root.value(
      directory + "/initstate", expecting: "live, coming or going", InitState.init)
    // -1 while the module is going.
    referenceCount = root.value(directory + "/refcnt", expecting: "a number") { Int($0) }
    guard isListed else { return }
    let patch = PatchReading.patchDirectory(module)
    enabled = root.flag(patch + "/enabled")
    transition = root.flag(patch + "/transition")
  }

  static let listing = "sys/kernel/livepatch"

  static func patchDirectory(_ module: String) -> String { "\(listing)/\(module)" }

  static func moduleDirectory(_ module: String) -> String { "sys/module/\(module)" }

  static func objects(
    _ root: RootDirectory, _ patch: String
  ) -> Reading<[ObjectReading]> {
    root.entries(patch).map { entries in
      entries.filter(\.isDirectory).map { object in
        let path = "\(patch)/\(object.name)"
        return ObjectReading(
          name: object.name, patched: root.flag(path + "/patched"),
          functions: functions(root, path))
      }
    }
  }

  private static func functions(
    _ root: RootDirectory, _ object: String
  ) -> Reading<[PatchedFunction]> {
    let entries: [TreeEntry]
    switch root.entries(object) {
    case .value(let found): entries = found.filter(\.isDirectory)
    case .absent: return .absent
    case .failed(let failure): return .failed(failure)
    }
    var functions: [PatchedFunction] = []
    for entry in entries {
      guard let function = PatchedFunction(directory: entry.name) else {
        return .failed(
          .malformed(
            path: "/\(object)/\(entry.name)", message: "expected a name of the form FUNCTION,1"))
      }
      functions.append(function)
    }
    return .value(functions)
  }
}

extension PatchReading {
  /// Whether it is half there: the kernel makes and removes a patch in several steps.
  var isTorn: Bool {
    if !isListed { return initState.isAbsent }
    return enabled.isAbsent || transition.isAbsent || initState.isAbsent
      || objects.value?.contains { $0.functions.isAbsent } ?? false
  }

  /// Whether it is on its way from one state to another, but for transitions.
  var isPassing: Bool {
    // Neither on nor off nor between: its directory is about to go, or to become enabled.
    if isListed { return enabled.value == false && transition.value == false }
    // On its way in or out of memory, or with a reference that is given back any moment.
    return switch initState {
    case .value(.live): (referenceCount.value ?? 0) > 0
    case .value(.coming), .value(.going): true
    case .absent, .failed: false
    }
  }

  /// Whether what its state follows from still reads the same.
  func isUnchanged(_ root: RootDirectory) -> Bool {
    let now = PatchReading(root, module, isListed: isListed)
    return now.enabled == enabled && now.transition == transition && now.initState == initState
      && (isListed || now.referenceCount == referenceCount)
  }

  /// Where the module stands, leaving aside what other patches do to it.
  var state: Fact<ModuleState> {
    guard isListed else { return unlistedState }
    switch (enabled, transition) {
    case (.value(true), .value(false)): return .known(.applied)
    case (.value(true), .value(true)): return .known(.enabling)
    case (.value(false), .value(true)): return .known(.disabling)
    case (.value(false), .value(false)): return leavingState
    default: return .unknown
    }
  }

  /// In the list, and neither on nor off nor between: out of force, and about to leave the list, as
  /// what a replace patch has replaced. Only then does the kernel give its reference back, so that
  /// this reference says nothing.
  private var leavingState: Fact<ModuleState> {
    if case .value(.live) = initState, case .value = referenceCount { return .known(.resident) }
    return unlistedState
  }

  /// Where a module stands that is not, or no longer, or not yet in the kernel's list of patches.
  private var unlistedState: Fact<ModuleState> {
    switch initState {
    case .value(.coming): return .known(.enabling)
    case .value(.going): return .known(.disabling)
    case .value(.live): break
    case .absent: return .known(.absent)
    case .failed: return .unknown
    }
    switch referenceCount {
    case .value(...0): return .known(.resident)
    // Without this file (CONFIG_MODULE_UNLOAD) nothing can be removed.
    case .value, .absent: return .known(.pinned)
    case .failed: return .unknown
    }
  }
}

extension PatchedFunction {
  /// From `<function>,<sympos>`, the name of a directory in sysfs.
  fileprivate init?(directory: String) {
    guard let comma = directory.lastIndex(of: ","), comma > directory.startIndex,
      let sympos = Int(directory[directory.index(after: comma)...]), sympos > 0
    else { return nil }
    self.init(name: String(directory[..<comma]), sympos: sympos)
  }
}

extension RootDirectory {
  /// A file that holds `0` or `1`.
  func flag(_ path: String) -> Reading<Bool> {
    value(path, expecting: "0 or 1") { ["0": false, "1": true][$0] }
  }

  /// The GNU build ID among the ELF notes in a file.
  func buildID(_ path: String) -> Reading<String> {
    switch bytes(path) {
    case .absent: return .absent
    case .failed(let failure): return .failed(failure)
    case .value(let notes):
      let found = try? BuildIDNote.find(in: notes)
      if let found { return .value(found) }
      return .failed(.malformed(path: "/" + path, message: "expected ELF notes with a build ID"))
    }
  }
}
