internal import Diagnostics
internal import Documents
internal import HostFacts
internal import Shapes

extension PolicySet {
  /// Where policies contradict each other, without a host to ask.
  ///
  /// What could clash is found by name, in time linear in the documents. Whether it does is then
  /// tried on a host made up for the purpose, which all the policies concerned select: so nothing
  /// is reported that could not happen. What is not found here is found on the host.
  func contradictions(at now: Timestamp) -> [Diagnostic] {
    var seen: Set<Clash> = []
    var findings: [Diagnostic] = []
    let groups = Suspicion(self).groups
    if groups.isEmpty { return [] }
    let releases = namedReleases
    for suspects in groups {
      guard findings.count < findingLimit, let host = Witness(suspects, among: releases).host
      else { continue }
      for finding in desired(on: host, at: now).diagnostics
      where seen.insert(Clash(finding)).inserted {
        findings.append(finding.adding(host, suspects))
      }
    }
    return findings
  }
}

/// After so many nobody reads on.
private let findingLimit = 1000

/// What makes two findings the same: each pair of places is told once.
private struct Clash: Hashable {
  let code: Diagnostic.Code
  let message: String
  let places: Set<Location?>

  init(_ finding: Diagnostic) {
    code = finding.code
    message = finding.message
    places = Set(finding.notes.map(\.location) + [finding.location])
  }
}

extension Diagnostic {
  /// Says which host it was found for, where the policies do not select every host.
  fileprivate func adding(_ host: Host, _ suspects: [Suspect]) -> Diagnostic {
    guard suspects.contains(where: { $0.policy.spec.hosts != nil }) else { return self }
    var finding = self
    finding.notes.append(
      Note("both are for a host such as \(host.hostname) with kernel \(host.kernel.release)"))
    return finding
  }
}

/// A policy, and perhaps one of its rules, that may clash with others.
struct Suspect {
  let policy: Policy
  let rule: (any KernelScope)?
}

/// Finds what may clash by the names that it shares.
private struct Suspicion {
  /// Each group may clash on a host that all its members select.
  private(set) var groups: [[Suspect]] = []
  /// Pairs that were suspected before.
  private var known: Set<Pair> = []

  private struct Pair: Hashable {
    let left: ObjectIdentifier
    let right: ObjectIdentifier
  }

  init(_ set: PolicySet) {
    let candidates = set.policies.flatMap { policy in
      policy.spec.kernels.flatMap { rule in
        rule.patches.map { Candidate(policy: policy, rule: rule, entry: $0) }
      }
    }
    let byName = Dictionary(grouping: candidates, by: \.name)
    for (_, named) in byName.sorted(by: { $0.key < $1.key }) where named.count > 1 {
      addDefinitions(named)
    }
    addSharedModules(candidates, byName, set)
    addReplaceBuilds(candidates, byName, set)
    addSettings(set.policies)
    addServices(set.policies)
    addCycles(byName, set)
  }

  /// Unequal definitions of one priority.
  private mutating func addDefinitions(_ named: [Candidate]) {
    for (_, level) in Dictionary(grouping: named, by: \.policy.spec.priority)
      .sorted(by: { $0.key > $1.key }) where level.count > 1
    {
      for meeting in Suspicion.meeting(level) { addDifferences(meeting) }
    }
  }

  /// Those that may be for one kernel: exact releases that differ never meet.
  private static func meeting(_ candidates: [Candidate]) -> [[Candidate]] {
    let patterns = candidates.filter { !$0.rule.release.value.isExact }
    let exact = Dictionary(
      grouping: candidates.filter(\.rule.release.value.isExact), by: \.rule.release.value.text)
    return [patterns]
      + exact.sorted { $0.key < $1.key }.map { text, alike in
        if patterns.isEmpty { return alike }
        let release = KernelRelease(text)
        return alike + patterns.filter { $0.rule.release.value.matches(release) }
      }
  }

  private mutating func addDifferences(_ level: [Candidate]) {
    if level.count < 2 { return }
    // One of each kind of definition stands for the rest against the others.
    var distinct: [(kind: Candidate, members: [Candidate])] = []
    for candidate in level {
      let index = distinct.firstIndex { other in
        candidate.entry.state.value == other.kind.entry.state.value
          && candidate.differences(from: other.kind).isEmpty
      }
      if let index {
        distinct[index].members.append(candidate)
      } else if distinct.count < kindLimit {
        distinct.append((candidate, [candidate]))
      }
    }
    for (index, one) in distinct.enumerated() {
      for other in distinct[(index + 1)...]
      where one.kind.entry.state.value == other.kind.entry.state.value {
        for left in one.members.prefix(pairLimit) {
          for right in other.members.prefix(pairLimit) { add(left, right) }
        }
      }
    }
  }

  /// One module, claimed by several patches.
  private mutating func addSharedModules(
    _ candidates: [Candidate], _ byName: [String: [Candidate]], _ set: PolicySet
  ) {
    var names = SharedNames()
    for candidate in candidates {
      if let module = candidate.entry.module?.value.text { names.add(candidate.name, to: module) }
    }
    for (name, patch) in set.catalogue.patches where byName[name] != nil {
      for build in patch.parts.lazy.flatMap(\.builds) {
        names.add(name, to: build.module.value.text)
      }
    }
    addPairs(names.shared, byName)
  }

  /// Several patches whose builds for one release each take all others off.
  private mutating func addReplaceBuilds(
    _ candidates: [Candidate], _ byName: [String: [Candidate]], _ set: PolicySet
  ) {
    var names = SharedNames()
    var patterns: Set<KernelReleasePattern> = []
    for candidate in candidates where candidate.entry.replace?.value == true {
      names.add(candidate.name, to: candidate.rule.release.value.text)
      if !candidate.rule.release.value.isExact { patterns.insert(candidate.rule.release.value) }
    }
    for (name, patch) in set.catalogue.patches where byName[name] != nil {
      for build in patch.parts.lazy.flatMap(\.builds) where build.replace?.value == true {
        names.add(name, to: build.release.value.text)
      }
    }
    for pattern in patterns {
      // A build under a pattern meets those of the releases that it matches.
      for (release, name) in names.first where pattern.matches(KernelRelease(release)) {
        for other in names.more[release] ?? [name] { names.add(other, to: pattern.text) }
      }
    }
    addPairs(names.shared, byName)
  }

  private mutating func addPairs(
    _ shared: [(key: String, names: Set<String>)], _ byName: [String: [Candidate]]
  ) {
    for (_, names) in shared.sorted(by: { $0.key < $1.key }) {
      let sorted = names.sorted().prefix(kindLimit)
      for (index, name) in sorted.enumerated() {
        for other in sorted.dropFirst(index + 1) {
          for left in (byName[name] ?? []).prefix(pairLimit) {
            for right in (byName[other] ?? []).prefix(pairLimit) { add(left, right) }
          }
        }
      }
    }
  }

  /// Settings of the whole host that differ at one priority.
  private mutating func addSettings(_ policies: [Policy]) {
    addTies(policies) { $0.spec.unmanaged?.value.rawValue }
    addTies(policies) { $0.spec.safety?.transition?.onStall?.value.rawValue }
  }

  private mutating func addTies(_ policies: [Policy], _ value: (Policy) -> String?) {
    var levels: [Int: [String: [Policy]]] = [:]
    for policy in policies {
      if let value = value(policy) {
        levels[policy.spec.priority, default: [:]][value, default: []].append(policy)
      }
    }
    for (_, values) in levels.sorted(by: { $0.key > $1.key }) where values.count > 1 {
      let kinds = values.sorted { $0.key < $1.key }.map(\.value)
      for (index, one) in kinds.enumerated() {
        for other in kinds[(index + 1)...] {
          for left in one.prefix(pairLimit) {
            for right in other.prefix(pairLimit) { add(left, right) }
          }
        }
      }
    }
  }

  /// What policies of one priority say of one service.
  private mutating func addServices(_ policies: [Policy]) {
    let candidates = policies.flatMap { policy in
      policy.spec.services.flatMap { ServiceCandidate.all($0, of: policy) }
    }
    for (_, alike) in Dictionary(grouping: candidates, by: \.subject)
      .sorted(by: { $0.key < $1.key })
    {
      for (_, level) in Dictionary(grouping: alike, by: \.policy.spec.priority)
        .sorted(by: { $0.key > $1.key })
      {
        let distinct = level.prefix(pairLimit)
        for (index, one) in distinct.enumerated() {
          for other in distinct.dropFirst(index + 1) where !one.differences(from: other).isEmpty {
            add(one, other)
          }
        }
      }
    }
  }

  private mutating func add(_ left: ServiceCandidate, _ right: ServiceCandidate) {
    let pair = Pair(left: ObjectIdentifier(left.entry), right: ObjectIdentifier(right.entry))
    if left.entry === right.entry || !known.insert(pair).inserted { return }
    groups.append([
      Suspect(policy: left.policy, rule: left.entry),
      Suspect(policy: right.policy, rule: right.entry),
    ])
  }

  /// Patches that require each other, whoever says so.
  private mutating func addCycles(_ byName: [String: [Candidate]], _ set: PolicySet) {
    var requires: [String: Set<String>] = [:]
    for (name, named) in byName {
      for entry in named.map(\.entry) where entry.state.value == .applied {
        let required = entry.isInPlace ? entry.requires ?? [] : set.catalogue[name]?.requires ?? []
        requires[name, default: []].formUnion(required.map(\.value.text))
      }
    }
    for cycle in cycles(in: requires.mapValues { $0.sorted() }) {
      let members = cycle.compactMap { byName[$0]?.first }
      if members.count == cycle.count { groups.append(members.map(Suspect.init)) }
    }
  }

  private mutating func add(_ left: Candidate, _ right: Candidate) {
    let (one, other) = (left.rule.release.value, right.rule.release.value)
    if one.isExact, other.isExact, one.text != other.text { return }
    let pair = Pair(left: ObjectIdentifier(left.entry), right: ObjectIdentifier(right.entry))
    if left.entry === right.entry || !known.insert(pair).inserted { return }
    groups.append([Suspect(left), Suspect(right)])
  }

  private mutating func add(_ left: Policy, _ right: Policy) {
    let pair = Pair(left: ObjectIdentifier(left), right: ObjectIdentifier(right))
    if known.insert(pair).inserted {
      groups.append([Suspect(policy: left, rule: nil), Suspect(policy: right, rule: nil)])
    }
  }
}

/// Which names belong to a key, where most keys have one.
private struct SharedNames {
  private(set) var first: [String: String] = [:]
  /// All names, the first one too, of keys that have several.
  private(set) var more: [String: Set<String>] = [:]

  mutating func add(_ name: String, to key: String) {
    guard let known = first[key] else {
      first[key] = name
      return
    }
    if known != name { more[key, default: [known]].insert(name) }
  }

  var shared: [(key: String, names: Set<String>)] { more.map { ($0.key, $0.value) } }
}

/// How many different definitions of one thing, and how many policies of each, are held against
/// each other: enough for any repository that people keep, and a bound for any other.
private let kindLimit = 50
private let pairLimit = 50

extension Suspect {
  init(_ candidate: Candidate) {
    self.init(policy: candidate.policy, rule: candidate.rule)
  }
}
