internal import Compatibility
internal import Documents
internal import HostFacts
internal import PolicyModel
internal import Shapes

/// What policies ask of packages of live patches: which is installed where another is due, and what the
/// kernel has of the payload. What a package's scripts say of a load counts for nothing.
extension Planner {
  func judge(_ service: DesiredSet.Service, _ packages: VendorPackages) -> ServiceFinding {
    guard let services = input.snapshot.services else { return unseen(service, "its packages") }
    guard let redHat = services.redHat else {
      return missing(
        service, "neither rpm nor what Red Hat's systems install packages by is here")
    }
    let host = input.snapshot.host
    let wanted = WantedPackage(
      exactly: packages.version?.value.text, atLeast: packages.minimumVersion?.value.text,
      usualName: LivePatchPackage.redHat(
        kernel: host.kernel.release, architecture: host.architecture,
        distribution: host.distribution?.value?.id), tool: "dnf")
    var found = judge(
      service, wanted, redHat.packages,
      OfferedPackages(offers: redHat.available, repositories: redHat.repositories))
    if found.work.contains(where: { $0.reason == .unfinished }) { return found }
    guard let mode = packages.plugin?.value else { return found }
    switch redHat.plugin {
    // What is not there does nothing by itself.
    case nil where mode == .manual: break
    case nil: found = found + missing(service, "dnf has no plugin kpatch: kpatch-dnf")
    case .unknown: found = found + unseen(service, kpatchPluginPath, under: [kpatchPluginPath])
    case .known(let plugin) where plugin.autoupdate != (mode == .auto):
      if let folder = input.readOnlyFolders[.kpatchPlugin] {
        return found + readOnly(service, folder, "autoupdate cannot be set there")
      }
      found.work.insert(
        ServiceChange.Work(
          action: .configure, module: "kpatch-dnf", reason: .otherSetting, path: kpatchPluginPath,
          setting: "autoupdate=\(mode == .auto ? "True" : "False")"), at: 0)
    case .known: break
    }
    return found
  }

  func judge(_ service: DesiredSet.Service, _ packages: SUSEPackages) -> ServiceFinding {
    guard let services = input.snapshot.services else { return unseen(service, "its packages") }
    guard let suse = services.suse else { return missing(service, "there is no zypper here") }
    let wanted = WantedPackage(
      exactly: packages.version?.value.text, atLeast: packages.minimumVersion?.value.text,
      usualName: LivePatchPackage.suse(kernel: input.snapshot.host.kernel.release),
      tool: "zypper")
    let found = judge(
      service, wanted, suse.packages,
      OfferedPackages(offers: suse.available, repositories: suse.repositories))
    guard found.withheld.isEmpty, found.unknowable.isEmpty, found.work.isEmpty,
      let package = newest(suse.packages.value ?? [], wanted)
    else { return found }
    switch suse.initrd {
    case nil: return found
    case .unknown: return unseen(service, "the kernel's initrd")
    case .known(let initrd):
      return ServiceFinding(
        withheld: package.modules.filter(initrd.lacks).map { module in
          let name = module.module ?? module.path
          let isOther = initrd.modules.contains { $0.module == module.module }
          return service.withheld(
            .staleInitrd,
            "\(initrd.path) "
              + (isOther
                ? "has another build of \(name) than the one that is installed, so the next boot begins with "
                  + "that"
                : "does not have \(name), so the next boot begins without it")
              + ": dracut -f", module: module.module)
        })
    }
  }

  private func judge(
    _ service: DesiredSet.Service, _ wanted: WantedPackage, _ packages: Fact<[Services.Package]>,
    _ offered: OfferedPackages
  ) -> ServiceFinding {
    guard case .known(let all) = packages else {
      return unseen(
        service, "the database of rpm",
        under: ["/var/lib/rpm", "/usr/lib/sysimage/rpm", "/usr/share/rpm"])
    }
    let installed = newest(all, wanted)
    if let installed, let unfinished = unfinished(service, installed) { return unfinished }
    var target: Services.PackageID
    if let version = wanted.exactly {
      target = Services.PackageID(
        versionRelease: version, name: installed?.id.name ?? wanted.usualName,
        architecture: installed?.id.architecture ?? input.snapshot.host.architecture)
      let isDue = installed.map { compare($0.id, target) == .below } ?? true
      // Where the repositories are not known, the package manager sees for itself.
      if isDue, case .known(let known)? = offered.offers {
        guard let offer = known.first(where: { compare($0.id, target) == .same }) else {
          return ServiceFinding(withheld: [
            service.withheld(
              .artefactMissing,
              "\(target.versionRelease) is due, and "
                + noneHas(wanted, offered.repositories))
          ])
        }
        target = offer.id
      }
    } else if let least = wanted.atLeast, let installed,
      compare(installed.id, Services.PackageID(versionRelease: least, like: installed.id)) != .below
    {
      return truth(service, installed)
    } else {
      guard case .known(let known)? = offered.offers else {
        let what =
          offered.offers == nil
          ? "what the repositories have for this kernel (klpolicy snapshot --for asks them)"
          : "what the repositories have for this kernel"
        // What is installed can be held against the kernel all the same.
        return unseen(service, what, under: ["/usr/bin/\(wanted.tool)"])
          + (installed.map { truth(service, $0) } ?? ServiceFinding())
      }
      switch best(of: known, offered.repositories, over: installed, service, wanted) {
      case .offer(let offer): target = offer
      case .nothing: return installed.map { truth(service, $0) } ?? ServiceFinding()
      case .withheld(let withheld): return ServiceFinding(withheld: [withheld])
      case .unknowable(let withheld): return ServiceFinding(unknowable: [withheld])
      }
    }
    guard let installed else { return install(service, target, over: nil, all, wanted) }
    switch compare(installed.id, target) {
    case .below: return install(service, target, over: installed, all, wanted)
    case .above where wanted.exactly != nil:
      return ServiceFinding(withheld: [
        service.withheld(
          .needsReboot,
          "\(installed.id.nevr) is installed, and \(target.versionRelease), which is older, is due: a "
            + "live patch that was replaced does not come back; install \(target.nevr) with "
            + "\(wanted.tool) and reboot")
      ])
    case .same, .above: return truth(service, installed)
    }
  }

  /// A package that an earlier run installed and was ended before it had verified: that is done before
  /// anything else, unless a boot ended by it.
  private func unfinished(
    _ service: DesiredSet.Service, _ package: Services.Package
  ) -> ServiceFinding? {
    let id = package.id
    guard
      input.snapshot.history.unfinishedPackages.contains(where: {
        $0.service == service.kind.rawValue && $0.package == id.nevra
      }), earlierFailure(.install, of: id.nevra, service.constraints)?.reason != .crashGuard
    else { return nil }
    return ServiceFinding(work: [
      ServiceChange.Work(action: .await, module: id.name, reason: .unfinished, package: id)
    ])
  }

  /// The step that installs a package, unless something stands in its way.
  private func install(
    _ service: DesiredSet.Service, _ target: Services.PackageID,
    over installed: Services.Package?,
    _ all: [Services.Package], _ wanted: WantedPackage
  ) -> ServiceFinding {
    if let obstacle = earlierFailure(.install, of: target.nevra, service.constraints) {
      return ServiceFinding(withheld: [service.withheld(obstacle.reason, obstacle.message)])
    }
    if let folder = input.readOnlyFolders[.packages(service.kind)] {
      return readOnly(service, folder, "\(wanted.tool) cannot install \(target.nevr)")
    }
    let offers =
      wanted.tool == "dnf"
      ? input.snapshot.services?.redHat?.available : input.snapshot.services?.suse?.available
    if let refusal = service.constraints.refusal(
      ofPackage: target.versionRelease, service: service.kind.rawValue,
      built: offers?.value?.first { $0.id == target }?.builtAt, on: input.snapshot.host,
      at: input.at, source: service.source)
    {
      return ServiceFinding(withheld: [
        service.withheld(
          refusal.reason, "\(target.nevr): \(refusal.message)", until: refusal.until)
      ])
    }
    let endangered = endangered(by: target, service, all)
    if !endangered.isEmpty {
      return ServiceFinding(withheld: [
        service.withheld(
          .wouldReplaceForeign,
          "\(target.nevr) may replace every other live patch, and "
            + "\(endangered.joined(separator: ", ")) would be in force beside it, which no package of "
            + "this service has brought; take that off, or leave the package out")
      ])
    }
    let isEmpty = target.isEmptyPackage
    let isPatched = ground.live.contains { $0.state != .known(.resident) }
    return ServiceFinding(work: [
      ServiceChange.Work(
        action: .install, module: target.name,
        reason: installed == nil ? .notInstalled : .newerBuild, package: target,
        replaces: installed?.id, isReversible: isEmpty || !isPatched)
    ])
  }

  /// What would be written lies in a folder that is read-only for this run: a person has to see to that.
  private func readOnly(
    _ service: DesiredSet.Service, _ folder: String, _ what: String
  ) -> ServiceFinding {
    ServiceFinding(withheld: [
      service.withheld(
        .readOnly,
        "\(folder) is read-only for this run, so \(what); where a unit of klpolicy's runs it, that needs "
          + "the drop-in \(packageDropIn), otherwise mount \(folder) for writing")
    ])
  }

  /// What is in force, or will be, and was not brought by the packages of the kernel: a package's
  /// module takes it off, for who knows.
  private func endangered(
    by target: Services.PackageID, _ service: DesiredSet.Service, _ packages: [Services.Package]
  ) -> [String] {
    // Amazon's go beside each other.
    if target.isEmptyPackage || target.name.contains(".") { return [] }
    return inForceBeside(service, own: Set(packages.flatMap(\.modules).compactMap(\.module)))
  }

  /// What is in force, or will be, and is none of a service's own: neither one of `own` nor of a name as
  /// the vendor gives it.
  func inForceBeside(_ service: DesiredSet.Service, own: Set<String>) -> [String] {
    var modules = Set(targets.filter { !$0.isWithheld }.map(\.build.module))
    let leaving = Set(removals.filter { $0.withheld == nil }.map(\.live.module))
    for live in ground.live where !leaving.contains(live.module) {
      switch live.state.value {
      case .absent, .resident, .pinned: continue
      case .enabling, .applied, .disabling, .replacing, nil: modules.insert(live.module)
      }
    }
    return modules.filter { module in
      let isManaged = ground.record(module) != nil
      return isManaged || !(own.contains(module) || service.kind.hasName(ofModule: module))
    }.sorted()
  }

  /// What the kernel has of a package's payload.
  private func truth(
    _ service: DesiredSet.Service, _ package: Services.Package
  ) -> ServiceFinding {
    if let obstacle = failureInPlace(.install, of: package.id.nevra, service.constraints) {
      return ServiceFinding(withheld: [
        service.withheld(
          obstacle.reason,
          obstacle.message
            + "; it is installed all the same, and its own unit may load it at the next boot")
      ])
    }
    if package.modules.isEmpty, !package.id.isEmptyPackage {
      return ServiceFinding(withheld: [
        service.withheld(
          .artefactMissing, "\(package.id.nevr) is installed, and there is no kernel module in it")
      ])
    }
    return package.modules.reduce(ServiceFinding()) { $0 + truth(service, package, $1) }
  }

  /// What the kernel has of one module of a package.
  private func truth(
    _ service: DesiredSet.Service, _ package: Services.Package, _ file: Services.Module
  ) -> ServiceFinding {
    guard file.file == .present, let module = file.module, let buildID = file.buildID else {
      if file.file == .unreadable { return unseen(service, file.path) }
      return ServiceFinding(withheld: [
        service.withheld(
          .artefactMissing,
          "\(file.path) of \(package.id.nevr) is \(file.file.rawValue): install the package again")
      ])
    }
    let live = ground.livePatch(module)
    let isSame = live?.buildID?.value == buildID
    if isSame, live?.state == .known(.applied) { return ServiceFinding() }
    if isSame, live?.state == .known(.enabling) {
      return ServiceFinding(waiting: [
        service.withheld(
          .transitionInProgress,
          "\(package.id.nevr) is installed, and its module \(module) is in transition",
          module: module)
      ])
    }
    let state = live.map { $0.state.value?.rawValue ?? "in an unknown state" }
    let isOther = live != nil && !isSame
    return ServiceFinding(withheld: [
      service.withheld(
        isOther ? .otherBuild : .notLoaded,
        "\(package.id.nevr) is installed, and its module \(module) is "
          + (isOther ? "in memory in another build" : state ?? "not in memory")
          + ", whatever its scripts said: kpatch load \(file.path), or reboot", module: module)
    ])
  }

  private func newest(
    _ packages: [Services.Package], _ wanted: WantedPackage
  ) -> Services.Package? {
    packages.filter {
      // The empty package names its kernel by its own name alone.
      $0.kernel == input.snapshot.host.kernel.release
        || ($0.isEmpty && $0.id.name == wanted.usualName)
    }.max { compare($0.id, $1.id) == .below }
  }

  func compare(_ left: Services.PackageID, _ right: Services.PackageID) -> Ordering {
    if left.epoch != right.epoch { return left.epoch < right.epoch ? .below : .above }
    return compareRPM(left.versionRelease, right.versionRelease)
  }

  /// The installed packages that a saved plan rests on.
  var packageBasis: Fact<[String]> {
    guard let services = input.snapshot.services else { return .unknown }
    var lines: [String] = []
    for packages in [services.redHat?.packages, services.suse?.packages] {
      switch packages {
      case nil: continue
      case .unknown: return .unknown
      case .known(let packages):
        for package in packages {
          lines.append(package.id.nevra)
          lines += package.modules.map { "\($0.path) \($0.sha256 ?? $0.file.rawValue)" }
        }
      }
    }
    return .known(lines)
  }

  /// Whether a live patch belongs to a service of which the policies want something: that is not what
  /// nobody manages.
  func isOfWantedService(_ live: LivePatch) -> Bool {
    input.desired.services.contains { $0.kind.hasName(ofModule: live.module) }
      || vendorModules.contains(live.module)
  }

  /// Whether a service of which the policies want something brought a live patch: by its files as they are
  /// on the host, where it has packages, and not by a name that others may take too.
  func isBroughtByWantedService(_ live: LivePatch) -> Bool {
    vendorModules.contains(live.module)
      || input.desired.services.contains {
        $0.kind == .canonical && $0.kind.hasName(ofModule: live.module)
      }
  }

  /// The modules of installed packages of services of which the policies want something.
  private var vendorModules: Set<String> {
    let kinds = Set(input.desired.services.map(\.kind))
    let services = input.snapshot.services
    let packages =
      (kinds.contains(.redHat) ? services?.redHat?.packages.value ?? [] : [])
      + (kinds.contains(.suse) ? services?.suse?.packages.value ?? [] : [])
    return Set(packages.flatMap(\.modules).compactMap(\.module))
  }

  /// What could not be observed, and why, where the snapshot has that under one of `paths`.
  func unseen(
    _ service: DesiredSet.Service, _ what: String, under paths: [String] = []
  ) -> ServiceFinding {
    let why = input.snapshot.unobserved.first { entry in
      paths.contains { entry.path.hasPrefix($0) }
    }
    return ServiceFinding(withheld: [
      service.withheld(
        .unverified, "could not be observed: \(what)" + (why.map { ": \($0.message)" } ?? ""))
    ])
  }

  func missing(_ service: DesiredSet.Service, _ what: String) -> ServiceFinding {
    ServiceFinding(withheld: [
      service.withheld(
        .serviceMissing, "\(what); install it, or let the policy not select this host")
    ])
  }
}

/// The configuration of dnf's plugin kpatch.
package let kpatchPluginPath = "/etc/dnf/plugins/kpatch.conf"

/// What has klpolicy's units let package managers write, where the package puts it.
private let packageDropIn = "/usr/share/doc/klpolicy/examples/vendor-packages/packages.conf"

extension ServiceKind {
  /// Whether a module has a name as this vendor gives it.
  func hasName(ofModule module: String) -> Bool {
    switch self {
    // Versions of kernels: a name in words is that of somebody's own patch.
    case .redHat: module.hasDigits(behind: "kpatch_")
    case .suse:
      module.hasDigits(behind: "livepatch_") || module.hasPrefix("kgraft_patch_")
    case .canonical: module.hasPrefix(Services.Canonical.modulePrefix)
    case .kpatch: false
    }
  }
}

extension String {
  /// Whether nothing but digits and `_` stands behind a beginning.
  fileprivate func hasDigits(behind beginning: String) -> Bool {
    guard hasPrefix(beginning), utf8.count > beginning.utf8.count else { return false }
    return utf8.dropFirst(beginning.utf8.count).allSatisfy {
      $0 == UInt8(ascii: "_") || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
    }
  }
}

extension Services.PackageID {
  /// One of a version as policies write it: `[epoch:]version-release`.
  init(versionRelease text: String, name: String, architecture: String) {
    var version = text[...]
    var epoch = 0
    if let colon = version.firstIndex(of: ":") {
      epoch = Int(UInt32(version[..<colon]) ?? 0)
      version = version[version.index(after: colon)...]
    }
    let dash = version.lastIndex(of: "-") ?? version.endIndex
    self.init(
      name: name, epoch: epoch, version: String(version[..<dash]),
      release: String(version[dash...].dropFirst()), architecture: architecture)
  }

  init(versionRelease text: String, like other: Services.PackageID) {
    self.init(versionRelease: text, name: other.name, architecture: other.architecture)
  }

  /// Red Hat's package that stands for a kernel without live patches as yet.
  package var isEmptyPackage: Bool { version == "0" && release.hasPrefix("0") }
}
