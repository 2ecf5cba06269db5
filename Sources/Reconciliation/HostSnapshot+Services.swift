internal import Documents
internal import LivepatchHost
internal import PolicyModel
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
    let found = host.services(question, of: self.host)
    services = found.services
    unobserved += found.unobserved
  }
}
