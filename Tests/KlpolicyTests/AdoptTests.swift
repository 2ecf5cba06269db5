import ModuleFixtures
import SystemPackage
import Testing

@Suite struct `adopt: the policy of what a host has` {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  private static let release = "5.14.0-362.8.1.el9_3.x86_64"

  private static func live(
    _ module: String, _ buildID: String?, state: String = "applied", replace: String = "false"
  ) -> String {
    """
    {"module": "\(module)", "state": "\(state)", \
    \(buildID.map { "\"buildID\": \"\($0)\", " } ?? "")\
    "replace": \(replace), "referenceCount": 1, "taint": "OEK",
     "objects": [{"name": "vmlinux", "patched": true, "functions": [{"name": "\(module)_show", "sympos": 1}]}]}
    """
  }

  private func lay(
    out live: [String] = [], services: String? = nil, managed: String = "[]",
    hostname: String = "web-1.example.org"
  ) throws {
    let names = live.compactMap { $0.split(separator: "\"").dropFirst(2).first.map(String.init) }
    try scratch.file(
      "host.json",
      """
      {"apiVersion": "klpolicy/v1", "kind": "HostSnapshot", "takenAt": "2026-11-23T18:57:20Z",
       "host": {"hostname": "\(hostname)",
        "machineID": "5725384f519ec9cdc6a8a5c646c026939a4ccccba4bf35b284a62a3f20088447",
        "bootID": "6c6f3458-4c7e-4591-ae2c-c307b13e48d7", "labels": {},
        "distribution": {"id": "rhel", "versionID": "9.3"}, "architecture": "x86_64",
        "kernel": {"release": "\(Self.release)", "version": "#1 SMP", "buildID": null,
         "livepatch": true, "modules": true, "signatureEnforced": false, "lockdown": "none",
         "modulesDisabled": false, "ftraceEnabled": true, "taint": 0, "switchedOff": false},
        "uptimeSeconds": 86400, "loadPerCPU": 0.1, "cpus": 2},
       "live": {"patches": [\(live.joined(separator: ", "))],
        "modules": [\(names.map { "\"\($0)\"" }.joined(separator: ", "))]},
       \(services.map { "\"services\": \($0)," } ?? "")
       "history": {"managed": \(managed)}, "unobserved": []}

      """)
  }

  private static func module(_ name: String, _ buildID: UInt8) -> ModuleBuilder {
    var module = ModuleBuilder()
    module.name = name
    module.info = ["license=GPL", "vermagic=\(release) SMP mod_unload "]
    module.buildID = Array(repeating: buildID, count: 20)
    module.patch = ModuleBuilder.Patch(objects: [(nil, [("tcp_show", 0)])])
    module.patch?.replace = false
    return module
  }

  private func adopt(_ arguments: String...) async throws -> Outcome {
    try await klpolicy(["adopt", "--host", "host.json"] + arguments, in: scratch.path)
  }

  /// The policy, and that `validate` and `plan` have nothing to say of it.
  private func expectEmptyPlan(_ written: Outcome) async throws {
    try scratch.file("adopted.yaml", written.output)
    let valid = try await klpolicy("validate", "--strict", "adopted.yaml", in: scratch.path)
    #expect(valid.status == 0, "\(valid)")
    let plan = try await klpolicy(
      "plan", "adopted.yaml", "--host", "host.json", "--detailed-exitcode", in: scratch.path)
    #expect(plan.status == 0, "\(plan)")
  }

  @Test func `a host with nothing has an empty policy`() async throws {
    try lay()
    let written = try await adopt()
    #expect(written.status == 0, "\(written)")
    #expect(written.output.contains("  name: adopted-web-1\n"))
    #expect(written.output.contains("    hostname: [\"web-1.example.org\"]\n  kernels: []\n"))
    try await expectEmptyPlan(written)
  }

  @Test func `live patches of others are defined by the files that they came from`() async throws {
    var module = Self.module("klp_cve_2026_1111_v2", 0xab)
    try scratch.file("modules/klp-cve-2026-1111-v2.ko", module.build())
    // The file of the other is not there.
    try lay(out: [
      Self.live("klp_cve_2026_1111_v2", String(repeating: "ab", count: 20)),
      Self.live("klp_lost", String(repeating: "cd", count: 20)),
      Self.live("klp_bare", nil),
      Self.live("klp_old", String(repeating: "ef", count: 20), state: "resident"),
    ])
    let written = try await adopt("--modules", "modules")
    #expect(written.status == 65)
    #expect(
      written.output.contains(
        """
              patches:
                - name: cve-2026-1111
                  # vmlinux: tcp_show
                  version: "2"
                  module: klp_cve_2026_1111_v2
                  file: \(scratch.path)/modules/klp-cve-2026-1111-v2.ko
        """), "\(written)")
    for line in [
      "# Not in here: the file that klp_lost came from was not found\n",
      "# Not in here: klp_bare carries no build ID, by which its file could be told\n",
      "# Not in here: klp_old is in memory and not in force\n",
    ] {
      #expect(written.output.contains(line), "\(written)")
    }
    #expect(written.errors.contains("name the directory that holds it with --modules"))
    #expect(!written.errors.contains("klp_old"), "\(written)")
    try await expectEmptyPlan(written)
    // Another build of the name is not it.
    module.buildID = Array(repeating: 0xac, count: 20)
    try scratch.file("modules/klp-cve-2026-1111-v2.ko", module.build())
    let other = try await adopt("--modules", "modules")
    #expect(other.output.contains("/modules/klp-cve-2026-1111-v2.ko is another build of it"))
    #expect(!other.output.contains("patches:"))
  }

  @Test func `kpatch's directory is adopted with what is in force of it`() async throws {
    let buildID = String(repeating: "ab", count: 20)
    let folder = "/var/lib/kpatch/\(Self.release)"
    func file(_ module: String, _ buildID: String) -> String {
      """
      {"path": "\(folder)/\(module).ko", "release": "\(Self.release)", "file": "present", \
      "module": "\(module)", "buildID": "\(buildID)", "sha256": "\(digest("5"))"}
      """
    }
    try lay(
      out: [Self.live("kpatch_fix", buildID)],
      services: """
        {"kpatch": {"modules": [\(file("kpatch_fix", buildID)), \
        \(file("kpatch_idle", String(repeating: "cd", count: 20)))], "unitEnabled": true}}
        """)
    let bytes = Self.module("kpatch_fix", 0xab).build()
    try scratch.file("modules/kpatch-fix.ko", bytes)
    let written = try await adopt("--modules", "modules")
    #expect(written.status == 0, "\(written)")
    #expect(written.output.contains("        - name: fix\n"))
    #expect(written.output.contains("      kpatch:\n        modules: [fix]\n"))
    #expect(written.output.contains("kpatch_idle.ko, which kpatch loads at boot, is not in force"))
    try await expectEmptyPlan(written)
  }

  @Test func `packages of vendors are adopted at their versions, with their modules`() async throws
  {
    let buildID = String(repeating: "ab", count: 20)
    func package(_ release: String, _ modules: String) -> String {
      """
      {"name": "kpatch-patch-5_14_0-362_8_1", "epoch": 0, "version": "1", "release": "\(release)", \
      "architecture": "x86_64", "kernel": "\(Self.release)", "modules": [\(modules)]}
      """
    }
    let payload = """
      {"path": "/usr/lib/kpatch/\(Self.release)/kpatch-5_14_0-362_8_1-1-2.ko", \
      "release": "\(Self.release)", "file": "present", "module": "kpatch_5_14_0_362_8_1_1_2", \
      "buildID": "\(buildID)", "sha256": "\(digest("5"))"}
      """
    try lay(
      out: [Self.live("kpatch_5_14_0_362_8_1_1_2", buildID, replace: "true")],
      services: """
        {"redHat": {"packages": [\(package("2.el9_3", payload))], \
        "plugin": {"autoupdate": true, "autofilter": false}}}
        """)
    let written = try await adopt()
    #expect(written.status == 0, "\(written)")
    #expect(written.output.contains("  kernels: []\n"))
    #expect(
      written.output.contains(
        "      redHat:\n        version: \"1-2.el9_3\"\n        plugin: auto\n"))
    try await expectEmptyPlan(written)
    // Installed and not in force: the policy wants it so, and it is said that it is not.
    try lay(
      services: """
        {"redHat": {"packages": [\(package("2.el9_3", payload))]}}
        """)
    let idle = try await adopt()
    #expect(idle.status == 65)
    #expect(idle.errors.contains("the plan of this policy is not empty"), "\(idle)")
    // The one that only subscribes is wanted at least.
    let empty = package("0", "").replacing("\"version\": \"1\"", with: "\"version\": \"0\"")
    try lay(services: "{\"redHat\": {\"packages\": [\(empty)]}}")
    let subscribed = try await adopt()
    #expect(subscribed.output.contains("minimumVersion: \"0-0\""), "\(subscribed)")
    try await expectEmptyPlan(subscribed)
  }

  @Test func `the settings of Canonical's client are adopted, and never a token`() async throws {
    try lay(
      services: """
        {"canonical": {"client": "/snap/bin/canonical-livepatch", "enabled": true, \
        "tier": "stable", "kernels": [], "configuration": {"server": "https://livepatch.canonical.com", \
        "cutoffDate": "2026-11-01T00:00:00Z", "patchDelay": 259200, "checkInterval": 60}}}
        """)
    let written = try await adopt("-o", "json")
    #expect(written.status == 0, "\(written)")
    let policy = try written.json()
    #expect(
      policy["spec"]?["services"]
        == JSON.array([
          .object([
            "canonical": .object([
              "enabled": .bool(true), "cutoffDate": .string("2026-11-01T00:00:00Z"),
              "patchDelay": .string("3d"), "server": .string("https://livepatch.canonical.com"),
              "tier": .string("stable"), "checkInterval": .string("60m"),
            ])
          ])
        ]))
    try await expectEmptyPlan(written)
    try await expectEmptyPlan(try await adopt())
    try lay(
      services: """
        {"canonical": {"client": "/snap/bin/canonical-livepatch", "enabled": null}}
        """)
    let unknown = try await adopt()
    #expect(unknown.status == 65)
    #expect(unknown.errors.contains("whether /snap/bin/canonical-livepatch is enabled"))
  }

  @Test func `what klpolicy manages stays with its policy`() async throws {
    let buildID = String(repeating: "ab", count: 20)
    try lay(
      out: [Self.live("klp_web", buildID)],
      managed: """
        [{"module": "klp_web", "buildID": "\(buildID)", "patch": "web", "policy": "web-tier", \
        "version": "1", "fixes": [], "requires": [], "replace": false, "sha256": "\(digest("5"))", \
        "stored": true}]
        """)
    let written = try await adopt()
    #expect(written.status == 0, "\(written)")
    #expect(
      written.output.contains(
        "# Not in here: klp_web is managed: it was loaded for the policy web-tier, as the patch web\n"
      ), "\(written)")
  }

  @Test func `two builds of one patch, and a name that no document could have`() async throws {
    let folder = "/var/lib/kpatch/\(Self.release)"
    let files = [("klp_x_v1", "ab"), ("klp_x_v2", "cd")].map { module, byte in
      """
      {"path": "\(folder)/\(module).ko", "release": "\(Self.release)", "file": "present", \
      "module": "\(module)", "buildID": "\(String(repeating: byte, count: 20))", \
      "sha256": "\(digest(byte.first ?? "0"))"}
      """
    }
    try lay(
      out: [
        Self.live("klp_x_v1", String(repeating: "ab", count: 20)),
        Self.live("klp_x_v2", String(repeating: "cd", count: 20)),
      ],
      services: """
        {"kpatch": {"modules": [\(files.joined(separator: ", "))], "unitEnabled": true}}
        """, hostname: "web_1")
    try scratch.file("1/one.ko", Self.module("klp_x_v1", 0xab).build())
    try scratch.file("2/two.ko", Self.module("klp_x_v2", 0xcd).build())
    let written = try await adopt("--modules", "1", "2")
    #expect(written.status == 0, "\(written)")
    #expect(written.output.contains("  name: adopted\n"))
    #expect(written.output.contains("        modules: [klp-x-v1, klp-x-v2]\n"))
    try await expectEmptyPlan(written)
  }

  @Test func `a name has to be a document's, and a snapshot has no root`() async throws {
    try lay()
    #expect(try await adopt("--name", "Not A Name").status == 64)
    #expect(try await adopt("--root", "/").status == 64)
    let named = try await adopt("--name", "web-tier")
    #expect(named.output.contains("  name: web-tier\n"), "\(named)")
  }
}
