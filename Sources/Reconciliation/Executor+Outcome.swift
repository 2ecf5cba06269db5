internal import Documents
internal import Files
internal import Journal
internal import LivepatchHost
internal import SystemPackage

/// What is written down of a group beside its changes: that it is done, or what is not to be tried
/// again.
extension Executor {
  /// Writes down that a group is done and verified.
  mutating func settle(_ steps: [Step]) {
    let done = steps.filter { statuses[$0.id] == .done }
    let applied = done.filter { $0.action == .load }.compactMap { staged[$0.module]?.record }
    let loaded = Set(applied.map(\.module))
    let removed = done.filter { $0.action == .unload && !loaded.contains($0.module) }.map(\.module)
    settle(
      applied: applied, removed: removed, packages: changedPackages.map(\.change),
      clients: done.contains { $0.service == "canonical" } ? ["canonical"] : [])
  }

  /// Writes down that what an earlier run had loaded is verified.
  mutating func settle(leftover module: String) {
    guard observedPatch(module)?.state == .known(.applied), let record = terms.records[module]
    else { return }
    settle(applied: [record], removed: [])
  }

  private mutating func settle(
    applied: [ManagedModule], removed: [String], packages: [PackageChange] = [],
    clients: [String] = []
  ) {
    if applied.isEmpty, removed.isEmpty, packages.isEmpty, clients.isEmpty { return }
    let names =
      applied.map(\.module) + packages.map(\.name)
      + (clients.isEmpty ? [] : [Services.Canonical.name])
    // What was in force before is in the announcement.
    let packages = packages.map { change in
      var change = change
      change.before = nil
      return change
    }
    do throws(SystemError) {
      try journal.settle(
        Settled(
          kernel: terms.kernelRelease, applied: applied, removed: removed,
          packages: packages, clients: clients,
          probationSeconds: names.map { terms.probationSeconds(of: $0) }.max() ?? 0))
    } catch {
      fail(
        nil,
        StepFailure(
          error,
          "that the group is done and verified is not in the journal, so it is not restored at boot"
        ),
        phase: .apply)
      isLeftChanged = true
    }
  }

  /// Writes down what is not to be tried again as it was.
  ///
  /// - Parameters:
  ///   - step: the one that failed; nil when the group as a whole did.
  ///   - steps: the group.
  ///   - failure: what happened.
  ///   - before: the live patches before the group.
  mutating func blame(
    _ step: Step?, of steps: [Step], _ failure: StepFailure, before: [LivePatch]
  ) {
    let cause: BuildFailure.Cause
    switch failure.fault {
    case .none: return
    case .certain(let certain): cause = certain
    case .passing: cause = .stalled
    }
    var blamed: [(module: String, patch: String?, action: Step.Action)] = []
    if let step {
      let isLoad = step.action == .load || (step.action == .await && isLoading(step.module))
      blamed = [(step.module, step.patch, isLoad ? .load : .unload)]
      if let package = step.package { blamed = [(package, step.service, .install)] }
      if step.service == "canonical", step.setting == nil {
        blamed = services.unfinishedSettings.map { ($0.text, $0.service, .configure) }
      }
      if let setting = step.clientSetting { blamed = [(setting, step.service, .configure)] }
    } else {
      // What the group added is to blame; where it only took something off, that.
      let packages = steps.filter { $0.package != nil }
      blamed = packages.map { ($0.package ?? $0.module, $0.service, .install) }
      blamed += steps.compactMap { step in
        step.clientSetting.map { ($0, step.service, .configure) }
      }
      let loads = steps.filter { $0.action == .load }
      let parts = loads.isEmpty ? steps.filter { $0.action == .unload } : loads
      blamed += parts.map { ($0.module, $0.patch, $0.action) }
      if steps.contains(where: { $0.service == "canonical" && $0.setting == nil }) {
        blamed += services.unfinishedSettings.map { ($0.text, $0.service, .configure) }
      }
      // An earlier run had begun it. A file of a service has loaded nothing.
      if blamed.isEmpty {
        blamed = steps.filter { $0.action == .await }.map { ($0.module, $0.patch, .load) }
      }
    }
    for (module, patch, action) in blamed {
      let record =
        (action == .load ? staged[module]?.record : nil) ?? terms.records[module]
      let live = before.first { $0.module == module }
      let failed = BuildFailure(
        module: module, buildID: record?.buildID ?? live?.buildID?.value,
        patch: record?.patch ?? patch, sha256: record?.sha256, action: action, cause: cause,
        at: terms.clock(), message: failure.message)
      do throws(SystemError) {
        try journal.fail(failed)
      } catch {
        fail(nil, StepFailure(error, "that \(module) failed is not in the journal"), phase: .apply)
      }
    }
  }
}

extension Step {
  /// What it tells a vendor's client.
  fileprivate var clientSetting: String? { service == "canonical" ? setting : nil }
}
