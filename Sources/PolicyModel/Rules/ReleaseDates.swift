internal import Diagnostics
internal import Nodes
internal import Shapes

/// A build whose admission depends on its release date has one.
struct ReleaseDates: Rule {
  func check(_ context: RuleContext, _ findings: inout [Diagnostic]) {
    // What demands a date, by patch; the first one is told.
    var demands: [String: (what: String, place: Location)] = [:]
    for policy in context.policies {
      guard let demand = policy.demandForDates else { continue }
      for entry in policy.spec.kernels.flatMap(\.patches) where entry.state.value == .applied {
        if entry.isInPlace {
          if entry.released == nil, entry.module != nil {
            findings.append(missing(entry.name.value.text, at: entry.location, demand))
          }
        } else if demands[entry.name.value.text] == nil {
          demands[entry.name.value.text] = demand
        }
      }
    }
    for (name, demand) in demands.sorted(by: { $0.key < $1.key }) {
      for build in context.catalogue[name]?.parts.flatMap(\.builds) ?? []
      where build.released == nil && !build.isWithdrawn {
        findings.append(missing(name, at: build.location, demand))
      }
    }
  }

  private func missing(
    _ patch: String, at location: Location, _ demand: (what: String, place: Location)
  ) -> Diagnostic {
    Diagnostic(
      .missingKey,
      "`released` is missing: the patch \(patch.quoted) is under \(demand.what)",
      at: location, advice: "add the day the build was released, such as 2026-11-01",
      notes: [Diagnostic.Note("said here", at: demand.place)])
  }
}

extension Policy {
  fileprivate var demandForDates: (what: String, place: Location)? {
    if let rollout = spec.rollout { return ("a rollout", rollout.place.location) }
    if let cutoff = spec.cutoff { return ("a cutoff", cutoff.location) }
    return spec.minimumAge.map { ("a minimum age", $0.location) }
  }
}
