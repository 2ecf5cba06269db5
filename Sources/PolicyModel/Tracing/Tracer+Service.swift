internal import Diagnostics
package import Documents
internal import HostFacts
internal import Nodes
internal import Schedule
internal import Shapes

extension PolicySet {
  /// Every rule that speaks of a vendor's service, held against a host at a moment. Of kpatch's directory
  /// each patch is traced by its own name.
  package func trace(
    ofService service: ServiceKind, on host: Host, at now: Timestamp
  ) -> PatchTrace {
    var tracer = Tracer(service, in: self, Subject(host, now: now))
    tracer.traceService(service)
    return tracer.trace
  }
}

extension Tracer {
  fileprivate mutating func traceService(_ kind: ServiceKind) {
    traceServicePolicies(kind)
    let candidates = layering.serviceCandidates.filter { $0.subject.kind == kind }
    guard
      let winner = candidates.first(where: { candidate in
        candidates.allSatisfy { $0.policy.spec.priority <= candidate.policy.spec.priority }
      })
    else { return }
    traceServiceLayering(winner, candidates)
    traceConstraintsOfService()
  }

  /// Which policies speak of the service, and which of them, and of their entries, are for the host.
  private mutating func traceServicePolicies(_ kind: ServiceKind) {
    for policy in set.policies.sorted(by: { $0.name.value.text < $1.name.value.text }) {
      let entries = policy.spec.services.filter { $0.kind == kind }
      guard !entries.isEmpty || policy.speaksOfWholeHost else { continue }
      let name = policy.name.value.text
      switch policy.selection(of: subject.host) {
      case .selected:
        let which = policy.spec.hosts == nil ? "is for every host" : "is for this host"
        tell(
          .policies, name, .yes,
          entries.isEmpty
            ? which + "; it names no patch and no service, so what it demands binds every one"
            : which,
          policy: name, at: policy.spec.hosts?.place.location ?? policy.name.location)
      case .other(let why, let place):
        tell(.policies, name, .no, "is not for this host: \(why)", policy: name, at: place)
        continue
      case .unknown(let why, let place):
        tell(
          .policies, name, .unknown, "whether it is for this host is not known: \(why)",
          policy: name, reason: .unverified, at: place)
        continue
      }
      for entry in entries { traceEntry(entry, of: name) }
    }
    if findings.isEmpty {
      tell(.policies, patch, .no, "no given policy speaks of it", at: nil)
    }
  }

  private mutating func traceEntry(_ entry: ServiceEntry, of policy: String) {
    let subjectText = entry.release.map { "release \($0.value.text)" } ?? "every kernel"
    switch entry.selection(of: subject) {
    case .selected:
      tell(
        .policies, subjectText, .yes, "is for the kernel \(subject.release.text)", policy: policy,
        at: entry.release?.location ?? entry.place.location)
    case .other(let why, let place), .unknown(let why, let place):
      tell(.policies, subjectText, .no, why, policy: policy, at: place)
    }
  }

  /// Which entry wins the service and why, and whose constraints bind it.
  private mutating func traceServiceLayering(
    _ winner: ServiceCandidate, _ candidates: [ServiceCandidate]
  ) {
    let top = winner.policy.spec.priority
    for candidate in candidates.sorted(by: { $0.policy.spec.priority > $1.policy.spec.priority }) {
      let name = candidate.policy.name.value.text
      let (verdict, message): (Explanation.Verdict, String)
      if candidate.entry === winner.entry {
        let others = candidates.count == 1
        let isHighest = candidates.contains { $0.policy.spec.priority < top }
        verdict = .yes
        message =
          "\(candidate.wish); "
          + (others
            ? "nobody else speaks of it here"
            : isHighest
              ? "its priority \(top) is the highest"
              : "it comes first by name among those that agree")
      } else if candidate.policy.spec.priority == top {
        verdict = .yes
        message = "\(candidate.wish), just as \(winner.policy.name.value.text) does"
      } else {
        verdict = .no
        message =
          "\(candidate.wish), and lost the whole service: priority \(top) of "
          + "\(winner.policy.name.value.text) is higher than its \(candidate.policy.spec.priority)"
      }
      tell(.layering, name, verdict, message, policy: name, at: candidate.place.location)
    }
    tell(
      .layering, "constraints", .note,
      "of " + constraints.policies.map(\.name.value.text).joined(separator: ", "), at: nil)
  }
}

extension ServiceCandidate {
  /// What it says, in a few words; of a token only that there is one.
  fileprivate var wish: String {
    let words = said.compactMap { key, value -> String? in
      guard let value else { return nil }
      switch key {
      case "token", "assertions": return key
      case "cutoffDate":
        return "\(key) " + (Int(value).map { "\(Timestamp(secondsSinceEpoch: $0))" } ?? "")
      default: return "\(key) \(value)"
      }
    }
    let isPackage = entry.redHat != nil || entry.suse != nil
    let saysVersion = said.contains { $0.value != nil && $0.key.lowercased().hasSuffix("version") }
    let latest = isPackage && !saysVersion ? ["the latest package that is admitted"] : []
    let all = latest + words
    return all.isEmpty ? "wants nothing changed" : "wants " + all.joined(separator: ", ")
  }
}
