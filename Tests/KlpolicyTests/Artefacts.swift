import Digests
import ModuleFixtures

/// The module files that the golden policies name, by their file names.
enum Artefacts {
  static let all: [String: [UInt8]] = {
    var files = [
      "klp_cmdline.ko": patch("klp_cmdline", 0x11, "cmdline_proc_show"),
      "klp_cmdline.b.ko": patch("klp_cmdline", 0x22, "cmdline_proc_show"),
      "klp_cmdline_v2.ko": patch("klp_cmdline_v2", 0x33, "cmdline_proc_show"),
      "klp_version.ko": patch("klp_version", 0x44, "version_proc_show"),
      "klp_version.6.12.ko": patch(
        "klp_version", 0x45, "version_proc_show", release: "6.12.117+deb12-cloud-amd64"),
      "klp_loadavg.ko": patch("klp_loadavg", 0x55, "loadavg_proc_show"),
      "klp_foreign.ko": patch("klp_foreign", 0x66, "loadavg_proc_show"),
      "klp_all.ko": patch(
        "klp_all", 0x77, "cmdline_proc_show", "version_proc_show", replace: true),
      "klp_target.ko": patch(
        "klp_target", 0x88, "lab_target_text", object: "lab_target", depends: "lab_target"),
      "klp_anonymous.ko": patch("klp_anonymous", nil, "loadavg_proc_show"),
      "lab_plain.ko": plain("lab_plain"),
      "text.ko": Array("no module\n".utf8),
    ]
    files["klp_version.signed.ko"] = files["klp_version.ko"].map(signed)
    files["half.ko"] = files["klp_loadavg.ko"].map { Array($0.prefix($0.count / 2)) }
    return files
  }()

  /// A policy with the digests of files for `<file>`.
  static func filledIn(_ policy: String) -> String {
    all.reduce(policy) { text, artefact in
      text.replacing("<\(artefact.key)>", with: sha256Hex(artefact.value))
    }
  }

  private static func patch(
    _ name: String, _ buildID: UInt8?, _ functions: String..., replace: Bool = false,
    object: String? = nil, depends: String = "", release: String = "6.1.0-56-cloud-amd64"
  ) -> [UInt8] {
    var module = ModuleBuilder()
    module.name = name
    module.buildID = buildID.map { [UInt8](repeating: $0, count: 20) }
    module.info = [
      "license=GPL", "depends=\(depends)",
      "vermagic=\(release) SMP preempt mod_unload modversions ",
    ]
    var patch = ModuleBuilder.Patch(
      objects: [(name: object, functions: functions.map { (name: $0, sympos: 0) })])
    patch.replace = replace
    module.patch = patch
    return module.build()
  }

  private static func plain(_ name: String) -> [UInt8] {
    var module = ModuleBuilder()
    module.name = name
    return module.build()
  }

  /// With a signature of nobody.
  private static func signed(_ module: [UInt8]) -> [UInt8] { module + SignatureBuilder().bytes }
}
