internal import Documents
internal import HostFacts
internal import PolicyModel
internal import Shapes

/// What policies ask of services that this version looks at and does not change: where they are as
/// they are wanted there is nothing to do, and where not it says what is missing, and what to do.
extension Planner {
  func check(_ service: DesiredSet.Service, _ packages: VendorPackages) -> [Withheld] {
    guard let services = input.snapshot.services else { return [unseen(service, "its packages")] }
    guard let redHat = services.redHat else {
      return [
        missing(service, "neither rpm nor what Red Hat's systems install packages by is here")
      ]
    }
    var found = check(
      service, redHat.packages, offers: redHat.available, exactly: packages.version?.value.text,
      atLeast: packages.minimumVersion?.value.text, tool: "dnf install")
    if let mode = packages.plugin?.value {
      switch redHat.plugin {
      case nil: found.append(missing(service, "dnf has no plugin kpatch: install kpatch-dnf"))
      case .unknown: found.append(unseen(service, "/etc/dnf/plugins/kpatch.conf"))
      case .known(let plugin) where plugin.autoupdate != (mode == .auto):
        found.append(
          undone(
            service, "dnf's plugin kpatch is not \(mode.rawValue): dnf kpatch \(mode.rawValue)"))
      case .known: break
      }
    }
    return found
  }

  func check(_ service: DesiredSet.Service, _ packages: SUSEPackages) -> [Withheld] {
    guard let services = input.snapshot.services else { return [unseen(service, "its packages")] }
    guard let suse = services.suse else { return [missing(service, "there is no zypper here")] }
    var found = check(
      service, suse.packages, offers: suse.available, exactly: packages.version?.value.text,
      atLeast: packages.minimumVersion?.value.text, tool: "zypper install")
    guard found.isEmpty, let package = newest(suse.packages.value ?? []) else { return found }
    switch suse.initrd {
    case nil: break
    case .unknown: found.append(unseen(service, "the kernel's initrd"))
    case .known(let initrd):
      for module in package.modules
      where !initrd.modules.contains(where: {
        $0.module == module.module && $0.buildID == module.buildID
      }) {
        found.append(
          service.withheld(
            .staleInitrd,
            "\(initrd.path) does not have \(module.module ?? module.path) as it is installed, so the "
              + "next boot loads another: dracut -f", module: module.module))
      }
    }
    return found
  }

  /// The packages of the running kernel against the version that is wanted, and the kernel against
  /// their payload: what a package's scripts say of a load counts for nothing.
  private func check(
    _ service: DesiredSet.Service, _ packages: Fact<[Services.Package]>,
    offers: Fact<[Services.Offer]>?, exactly: String?, atLeast: String?, tool: String
  ) -> [Withheld] {
    guard case .known(let all) = packages else { return [unseen(service, "the database of rpm")] }
    let wanted: String
    if let version = exactly ?? atLeast {
      wanted = version
    } else {
      guard case .known(let known)? = offers else {
        return [unseen(service, "what the repositories have for this kernel")]
      }
      let admitted = known.filter { admits($0, service) }
      guard let best = admitted.max(by: { compare($0.id, $1.id) == .below }) else {
        return newest(all).map { truth(service, $0) } ?? []
      }
      wanted = best.id.versionRelease
    }
    guard let package = newest(all) else {
      return [
        undone(
          service,
          "no live-patch package is installed for kernel "
            + "\(input.snapshot.host.kernel.release), and \(wanted) is due: \(tool) it")
      ]
    }
    let found = package.id.versionRelease
    switch compareRPM(found, wanted) {
    case .below:
      return [
        undone(
          service,
          "\(package.id.nevr) is installed, and \(wanted) is due: \(tool) "
            + "\(package.id.name)-\(wanted)")
      ]
    case .above where exactly != nil:
      return [
        service.withheld(
          .needsReboot,
          "\(package.id.nevr) is installed, and \(wanted), which is older, is due: a live patch that "
            + "was replaced does not come back; install \(package.id.name)-\(wanted) and reboot")
      ]
    case .same, .above: return truth(service, package)
    }
  }

  /// What the kernel has of a package's payload.
  private func truth(
    _ service: DesiredSet.Service, _ package: Services.Package
  ) -> [Withheld] {
    package.modules.compactMap { file in
      guard file.file == .present, let module = file.module, let buildID = file.buildID else {
        return file.file == .unreadable
          ? unseen(service, file.path)
          : service.withheld(
            .artefactMissing,
            "\(file.path) of \(package.id.nevr) is \(file.file.rawValue): install the package again"
          )
      }
      let live = ground.livePatch(module)
      if live?.state == .known(.applied), live?.buildID?.value == buildID { return nil }
      let state = live.map { $0.state.value?.rawValue ?? "in an unknown state" }
      let isOther = live != nil && live?.buildID?.value != buildID
      return service.withheld(
        isOther ? .otherBuild : .notLoaded,
        "\(package.id.nevr) is installed, and its module \(module) is "
          + (isOther ? "in memory in another build" : state ?? "not in memory")
          + ", whatever its scripts said: kpatch load \(file.path), or reboot", module: module)
    }
  }

  private func newest(_ packages: [Services.Package]) -> Services.Package? {
    packages.filter { $0.kernel == input.snapshot.host.kernel.release }
      .max { compare($0.id, $1.id) == .below }
  }

  private func compare(_ left: Services.PackageID, _ right: Services.PackageID) -> Ordering {
    if left.epoch != right.epoch { return left.epoch < right.epoch ? .below : .above }
    return compareRPM(left.versionRelease, right.versionRelease)
  }

  /// By when it was built, which is the nearest to a release that rpm knows.
  private func admits(_ offer: Services.Offer, _ service: DesiredSet.Service) -> Bool {
    let (cutoff, age) = (service.constraints.cutoff, service.constraints.minimumAge)
    if cutoff == nil, age == nil { return true }
    guard let built = offer.builtAt else { return false }
    if let cutoff, RFC3339.date(built.secondsSinceEpoch) > cutoff.value { return false }
    return age.map { input.at >= built.advanced(by: $0.value) } ?? true
  }

  func unseen(_ service: DesiredSet.Service, _ what: String) -> Withheld {
    service.withheld(.unverified, "could not be observed: \(what)")
  }

  func missing(_ service: DesiredSet.Service, _ what: String) -> Withheld {
    service.withheld(.serviceMissing, "\(what); install it, or let the policy not select this host")
  }

  func undone(_ service: DesiredSet.Service, _ what: String) -> Withheld {
    service.withheld(.notSupported, "\(what); this version of klpolicy does not do that itself")
  }
}
