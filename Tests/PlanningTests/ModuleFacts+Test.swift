import ModuleFile

extension ModuleFacts {
  /// What a sound module for the test host would say of itself.
  static func test(
    _ name: String, build: String, replace: Bool?, functions: [String]
  ) -> ModuleFacts {
    ModuleFacts(
      name: name, buildID: build,
      info: ModuleInfo([
        .init(key: "vermagic", value: "6.1.0-56-cloud-amd64 SMP preempt mod_unload modversions "),
        .init(key: "livepatch", value: "Y"),
      ]), machine: .x86_64, byteOrder: .little, signature: .none, maker: .source, replace: replace,
      objects: [
        PatchedObject(
          name: "vmlinux", functions: functions.map { PatchedFunction(name: $0, sympos: 0) })
      ])
  }
}
