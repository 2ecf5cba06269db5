internal import Compatibility
internal import Documents
internal import HostFacts
internal import PolicyModel
internal import Shapes

/// What policies ask of Canonical's client: settings that it is told, whether it is enabled, and what
/// has to come of that. It cannot be told which live patch to load.
extension Planner {
  func judge(_ service: DesiredSet.Service, _ wanted: CanonicalClient) -> ServiceFinding {
    guard let services = input.snapshot.services else { return unseen(service, "the client") }
    guard let client = services.canonical else {
      return missing(service, "the client canonical-livepatch is not here")
    }
    guard case .known(let isEnabled) = client.isEnabled else {
      return unseen(service, client, "whether the machine is enabled")
    }
    let due = settings(wanted).filter { $0.isSo(in: client) != true }
    let unknown = due.filter { $0.isSo(in: client) == nil }
    let doubts = unknown.flatMap { unseen(service, client, "the client's \($0.key)").withheld }
    // How it is set does not keep the machine from being disabled.
    let isDisabling = isEnabled && wanted.enabled?.value == false
    // How its live patch is counts however it is set.
    let outcome = isEnabled && !isDisabling ? truth(service, wanted, client) : ServiceFinding()
    if !doubts.isEmpty, !isDisabling { return ServiceFinding(withheld: doubts) + outcome }
    var changes = due.filter { $0.isSo(in: client) != nil }
    if let enabled = wanted.enabled?.value, enabled != isEnabled {
      // What it may take is said before it takes anything, and it takes nothing more once it is off.
      changes.insert(.enabled(enabled), at: enabled ? changes.endIndex : 0)
    }
    if changes.isEmpty, let unfinished = unfinishedClient(service) { return unfinished }
    if changes.isEmpty { return outcome }
    let found = change(service, wanted, client, changes)
    if found.work.contains(where: { $0.reason == .unfinished }) { return found }
    // What is wrong with it may be what the settings are for, so it does not keep them from being made.
    return found
      + ServiceFinding(left: doubts + outcome.withheld.filter { !found.withheld.contains($0) })
  }

  /// What an earlier run told the client and was ended before it had verified: that is done before
  /// anything else, or taken back, unless a boot ended by it.
  private func unfinishedClient(_ service: DesiredSet.Service) -> ServiceFinding? {
    guard
      input.snapshot.history.unfinishedSettings.contains(where: {
        $0.service == service.kind.rawValue
      }),
      earlierFailure(.configure, of: "enabled=true", service.constraints)?.reason != .crashGuard
    else { return nil }
    return ServiceFinding(work: [
      ServiceChange.Work(
        action: .await, module: Services.Canonical.name, reason: .unfinished)
    ])
  }

  private func settings(_ wanted: CanonicalClient) -> [Services.Canonical.Setting] {
    var settings: [Services.Canonical.Setting] = []
    if let server = wanted.server?.value { settings.append(.server(server.text)) }
    if let date = wanted.cutoffDate?.value { settings.append(.cutoffDate(date)) }
    if let delay = wanted.patchDelay?.value {
      settings.append(.patchDelay(Int(clamping: delay.components.seconds)))
    }
    if let interval = wanted.checkInterval?.value {
      settings.append(.checkInterval(Int(clamping: interval.components.seconds / 60)))
    }
    return settings
  }

  /// The steps that tell the client so, unless something stands in their way.
  private func change(
    _ service: DesiredSet.Service, _ wanted: CanonicalClient, _ client: Services.Canonical,
    _ due: [Services.Canonical.Setting]
  ) -> ServiceFinding {
    let name = Services.Canonical.name
    let isDisabling = due.contains(.enabled(false))
    var changes = due
    var withheld: [Withheld] = []
    for change in due {
      guard let obstacle = earlierFailure(.configure, of: "\(change)", service.constraints) else {
        continue
      }
      // Killed before it had taken back what failed.
      if let unfinished = unfinishedClient(service) { return unfinished }
      let failed = service.withheld(obstacle.reason, obstacle.message, module: name)
      // A setting that it does not take keeps no client enabled.
      guard isDisabling, change != .enabled(false) else {
        return ServiceFinding(withheld: [failed])
      }
      withheld.append(failed)
      changes.removeAll { $0 == change }
    }
    if client.isEnabled == .known(true), !isDisabling {
      // What it is told would be verified by that, and blamed for it.
      let doubts = standing(service, client).doubts
      if !doubts.isEmpty {
        return unfinishedClient(service) ?? ServiceFinding(withheld: doubts, left: withheld)
      }
    }
    if let refusal = service.constraints.refusal(
      ofPackage: settings(wanted).map(\.description).joined(separator: " "),
      service: service.kind.rawValue, built: nil, on: input.snapshot.host, at: input.at,
      source: service.source)
    {
      return ServiceFinding(withheld: [
        service.withheld(refusal.reason, refusal.message, module: name, until: refusal.until)
      ])
    }
    let found = ServiceFinding(
      work: changes.map { change in
        ServiceChange.Work(
          action: .configure, module: name, reason: .otherSetting, setting: "\(change)",
          isReversible: change != .enabled(false)
            || (wanted.token != nil && input.clientToken == .usable))
      }, left: withheld)
    guard changes.contains(.enabled(true)) else { return found }
    let endangered = inForceBeside(service, own: [])
    if !endangered.isEmpty {
      return ServiceFinding(withheld: [
        service.withheld(
          .wouldReplaceForeign,
          "the client's live patch may replace every other one, and "
            + "\(endangered.joined(separator: ", ")) would be in force beside it; take that off, or "
            + "leave the client as it is", module: name)
      ])
    }
    return found + ServiceFinding(withheld: token(service, wanted))
  }

  /// What keeps the machine from being enabled with the token that a policy names.
  private func token(_ service: DesiredSet.Service, _ wanted: CanonicalClient) -> [Withheld] {
    guard wanted.token != nil else {
      return [
        service.withheld(
          .tokenUnusable,
          "the machine is not enabled, and the policy does not say where a token is: name a file that "
            + "only root can read as token.file, or a credential of systemd as token.credential",
          module: Services.Canonical.name)
      ]
    }
    switch input.clientToken {
    case .usable: return []
    case .unusable(let why):
      return [service.withheld(.tokenUnusable, why, module: Services.Canonical.name)]
    case .unobserved(let why): return unseen(service, why).withheld
    case nil where input.options.unverified == .block: return []
    case nil: return unseen(service, "whether the token can be used").withheld
    }
  }

  /// What has come of an enabled client on the running kernel. It may call a patch applied: the kernel
  /// has the last word.
  private func truth(
    _ service: DesiredSet.Service, _ wanted: CanonicalClient, _ client: Services.Canonical
  ) -> ServiceFinding {
    if let obstacle = failureInPlace(.configure, of: "enabled=true", service.constraints) {
      return ServiceFinding(withheld: [
        service.withheld(
          obstacle.reason,
          obstacle.message + "; it is enabled, and its daemon may load its live patch by itself: "
            + "\(client.client) disable")
      ])
    }
    let failed = settings(wanted).compactMap {
      failureInPlace(.configure, of: "\($0)", service.constraints)
    }
    if !failed.isEmpty {
      return ServiceFinding(
        withheld: failed.map {
          service.withheld($0.reason, $0.message + "; it is set so all the same")
        })
    }
    if let tier = wanted.tier?.value.text, client.tier != tier {
      return ServiceFinding(withheld: [
        service.withheld(
          .notSupported,
          "the tier is \(client.tier ?? "not known"), and \(tier) is due; the client has no setting for "
            + "it, as the token or the server decides: enable the machine with a token of that tier"
        )
      ])
    }
    let how = standing(service, client)
    guard let kernel = client.runningKernel, let state = how.state else {
      return ServiceFinding(withheld: how.doubts)
    }
    var found = ServiceFinding()
    if let assertions = wanted.assertions {
      found.withheld = check(service, assertions, client, kernel, state)
    }
    if wanted.assertions?.state == nil {
      found = found + outcome(service, client, kernel, state)
    }
    return found
  }

  /// What comes of the state that the client says its live patch is in, where no policy says which one is
  /// due.
  private func outcome(
    _ service: DesiredSet.Service, _ client: Services.Canonical,
    _ kernel: Services.Canonical.Kernel, _ state: Services.Canonical.State
  ) -> ServiceFinding {
    func blocked(_ reason: Reason, _ message: String) -> ServiceFinding {
      ServiceFinding(withheld: [
        service.withheld(
          reason, "the machine is enabled, and \(message); see \(client.client) status --verbose")
      ])
    }
    switch state {
    case .applyFailed, .appliedWithBug:
      return blocked(.notInForce, "the client's live patch is \(state.rawValue)")
    case .kernelUpgradeRequired:
      return blocked(
        .needsReboot,
        "the client has no more live patches for the running kernel: install a newer kernel and reboot"
      )
    case .applied, .unapplied, .applying, .nothingToApply, .unknown: break
    }
    // That there is nothing to apply, or not yet, says nothing of a kernel for which nothing is made.
    switch kernel.supported {
    case .known(.unsupported), .known(.kernelEndOfLife):
      return blocked(
        .notSupported,
        "the client has no live patches for the running kernel ("
          + "\(kernel.supported.value?.rawValue ?? "")): install a kernel that it supports")
    case .known(.kernelUpgradeRequired):
      return blocked(
        .needsReboot,
        "the client gets no more live patches for the running kernel: install a newer one and reboot"
      )
    case .known(.supported), .known(.unknown), .unknown: break
    }
    if state == .unapplied || state == .applying {
      return ServiceFinding(waiting: [
        service.withheld(
          .notInForce,
          "the machine is enabled, and the client's live patch is \(state.rawValue), so it is not in "
            + "force yet; if that does not end, see \(client.client) status --verbose")
      ])
    }
    if kernel.checkState == .known(.checkFailed) {
      return ServiceFinding(waiting: [
        service.withheld(
          .downloadFailed,
          "the machine is enabled, and the client could not ask its server for live patches the last time "
            + "that it tried; if that does not end, see \(client.client) status --verbose")
      ])
    }
    return ServiceFinding()
  }

  /// How the live patch of an enabled client is on the running kernel; nil where that cannot be told, or the
  /// kernel does not bear it out, and why.
  private func standing(
    _ service: DesiredSet.Service, _ client: Services.Canonical
  ) -> (state: Services.Canonical.State?, doubts: [Withheld]) {
    guard let kernel = client.runningKernel else {
      return (nil, unseen(service, client, "what the client says of the running kernel").withheld)
    }
    switch kernel.state {
    case .unknown, .known(.unknown):
      return (nil, unseen(service, client, "the state of the client's live patch").withheld)
    case .known(.applied) where !kernel.isApplied(in: input.snapshot.live.patches):
      return (
        nil,
        [
          service.withheld(
            .notLoaded,
            "the client calls its live patch \(kernel.version ?? "") applied, and the kernel has no module "
              + "of it applied; see \(client.client) status --verbose",
            module: Services.Canonical.name)
        ]
      )
    case .known(let state): return (state, [])
    }
  }

  /// What the client did not show, why, and who knows more.
  private func unseen(
    _ service: DesiredSet.Service, _ client: Services.Canonical, _ what: String
  ) -> ServiceFinding {
    var found = unseen(service, what, under: [client.client])
    for index in found.withheld.indices {
      found.withheld[index].message += "; see what \(client.client) status --verbose says"
    }
    return found
  }

  private func check(
    _ service: DesiredSet.Service, _ wanted: CanonicalClient.Assertions,
    _ client: Services.Canonical, _ kernel: Services.Canonical.Kernel,
    _ state: Services.Canonical.State
  ) -> [Withheld] {
    var found: [Withheld] = []
    func unmet(_ message: String) {
      found.append(
        service.withheld(.assertionUnmet, "\(message); see \(client.client) status --verbose"))
    }
    if let due = wanted.state?.value, due.rawValue != state.rawValue {
      unmet("the client's live patch is \(state.rawValue), and \(due.rawValue) is due")
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
      case .unknown:
        found += (unseen(service, client, "what the client's live patch fixes").withheld)
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

  /// How the client was set when the plan was made. When it last asked for patches is no part of it.
  var clientBasis: Fact<Services.Canonical> {
    guard let services = input.snapshot.services else { return .unknown }
    var client = services.canonical ?? Services.Canonical(client: "none", isEnabled: .unknown)
    client.lastCheck = nil
    return .known(client)
  }
}
