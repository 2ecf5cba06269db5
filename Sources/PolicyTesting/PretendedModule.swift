internal import Digests
internal import Documents
internal import ModuleFile
internal import PolicyModel

extension BuildDefinition {
  /// The build ID that is declared, or one that is made of the digest and stays the same.
  var pretendedBuildID: String { buildID ?? String(sha256.prefix(40)) }

  /// What the module would be if it were all that is declared: made for the host's kernel, signed,
  /// and nothing of it in question. No file is read: a test has the same outcome everywhere.
  func pretendedFacts(on host: Host) -> ModuleFacts {
    ModuleFacts(
      name: module, buildID: pretendedBuildID,
      info: ModuleInfo([
        ModuleInfo.Entry(key: "livepatch", value: "Y"),
        ModuleInfo.Entry(key: "vermagic", value: "\(host.kernel.release) SMP mod_unload "),
      ]),
      machine: Machine(architecture: host.architecture), byteOrder: .little,
      signature: .pretended, maker: .unknown, replace: replace, objects: [])
  }
}

extension ModuleSignature.State {
  /// A signature of nobody.
  fileprivate static let pretended = ModuleSignature.State.present(
    ModuleSignature(signedLength: 0, message: 0..<0, signers: []))
}

extension Machine {
  /// That of an architecture as `uname -m` says it.
  fileprivate init(architecture: String) {
    let known: [Machine] = [.x86_64, .ppc64, .s390x, .aarch64, .riscv64, .loongarch64]
    self = known.first { architecture.hasPrefix("\($0)") } ?? .x86_64
  }
}

/// 40 hex digits that belong to a text.
func pretendedBuildID(of text: String) -> String {
  String(sha256Hex(Array(text.utf8)).prefix(40))
}
