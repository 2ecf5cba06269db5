package import Documents

extension Disagreement {
  /// Where vendors' services and the kernel do not say the same: the kernel is right.
  ///
  /// What could not be observed disagrees with nothing.
  ///
  /// - Parameter snapshot: a host, with what its services say.
  /// - Returns: none where nobody looked at services.
  package static func all(on snapshot: HostSnapshot) -> [Disagreement] {
    guard let services = snapshot.services else { return [] }
    let comparison = ServiceComparison(services, snapshot)
    return comparison.installed() + comparison.loaded() + comparison.initrd() + comparison.client()
      + comparison.sharedFunctions()
  }
}

private struct ServiceComparison {
  /// Modules that a service has for the running kernel.
  struct Holding {
    var service: String
    /// What holds it, for messages: a package, or a directory.
    var owner: String
    var module: Services.Module
  }

  let services: Services
  let release: String
  let live: [LivePatch]
  let managed: Set<String>
  let holdings: [Holding]
  /// Whether all that services have is known: only then is something missing there.
  let isComplete: Bool

  init(_ services: Services, _ snapshot: HostSnapshot) {
    self.services = services
    release = snapshot.host.kernel.release
    live = snapshot.live.patches
    managed = Set((snapshot.history.managed.value ?? []).map(\.module))
    var holdings: [Holding] = []
    var isComplete = true
    for (service, packages) in [
      ("redHat", services.redHat?.packages), ("suse", services.suse?.packages),
    ] {
      if packages == .unknown { isComplete = false }
      for package in packages?.value ?? [] where package.kernel == release {
        holdings += package.modules.map {
          Holding(service: service, owner: "package \(package.id.nevr)", module: $0)
        }
      }
    }
    if services.kpatch?.modules == .unknown { isComplete = false }
    for module in services.kpatch?.modules.value ?? []
    where module.release == release && !holdings.contains(where: { $0.module.path == module.path })
    {
      // The copy that a package's scriptlet made is not another patch.
      if holdings.contains(where: { $0.module.sha256 != nil && $0.module.sha256 == module.sha256 })
      {
        continue
      }
      holdings.append(Holding(service: "kpatch", owner: module.path, module: module))
    }
    if holdings.contains(where: { $0.module.file != .present && $0.module.file != .missing }) {
      isComplete = false
    }
    self.holdings = holdings
    self.isComplete = isComplete
  }

  /// What is installed, against the kernel.
  func installed() -> [Disagreement] {
    var names: Set<String> = []
    return holdings.compactMap { holding in
      if holding.module.file == .missing {
        return Disagreement(
          kind: .missingFile, service: holding.service, module: nil,
          message:
            "\(holding.owner) is installed, and its \(holding.module.path) is not there; install it again"
        )
      }
      guard let name = holding.module.module else { return nil }
      let patch = live.first { $0.module == name }
      let builds = holdings.filter { $0.module.module == name }.map(\.module.buildID)
      switch patch?.state.value {
      case .applied, .enabling, .replacing:
        guard let buildID = patch?.buildID?.value, !builds.contains(buildID),
          names.insert(name).inserted
        else { return nil }
        return Disagreement(
          kind: .otherBuild, service: holding.service, module: name,
          message:
            "\(name) is in force in another build than the one of \(holding.owner), which was never loaded"
        )
      case .disabling, .resident, .pinned:
        guard names.insert(name).inserted else { return nil }
        return Disagreement(
          kind: .resident, service: holding.service, module: name,
          message:
            "\(name) of \(holding.owner) is in memory and not in force: it was replaced or disabled"
        )
      case .absent, nil:
        // Its state may be what could not be read.
        if let patch, patch.state == .unknown { return nil }
        // One that replaces all others leaves out what came before it.
        let isSuperseded = holdings.contains { other in
          other.service == holding.service && other.module.path != holding.module.path
            && live.contains { $0.module == other.module.module && $0.state == .known(.applied) }
        }
        guard !isSuperseded, names.insert(name).inserted else { return nil }
        return Disagreement(
          kind: .installedNotLoaded, service: holding.service, module: name,
          message:
            "\(holding.owner) is installed, and its \(name) is not in force: it fixes nothing; see the kernel's log for why it was not loaded"
        )
      }
    }
  }

  /// What is in memory and has the name of a service's, against what is installed.
  func loaded() -> [Disagreement] {
    guard isComplete else { return [] }
    let names = Set(holdings.compactMap(\.module.module))
    return live.compactMap { patch in
      guard !names.contains(patch.module), !managed.contains(patch.module),
        let service = owner(ofName: patch.module), patch.state.value != .absent
      else { return nil }
      return Disagreement(
        kind: .loadedNotInstalled, service: service, module: patch.module,
        message:
          "\(patch.module) is in memory, and nothing that is installed has it: after a reboot it will be gone"
      )
    }
  }

  /// Whose module it is, by the names that vendors give theirs.
  private func owner(ofName module: String) -> String? {
    if module.hasPrefix(Services.Canonical.modulePrefix) { return nil }
    if module.hasPrefix("kpatch_"), services.redHat != nil { return "redHat" }
    if module.hasPrefix("kpatch_"), services.kpatch != nil { return "kpatch" }
    let isSUSE = module.hasPrefix("livepatch_") || module.hasPrefix("kgraft_patch_")
    return isSUSE && services.suse != nil ? "suse" : nil
  }

  /// The initrd, against the packages of SUSE.
  func initrd() -> [Disagreement] {
    guard case .known(let initrd)? = services.suse?.initrd else { return [] }
    let installed = holdings.filter { $0.service == "suse" && $0.module.file == .present }
    let digests = Set(installed.compactMap(\.module.sha256))
    let within = Set(initrd.modules.compactMap(\.sha256))
    guard !installed.isEmpty, digests != within else { return [] }
    let names = initrd.modules.map(\.path).joined(separator: ", ")
    return [
      Disagreement(
        kind: .staleInitrd, service: "suse", module: installed.first?.module.module,
        message: """
          \(initrd.path) holds \(names.isEmpty ? "no live patch" : names), and not what is \
          installed: the next boot starts without it; build it anew with dracut -f
          """)
    ]
  }

  /// What Canonical's client says of the running kernel, against the kernel.
  func client() -> [Disagreement] {
    guard let canonical = services.canonical else { return [] }
    let own = live.filter { $0.module.hasPrefix(Services.Canonical.modulePrefix) }
    let applied = own.filter { $0.state == .known(.applied) }
    let isCertain = own.allSatisfy { $0.state != .unknown }
    func say(_ module: String?, _ message: String) -> [Disagreement] {
      [Disagreement(kind: .clientView, service: "canonical", module: module, message: message)]
    }
    if canonical.isEnabled == .known(false), let first = applied.first {
      return say(
        first.module, "\(first.module) is in force, and the client says that it is not enabled")
    }
    guard let kernel = canonical.kernels?.value?.first(where: { $0.isRunning == .known(true) })
    else { return [] }
    switch kernel.state {
    case .known(.applied), .known(.appliedWithBug):
      if isCertain, !kernel.isApplied(in: applied) {
        return say(
          nil,
          "the client says that \(kernel.version ?? "a patch") is applied, and the kernel has it not in force"
        )
      }
    case .known(.unapplied), .known(.nothingToApply), .known(.applyFailed):
      if let first = applied.first {
        return say(
          first.module,
          "\(first.module) is in force, and the client says \(kernel.state.value?.rawValue ?? "")")
      }
    case .known(.applying), .known(.unknown), .known(.kernelUpgradeRequired), .unknown: break
    }
    return []
  }

  /// Functions in which the patches of two services are in force at once: only the upper one acts.
  func sharedFunctions() -> [Disagreement] {
    let inForce = live.filter { [.applied, .enabling, .replacing].contains($0.state.value) }
    var found: [Disagreement] = []
    for (index, lower) in inForce.enumerated() {
      guard let service = self.service(of: lower) else { continue }
      for upper in inForce[(index + 1)...] {
        guard let other = self.service(of: upper), other != service else { continue }
        let names = functions(lower).intersection(functions(upper)).sorted()
        guard let first = names.first else { continue }
        found.append(
          Disagreement(
            kind: .sharedFunction, service: other, module: upper.module,
            message: """
              \(upper.module) (\(other)) and \(lower.module) (\(service)) both patch \(first)\
              \(names.count > 1 ? " and \(names.count - 1) more" : ""): only one of them is in \
              force there
              """))
      }
    }
    return found
  }

  private func functions(_ patch: LivePatch) -> Set<String> {
    Set(patch.objects.flatMap { object in object.functions.map { "\(object.name):\($0.name)" } })
  }

  /// Who brought a module: klpolicy counts as a service of its own.
  private func service(of patch: LivePatch) -> String? {
    if managed.contains(patch.module) { return "klpolicy" }
    if patch.module.hasPrefix(Services.Canonical.modulePrefix) { return "canonical" }
    return holdings.first { $0.module.module == patch.module }?.service
      ?? owner(ofName: patch.module)
  }
}
