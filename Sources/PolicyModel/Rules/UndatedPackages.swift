package import Diagnostics
internal import Nodes
internal import Shapes

extension Diagnostic.Code {
  package static let undatedPackages = Diagnostic.Code(
    "undated-packages",
    "A cutoff or a minimum age that admits no package, as nothing tells its age.")
}

/// zypper does not tell when a package was built, so nothing that goes by that admits one.
struct UndatedPackages: Rule {
  func check(_ context: RuleContext, _ findings: inout [Diagnostic]) {
    let onEveryHost = context.policies.filter { $0.speaksOfWholeHost && $0.spec.hosts == nil }
    for policy in context.policies {
      let binding = [policy] + onEveryHost.filter { $0 !== policy }
      guard let demand = binding.lazy.compactMap(\.demandForAge).first else { continue }
      for entry in policy.spec.services {
        guard let suse = entry.suse, suse.version == nil else { continue }
        findings.append(
          Diagnostic(
            .undatedPackages,
            "zypper does not tell when a package was built, so under \(demand.what) none is ever taken "
              + "as the latest, or as the least",
            at: suse.minimumVersion?.location ?? entry.place.location,
            advice:
              "name a version, or lift it for these hosts: a rollout's waves count from their "
              + "beginning there",
            severity: .warning, notes: [Diagnostic.Note("said here", at: demand.place)]))
      }
    }
  }
}

extension Policy {
  fileprivate var demandForAge: (what: String, place: Location)? {
    if let cutoff = spec.cutoff { return ("a cutoff", cutoff.location) }
    return spec.minimumAge.map { ("a minimum age", $0.location) }
  }
}
