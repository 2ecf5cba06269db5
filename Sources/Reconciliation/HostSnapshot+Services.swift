internal import Documents
internal import HostFacts
internal import LivepatchHost
internal import Planning
internal import PolicyModel
internal import Shapes
internal import VendorServices

extension HostSnapshot {
  /// Looks at the services that policies speak of, and at no other.
  mutating func observeServices(_ desired: DesiredSet, on host: LivepatchHost) {
    if desired.services.isEmpty || services != nil { return }
    var question = ServiceQuestion()
    for service in desired.services {
      switch service.wanted {
      case .kpatchPresent, .kpatchAbsent: question.kpatch = true
      case .redHat(let packages):
        question.redHat = true
        if packages.version == nil, packages.minimumVersion == nil { question.offers = true }
      case .suse(let packages):
        question.suse = true
        if packages.version == nil, packages.minimumVersion == nil { question.offers = true }
      case .canonical: question.canonical = true
      }
    }
    var found = host.services(question, of: self.host)
    // Repositories are asked where something is to come from them.
    if !question.offers,
      desired.services.contains(where: {
        found.services.isBelowWanted($0, self.host.kernel.release)
      })
    {
      var packages = ServiceQuestion(redHat: question.redHat, suse: question.suse)
      packages.offers = true
      let offered = host.services(packages, of: self.host)
      found.services.redHat = offered.services.redHat
      found.services.suse = offered.services.suse
      for problem in offered.unobserved where !found.unobserved.contains(problem) {
        found.unobserved.append(problem)
      }
    }
    services = found.services
    unobserved += found.unobserved
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
