package import Diagnostics
internal import Documents
internal import HostFacts
internal import Nodes
internal import Shapes

extension Diagnostic.Code {
  package static let conflictingDefinitions = Diagnostic.Code(
    "conflicting-definitions", "Two policies of one priority define a patch differently.")
  package static let conflictingSettings = Diagnostic.Code(
    "conflicting-settings",
    "Two policies of one priority say different things about the whole host.")
}

/// Makes one desired set of all policies that select a host: the union of their patches, each won
/// by the policy with the highest priority.
struct Layering {
  let set: PolicySet
  let subject: Subject
  /// The policies that select the host, sorted by name.
  let selected: [Policy]
  /// The rules of theirs that are for the kernel.
  let rules: [(policy: Policy, rule: KernelRule)]
  /// What those rules say, in an order that does not depend on the files'.
  let candidates: [Candidate]
  /// Why it is not known whether a policy, or a rule of one, is for the host.
  let undecided: [String]
  private let references: [PolicyReference]
  var findings: [Diagnostic] = []

  init(set: PolicySet, subject: Subject) {
    self.set = set
    self.subject = subject
    var isSelected = [Bool](repeating: false, count: set.policies.count)
    var undecided: [String] = []
    for index in set.policyIndices(for: subject.host) {
      let policy = set.policies[index]
      if policy.spec.hosts?.excludes(subject.host) == true { continue }
      switch policy.selection(of: subject.host) {
      case .selected: isSelected[index] = true
      case .other: break
      case .unknown(let why, _):
        undecided.append("whether policy \(policy.name.value.text) is for this host (\(why))")
      }
    }
    self.undecided = undecided.sorted()
    let byName = isSelected.indices.filter { isSelected[$0] }.sorted {
      set.policies[$0].name.value.text < set.policies[$1].name.value.text
    }
    selected = byName.map { set.policies[$0] }
    references = byName.map {
      PolicyReference(
        name: set.policies[$0].name.value.text, path: set.policies[$0].place.source.path,
        sha256: set.digests[$0])
    }
    rules = set.ruleIndices(for: subject.release).filter { isSelected[$0.policy] }.map {
      (set.policies[$0.policy], set.policies[$0.policy].spec.kernels[$0.rule])
    }
    .filter { $0.1.selection(of: subject).isSelected }
    candidates = rules.flatMap { policy, rule in
      rule.patches.map { Candidate(policy: policy, rule: rule, entry: $0) }
    }.sorted { $0.order < $1.order }
  }

  mutating func resolve() -> DesiredSet {
    let patches = Dictionary(grouping: candidates, by: \.name).sorted { $0.key < $1.key }
      .compactMap { settle($0.key, $0.value) }
    findings += moduleConflicts(patches) + replaceConflicts(patches) + requirementCycles(patches)
    let unmanaged = agreed(\.spec.unmanaged, "unmanaged", among: selected) ?? .report
    let wholeHost = selected.filter(\.speaksOfWholeHost)
    return DesiredSet(
      patches: patches.map(\.patch),
      withdrawals: set.catalogue.withdrawals(for: subject.release.text), policies: references,
      givenPolicies: set.names,
      constraintsOfPolicies: OwnerConstraints(
        policies: set.policies, wholeHost: wholeHost, timetables: set.timetables),
      constraintsOfHost: Constraints(selected, timetables: set.timetables), unmanaged: unmanaged,
      services: settledServices(), undecided: undecided, warnings: supportWarnings(),
      supportedUntil: rules.compactMap(\.rule.supportUntil?.value).min())
  }

  /// All that is said about one patch, and what comes of it.
  mutating func settle(_ name: String, _ all: [Candidate]) -> Settled? {
    let contenders = Layering.contenders(among: all)
    guard let winner = contenders.first else { return nil }
    let constraints = constraints(all)
    let definition = PatchDefinition(
      winner.entry, release: subject.release.text, catalogue: set.catalogue)
    var wanted: DesiredSet.Wanted
    if winner.entry.state.value == .absent {
      wanted = .absent(modules: absentModules(name, contenders, all))
    } else {
      reportDifferences(winner, contenders)
      _ = agreed(\.spec.safety?.transition?.onStall, "onStall", among: constraints.policies)
      if let fixedIn = definition.fixedIn, fixedIn.value.contains(subject.release) {
        wanted = .fixedByKernel(
          message: "the kernel \(subject.release.text) has this fix itself "
            + "(\(fixedIn.place.bareLocation))")
      } else {
        wanted = .applied(choices(name, winner, definition, constraints))
      }
    }
    let patch = DesiredSet.Patch(
      name: name, wanted: wanted, policy: winner.policy.name.value.text,
      requires: definition.requires.map(\.value.text), fixes: definition.fixes,
      severity: definition.severity, constraints: constraints,
      source: winner.entry.place.bareLocation)
    return Settled(patch: patch, entry: winner.entry, requires: definition.requires)
  }

  /// Those of the highest priority; where one of them wants the patch absent, only those.
  static func contenders(among all: [Candidate]) -> [Candidate] {
    let top = all.map(\.policy.spec.priority).max()
    let highest = all.filter { $0.policy.spec.priority == top }
    let absences = highest.filter { $0.entry.state.value == .absent }
    return absences.isEmpty ? highest : absences
  }

  /// What binds a patch: the policies that name it, whether they won it or not, and those that
  /// name none and so speak of the whole host.
  func constraints(_ all: [Candidate]) -> Constraints {
    var policies: [String: Policy] = [:]
    for policy in all.map(\.policy) + selected.filter(\.speaksOfWholeHost) {
      policies[policy.name.value.text] = policy
    }
    return Constraints(Array(policies.values), timetables: set.timetables)
  }

  private func choices(
    _ name: String, _ winner: Candidate, _ definition: PatchDefinition, _ constraints: Constraints
  ) -> [DesiredSet.Choice] {
    let rules = admissionRules(name, winner, definition, constraints)
    return definition.builds.map {
      DesiredSet.Choice(build: $0, admission: rules.admission(of: $0))
    }
  }

  /// What admits the builds of a patch that an entry won.
  func admissionRules(
    _ name: String, _ winner: Candidate, _ definition: PatchDefinition, _ constraints: Constraints
  ) -> AdmissionRules {
    AdmissionRules(
      patch: name, host: subject.host, now: subject.now,
      versions: definition.versions.map {
        Sourced(
          $0.value, policy: winner.policy.name.value.text, source: $0.place.bareLocation)
      }, constraints: constraints)
  }

  /// The modules of a patch that is to be absent: said there, or known from whoever defines it for
  /// this kernel.
  private mutating func absentModules(
    _ name: String, _ contenders: [Candidate], _ all: [Candidate]
  ) -> Set<String> {
    let said = contenders.compactMap(\.entry.module)
    if let first = said.first {
      for other in said.dropFirst() where other.value != first.value {
        findings.append(
          Diagnostic(
            .conflictingDefinitions,
            "two policies of one priority give the patch \(name.quoted) different modules",
            at: other.location, advice: "agree on one, or give one policy a higher priority",
            notes: [Diagnostic.Note("the other one", at: first.location)]))
      }
      return [first.value.text]
    }
    let here = Set(all.compactMap(\.entry.module?.value.text))
    let builds = set.catalogue[name]?.builds(for: subject.release.text) ?? []
    let known = here.union(builds.map(\.module.value.text))
    if !known.isEmpty { return known }
    // No rule for this kernel says: where the policies know it under several names, none of them is
    // a guess to act on.
    let anywhere = set.modules(ofPatch: name)
    return anywhere.count == 1 ? anywhere : []
  }

  private mutating func reportDifferences(_ winner: Candidate, _ contenders: [Candidate]) {
    for other in contenders.dropFirst() {
      let differences = other.differences(from: winner)
      if differences.isEmpty { continue }
      findings.append(
        Diagnostic(
          .conflictingDefinitions,
          """
          the patch \(winner.name.quoted) has two definitions of priority \
          \(winner.policy.spec.priority), which differ in \(differences.quotedList("and"))
          """,
          at: other.entry.location,
          advice: "make them equal, or give one policy a higher priority",
          notes: [Diagnostic.Note("the other one", at: winner.entry.location)]))
    }
  }

  /// What the policies of the highest priority say of one setting, which must be the same.
  private mutating func agreed<Value: RawRepresentable & Equatable>(
    _ setting: KeyPath<Policy, Located<Value>?>, _ key: String, among policies: [Policy]
  ) -> Value? where Value.RawValue == String {
    let said = policies.filter { $0[keyPath: setting] != nil }
    let top = said.map(\.spec.priority).max()
    let highest = said.filter { $0.spec.priority == top }.compactMap { $0[keyPath: setting] }
    guard let first = highest.first else { return nil }
    for other in highest.dropFirst() where other.value != first.value {
      let finding = Diagnostic(
        .conflictingSettings,
        """
        \(key.quoted) is \(other.value.rawValue.quoted) here and \
        \(first.value.rawValue.quoted) in another policy of the same priority
        """,
        at: other.location,
        advice: "say the same, or give one policy a higher priority",
        notes: [Diagnostic.Note("the other one", at: first.location)])
      if !findings.contains(finding) { findings.append(finding) }
    }
    return first.value
  }

  private func supportWarnings() -> [Warning] {
    let today = RFC3339.date(subject.now.secondsSinceEpoch)
    return rules.compactMap { policy, rule -> Warning? in
      guard let end = rule.supportUntil, today > end.value else { return nil }
      return Warning(
        code: Warning.supportEnded,
        message: "policy \(policy.name.value.text) supports the kernel \(subject.release.text) "
          + "until \(end.value): boot a newer kernel",
        source: end.place.bareLocation.description)
    }.sorted { ($0.message, $0.source ?? "") < ($1.message, $1.source ?? "") }
  }
}

/// A patch of the desired set, and the entry that won it.
struct Settled {
  var patch: DesiredSet.Patch
  var entry: PatchEntry
  var requires: [Located<PatchName>]

  /// The build that it is, or will be when its time has come.
  var build: BuildDefinition? {
    guard case .applied(let choices) = patch.wanted else { return nil }
    return choices.first { $0.admission.isOrWillBe }?.build
  }

  /// The modules that it claims for itself.
  var modules: Set<String> {
    if let module = entry.module { return [module.value.text] }
    guard case .applied(let choices) = patch.wanted else { return [] }
    return Set(choices.filter(\.admission.isOrWillBe).map(\.build.module))
  }
}
