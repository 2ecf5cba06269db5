internal import Documents
internal import PolicyModel

extension HostSnapshot {
  /// What the services that policies rely on did not show of what is in force, a sentence for each.
  func unseenServices(_ desired: DesiredSet) -> [String] {
    guard let services else { return [] }
    var found: [String] = []
    for kind in Set(desired.services.map(\.kind)).sorted(by: { $0.rawValue < $1.rawValue }) {
      let what: (name: String, paths: [String])? =
        switch kind {
        case .kpatch where services.kpatch?.modules == .unknown:
          ("kpatch's directory", ["/var/lib/kpatch", "/usr/lib/kpatch"])
        case .redHat where services.redHat?.packages == .unknown,
          .suse where services.suse?.packages == .unknown:
          ("the database of rpm", rpmDatabases)
        case .canonical where services.canonical.map(\.hidesPatch) == true:
          ("how the live patch of Canonical's client is", [services.canonical?.client ?? ""])
        case .kpatch, .redHat, .suse, .canonical: nil
        }
      guard let what else { continue }
      let sentence =
        "\(kind.rawValue): could not be observed: \(what.name)" + why(under: what.paths)
      found.append(sentence)
    }
    return found
  }

  /// Why something could not be observed, to go on after what it is; empty where the snapshot does not
  /// say it of any of `paths`.
  func why(under paths: [String]) -> String {
    let entry = unobserved.first { entry in
      paths.contains { !$0.isEmpty && entry.path.hasPrefix($0) }
    }
    guard let entry else { return "" }
    return ": \(entry.path): \(entry.message)"
  }
}

/// Where rpm keeps its database on the systems that there are.
let rpmDatabases = ["/var/lib/rpm", "/usr/lib/sysimage/rpm", "/usr/share/rpm"]

extension Services.Canonical {
  /// Whether it could not be seen how its live patch of the running kernel is, though there may be one.
  fileprivate var hidesPatch: Bool {
    switch isEnabled {
    case .unknown: true
    case .known(false): false
    case .known(true):
      runningKernel.map { [.unknown, .known(.unknown)].contains($0.state) } ?? true
    }
  }
}
