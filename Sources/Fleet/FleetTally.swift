internal import Documents

/// Counts plans for a summary. Names are kept up to a limit, so that no fleet exhausts the memory;
/// what is beyond it is counted.
struct FleetTally: Sendable {
  /// How many hosts are named as examples of each.
  static let examples = 20
  /// How many kernels, patches and CVEs each have a count of their own.
  static let names = 10_000

  private var reasons: [ReasonKey: Named] = [:]
  private var kernels: [String: FleetSummary.Outcomes] = [:]
  private var patches: [String: FleetSummary.PatchCount] = [:]
  /// There are few, whose names are klpolicy's own.
  private var services: [String: FleetSummary.ServiceCount] = [:]
  private var cves: [String: Named] = [:]
  private var outcomes = FleetSummary.Outcomes()
  private var unverified = Named()
  /// What was not counted by name. Each host counts for itself.
  private var notListed = 0

  private struct ReasonKey: Hashable {
    var reason: Reason
    var part: FleetSummary.ReasonCount.Part
  }

  /// How many hosts, and which came first.
  private struct Named {
    var count = 0
    var examples: [String] = []

    mutating func add(_ host: String) {
      count += 1
      if examples.count < FleetTally.examples { examples.append(host) }
    }

    static func += (all: inout Named, more: Named) {
      all.count += more.count
      all.examples += more.examples.prefix(FleetTally.examples - all.examples.count)
    }
  }

  mutating func add(_ plan: Plan) {
    let host = plan.host.hostname
    add(outcome(of: plan), kernel: plan.host.kernelRelease)
    if plan.warnings.contains(where: { $0.code == Warning.unverified })
      || plan.blocked.contains(where: { $0.reason == .unverified })
    {
      unverified.add(host)
    }
    var seen: Set<ReasonKey> = []
    let parts: [(FleetSummary.ReasonCount.Part, [Reason])] = [
      (.step, plan.steps.map(\.reason)), (.deferred, plan.deferred.map(\.reason)),
      (.blocked, plan.blocked.map(\.reason)),
    ]
    for (part, all) in parts {
      for reason in all {
        let key = ReasonKey(reason: reason, part: part)
        if seen.insert(key).inserted { reasons[key, default: Named()].add(host) }
      }
    }
    count(Set(plan.steps.filter { $0.action == .load }.compactMap(\.patch)), \.load)
    count(Set(plan.steps.filter { $0.action == .unload }.compactMap(\.patch)), \.remove)
    count(Set(plan.deferred.compactMap(\.patch)), \.deferred)
    count(Set(plan.blocked.compactMap(\.patch)), \.blocked)
    for name in Set(plan.steps.compactMap(\.service)) { services.count(name, \.change) }
    for name in Set(plan.deferred.compactMap(\.service)) { services.count(name, \.deferred) }
    for name in Set(plan.blocked.compactMap(\.service)) { services.count(name, \.blocked) }
    for cve in Set((plan.deferred + plan.blocked).flatMap(\.openCVEs)) {
      if cves[cve] == nil, cves.count >= FleetTally.names {
        notListed += 1
      } else {
        cves[cve, default: Named()].add(host)
      }
    }
  }

  private func outcome(of plan: Plan) -> WritableKeyPath<FleetSummary.Outcomes, Int> {
    if !plan.blocked.isEmpty { return \.blocked }
    if plan.changed { return \.changes }
    if !plan.deferred.isEmpty { return \.deferred }
    func warns(_ code: String) -> Bool { plan.warnings.contains { $0.code == code } }
    if warns(Warning.noPolicyForKernel) { return \.uncovered }
    return warns(Warning.unverified) ? \.unverified : \.converged
  }

  private mutating func add(
    _ outcome: WritableKeyPath<FleetSummary.Outcomes, Int>, kernel release: String
  ) {
    outcomes[keyPath: outcome] += 1
    if kernels[release] == nil, kernels.count >= FleetTally.names {
      notListed += 1
    } else {
      kernels[release, default: FleetSummary.Outcomes()][keyPath: outcome] += 1
    }
  }

  private mutating func count(
    _ names: Set<String>, _ what: WritableKeyPath<FleetSummary.PatchCount, Int>
  ) {
    for name in names {
      if patches[name] == nil, patches.count >= FleetTally.names {
        notListed += 1
      } else {
        patches[name, default: FleetSummary.PatchCount(patch: name)][keyPath: what] += 1
      }
    }
  }

  /// Adds what was counted of later hosts.
  static func += (all: inout FleetTally, more: FleetTally) {
    for (key, named) in more.reasons { all.reasons[key, default: Named()] += named }
    for (cve, named) in more.cves {
      if all.cves[cve] == nil, all.cves.count >= names {
        all.notListed += named.count
      } else {
        all.cves[cve, default: Named()] += named
      }
    }
    for (release, outcomes) in more.kernels {
      if all.kernels[release] == nil, all.kernels.count >= names {
        all.notListed += outcomes.total
      } else {
        all.kernels[release, default: FleetSummary.Outcomes()] += outcomes
      }
    }
    for (name, count) in more.patches {
      if all.patches[name] == nil, all.patches.count >= names {
        all.notListed += 1
      } else {
        all.patches[name, default: FleetSummary.PatchCount(patch: name)] += count
      }
    }
    for (name, count) in more.services {
      all.services[name, default: FleetSummary.ServiceCount(service: name)] += count
    }
    all.outcomes += more.outcomes
    all.unverified += more.unverified
    all.notListed += more.notListed
  }

  /// The document, all lists in an order that does not depend on who counted what.
  func summary(_ counts: FleetCounts, at: Timestamp, toolVersion: String) -> FleetSummary {
    var summary = FleetSummary(at: at, toolVersion: toolVersion)
    summary.hosts = counts.planned
    summary.refused = counts.refused + counts.failed
    summary.outcomes = outcomes
    summary.unverified = unverified.count
    summary.unverifiedExamples = unverified.examples
    summary.notListed = notListed
    summary.reasons = reasons.map { key, named in
      FleetSummary.ReasonCount(
        reason: key.reason, part: key.part, hosts: named.count, examples: named.examples)
    }.sorted {
      ($1.hosts, $0.part.rawValue, $0.reason.rawValue)
        < ($0.hosts, $1.part.rawValue, $1.reason.rawValue)
    }
    summary.kernels = kernels.map {
      FleetSummary.KernelCount(release: $0.key, outcomes: $0.value)
    }.sorted { ($1.outcomes.total, $0.release) < ($0.outcomes.total, $1.release) }
    summary.patches = patches.values.sorted { $0.patch < $1.patch }
    summary.services = services.values.sorted { $0.service < $1.service }
    summary.cves = cves.map {
      FleetSummary.CVECount(cve: $0.key, open: $0.value.count, examples: $0.value.examples)
    }.sorted { ($1.open, $0.cve) < ($0.open, $1.cve) }
    return summary
  }
}

extension FleetSummary.Outcomes {
  fileprivate static func += (all: inout Self, more: Self) {
    all.converged += more.converged
    all.changes += more.changes
    all.deferred += more.deferred
    all.blocked += more.blocked
    all.uncovered += more.uncovered
    all.unverified += more.unverified
  }
}

extension FleetSummary.PatchCount {
  fileprivate static func += (all: inout Self, more: Self) {
    all.load += more.load
    all.remove += more.remove
    all.deferred += more.deferred
    all.blocked += more.blocked
  }
}

extension FleetSummary.ServiceCount {
  fileprivate static func += (all: inout Self, more: Self) {
    all.change += more.change
    all.deferred += more.deferred
    all.blocked += more.blocked
  }
}

extension [String: FleetSummary.ServiceCount] {
  fileprivate mutating func count(
    _ service: String, _ what: WritableKeyPath<FleetSummary.ServiceCount, Int>
  ) {
    self[service, default: FleetSummary.ServiceCount(service: service)][keyPath: what] += 1
  }
}
