internal import Documents
internal import ModuleFile

extension KernelFit {
  /// What the module exports may be exported by nobody else: the kernel, and the modules in memory
  /// (verify_exported_symbols of kernel/module/main.c).
  func checkExports(_ findings: inout Findings) {
    guard let exports = facts.exports else {
      note("which symbols \(facts.name) exports", in: &findings.leftToKernel)
      return
    }
    var seen: Set<String> = []
    for export in exports where seen.insert(export).inserted {
      guard let symbol = kernel.symbols.first(where: { $0.name == export }) else {
        note(
          "whether somebody exports \(export) already (the facts are of other modules; take the "
            + "snapshot anew with klpolicy snapshot --for)", in: &findings.unknown)
        continue
      }
      let exported = need(symbol.exported, .symbols, "which symbols the kernel exports", &findings)
      guard exported == true else { continue }
      guard let owner = symbol.owner else {
        note("who exports \(export) already", in: &findings.unknown)
        continue
      }
      // The module itself is in memory already, which is told.
      if owner == facts.name || owner != "vmlinux" && loaded?.contains(owner) != true { continue }
      findings.obstacles.append(
        Obstacle(
          .incompatibleSymbol,
          "module \(facts.name) exports \(export), which "
            + (owner == "vmlinux" ? "the kernel" : "module \(owner)")
            + " exports already, and a symbol is exported once; build it without that export, or under "
            + "another name", fact: "/proc/kallsyms", refusal: Refusal(.exports, "ENOEXEC")))
    }
  }

  /// A symbol in a namespace is for modules that import it (CONFIG_MODULE_ALLOW_MISSING_NAMESPACE_IMPORTS
  /// is for developers).
  func checkNamespaces(_ findings: inout Findings) {
    let imported = facts.importedNamespaces
    var closed: [String: [String]] = [:]
    var unknown: [String] = []
    for needed in facts.needed ?? [] {
      guard let symbol = kernel.symbols.first(where: { $0.name == needed.name }),
        symbol.exported == .known(true)
      else { continue }
      switch symbol.namespace {
      case .known(let namespace):
        if !namespace.isEmpty, !imported.contains(namespace) {
          closed[namespace, default: []].append(needed.name)
        }
      // Where the checksum is not known either, that is told already.
      case .unknown: if symbol.crc.value != nil { unknown.append(needed.name) }
      case nil: unknown.append(needed.name)
      }
    }
    for (namespace, names) in closed.sorted(by: { $0.key < $1.key }) {
      findings.obstacles.append(
        Obstacle(
          .incompatibleSymbol,
          "module \(facts.name) needs \(list(names)) of the namespace \(namespace), and does not import "
            + "that; build it with MODULE_IMPORT_NS", fact: "Module.symvers",
          refusal: Refusal(.symbols, "EINVAL")))
    }
    if !unknown.isEmpty {
      note(
        "the namespaces of \(list(unknown)), which no file of the host tells (Module.symvers)",
        in: &findings.unproven)
    }
  }
}
