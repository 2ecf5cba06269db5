import Documents
import ModuleFile

extension Host {
  /// A host on which live patches can be loaded.
  static let able = Host(
    hostname: "web-1", machineID: .known("ab"), bootID: .known("boot"), labels: .known([:]),
    distribution: nil, architecture: "x86_64",
    kernel: Kernel(
      release: "6.1.0-56-cloud-amd64", version: "#1", buildID: .known("cd"),
      livepatch: .known(true), modules: .known(true), signatureEnforced: .known(false),
      lockdown: .known(.none), modulesDisabled: .known(false), ftraceEnabled: .known(true),
      taint: .known(0), switchedOff: .known(false)), uptimeSeconds: .known(60),
    loadPerCPU: .known(0), cpus: .known(1))
}

extension LiveState {
  /// One live patch and an ordinary module.
  static let usual = LiveState(
    patches: [
      LivePatch(
        module: "klp_old", state: .known(.applied), buildID: .known("b0"), replace: .known(false),
        stackOrder: .known(1), referenceCount: .known(1), taint: .known("OEK"), objects: [])
    ], transition: nil, modules: .known(["i2c_algo_bit", "klp_old", "nf_tables"]))
}

extension ModuleFacts {
  /// A live patch for `Host.able`.
  static let sound = facts("klp_fix")

  static func facts(
    _ name: String, buildID: String? = "b1", release: String = "6.1.0-56-cloud-amd64",
    livepatch: String? = "Y", depends: String = ""
  ) -> ModuleFacts {
    var entries = [
      ModuleInfo.Entry(key: "vermagic", value: "\(release) SMP preempt mod_unload modversions "),
      ModuleInfo.Entry(key: "depends", value: depends),
    ]
    if let livepatch { entries.append(ModuleInfo.Entry(key: "livepatch", value: livepatch)) }
    return ModuleFacts(
      name: name, buildID: buildID, info: ModuleInfo(entries), machine: .x86_64,
      byteOrder: .little, signature: .none, maker: .source, replace: false, objects: [],
      states: [])
  }
}

extension ModuleSignature.State {
  static let signed = ModuleSignature.State.present(
    ModuleSignature(signedLength: 1, message: 1..<2, signers: []))
}
