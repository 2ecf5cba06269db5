package import Documents
internal import HostFacts
internal import ModuleFile
internal import SystemPackage

extension LivepatchHost {
  /// Looks at what certain modules need of the running kernel, and at nothing else.
  ///
  /// Each large file of the kernel is read once, in tens of milliseconds.
  ///
  /// - Parameters:
  ///   - questions: what the modules need.
  ///   - host: the host as it was observed.
  ///   - live: its live patches and modules.
  /// - Returns: the facts, and what could not be read.
  package func facts(
    for questions: KernelQuestions, of host: Host, _ live: LiveState
  ) -> KernelFacts {
    var observer = FactsObserver(
      root: root, release: host.kernel.release, questions: questions, live: live,
      symbolMemory: symbolMemory)
    observer.observe()
    return observer.facts()
  }

  /// The same of a kernel that is installed and need not run: its files tell less.
  ///
  /// - Parameters:
  ///   - questions: what the modules need.
  ///   - release: the kernel, as `uname -r` will say it.
  /// - Returns: the facts, and what could not be read.
  package func facts(
    for questions: KernelQuestions, ofInstalled release: String
  ) -> KernelFacts {
    let live = LiveState(patches: [], transition: nil, modules: .known([]))
    var observer = FactsObserver(
      root: root, release: release, questions: questions, live: live, isRunning: false)
    observer.observe()
    return observer.facts()
  }
}

private struct FactsObserver {
  typealias Function = KernelQuestions.Function

  let root: RootDirectory
  let questions: KernelQuestions
  let live: LiveState
  let release: String
  let isRunning: Bool
  let symbolMemory: SymbolMemory?
  let installed: InstalledModules
  let versions: SymbolVersions
  var objects: [KernelFacts.Object] = []
  var symbols: [KernelFacts.Symbol] = []
  var missing: [KernelFacts.Missing] = []

  init(
    root: RootDirectory, release: String, questions: KernelQuestions, live: LiveState,
    isRunning: Bool = true, symbolMemory: SymbolMemory? = nil
  ) {
    self.root = root
    self.release = release
    self.isRunning = isRunning
    self.symbolMemory = symbolMemory
    self.questions = questions
    self.live = live
    installed = InstalledModules(root, release: release)
    versions = SymbolVersions(
      root, release: release, modules: installed, symbols: questions.symbols)
  }

  /// What was observed, and what is read beside that.
  mutating func facts() -> KernelFacts {
    let blacklist = blacklist()
    let keys = questions.keys ? readKeys() : nil
    let builtIn = questions.names.isEmpty || !isRunning ? nil : readBuiltIn()
    return KernelFacts(
      release: release, blacklist: blacklist, vermagic: vermagic, objects: objects,
      symbols: symbols, keys: keys, builtIn: builtIn, missing: missing)
  }

  var vermagic: Fact<String> { versions.vermagic.map { .known($0) } ?? .unknown }

  mutating func blacklist() -> Fact<[String]> {
    let path = "proc/cmdline"
    let reading = root.value(path, expecting: "text in UTF-8") {
      KernelCommandLine(parsing: $0).blacklistedModules
    }
    return fact(reading, .commandLine, path)
  }

  /// The names of those that are asked for that something has which is no module: a loadable one has
  /// its state there too (param_sysfs_builtin of kernel/params.c, and mod_sysfs_setup).
  private mutating func readBuiltIn() -> Fact<[String]> {
    let path = "sys/module"
    guard let entries = fact(root.entries(path), .moduleNames, path).value else { return .unknown }
    return .known(
      entries.map(\.name).filter { name in
        questions.names.contains(name) && root.exists("\(path)/\(name)/initstate").isAbsent
      })
  }

  /// The keys by which the running kernel takes modules.
  private mutating func readKeys() -> Fact<[KernelFacts.Key]> {
    if !isRunning { return .unknown }
    let reading = root.value(KernelKeys.path, expecting: "text in UTF-8") {
      KernelKeys(parsing: $0)
    }
    guard let known = fact(reading, .keys, KernelKeys.path).value else { return .unknown }
    let problem: String
    if !root.isLive {
      problem = "what is in a keyring, only the host itself tells"
    } else {
      do throws(Errno) {
        if let keys = try known.keys(membersOfKeyring) { return .known(keys) }
        problem = "it shows the kernel's own keyrings to root only"
      } catch {
        problem = "its keyrings cannot be read (keyctl: \(error))"
      }
    }
    missing.append(
      KernelFacts.Missing(
        source: .keys, path: "/" + KernelKeys.path, problem: .unreadable, message: problem))
    return .unknown
  }

  mutating func observe() {
    let functions = questions.patched.union(questions.referred)
    guard !functions.isEmpty || !questions.symbols.isEmpty else { return }
    let exports = questions.symbols.map { FactsObserver.export + $0 } + [FactsObserver.anyExport]
    let names = Set(functions.map(\.name) + exports).sorted()
    let kernelSymbols = readSymbols(names)
    let patched = Set(questions.patched.map(\.name)).sorted()
    let available = patched.isEmpty ? .known([:]) : readAvailable(patched)
    let holders = patched.isEmpty ? .known([:]) : readHolders(patched)
    symbols = questions.symbols.sorted().map { symbol in
      let (exported, owner) = export(symbol, kernelSymbols.value)
      return KernelFacts.Symbol(
        name: symbol, exported: exported, owner: owner,
        crc: versions.crcs[symbol].map { .known($0) } ?? .unknown,
        namespace: versions.namespaces[symbol].map { .known($0) } ?? .unknown)
    }
    let aliases = kernelSymbols.value.map { findAliases($0, available) } ?? []

    for (object, functions) in Dictionary(grouping: functions, by: \.object)
      .sorted(by: { $0.key < $1.key })
    {
      let presence = findPresence(object)
      let inFile = presence == .known(.installed) ? symbolsInFile(object, functions) : nil
      let seen = functions.sorted { $0.name < $1.name }.map { function in
        let found =
          presence == .known(.loaded) ? kernelSymbols.value.map { entries(function, $0) } : nil
        let count: Fact<Int> =
          (found?.count ?? inFile.map { $0[function.name] ?? 0 }).map { .known($0) } ?? .unknown
        guard questions.patched.contains(function) else {
          return KernelFacts.Function(name: function.name, count: count)
        }
        return KernelFacts.Function(
          name: function.name, count: count,
          traceable: traceable(function, found, available, aliases),
          heldBy: heldBy(function, holders))
      }
      objects.append(KernelFacts.Object(name: object, presence: presence, functions: seen))
    }
  }

  private mutating func readSymbols(_ names: [String]) -> Fact<KernelSymbols> {
    if isRunning {
      let reading = symbolMemory?.read(root, names) ?? KernelSymbols.read(root, names)
      return fact(reading, .symbols, KernelSymbols.path)
    }
    var path = "boot/System.map-\(release)"
    var reading = KernelSymbols.read(root, names, path: path)
    if reading.value == nil {
      path = "lib/modules/\(release)/System.map"
      let other = KernelSymbols.read(root, names, path: path)
      if !other.isAbsent { reading = other }
    }
    return fact(reading, .symbols, reading.isAbsent ? "boot/System.map-\(release)" : path)
  }

  private mutating func readAvailable(_ names: [String]) -> Fact<[Function: Int]> {
    if !isRunning {
      missing.append(
        KernelFacts.Missing(
          source: .traceable, path: "/sys/kernel/tracing", problem: .absent,
          message: "only a kernel that runs tells"))
      return .unknown
    }
    let (path, reading) = Tracing.available(root, names)
    return fact(reading, .traceable, path)
  }

  private mutating func readHolders(_ names: [String]) -> Fact<[Function: String]> {
    // Nothing is hooked in a kernel that does not run.
    if !isRunning { return .known([:]) }
    let (path, reading) = Tracing.holders(root, names)
    return fact(reading, .traced, path)
  }

  private func findPresence(_ object: String) -> Fact<KernelFacts.Object.Presence> {
    if object == "vmlinux" { return .known(.loaded) }
    switch live.modules {
    case .known(let names) where names.contains(object): return .known(.loaded)
    case .unknown: return .unknown
    case .known, nil: return .known(installed.contains(object) ? .installed : .absent)
    }
  }

  /// How often each function's name stands in the file of a module that is not loaded; nil where it
  /// could not be read.
  private func symbolsInFile(_ module: String, _ functions: [Function]) -> [String: Int]? {
    guard let file = installed.bytes(module) else { return nil }
    return try? InstalledModule.countSymbols(named: Set(functions.map(\.name)), in: file)
  }

  /// What the kernel's symbol table calls the entry of an exported symbol.
  private static let export = "__ksymtab_"
  /// That of a symbol that every kernel with live patching exports.
  private static let anyExport = "__ksymtab_klp_enable_patch"

  /// Whether a symbol is exported, and by whom.
  private func export(
    _ symbol: String, _ symbols: KernelSymbols?
  ) -> (exported: Fact<Bool>, owner: String?) {
    if let symbols, symbols.entries[FactsObserver.anyExport] != nil {
      let entry = symbols.entries[FactsObserver.export + symbol]?.first
      return (.known(entry != nil), entry.map { $0.module ?? "vmlinux" })
    }
    guard versions.isComplete else { return (.unknown, nil) }
    // A build's list of them has all of the kernel's own modules, in memory or not, and of no other.
    let owner = versions.owners[symbol]
    if !isRunning { return (.known(versions.crcs[symbol] != nil), owner) }
    guard case .known(let loaded)? = live.modules else { return (.unknown, owner) }
    if let owner { return (.known(owner == "vmlinux" || loaded.contains(owner)), owner) }
    return (loaded.allSatisfy(installed.contains) ? .known(false) : .unknown, nil)
  }

  private func entries(_ function: Function, _ symbols: KernelSymbols) -> [KernelSymbols.Entry] {
    let module = function.object == "vmlinux" ? nil : function.object
    return (symbols.entries[function.name] ?? []).filter { $0.module == module }
  }

  private func traceable(
    _ function: Function, _ entries: [KernelSymbols.Entry]?, _ available: Fact<[Function: Int]>,
    _ aliases: Set<Function>
  ) -> Fact<Bool> {
    guard let entries, let available = available.value else { return .unknown }
    let found = available[function] ?? 0
    if aliases.contains(function) || found >= entries.count { return .known(true) }
    // Of several functions of one name, nobody tells which of them are there; and where addresses
    // are hidden, nobody tells the other names of a function.
    return found == 0 && entries.allSatisfy { $0.address != 0 } ? .known(false) : .unknown
  }

  private func heldBy(_ function: Function, _ holders: Fact<[Function: String]>) -> Fact<String>? {
    guard case .known(let holders) = holders else { return .unknown }
    guard let holder = holders[function] else { return nil }
    let isPatched = live.patches.contains { patch in
      patch.objects.contains { object in
        object.name == function.object && object.functions.contains { $0.name == function.name }
      }
    }
    return isPatched ? nil : .known(holder)
  }

  /// The functions that ftrace knows by another name at the same address: it shows one name only.
  private func findAliases(
    _ symbols: KernelSymbols, _ available: Fact<[Function: Int]>
  ) -> Set<Function> {
    guard let available = available.value else { return [] }
    var addresses: [Function: UInt64] = [:]
    for function in questions.patched where available[function] == nil {
      let found = entries(function, symbols)
      if found.count == 1, found[0].address != 0 { addresses[function] = found[0].address }
    }
    guard !addresses.isEmpty else { return [] }
    let names = KernelSymbols.names(root, at: Set(addresses.values))
    let others = Set(names.values.joined()).subtracting(addresses.keys.map(\.name)).sorted()
    guard !others.isEmpty, let known = Tracing.available(root, others).1.value else { return [] }
    return Set(
      addresses.filter { function, address in
        (names[address] ?? []).contains {
          known[Function(object: function.object, name: $0)] != nil
        }
      }.keys)
  }

  private mutating func fact<Value>(
    _ reading: Reading<Value>, _ source: KernelFacts.Missing.Source, _ path: String
  ) -> Fact<Value> {
    switch reading {
    case .value(let value): return .known(value)
    case .absent:
      missing.append(
        KernelFacts.Missing(
          source: source, path: "/" + path, problem: .absent,
          message: source == .traceable || source == .traced
            ? "it is not there; mount -t tracefs tracefs /sys/kernel/tracing" : "it is not there"))
    case .failed(let failure):
      let unobserved = failure.unobserved
      missing.append(
        KernelFacts.Missing(
          source: source, path: unobserved.path,
          problem: unobserved.problem == .malformed ? .malformed : .unreadable,
          message: unobserved.message))
    }
    return .unknown
  }
}
