package import Documents
internal import HostFacts
package import LivepatchHost
internal import Planning
package import PolicyModel
internal import Shapes
package import VendorServices

extension HostSnapshot {
  /// Looks at the services that policies speak of, and at no other; of those that were looked at before
  /// only the repositories are asked.
  /// Without `programs` those are asked that a plan asks.
  mutating func observeServices(
    _ desired: DesiredSet, on host: LivepatchHost, programs: ServicePrograms? = nil
  ) {
    if desired.services.isEmpty { return }
    guard services == nil else { return observeOffers(desired, on: host, programs: programs) }
    var question = ServiceQuestion()
    for service in desired.services {
      switch service.wanted {
      case .kpatchPresent, .kpatchAbsent: question.kpatch = true
      case .redHat: question.redHat = true
      case .suse: question.suse = true
      case .canonical: question.canonical = true
      }
      if service.wantsLatest { question.offers = true }
    }
    let found = host.services(question, of: self.host, programs: programs)
    services = found.services
    unobserved += found.unobserved
    observeOffers(desired, on: host, programs: programs)
  }

  /// Asks the repositories that nobody has asked, as the package managers have them in their caches, where
  /// something that policies want is to come from them, and adds what they have to the services, which were
  /// looked at before. Nothing is downloaded.
  /// Without `programs` those are asked that a plan asks.
  package mutating func observeOffers(
    _ desired: DesiredSet, on host: LivepatchHost, programs: ServicePrograms? = nil
  ) {
    guard let services else { return }
    let asking = desired.services.filter {
      $0.wantsLatest || services.isBelowWanted($0, self.host.kernel.release)
    }
    var question = ServiceQuestion(offers: true)
    if let redHat = services.redHat, redHat.available == nil {
      question.redHat = asking.contains { $0.kind == .redHat }
    }
    if let suse = services.suse, suse.available == nil {
      question.suse = asking.contains { $0.kind == .suse }
    }
    guard question.redHat || question.suse else { return }
    let offered = host.services(question, of: self.host, programs: programs)
    if question.redHat { self.services?.redHat = offered.services.redHat }
    if question.suse { self.services?.suse = offered.services.suse }
    for problem in offered.unobserved where !unobserved.contains(problem) {
      unobserved.append(problem)
    }
  }
}

extension PlanningInput {
  /// Looks at the folders that changes of packages write, as this process may.
  mutating func observeReadOnlyFolders(on host: LivepatchHost) {
    let release = snapshot.host.kernel.release
    for service in desired.services {
      let folders: [String]
      switch service.kind {
      case .redHat:
        folders = ["/usr/lib/kpatch/\(release)"]
        readOnlyFolders[.kpatchPlugin] = host.readOnlyFolder(
          among: [kpatchPluginPath], isInstalling: false)
      case .suse: folders = ["/usr/lib/modules/\(release)"]
      case .kpatch, .canonical: continue
      }
      readOnlyFolders[.packages(service.kind)] = host.readOnlyFolder(
        among: folders, isInstalling: true)
    }
  }
}

extension DesiredSet.Service {
  /// Whether only the repositories can tell which package is due.
  fileprivate var wantsLatest: Bool {
    switch wanted {
    case .redHat(let packages): packages.version == nil && packages.minimumVersion == nil
    case .suse(let packages): packages.version == nil && packages.minimumVersion == nil
    case .kpatchPresent, .kpatchAbsent, .canonical: false
    }
  }
}

extension Services {
  /// Whether no package that is installed for a kernel has the version that a policy asks for, or a
  /// higher one.
  fileprivate func isBelowWanted(_ service: DesiredSet.Service, _ kernel: String) -> Bool {
    let (least, packages): (String?, Fact<[Package]>?) =
      switch service.wanted {
      case .redHat(let wanted):
        ((wanted.minimumVersion ?? wanted.version)?.value.text, redHat?.packages)
      case .suse(let wanted):
        ((wanted.minimumVersion ?? wanted.version)?.value.text, suse?.packages)
      case .kpatchPresent, .kpatchAbsent, .canonical: (nil, nil)
      }
    guard let least, case .known(let all)? = packages else { return false }
    // Where an epoch is told, that is looked at when it is planned; too often asked is no harm.
    return !all.contains { package in
      (package.kernel == kernel || package.isEmpty)
        && compareRPM(package.id.versionRelease, least) != .below
    }
  }
}
