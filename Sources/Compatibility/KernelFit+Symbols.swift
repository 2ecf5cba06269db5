internal import Documents
internal import ModuleFile

extension KernelFit {
  /// The words of `vermagic` behind the release, which the kernel compares in any case.
  func checkVermagic(_ findings: inout Findings) {
    guard let own = kernel.vermagic.value else {
      leave(
        "for which configuration the kernel was built (vermagic), as none of its own modules is "
          + "installed", in: &findings)
      return
    }
    guard let vermagic = facts.info["vermagic"], behindRelease(vermagic) != behindRelease(own)
    else {
      return
    }
    findings.obstacles.append(
      Obstacle(
        .incompatibleVermagic,
        "module \(facts.name) was built for a kernel of another configuration: its vermagic is "
          + "\"\(vermagic)\", this kernel's is \"\(own)\"; build it in this kernel's own tree",
        fact: "vermagic", refusal: Refusal(.vermagic, "ENOEXEC")))
  }

  private func behindRelease(_ vermagic: String) -> Substring {
    vermagic.drop { $0 != " " }
  }

  /// The symbols that the module takes from the kernel and from other modules.
  func checkSymbols(_ findings: inout Findings) {
    let symbols = Dictionary(
      kernel.symbols.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    let versions = facts.versions ?? []
    let layout = symbols["module_layout"]?.crc.value
    checkLicense(&findings)
    checkVersions(versions, symbols, isLayoutKnown: layout != nil, &findings)

    // What a module exports that is not loaded is nobody's yet.
    let isComplete = !lacksDependencies
    var missing: [String] = []
    for needed in facts.needed ?? [] where !needed.isWeak {
      guard let symbol = symbols[needed.name] else {
        note(
          "whether the kernel exports \(needed.name) (the facts are of other modules; take the "
            + "snapshot anew with klpolicy snapshot --for)", in: &findings.unknown)
        continue
      }
      let exported = need(symbol.exported, .symbols, "which symbols the kernel exports", &findings)
      if exported == false, isComplete { missing.append(needed.name) }
    }
    if !missing.isEmpty {
      findings.obstacles.append(
        Obstacle(
          .incompatibleSymbol,
          "module \(facts.name) needs \(list(missing)), which this kernel and its loaded modules do not "
            + "export; build it for this kernel, or load the module that has it",
          fact: "/proc/kallsyms", refusal: Refusal(.symbols, "ENOENT")))
    }
  }

  private func checkVersions(
    _ versions: [SymbolVersion], _ symbols: [String: KernelFacts.Symbol], isLayoutKnown: Bool,
    _ findings: inout Findings
  ) {
    var other: [String] = []
    var unknown: [String] = []
    for version in versions {
      guard let crc = symbols[version.symbol]?.crc.value else {
        unknown.append(version.symbol)
        continue
      }
      if crc == checksum(version.crc) { continue }
      if version.symbol == "module_layout" {
        findings.obstacles.append(
          Obstacle(
            .incompatibleSymbol,
            "module \(facts.name) was built against another layout of modules (module_layout "
              + "\(checksum(version.crc)), this kernel has \(crc)): it is for another kernel, whatever "
              + "release it names; build it in this kernel's own tree",
            fact: "module_layout", refusal: Refusal(.layout, "ENOEXEC")))
      } else {
        other.append(version.symbol)
      }
    }
    checkUnversioned(versions, symbols, &findings)
    if !other.isEmpty {
      findings.obstacles.append(
        Obstacle(
          .incompatibleSymbol,
          "module \(facts.name) was built against other versions of \(list(other)) than this kernel has "
            + "(their checksums differ); build it in this kernel's own tree",
          fact: "Module.symvers", refusal: Refusal(.symbols, "EINVAL")))
    }
    if unknown.isEmpty { return }
    let what =
      "the checksums of \(list(unknown)), which no file of the host tells (Module.symvers, or "
      + "modules that use them)"
    // That of the module loader itself is the one that tells kernels apart.
    if isLayoutKnown {
      note(what, in: &findings.unproven)
    } else {
      note(what, in: &findings.leftToKernel)
    }
  }

  /// A module that carries versions has to carry those of all that it takes: none is no match.
  private func checkUnversioned(
    _ versions: [SymbolVersion], _ symbols: [String: KernelFacts.Symbol],
    _ findings: inout Findings
  ) {
    guard facts.versions != nil else {
      if facts.needed?.isEmpty == false, kernel.vermagic.value?.contains(" modversions ") == true {
        findings.obstacles.append(
          Obstacle(
            .incompatibleSymbol,
            "module \(facts.name) carries no versions of the symbols that it uses, so that nothing tells "
              + "whether they are this kernel's; what loads it all the same calls that forced (taint F); "
              + "build it in this kernel's own tree", fact: "__versions"))
      }
      return
    }
    let carried = Set(versions.map(\.symbol))
    func block(_ names: [String], _ refusal: Refusal) {
      findings.obstacles.append(
        Obstacle(
          .incompatibleSymbol,
          "module \(facts.name) carries versions of symbols, and none of \(list(names)); build it in "
            + "this kernel's own tree", fact: "__versions", refusal: refusal))
    }
    if !carried.contains("module_layout") {
      block(["module_layout"], Refusal(.layout, "ENOEXEC"))
    }
    let bare = (facts.needed ?? []).map(\.name).filter {
      !carried.contains($0) && symbols[$0]?.exported == .known(true)
    }
    if !bare.isEmpty { block(bare, Refusal(.symbols, "EINVAL")) }
  }

  /// The kernel has klp_enable_patch for modules under the GPL only.
  private func checkLicense(_ findings: inout Findings) {
    guard facts.needed?.contains(where: { $0.name == "klp_enable_patch" }) == true else { return }
    let license = facts.info["license"]
    // license_is_gpl_compatible of linux/license.h.
    let compatible: Set = [
      "GPL", "GPL v2", "GPL and additional rights", "Dual BSD/GPL", "Dual MIT/GPL", "Dual MPL/GPL",
    ]
    if let license, compatible.contains(license) { return }
    findings.obstacles.append(
      Obstacle(
        .incompatibleSymbol,
        "module \(facts.name) names \(license.map { "the licence \($0)" } ?? "no licence"), and the "
          + "kernel gives live patching to modules under the GPL only; correct MODULE_LICENSE",
        fact: "modinfo", refusal: Refusal(.symbols, "ENOENT")))
  }

  /// The symbols that livepatch has to find, exported or not.
  func checkLivepatchSymbols(_ findings: inout Findings) {
    for symbol in facts.livepatchSymbols {
      guard let object = kernel.objects.first(where: { $0.name == symbol.object }),
        let known = object.functions.first(where: { $0.name == symbol.name })
      else {
        note(
          "what \(symbol.object) has of \(symbol.name) (the facts are of other modules; take the "
            + "snapshot anew with klpolicy snapshot --for)", in: &findings.unknown)
        continue
      }
      // Those of a module that is not loaded are looked for when it is.
      guard object.presence == .known(.loaded) else { continue }
      guard let count = need(known.count, .symbols, "the symbols of the kernel", &findings) else {
        continue
      }
      if let problem = symbolProblem(symbol.sympos, among: count, "its position") {
        findings.obstacles.append(
          Obstacle(
            .incompatibleSymbol,
            "module \(facts.name) refers to \(symbol.name) of \(symbol.object), and \(problem)",
            fact: "/proc/kallsyms",
            // Those of the kernel itself are found before the module runs.
            refusal: Refusal(object.name == "vmlinux" ? .linking : .relocations, "EINVAL")))
      }
    }
  }

  func leave(_ what: String, in findings: inout Findings) {
    let layout = kernel.symbols.first { $0.name == "module_layout" }?.crc.value
    if layout == nil {
      note(what, in: &findings.leftToKernel)
    } else {
      note(what, in: &findings.unproven)
    }
  }

  /// As Module.symvers has it.
  private func checksum(_ crc: UInt32) -> String {
    let digits = String(crc, radix: 16)
    return "0x" + String(repeating: "0", count: max(0, 8 - digits.count)) + digits
  }

  /// The first few of many names.
  func list(_ names: [String]) -> String {
    let few = names.prefix(5).joined(separator: ", ")
    return names.count > 5 ? "\(few) and \(names.count - 5) more" : few
  }
}
