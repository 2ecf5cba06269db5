package import Diagnostics
package import Documents
internal import HostFacts
internal import Nodes
internal import Shapes

/// Whether a policy, or a rule of one, is for a host.
package enum Selection: Hashable, Sendable {
  case selected
  /// Why not, and where that is said.
  case other(String, Location)
  /// A fact of the host that decides it is not known.
  case unknown(String, Location)

  var isSelected: Bool { self == .selected }
}

/// A host as policies select on it, its kernel's release parsed once.
struct Subject {
  let host: Host
  let release: KernelRelease
  let now: Timestamp

  init(_ host: Host, now: Timestamp) {
    self.host = host
    release = KernelRelease(host.kernel.release)
    self.now = now
  }
}

extension Policy {
  /// Whether it is for a host, whatever the kernel.
  package func selection(of host: Host) -> Selection {
    spec.hosts?.selection(of: host) ?? .selected
  }
}

extension HostSelector {
  func selection(of host: Host) -> Selection {
    var unknown: Selection?
    for verdict in [
      byHostname(host), byLabels(host), byDistribution(host), byArchitecture(host),
    ] {
      switch verdict {
      case .selected: break
      case .other: return verdict
      case .unknown: unknown = unknown ?? verdict
      }
    }
    return unknown ?? .selected
  }

  /// Whether `selection` is `other`, as far as that is told without saying why: of a fleet, most
  /// policies are for other hosts. What is not told here, `selection` tells.
  func excludes(_ host: Host) -> Bool {
    if let labels, case .known(let given) = host.labels {
      for (name, value) in labels.value.values where given[name] != value { return true }
    }
    guard let hostname else { return false }
    var isNamed = false
    var isOneNamed = false
    for index in hostname.indices {
      let isExclusion = hostname[index].value.isExclusion
      if !isExclusion { isOneNamed = true }
      if !isExclusion && isNamed { continue }
      guard hostname[index].value.glob.matches(host.hostname) else { continue }
      if isExclusion { return true }
      isNamed = true
    }
    return isOneNamed && !isNamed
  }

  private func byHostname(_ host: Host) -> Selection {
    guard let hostname else { return .selected }
    if let out = hostname.first(where: {
      $0.value.isExclusion && $0.value.glob.matches(host.hostname)
    }) {
      return .other(
        "\(out.value.text.quoted) takes the host \(host.hostname) out", out.place.bareLocation)
    }
    let wanted = hostname.filter { !$0.value.isExclusion }
    if wanted.isEmpty || wanted.contains(where: { $0.value.glob.matches(host.hostname) }) {
      return .selected
    }
    let globs = wanted.map(\.value.text).quotedList("or")
    return .other(
      "the host \(host.hostname) is not \(globs)",
      wanted.first?.place.bareLocation ?? place.bareLocation)
  }

  private func byLabels(_ host: Host) -> Selection {
    guard let labels else { return .selected }
    guard case .known(let given) = host.labels else {
      return .unknown("the host's labels could not be read", labels.place.bareLocation)
    }
    for (name, value) in labels.value.values.sorted(by: { $0.key < $1.key })
    where given[name] != value {
      let found =
        given[name].map { "\(name) is \($0.quoted)" } ?? "there is no label \(name.quoted)"
      return .other("\(found) here, not \(value.quoted)", labels.place.bareLocation)
    }
    return .selected
  }

  private func byDistribution(_ host: Host) -> Selection {
    guard let distribution else { return .selected }
    let place = distribution.id.place.bareLocation
    switch host.distribution {
    case nil: return .other("the host does not say what distribution it is", place)
    case .unknown: return .unknown("the host's distribution could not be read", place)
    case .known(let found):
      if found.id != distribution.id.value.text {
        return .other("the distribution is \(found.id), not \(distribution.id.value.text)", place)
      }
      guard let version = distribution.version else { return .selected }
      if let found = found.versionID, version.value.matches(found) { return .selected }
      return .other(
        (found.versionID.map { "\(found.id) \($0)" } ?? "\(found.id) without a version")
          + " is not \(version.value.text.quoted)", version.place.bareLocation)
    }
  }

  private func byArchitecture(_ host: Host) -> Selection {
    guard let architecture, let first = architecture.first else { return .selected }
    if architecture.contains(where: { $0.value.text == host.architecture }) { return .selected }
    let wanted = architecture.map(\.value.text).quotedList("or")
    return .other(
      "the architecture is \(host.architecture), not \(wanted)", first.place.bareLocation)
  }
}

extension KernelRule {
  /// Whether it is for the kernel of a host.
  func selection(of subject: Subject) -> Selection {
    let kernel = subject.host.kernel
    guard release.value.matches(subject.release) else {
      return .other(
        "the kernel \(kernel.release) is not \(release.value.text.quoted)",
        release.place.bareLocation)
    }
    if let flavour, subject.release.flavour != flavour.value.text {
      return .other(
        "the kernel's flavour is " + (subject.release.flavour?.quoted ?? "none")
          + ", not \(flavour.value.text.quoted)", flavour.place.bareLocation)
    }
    if let version,
      !UnameVersion(kernel.version)
        .matches(packageBuild: version.value.text, release: subject.release)
    {
      return .other(
        "the kernel is \(kernel.version.quoted), not the package build \(version.value.text.quoted)",
        version.place.bareLocation)
    }
    return .selected
  }
}
