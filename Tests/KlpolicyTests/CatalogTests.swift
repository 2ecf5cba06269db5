import Digests
import ModuleFixtures
import SystemPackage
import Testing

@Suite struct `catalog DIR` {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  static let release = "6.1.0-56-cloud-amd64"

  private static func module(
    _ name: String, release: String = release, version: String? = nil, replace: Bool? = false
  ) -> [UInt8] {
    var module = ModuleBuilder()
    module.name = name
    module.info = ["license=GPL", "depends=", "vermagic=\(release) SMP preempt mod_unload "]
    if let version { module.info.append("version=\(version)") }
    module.buildID = Array("\(name) \(release)".utf8.suffix(20))
    if let replace {
      module.patch = ModuleBuilder.Patch(objects: [
        (nil, [("cmdline_proc_show", 0), ("version_proc_show", 2)])
      ])
      module.patch?.replace = replace
    } else {
      module.info.append("livepatch=Y")
    }
    return module.build()
  }

  private func layOut() throws {
    try scratch.file(
      "modules/\(Self.release)/klp_cve_2026_1111_v1.ko", Self.module("klp_cve_2026_1111_v1"))
    try scratch.file(
      "modules/\(Self.release)/klp_cve_2026_1111_v2.ko", Self.module("klp_cve_2026_1111_v2"))
    try scratch.file(
      "modules/6.1.0-57-cloud-amd64/klp_cve_2026_1111_v2.ko",
      Self.module("klp_cve_2026_1111_v2", release: "6.1.0-57-cloud-amd64"))
    try scratch.file(
      "modules/cumulative.ko", Self.module("kpatch_all", version: "7-3", replace: true))
    // What is no module by its name, and what is hidden, is none.
    try scratch.file("modules/README", "not a module\n")
    try scratch.file("modules/.git/x.ko", "not a module\n")
  }

  @Test func `writes a PatchSet that validate accepts, with everything that modules tell`()
    async throws
  {
    try layOut()
    let written = try await klpolicy("catalog", "modules", in: scratch.path)
    #expect(written.status == 0, "\(written)")
    #expect(written.errors == "")
    let first = Self.module("klp_cve_2026_1111_v1")
    #expect(
      written.output.hasPrefix(
        """
        # Written by klpolicy catalog from the modules: write it anew when they change.
        apiVersion: klpolicy/v1
        kind: PatchSet
        metadata:
          name: catalogue
        spec:
          patches:
            - name: all
              builds:
                # vmlinux: cmdline_proc_show version_proc_show,2
                - release: "6.1.0-56-cloud-amd64"
                  version: "7-3"
                  module: kpatch_all
                  file: modules/cumulative.ko
                  sha256: "\(sha256Hex(Self.module("kpatch_all", version: "7-3", replace: true)))"
                  buildID: "362e312e302d35362d636c6f75642d616d643634"
                  replace: true
            - name: cve-2026-1111
              builds:
                # vmlinux: cmdline_proc_show version_proc_show,2
                - release: "6.1.0-56-cloud-amd64"
                  version: "1"
                  module: klp_cve_2026_1111_v1
                  file: modules/6.1.0-56-cloud-amd64/klp_cve_2026_1111_v1.ko
                  sha256: "\(sha256Hex(first))"

        """), "\(written.output)")
    try scratch.file("catalogue.yaml", written.output)
    try scratch.file("policy.yaml", Self.policy)
    let validated = try await klpolicy("validate", "--strict", ".", in: scratch.path)
    #expect(validated.status == 0, "\(validated)")
  }

  static let policy = """
    apiVersion: klpolicy/v1
    kind: Policy
    metadata: {name: web}
    spec:
      kernels:
        - {release: "6.1.0-*", flavour: cloud-amd64, patches: [cve-2026-1111]}
        - {release: 6.1.0-56-cloud-amd64, patches: [all]}
    """

  @Test func `the same modules give the same text, and JSON says the same`() async throws {
    try layOut()
    let first = try await klpolicy("catalog", "modules", in: scratch.path)
    let second = try await klpolicy("catalog", "./modules/", in: scratch.path)
    #expect(first.output == second.output)
    let document = try await klpolicy("catalog", "modules", "-o", "json", in: scratch.path).json()
    let schema = Schema(try await klpolicy("schema", "PatchSet", in: scratch.path).json())
    #expect(schema.problems(document) == [])
    let patches = document["spec"]?["patches"]?.items ?? []
    #expect(patches.map { $0["name"]?.text } == ["all", "cve-2026-1111"])
    #expect(
      patches.last?["builds"]?.items.map {
        "\($0["release"]?.text ?? "") \($0["version"]?.text ?? "")"
      }
        == [
          "6.1.0-56-cloud-amd64 1", "6.1.0-56-cloud-amd64 2", "6.1.0-57-cloud-amd64 2",
        ])
  }

  @Test func `what a module does not tell is declared by an option, or said to be missing`()
    async throws
  {
    try scratch.file("m/klp_quiet.ko", Self.module("klp_quiet", replace: nil))
    let silent = try await klpolicy("catalog", "m", in: scratch.path)
    #expect(silent.status == 0, "\(silent)")
    #expect(silent.output.contains("# replace is not told by this module: declare it (--replace)."))
    #expect(!silent.output.contains("replace: "))
    #expect(!silent.output.contains("version: "))
    let told = try await klpolicy(
      "catalog", "m", "--replace", "false", "--name", "quiet-ones", in: scratch.path)
    #expect(told.output.contains("\n          replace: false\n"))
    #expect(told.output.contains("\n  name: quiet-ones\n"))
    // What a module tells stands, whatever the option says.
    try scratch.file("n/klp_loud.ko", Self.module("klp_loud", replace: true))
    let loud = try await klpolicy("catalog", "n", "--replace", "false", in: scratch.path)
    #expect(loud.output.contains("\n          replace: true\n"))
  }

  @Test func `modules that are published somewhere are named by url`() async throws {
    try scratch.file("m/6.1/klp_fix.ko", Self.module("klp_fix"))
    for base in ["https://patches.example.org/x", "https://patches.example.org/x/"] {
      let written = try await klpolicy("catalog", "m", "--url", base, in: scratch.path)
      #expect(
        written.output.contains(
          "          url: \"https://patches.example.org/x/6.1/klp_fix.ko\"\n"),
        "\(written.output)")
    }
    let refused = try await klpolicy("catalog", "m", "--url", "http://x", in: scratch.path)
    #expect(refused.status == 64)
    #expect(refused.errors.contains("--url takes a URL that begins with https://"))
  }

  @Test func `bad files are named and left out, and the exit status tells`() async throws {
    try scratch.file("m/a.ko", Self.module("klp_a"))
    try scratch.file("m/again.ko", Self.module("klp_a"))
    try scratch.file("m/text.ko", "no module\n")
    var plain = ModuleBuilder()
    plain.name = "plain"
    try scratch.file("m/plain.ko", plain.build())
    try scratch.file("m/cut.ko.xz", [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00, 0x01])
    let written = try await klpolicy("catalog", "m", in: scratch.path)
    #expect(written.status == 65)
    for words in [
      "m/again.ko is the same file as m/a.ko",
      "m/text.ko is not a kernel module: it is no ELF file",
      "m/plain.ko is the module plain, and no live patch",
      "m/cut.ko.xz cannot be decompressed: it is cut off in the middle of its xz data",
    ] {
      #expect(written.errors.contains(words), "\(words) is missing from\n\(written.errors)")
    }
    #expect(written.output.contains("module: klp_a\n"))
    #expect(!written.output.contains("plain"))
  }

  @Test func `a directory without modules, and none at all, are told`() async throws {
    try scratch.directory("empty")
    let empty = try await klpolicy("catalog", "empty", in: scratch.path)
    #expect(empty.status == 65)
    #expect(empty.output == "")
    #expect(empty.errors.contains("there is no module below empty"))
    let nowhere = try await klpolicy("catalog", "nowhere", in: scratch.path)
    #expect(nowhere.status == 65)
    #expect(nowhere.errors.contains("nowhere does not exist"))
  }
}
