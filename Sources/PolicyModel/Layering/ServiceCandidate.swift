internal import Diagnostics
internal import Documents
internal import HostFacts
internal import Nodes
internal import Shapes

/// What one policy says of one service, or of one patch in kpatch's directory.
struct ServiceCandidate {
  /// What is won by one policy.
  struct SubjectOfService: Hashable, Comparable {
    var kind: ServiceKind
    /// Empty where the whole service is meant.
    var patch: String

    static func < (lhs: SubjectOfService, rhs: SubjectOfService) -> Bool {
      (lhs.kind, lhs.patch) < (rhs.kind, rhs.patch)
    }
  }

  let policy: Policy
  let entry: ServiceEntry
  let subject: SubjectOfService
  /// Of kpatch's directory.
  let module: KpatchModule?

  /// What an entry says, a candidate for each patch of kpatch's directory.
  static func all(_ entry: ServiceEntry, of policy: Policy) -> [ServiceCandidate] {
    guard let kind = entry.kind else { return [] }
    guard let kpatch = entry.kpatch else {
      return [
        ServiceCandidate(
          policy: policy, entry: entry, subject: SubjectOfService(kind: kind, patch: ""),
          module: nil)
      ]
    }
    return kpatch.modules.map { module in
      ServiceCandidate(
        policy: policy, entry: entry,
        subject: SubjectOfService(kind: kind, patch: module.name.value.text), module: module)
    }
  }

  var place: Place { module?.place ?? entry.place }

  var order: Candidate.Order {
    Candidate.Order(
      policy: policy.name.value.text, path: place.source.path,
      position: place.position ?? Position(line: 0, column: 0))
  }

  /// The keys in which another candidate for the same says something else.
  func differences(from other: ServiceCandidate) -> [String] {
    if let module, let other = other.module {
      return [
        ("state", module.state.value == other.state.value),
        ("module", module.module?.value == other.module?.value),
      ].filter { !$0.1 }.map(\.0)
    }
    return zip(said, other.said).filter { $0.value != $1.value }.map(\.0.key)
  }

  /// All that it says of the whole service, as texts; the same keys for each entry of a kind.
  var said: [(key: String, value: String?)] {
    if let redHat = entry.redHat {
      return [
        ("version", redHat.version?.value.text),
        ("minimumVersion", redHat.minimumVersion?.value.text),
        ("plugin", redHat.plugin?.value.rawValue),
      ]
    }
    if let suse = entry.suse {
      return [
        ("version", suse.version?.value.text), ("minimumVersion", suse.minimumVersion?.value.text),
      ]
    }
    guard let client = entry.canonical else { return [] }
    let assertions = client.assertions
    return [
      ("enabled", client.enabled.map { "\($0.value)" }),
      ("cutoffDate", client.cutoffDate.map { "\($0.value.secondsSinceEpoch)" }),
      ("patchDelay", client.patchDelay?.value.shortText),
      ("server", client.server?.value.text), ("tier", client.tier?.value.text),
      ("checkInterval", client.checkInterval?.value.shortText),
      ("token", client.token.map { $0.file?.value.text ?? $0.credential?.value.text ?? "" }),
      (
        "assertions",
        assertions.map { assertions in
          [
            assertions.state?.value.rawValue, assertions.minimumVersion?.value.text,
            assertions.fixes.map { Set($0.map(\.value.text)).sorted().joined(separator: " ") },
          ].map { $0 ?? "-" }.joined(separator: "\n")
        }
      ),
    ]
  }
}

extension Layering {
  /// What the policies that are for the host say of services on its kernel, in order.
  var serviceCandidates: [ServiceCandidate] {
    selected.flatMap { policy in
      policy.spec.services.filter { $0.selection(of: subject).isSelected }
        .flatMap { ServiceCandidate.all($0, of: policy) }
    }.sorted { $0.order < $1.order }
  }

  /// One answer for each service, and for each patch in kpatch's directory, that the policies speak
  /// of: that of the highest priority, of which those that say it must agree.
  mutating func settledServices() -> [DesiredSet.Service] {
    Dictionary(grouping: serviceCandidates, by: \.subject).sorted { $0.key < $1.key }
      .compactMap { settle($0.value) }
  }

  private mutating func settle(_ all: [ServiceCandidate]) -> DesiredSet.Service? {
    let top = all.map(\.policy.spec.priority).max()
    let contenders = all.filter { $0.policy.spec.priority == top }
    guard let winner = contenders.first, let wanted = wanted(winner) else { return nil }
    for other in contenders.dropFirst() { report(other, against: winner) }
    var policies: [String: Policy] = [:]
    for policy in all.map(\.policy) + selected.filter(\.speaksOfWholeHost) {
      policies[policy.name.value.text] = policy
    }
    return DesiredSet.Service(
      kind: winner.subject.kind, wanted: wanted, policy: winner.policy.name.value.text,
      constraints: Constraints(Array(policies.values), timetables: set.timetables),
      source: winner.place.bareLocation)
  }

  private func wanted(_ winner: ServiceCandidate) -> DesiredSet.Service.Wanted? {
    if let module = winner.module {
      let name = module.name.value.text
      switch module.state.value {
      case .present: return .kpatchPresent(patch: name)
      case .absent:
        return .kpatchAbsent(
          patch: name,
          modules: module.module.map { [$0.value.text] } ?? knownModules(name))
      }
    }
    return winner.entry.redHat.map { .redHat($0) } ?? winner.entry.suse.map { .suse($0) }
      ?? winner.entry.canonical.map { .canonical($0) }
  }

  /// The modules that any document knows for a patch on this kernel.
  private func knownModules(_ name: String) -> Set<String> {
    let here = candidates.filter { $0.name == name }.compactMap(\.entry.module?.value.text)
    let builds = set.catalogue[name]?.builds(for: subject.release.text) ?? []
    let known = Set(here).union(builds.map(\.module.value.text))
    return known.isEmpty ? set.modules(ofPatch: name) : known
  }

  private mutating func report(_ other: ServiceCandidate, against winner: ServiceCandidate) {
    let differences = other.differences(from: winner)
    if differences.isEmpty { return }
    let what =
      winner.module.map { "the patch \($0.name.value.text.quoted) in kpatch's directory" }
      ?? "the service \(winner.subject.kind.rawValue.quoted)"
    findings.append(
      Diagnostic(
        .conflictingDefinitions,
        "\(what) has two definitions of priority \(winner.policy.spec.priority), which differ in "
          + differences.quotedList("and"),
        at: other.place.location, advice: "make them equal, or give one policy a higher priority",
        notes: [Diagnostic.Note("the other one", at: winner.place.location)]))
  }
}
