internal import Documents
internal import HostFacts
internal import PolicyModel
internal import Shapes

/// What policies ask of Canonical's client, which this version asks and does not change.
extension Planner {
  func judge(_ service: DesiredSet.Service, _ wanted: CanonicalClient) -> ServiceFinding {
    ServiceFinding(withheld: check(service, wanted))
  }

  private func check(_ service: DesiredSet.Service, _ wanted: CanonicalClient) -> [Withheld] {
    guard let services = input.snapshot.services else {
      return unseen(service, "the client").withheld
    }
    guard let client = services.canonical else {
      return missing(service, "the client canonical-livepatch is not here").withheld
    }
    var found: [Withheld] = []
    if let enabled = wanted.enabled?.value {
      switch client.isEnabled {
      case .unknown: found += (unseen(service, "whether the machine is enabled").withheld)
      case .known(enabled): break
      case .known:
        found.append(
          undone(
            service,
            "the machine is \(enabled ? "not enabled" : "enabled"): "
              + "\(client.client) \(enabled ? "enable" : "disable")"))
      }
      if !enabled { return found }
    }
    if let tier = wanted.tier?.value.text, client.tier != tier {
      found.append(
        undone(service, "the tier is \(client.tier ?? "not known"), and \(tier) is due"))
    }
    found += settings(service, wanted, client)
    if let assertions = wanted.assertions { found += check(service, assertions, client) }
    return found
  }

  private func settings(
    _ service: DesiredSet.Service, _ wanted: CanonicalClient, _ client: Services.Canonical
  ) -> [Withheld] {
    var due: [(key: String, value: String, isSo: Bool?)] = []
    let known = client.configuration?.value
    if let server = wanted.server?.value.text {
      due.append(("remote-server", server, known.map { $0.server == server }))
    }
    if let cutoff = wanted.cutoffDate?.value {
      due.append(("cutoff-date", "\(cutoff)", known.flatMap { isSame($0.cutoffDate, cutoff) }))
    }
    if let delay = wanted.patchDelay?.value {
      due.append(
        (
          "patch-delay", delay.shortText,
          known.flatMap { isSame($0.patchDelay, Int(clamping: delay.components.seconds)) }
        ))
    }
    if let interval = wanted.checkInterval?.value {
      let minutes = Int(clamping: interval.components.seconds / 60)
      due.append(
        ("check-interval", "\(minutes)", known.flatMap { isSame($0.checkInterval, minutes) }))
    }
    return due.compactMap { key, value, isSo in
      switch isSo {
      case true: nil
      case false:
        undone(service, "\(key) is not \(value): \(client.client) config \(key)=\(value)")
      case nil: unseen(service, "the client's \(key)").withheld.first
      }
    }
  }

  /// nil where it is not known; a setting that the client does not show is not set.
  private func isSame<Value: Hashable & Sendable>(_ fact: Fact<Value>?, _ value: Value) -> Bool? {
    switch fact {
    case nil: false
    case .unknown: nil
    case .known(let found): found == value
    }
  }

  /// What has to come of it on the running kernel. The client may call a patch applied: the kernel
  /// has the last word.
  private func check(
    _ service: DesiredSet.Service, _ wanted: CanonicalClient.Assertions,
    _ client: Services.Canonical
  ) -> [Withheld] {
    guard case .known(let kernels)? = client.kernels,
      let kernel = kernels.first(where: { $0.isRunning == .known(true) })
    else { return unseen(service, "what the client says of the running kernel").withheld }
    var found: [Withheld] = []
    func unmet(_ message: String) {
      found.append(
        service.withheld(.assertionUnmet, "\(message); see \(client.client) status --verbose"))
    }
    if let state = wanted.state?.value {
      switch kernel.state {
      case .unknown: found += (unseen(service, "the state of the client's live patch").withheld)
      case .known(let found) where found.rawValue != state.rawValue:
        unmet("the client's live patch is \(found.rawValue), and \(state.rawValue) is due")
      case .known: break
      }
      let inForce = input.snapshot.live.patches.contains {
        $0.module.hasPrefix("lkp_") && $0.state == .known(.applied)
      }
      if state == .applied, kernel.state == .known(.applied), !inForce {
        found.append(
          service.withheld(
            .notLoaded,
            "the client calls its live patch applied, and the kernel has none of its modules applied"
          ))
      }
    }
    if let least = wanted.minimumVersion?.value.text {
      if let version = kernel.version {
        if compareRPM(version, least) == .below {
          unmet("the live patch has version \(version), and \(least) is the least")
        }
      } else {
        unmet("there is no live patch, and version \(least) is the least")
      }
    }
    if let fixes = wanted.fixes {
      switch kernel.fixes {
      case .unknown: found += (unseen(service, "what the client's live patch fixes").withheld)
      case .known(let known):
        let patched = Set(known.filter { $0.isPatched == .known(true) }.map(\.name))
        let open = fixes.map(\.value.text).filter { !patched.contains($0) }
        if !open.isEmpty {
          unmet("the live patch does not fix \(open.joined(separator: ", "))")
          found[found.count - 1].openCVEs = open
        }
      }
    }
    return found
  }
}

extension Planner {
  private func undone(_ service: DesiredSet.Service, _ what: String) -> Withheld {
    service.withheld(.notSupported, "\(what); this version of klpolicy does not do that itself")
  }
}
