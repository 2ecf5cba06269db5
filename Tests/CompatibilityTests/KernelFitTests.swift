import Compatibility
import Documents
import ModuleFile
import Testing

/// What a module needs, what a kernel has, and what that means.
struct FitCase: CustomTestStringConvertible {
  struct World {
    var facts = ModuleFacts.patching([("vmlinux", [("cmdline_proc_show", 0)])])
    var kernel: KernelFacts? = KernelFacts(
      release: Host.able.kernel.release, blacklist: .known([]),
      vermagic: .known("6.1.0-56-cloud-amd64 SMP preempt mod_unload modversions "),
      objects: [
        KernelFacts.Object(
          name: "vmlinux", presence: .known(.loaded),
          functions: [
            KernelFacts.Function(
              name: "cmdline_proc_show", count: .known(1), traceable: .known(true))
          ])
      ], symbols: [], missing: [])
    var host = Host.able

    /// Changes what the kernel has of the function.
    mutating func change(_ change: (inout KernelFacts.Function) -> Void) {
      guard var objects = kernel?.objects else { return }
      change(&objects[0].functions[0])
      kernel?.objects = objects
    }

    mutating func misses(
      _ source: KernelFacts.Missing.Source, _ path: String, _ problem: KernelFacts.Missing.Problem
    ) {
      kernel?.missing.append(
        KernelFacts.Missing(source: source, path: path, problem: problem, message: "no"))
    }
  }

  let testDescription: String
  let change: @Sendable (inout World) -> Void
  /// `REASON ERRNO`.
  let obstacles: [String]
  /// What each unknown fact has to say.
  let unknown: [String]
  let leftToKernel: [String]
  let warnings: [String]
  /// What the first message has to name.
  let says: [String]

  init(
    _ name: String, _ obstacles: [String] = [], unknown: [String] = [],
    leftToKernel: [String] = [], warnings: [String] = [], says: [String] = [],
    _ change: @escaping @Sendable (inout World) -> Void
  ) {
    testDescription = name
    self.change = change
    self.obstacles = obstacles
    self.unknown = unknown
    self.leftToKernel = leftToKernel
    self.warnings = warnings
    self.says = says
  }

  var findings: Findings {
    var world = World()
    change(&world)
    return fitObstacles(world.facts, on: world.kernel, host: world.host, live: .usual)
  }

  static let all = functions + unobserved + symbols + exports + installed

  private static let functions = [
    FitCase("that the kernel has") { _ in },
    FitCase(
      "that the kernel does not have", ["function-not-patchable EINVAL"],
      says: ["klp_fix patches cmdline_proc_show of vmlinux", "no symbol of that name"]
    ) { $0.change { $0.count = .known(0) } },
    FitCase(
      "of which there are two", ["function-not-patchable EINVAL"],
      says: ["2 symbols of that name", "set old_sympos"]
    ) { $0.change { $0.count = .known(2) } },
    FitCase("of which there are two, and the module says which") {
      $0.facts = .patching([("vmlinux", [("cmdline_proc_show", 2)])])
      $0.change { $0.count = .known(2) }
    },
    FitCase(
      "of which there are fewer than the module says", ["function-not-patchable EINVAL"],
      says: ["number 3", "has 2", "correct old_sympos"]
    ) {
      $0.facts = .patching([("vmlinux", [("cmdline_proc_show", 3)])])
      $0.change { $0.count = .known(2) }
    },
    FitCase(
      "that ftrace cannot hook", ["function-not-patchable EINVAL"],
      says: ["ftrace cannot hook", "available_filter_functions"]
    ) { $0.change { $0.traceable = .known(false) } },
    FitCase(
      "that a kprobe holds", ["function-conflict EBUSY"],
      says: ["kprobe_ftrace_handler", "end that first"]
    ) { $0.change { $0.heldBy = .known("(1) R I (kprobe_ftrace_handler)") } },
    FitCase(
      "twice, in a module that is not loaded and has too long a name",
      ["function-not-patchable EINVAL", "function-not-patchable EEXIST"],
      warnings: ["target-not-loaded"], says: ["more than 55 bytes"]
    ) {
      let name = String(repeating: "x", count: 56)
      $0.facts = .patching([(name, [("xfs_show", 0), ("xfs_show", 1)])])
      $0.kernel?.objects = [
        KernelFacts.Object(
          name: name, presence: .known(.absent),
          functions: [KernelFacts.Function(name: "xfs_show", count: .unknown)])
      ]
    },
    FitCase("in a module that is not loaded", warnings: ["target-not-loaded"]) {
      $0.facts = .patching([("xfs", [("xfs_show", 0)])])
      $0.kernel?.objects = [
        KernelFacts.Object(
          name: "xfs", presence: .known(.absent),
          functions: [KernelFacts.Function(name: "xfs_show", count: .unknown)])
      ]
    },
    FitCase(
      "in a module that is named like something built in", ["name-clash EINVAL"],
      says: ["something built into the kernel is named klp_fix", "under another one"]
    ) { $0.kernel?.builtIn = .known(["klp_fix"]) },
    FitCase("in a module of a name that nothing else has") { $0.kernel?.builtIn = .known([]) },
    FitCase(
      "in a module of which nobody can tell whether its name is free",
      unknown: ["whether something built in is named klp_fix (/sys/module cannot be read, no)"]
    ) {
      $0.kernel?.builtIn = .unknown
      $0.misses(.moduleNames, "/sys/module", .unreadable)
    },
    FitCase("that the file does not tell", leftToKernel: ["which functions klp_fix patches"]) {
      $0.facts.objects = nil
    },
    FitCase(
      "in a patch that livepatch makes nothing of", ["function-not-patchable EINVAL"],
      says: ["has nothing to take the place of cmdline_proc_show", "correct its source"]
    ) {
      $0.facts.objects = nil
      $0.facts.defect = .noNewFunction(name: "cmdline_proc_show")
    },
    FitCase("forbidden by the command line", ["blacklisted EPERM"], says: ["module_blacklist"]) {
      $0.kernel?.blacklist = .known(["nouveau", "klp_fix"])
    },
  ]

  /// A module that needs printk, and was built against a layout and a printk.
  private static func needing(
    layout: String? = "0x0000000a", printk: String? = "0x00000007", isExported: Bool = true,
    namespace: String? = "", _ world: inout World
  ) {
    world.facts = .sound
    world.facts.needed = [
      NeededSymbol(name: "printk", isWeak: false), NeededSymbol(name: "may", isWeak: true),
    ]
    world.facts.versions = [
      SymbolVersion(symbol: "module_layout", crc: 10), SymbolVersion(symbol: "printk", crc: 7),
    ]
    func symbol(_ name: String, _ crc: String?, _ isExported: Bool) -> KernelFacts.Symbol {
      KernelFacts.Symbol(
        name: name, exported: .known(isExported), crc: crc.map { .known($0) } ?? .unknown,
        namespace: namespace.map { .known($0) } ?? .unknown)
    }
    world.kernel?.symbols = [
      symbol("may", nil, false), symbol("module_layout", layout, false),
      symbol("printk", printk, isExported),
    ]
  }

  private static let symbols = [
    FitCase("and symbols that the kernel has, as they were") { needing(&$0) },
    FitCase(
      "and a layout of modules that is another", ["incompatible-symbol ENOEXEC"],
      says: ["module_layout", "0x0000000a", "0x0000000b"]
    ) { needing(layout: "0x0000000b", &$0) },
    FitCase(
      "and a symbol that has changed", ["incompatible-symbol EINVAL"],
      says: ["other versions of printk"]
    ) { needing(printk: "0x00000008", &$0) },
    FitCase(
      "and a symbol that is not exported", ["incompatible-symbol ENOENT"], says: ["needs printk"]
    ) { needing(isExported: false, &$0) },
    // The module that has it is to be loaded first, which is told already.
    FitCase("and a symbol of a module that is not loaded") {
      needing(isExported: false, &$0)
      $0.facts.info = ModuleFacts.facts("klp_fix", depends: "gone").info
    },
    FitCase(
      "and no versions, where the kernel compares them", ["incompatible-symbol -"],
      says: ["carries no versions", "taint F"]
    ) {
      needing(&$0)
      $0.facts.versions = nil
    },
    FitCase("and one symbol whose version nobody knows") { needing(printk: nil, &$0) },
    FitCase(
      "and symbols whose versions nobody knows",
      leftToKernel: ["the checksums of module_layout, printk"]
    ) { needing(layout: nil, printk: nil, &$0) },
    FitCase(
      "and another configuration of the kernel", ["incompatible-vermagic ENOEXEC"],
      says: ["SMP preempt mod_unload modversions", "SMP mod_unload"]
    ) { $0.kernel?.vermagic = .known("6.1.0-56-cloud-amd64 SMP mod_unload modversions ") },
    FitCase("and a configuration that nobody knows", leftToKernel: ["vermagic"]) {
      $0.kernel?.vermagic = .unknown
    },
    FitCase("and a symbol for livepatch to find") { refer(1, &$0) },
    FitCase(
      "and a symbol for livepatch to find that is not there", ["incompatible-symbol EINVAL"],
      says: ["refers to table of vmlinux", "no symbol of that name"]
    ) { refer(0, &$0) },
    FitCase(
      "and one of several symbols for livepatch to find", ["incompatible-symbol EINVAL"],
      says: ["2 symbols of that name"]
    ) { refer(2, &$0) },
  ]

  /// A module that exports a symbol, which somebody may export already.
  private static func exporting(
    _ exported: Fact<Bool>, by owner: String? = nil, _ world: inout World
  ) {
    world.facts.exports = ["klp_get"]
    world.kernel?.symbols.append(
      KernelFacts.Symbol(name: "klp_get", exported: exported, owner: owner, crc: .unknown))
  }

  private static let exports = [
    FitCase("and a symbol that it exports alone") { exporting(.known(false), &$0) },
    FitCase(
      "and a symbol that the kernel exports too", ["incompatible-symbol ENOEXEC"],
      says: ["klp_fix exports klp_get, which the kernel exports already", "build it without"]
    ) { exporting(.known(true), by: "vmlinux", &$0) },
    FitCase(
      "and a symbol that a module in memory exports too", ["incompatible-symbol ENOEXEC"],
      says: ["which module nf_tables exports already"]
    ) { exporting(.known(true), by: "nf_tables", &$0) },
    FitCase("and a symbol that a module exports which is not in memory") {
      exporting(.known(true), by: "xfs", &$0)
    },
    FitCase("and a symbol that nobody knows whether it is exported", unknown: ["kallsyms"]) {
      exporting(.unknown, &$0)
      $0.misses(.symbols, "/proc/kallsyms", .unreadable)
    },
    FitCase("and a symbol that somebody exports, and nobody knows who", unknown: ["klp_get"]) {
      exporting(.known(true), &$0)
    },
    FitCase("and a symbol of which nobody asked", unknown: ["klpolicy snapshot --for"]) {
      $0.facts.exports = ["klp_get"]
    },
    FitCase("and exports that its file does not tell", leftToKernel: ["klp_fix exports"]) {
      $0.facts.exports = nil
    },
    FitCase(
      "and a symbol of a namespace that it does not import", ["incompatible-symbol EINVAL"],
      says: ["needs printk of the namespace CXL", "MODULE_IMPORT_NS"]
    ) { needing(namespace: "CXL", &$0) },
    FitCase("and a symbol of a namespace that it imports") {
      needing(namespace: "CXL", &$0)
      $0.facts.info = ModuleInfo(
        $0.facts.info.entries + [
          ModuleInfo.Entry(key: "import_ns", value: "OTHER"),
          ModuleInfo.Entry(key: "import_ns", value: "CXL"),
        ])
    },
  ]

  private static func refer(_ count: Int, _ world: inout World) {
    world.facts.livepatchSymbols = [LivepatchSymbol(object: "vmlinux", name: "table", sympos: 0)]
    world.kernel?.objects[0].functions.append(
      KernelFacts.Function(name: "table", count: .known(count)))
  }

  private static func install(_ count: Int?, _ world: inout World) {
    world.facts = .patching([("xfs", [("xfs_show", 0)])])
    world.kernel?.objects = [
      KernelFacts.Object(
        name: "xfs", presence: .known(.installed),
        functions: [
          KernelFacts.Function(
            name: "xfs_show", count: count.map { .known($0) } ?? .unknown, traceable: .unknown)
        ])
    ]
  }

  private static let installed = [
    FitCase("in a module that is installed and has it") { install(1, &$0) },
    // The kernel takes the patch, and refuses the module from then on.
    FitCase(
      "in a module that is installed and lacks it", ["function-not-patchable -"],
      says: ["would not load xfs any more"]
    ) { install(0, &$0) },
    FitCase("in a module whose file cannot be read", warnings: ["target-not-loaded"]) {
      install(nil, &$0)
    },
  ]

  private static let unobserved = [
    FitCase("where nobody looked", unknown: ["klpolicy snapshot --for"]) { $0.kernel = nil },
    FitCase("where somebody looked for other modules", unknown: ["klpolicy snapshot --for"]) {
      $0.kernel?.objects = []
    },
    FitCase("where symbols are hidden", unknown: ["/proc/kallsyms cannot be read, no"]) {
      $0.change { $0.count = .unknown }
      $0.misses(.symbols, "/proc/kallsyms", .unreadable)
    },
    FitCase(
      "where tracefs is not mounted",
      unknown: ["available_filter_functions: no", "what ftrace has hooked"]
    ) {
      $0.change {
        $0.traceable = .unknown
        $0.heldBy = .unknown
      }
      $0.misses(.traceable, "/sys/kernel/tracing/available_filter_functions", .absent)
      $0.misses(.traced, "/sys/kernel/tracing/enabled_functions", .absent)
    },
    FitCase("where only root may look", unknown: ["cannot be read"]) {
      $0.change { $0.traceable = .unknown }
      $0.misses(.traceable, "/sys/kernel/tracing/available_filter_functions", .unreadable)
    },
    // Otherwise such a host could never be patched.
    FitCase("where lockdown hides tracefs for good", leftToKernel: ["lockdown hides"]) {
      $0.host.kernel.lockdown = .known(.confidentiality)
      $0.change { $0.traceable = .unknown }
      $0.misses(.traceable, "/sys/kernel/tracing/available_filter_functions", .unreadable)
    },
    FitCase("where ftrace's names do not tell", leftToKernel: ["for certain"]) {
      $0.change { $0.traceable = .unknown }
    },
    FitCase("where the command line is hidden", unknown: ["/proc/cmdline"]) {
      $0.kernel?.blacklist = .unknown
      $0.misses(.commandLine, "/proc/cmdline", .unreadable)
    },
  ]
}

extension ModuleFacts {
  static func patching(_ objects: [(String, [(String, UInt64)])]) -> ModuleFacts {
    var facts = ModuleFacts.sound
    facts.objects = objects.map { object in
      PatchedObject(
        name: object.0,
        functions: object.1.map { PatchedFunction(name: $0.0, sympos: $0.1) })
    }
    return facts
  }
}

@Suite struct `A function that a module patches` {
  @Test(arguments: FitCase.all)
  func `is held against what the kernel has`(fit: FitCase) throws {
    let findings = fit.findings
    #expect(
      findings.obstacles.map { "\($0.reason.rawValue) \($0.refusal?.errno ?? "-")" }
        == fit.obstacles)
    #expect(findings.unknown.count == fit.unknown.count, "\(findings.unknown)")
    for (text, words) in zip(findings.unknown, fit.unknown) { #expect(text.contains(words)) }
    #expect(findings.leftToKernel.count == fit.leftToKernel.count, "\(findings.leftToKernel)")
    for (text, words) in zip(findings.leftToKernel, fit.leftToKernel) {
      #expect(text.contains(words))
    }
    #expect(findings.warnings.map(\.code) == fit.warnings)
    for words in fit.says {
      #expect(try #require(findings.obstacles.first).message.contains(words))
    }
  }
}
