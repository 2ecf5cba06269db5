/// What a module file says of itself.
package struct ModuleFacts: Hashable, Sendable {
  /// The name that the kernel gives it, from `.gnu.linkonce.this_module`: not the file's name.
  package var name: String
  /// Lower case hexadecimal digits, as of `/sys/module/<name>/notes/.note.gnu.build-id`; nil for a
  /// module linked without one.
  package var buildID: String?
  package var info: ModuleInfo
  package var machine: Machine
  package var byteOrder: ByteOrder
  package var signature: ModuleSignature.State
  /// What made its live-patch structures; nil for a module that is no live patch.
  package var maker: Maker?
  /// Whether it takes every other live patch off; nil when the file does not tell for certain.
  package var replace: Bool?
  /// Whether the kernel calls its `init_module`: `struct module` says where that is.
  package var hasInit = true
  /// The bytes of its variables that each processor has of its own.
  package var perCPUSize: UInt64 = 0
  /// What it patches, in the file's order; nil when the file does not tell for certain.
  package var objects: [PatchedObject]?
  /// Whether it runs code of its own around patching; nil when the file does not tell for certain.
  package var hasCallbacks: Bool?
  /// Whether code of its own can refuse the load: a pre-patch callback, or an init that does more than
  /// to enable the patch. Nil when the file does not tell for certain.
  package var mayRefuse: Bool?
  /// What is certainly wrong with its structures for livepatch; nil where nothing is known to be.
  package var defect: LivepatchDefect?
  /// The `klp_state`s that it changes; nil when the file does not tell for certain.
  package var states: [State]?
  /// The checksums of the symbols that it uses, in the file's order; nil when it carries none.
  package var versions: [SymbolVersion]?
  /// What the kernel or other modules have to export, in the file's order; nil without a symbol
  /// table, and when that is not known.
  package var needed: [NeededSymbol]?
  /// The symbols that it exports itself, in the file's order; nil when the file does not tell for
  /// certain.
  package var exports: [String]?
  /// What livepatch has to find, exported or not; empty for a module that is no live patch.
  package var livepatchSymbols: [LivepatchSymbol]
  package var livepatchRelocations: [LivepatchRelocation]

  package init(
    name: String, buildID: String?, info: ModuleInfo, machine: Machine, byteOrder: ByteOrder,
    signature: ModuleSignature.State, maker: Maker?, replace: Bool?, objects: [PatchedObject]?,
    hasCallbacks: Bool? = nil, mayRefuse: Bool? = false, defect: LivepatchDefect? = nil,
    states: [State]? = nil, versions: [SymbolVersion]? = nil,
    needed: [NeededSymbol]? = nil, exports: [String]? = [],
    livepatchSymbols: [LivepatchSymbol] = [],
    livepatchRelocations: [LivepatchRelocation] = []
  ) {
    self.name = name
    self.buildID = buildID
    self.info = info
    self.machine = machine
    self.byteOrder = byteOrder
    self.signature = signature
    self.maker = maker
    self.replace = replace
    self.objects = objects
    self.hasCallbacks = hasCallbacks
    self.mayRefuse = mayRefuse
    self.defect = defect
    self.states = states
    self.versions = versions
    self.needed = needed
    self.exports = exports
    self.livepatchSymbols = livepatchSymbols
    self.livepatchRelocations = livepatchRelocations
  }

  package enum Maker: String, Hashable, Sendable {
    /// `struct klp_patch` and what hangs on it stand in the module's data.
    case source
    /// kpatch-build: the structures are made when the module is loaded.
    case kpatchBuild = "kpatch-build"
    /// klp-build (Linux 6.19 and later): the same.
    case klpBuild = "klp-build"
    case unknown
  }

  /// The kernel itself, or a module, as far as a live patch changes it.
  package struct PatchedObject: Hashable, Sendable {
    /// `vmlinux` or the module's name.
    package var name: String
    package var functions: [PatchedFunction]

    package init(name: String, functions: [PatchedFunction]) {
      self.name = name
      self.functions = functions
    }
  }

  package struct PatchedFunction: Hashable, Sendable {
    package var name: String
    /// Which of several symbols of that name, from 1; 0 when there must be only one. sysfs shows
    /// 0 as 1.
    package var sympos: UInt64
    /// Whether a symbol of the module tells where the new function begins: the kernel asks for how
    /// long it is.
    package var hasSymbol: Bool

    package init(name: String, sympos: UInt64, hasSymbol: Bool = true) {
      self.name = name
      self.sympos = sympos
      self.hasSymbol = hasSymbol
    }
  }
}

extension ModuleFacts {
  /// A change of the system's state that live patches tell each other of (linux/livepatch.h).
  package struct State: Hashable, Sendable {
    package var id: UInt64
    package var version: UInt32

    package init(id: UInt64, version: UInt32) {
      self.id = id
      self.version = version
    }
  }
}

extension ModuleFacts {
  /// Whether the kernel takes it for a live patch: it looks for the key and not at its value.
  package var isLivepatch: Bool { info["livepatch"] != nil }

  /// The kernel release it was built for, the first word of `vermagic`.
  package var kernelRelease: String? {
    info["vermagic"]?.split(separator: " ").first.map(String.init)
  }

  /// The words of `vermagic` after the release: `SMP`, `preempt` and the like.
  package var vermagicFlags: [String] {
    info["vermagic"]?.split(separator: " ").dropFirst().map(String.init) ?? []
  }

  /// Whether a signature of the kernel's own type is appended; whether the kernel believes it is
  /// another question.
  package var isSigned: Bool {
    if case .present = signature { true } else { false }
  }

  /// The namespaces whose symbols it may use.
  package var importedNamespaces: Set<String> {
    Set(info.entries.filter { $0.key == "import_ns" }.map(\.value))
  }

  /// The modules that it needs, by the names that the kernel knows them by.
  package var depends: [String] {
    info["depends"]?.split(separator: ",").map { name in
      String(name.map { $0 == "-" ? "_" : $0 })
    } ?? []
  }
}

extension ModuleFacts {
  /// Reads a module. The bytes may be anything.
  package init(_ file: [UInt8]) throws(ModuleProblem) {
    if let other = ModuleProblem(magicOf: file) { throw other }
    signature = ModuleSignature.State(of: file)
    // The kernel cuts the signature off before it looks at the rest.
    let length = signature.contentLength(of: file)
    let elf = try ELFFile(length < file.count ? Array(file.prefix(length)) : file)
    try elf.checkLoading()
    try elf.checkReferences()
    name = try elf.moduleName()
    buildID = elf.buildID()
    info = elf.moduleInfo()
    machine = elf.machine
    byteOrder = elf.bytes.order
    maker = nil
    replace = nil
    objects = nil
    hasCallbacks = nil
    mayRefuse = nil
    defect = nil
    states = nil
    versions = try elf.symbolVersions()
    needed = try elf.neededSymbols()
    exports = elf.exports()
    livepatchSymbols = []
    livepatchRelocations = try elf.livepatchRelocations()
    guard isLivepatch else { return }
    hasInit = elf.isInitCalled() != false
    perCPUSize = elf.index(of: ELFFile.perCPU).map { elf.sections[$0].size } ?? 0
    livepatchSymbols = try elf.livepatchSymbols()
    if elf.index(of: ".kpatch.funcs") != nil {
      maker = .kpatchBuild
      let patch = elf.kpatchPatch()
      objects = patch?.objects
      hasCallbacks = patch?.hasCallbacks
      mayRefuse = patch?.hasPrePatch
    } else if elf.index(of: ".init.klp_objects") != nil {
      maker = .klpBuild
      let patch = elf.klpBuildPatch()
      defect = patch?.defect
      objects = patch?.objects
      hasCallbacks = patch?.hasCallbacks
      mayRefuse = patch?.hasPrePatch
    } else if let patch = elf.livepatch() {
      maker = .source
      replace = patch.replace
      objects = patch.objects
      hasCallbacks = patch.hasCallbacks
      mayRefuse = patch.mayRefuse
      states = patch.states
      defect = patch.defect
    } else {
      maker = .unknown
      defect = elf.livepatchDefect()
    }
  }
}

extension ELFFile {
  /// `struct module` begins with a state and a list head: its name is at 24 on every 64 bit kernel.
  private var nameOffset: Int { 24 }
  /// MODULE_NAME_LEN of linux/moduleparam.h.
  private var nameSize: Int { 56 }

  fileprivate func moduleName() throws(ModuleProblem) -> String {
    let found = sections.indices.filter {
      sections[$0].isAllocated && sections[$0].name == ".gnu.linkonce.this_module"
    }
    guard let index = found.first else { throw .notLinkedAsModule }
    guard found.count == 1 else { throw .malformed("it has .gnu.linkonce.this_module twice") }
    let range = sections[index].range
    guard range.count >= nameOffset + nameSize else {
      throw .malformed(".gnu.linkonce.this_module has only \(range.count) bytes")
    }
    let start = range.lowerBound + nameOffset
    // The name becomes part of paths in sysfs.
    guard let name = bytes.name(start, before: start + nameSize), !name.contains("/"),
      name != ".", name != ".."
    else { throw .malformed("the name in .gnu.linkonce.this_module is no name") }
    let isRelocated = symbols().map { symbols in
      var covered = false
      forEachRelocation(symbols) { relocation in
        let place = relocation.place
        covered =
          covered
          || place.section == index && place.offset &+ 8 > UInt64(nameOffset)
            && place.offset < UInt64(nameOffset + nameSize)
      }
      return covered
    }
    guard isRelocated != true else {
      throw .malformed("the name in .gnu.linkonce.this_module is overwritten when it is loaded")
    }
    return name
  }

  /// The descriptor of the NT_GNU_BUILD_ID note.
  fileprivate func buildID() -> String? {
    // sysfs shows notes only.
    guard let index = index(of: ".note.gnu.build-id"), sections[index].type == 7 else { return nil }
    let range = sections[index].range
    var offset = range.lowerBound
    while offset <= range.upperBound - 12, let nameSize = bytes.u32(offset),
      let size = bytes.u32(offset + 4), let type = bytes.u32(offset + 8)
    {
      let name = offset + 12
      let descriptor = name + (Int(nameSize) + 3) & ~3
      let end = descriptor + Int(size)
      guard end <= range.upperBound else { return nil }
      if type == 3, size > 0, bytes.all[name..<descriptor].elementsEqual("GNU\0".utf8) {
        return hexadecimal(bytes.all[descriptor..<end])
      }
      offset = (end - range.lowerBound + 3) & ~3 + range.lowerBound
    }
    return nil
  }
}

/// Two lower case digits a byte.
func hexadecimal(_ bytes: ArraySlice<UInt8>) -> String {
  bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
}
