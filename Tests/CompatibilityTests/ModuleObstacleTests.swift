import Compatibility
import Documents
import ModuleFile
import Testing

/// A module, a host and a declaration that differ from what fits, and what that means.
struct ModuleCase: CustomTestStringConvertible {
  struct World {
    var facts = ModuleFacts.sound
    var declared = DeclaredModule(module: "klp_fix", replace: nil)
    var host = Host.able
    var live = LiveState.usual
  }

  let testDescription: String
  let change: @Sendable (inout World) -> Void
  let reasons: [Reason]
  let unknown: [String]
  /// What the first message has to name.
  let says: [String]

  init(
    _ name: String, _ reasons: [Reason] = [], unknown: [String] = [], says: [String] = [],
    _ change: @escaping @Sendable (inout World) -> Void
  ) {
    testDescription = name
    self.change = change
    self.reasons = reasons
    self.unknown = unknown
    self.says = says
  }

  var findings: Findings {
    var world = World()
    change(&world)
    return moduleObstacles(
      world.facts, declared: world.declared, on: world.host, live: world.live)
  }

  static let all = itself + signatures + surroundings

  private static let itself = [
    ModuleCase("a sound one") { _ in },
    ModuleCase("no live patch", [.notALivepatch], says: ["klp_fix", "livepatch=Y"]) {
      $0.facts = .facts("klp_fix", livepatch: nil)
    },
    // Nothing else about it matters then.
    ModuleCase("no live patch, and wrong in every other way", [.notALivepatch]) {
      $0.facts = .facts(
        "other", buildID: nil, release: "5.10.0", livepatch: nil, depends: "gone")
      $0.host.kernel.ftraceEnabled = .unknown
    },
    // The kernel looks for the key alone.
    ModuleCase("livepatch=N, which the kernel takes for one too") {
      $0.facts = .facts("klp_fix", livepatch: "N")
    },
    ModuleCase("another name", [.otherModuleName], says: ["klp_fix", "klp_other"]) {
      $0.declared.module = "klp_other"
    },
    ModuleCase("no build ID", [.noBuildID], says: ["--build-id"]) { $0.facts.buildID = nil },
    ModuleCase(
      "built for another kernel", [.incompatibleVermagic],
      says: ["6.1.0-57-cloud-amd64", "6.1.0-56-cloud-amd64"]
    ) { $0.facts = .facts("klp_fix", release: "6.1.0-57-cloud-amd64") },
    ModuleCase("built for a kernel that this one's name begins", [.incompatibleVermagic]) {
      $0.facts = .facts("klp_fix", release: "6.1.0-56-cloud-amd64-dbg")
    },
    ModuleCase("without vermagic", [.incompatibleVermagic], says: ["none named"]) {
      $0.facts.info = ModuleInfo([ModuleInfo.Entry(key: "livepatch", value: "Y")])
    },
    ModuleCase(
      "declared to replace, and does not", [.replaceMismatch],
      says: ["replace = false", "write replace: false"]
    ) { $0.declared.replace = true },
    ModuleCase("declared not to replace, and does", [.replaceMismatch]) {
      $0.facts.replace = true
      $0.declared.replace = false
    },
    ModuleCase("that does not tell whether it replaces, whatever is declared") {
      $0.facts.replace = nil
      $0.declared.replace = true
    },
    ModuleCase(
      "wrong in several ways, all of which are told",
      [.otherModuleName, .noBuildID, .incompatibleVermagic, .replaceMismatch, .ftraceDisabled]
    ) {
      $0.facts = .facts("klp_x", buildID: nil, release: "5.10.0")
      $0.declared.replace = true
      $0.host.kernel.ftraceEnabled = .known(false)
    },
  ]

  private static let signatures = [
    ModuleCase(
      "unsigned, where signatures are enforced", [.signatureMissing], says: ["sig_enforce"]
    ) { $0.host.kernel.signatureEnforced = .known(true) },
    ModuleCase("unsigned, under lockdown for integrity", [.signatureMissing], says: ["lockdown"]) {
      $0.host.kernel.lockdown = .known(.integrity)
    },
    ModuleCase("unsigned, under lockdown for confidentiality", [.signatureMissing]) {
      $0.host.kernel.lockdown = .known(.confidentiality)
    },
    ModuleCase("unsigned, on a kernel without lockdown") { $0.host.kernel.lockdown = nil },
    ModuleCase("signed, where signatures are enforced") {
      $0.facts.signature = .signed
      $0.host.kernel.signatureEnforced = .known(true)
      $0.host.kernel.lockdown = .known(.confidentiality)
    },
    ModuleCase(
      "unsigned, where nobody knows whether that is allowed",
      unknown: ["/sys/module/module/parameters/sig_enforce", "/sys/kernel/security/lockdown"]
    ) {
      $0.host.kernel.signatureEnforced = .unknown
      $0.host.kernel.lockdown = .unknown
    },
    ModuleCase(
      "with a damaged signature, where none is asked for", [.signatureInvalid],
      says: ["EBADMSG", "its trailer"]
    ) { $0.facts.signature = .malformed("its trailer is not one") },
    ModuleCase(
      "with a signature that kernels do not verify, where signatures are enforced",
      [.signatureMissing]
    ) {
      $0.facts.signature = .unsupported(type: 1)
      $0.host.kernel.signatureEnforced = .known(true)
    },
    ModuleCase("signed, where nobody knows") {
      $0.facts.signature = .signed
      $0.host.kernel.signatureEnforced = .unknown
      $0.host.kernel.lockdown = .unknown
    },
  ]

  private static let surroundings = [
    ModuleCase("without ftrace", [.ftraceDisabled], says: ["ftrace_enabled is 0", "set it to 1"]) {
      $0.host.kernel.ftraceEnabled = .known(false)
    },
    ModuleCase("on a kernel without that switch") { $0.host.kernel.ftraceEnabled = nil },
    ModuleCase("with ftrace unknown", unknown: ["/proc/sys/kernel/ftrace_enabled"]) {
      $0.host.kernel.ftraceEnabled = .unknown
    },
    ModuleCase(
      "whose needs are not loaded", [.dependsMissing],
      says: ["depends on gone, lost", "modprobe gone lost"]
    ) { $0.facts = .facts("klp_fix", depends: "nf_tables,gone,lost") },
    ModuleCase("whose needs are loaded") { $0.facts = .facts("klp_fix", depends: "nf_tables") },
    ModuleCase("whose needs may be loaded", unknown: ["/proc/modules"]) {
      $0.facts = .facts("klp_fix", depends: "gone")
      $0.live.modules = .unknown
    },
    ModuleCase(
      "with the name of a loaded module that is no live patch", [.nameClash],
      says: ["nf_tables", "unload it first"]
    ) {
      $0.facts = .facts("nf_tables")
      $0.declared.module = "nf_tables"
    },
    // Whether one live patch may follow another of its name is the planner's question.
    ModuleCase("with the name of a live patch in memory") {
      $0.facts = .facts("klp_old")
      $0.declared.module = "klp_old"
    },
  ]
}

@Suite struct `What keeps one module off a host` {
  @Test(arguments: ModuleCase.all)
  func `is told with its reason and in words`(module: ModuleCase) throws {
    let findings = module.findings
    #expect(findings.obstacles.map(\.reason) == module.reasons)
    #expect(findings.unknown == module.unknown)
    for words in module.says {
      #expect(try #require(findings.obstacles.first).message.contains(words))
    }
  }

  /// `depends` holds file names, in which a `-` stands for the kernel's `_` (modinfo(8) of nouveau
  /// names i2c-algo-bit).
  @Test func `a need is found whether it is written with - or _`() {
    let module = ModuleCase("") { $0.facts = .facts("klp_fix", depends: "i2c-algo-bit") }
    #expect(module.findings.obstacles == [])
  }

  @Test func `a module for another machine`() {
    let module = ModuleCase("") { $0.facts.machine = .aarch64 }
    #expect(!module.findings.obstacles.isEmpty)
  }

  @Test func `findings add up`() {
    var all = KernelCase("") { $0.modulesDisabled = .unknown }.findings
    all.add(ModuleCase("") { $0.facts.buildID = nil }.findings)
    #expect(all.obstacles.map(\.reason) == [.noBuildID])
    #expect(all.unknown == ["/proc/sys/kernel/modules_disabled"])
  }
}
