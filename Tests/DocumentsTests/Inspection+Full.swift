import Documents

extension Inspection {
  /// A live patch with something in every field, a module without anything, and a problem.
  static let full = Inspection(
    modules: [.livepatch, .bare],
    problems: [
      InspectionProblem(
        path: "notes.txt", message: "notes.txt is not a kernel module: it is no ELF file",
        advice: "give the .ko file that was built for the kernel")
    ], against: InspectedAgainst(hostname: "web-1", kernel: "6.1.0-56-amd64", isRunning: true))
}

extension InspectedModule {
  static let livepatch = InspectedModule(
    file: File(
      path: "fix.ko.xz", sha256: String(repeating: "0f", count: 32), size: 4711, compression: .xz),
    module: "klp_fix", buildID: .known("b1"), architecture: "x86_64",
    kernel: Kernel(
      release: .known("6.1.0-56-amd64"), flags: ["SMP", "mod_unload"],
      vermagic: .known("6.1.0-56-amd64 SMP mod_unload ")),
    information: Information(
      name: "klp_fix", version: "2", description: "CVE-2026-1111", license: "GPL",
      sourceVersion: "ABCD", depends: ["ext4"], isInTree: false, isRetpoline: true),
    signature: Signature(
      state: .present, problem: nil,
      signers: [
        Signer(name: "Example CA", keyID: "a1b2", keyIDType: .serial, hash: "sha256"),
        Signer(name: nil, keyID: "dead", keyIDType: .subjectKeyID, hash: "sha512"),
      ], verdict: .valid,
      certificate: Certificate(subject: "Example", serial: "a1b2", subjectKeyID: "dead")),
    livepatch: Livepatch(
      maker: .known(.kpatchBuild), replace: .unknown, callbacks: .known(true),
      states: .known([State(id: 3, version: 2)]),
      functions: .known([
        Function(object: "vmlinux", name: "cmdline_proc_show", sympos: 0),
        Function(object: "ext4", name: "ext4_readdir", sympos: 2),
      ]), relocations: [Relocation(object: "ext4", section: ".text.ext4_readdir", count: 12)]),
    symbols: Symbols(
      needed: .known([Needed(name: "printk", isWeak: false), Needed(name: "may", isWeak: true)]),
      livepatch: [Function(object: "ext4", name: "ext4_find_entry", sympos: 1)],
      versions: [Version(symbol: "module_layout", crc: "0x00001234")]),
    verdict: Verdict(
      wouldLoad: .known(false), errno: "EINVAL",
      obstacles: [
        Obstacle(
          reason: .functionNotPatchable, message: "klp_fix patches nothing", fact: "/proc/kallsyms",
          errno: "EINVAL"),
        Obstacle(
          reason: .functionConflict, message: "so does another", fact: nil, errno: nil),
      ], unknown: ["which symbols the kernel exports"],
      warnings: [Warning(code: "target-not-loaded", message: "ext4 is not loaded")]))

  static let bare = InspectedModule(
    file: File(
      path: "bare.ko", sha256: String(repeating: "1e", count: 32), size: 80, compression: .none),
    module: "bare", buildID: .unknown, architecture: "machine 4711",
    kernel: Kernel(release: .unknown, flags: [], vermagic: .unknown),
    information: Information(
      name: nil, version: nil, description: nil, license: nil, sourceVersion: nil, depends: [],
      isInTree: true, isRetpoline: false),
    signature: Signature(state: .malformed, problem: "it claims 9 bytes", signers: []),
    livepatch: nil, symbols: Symbols(needed: .unknown, livepatch: [], versions: nil))
}
