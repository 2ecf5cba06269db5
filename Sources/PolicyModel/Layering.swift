package import Diagnostics
internal import Nodes
internal import Shapes
internal import SystemPackage

extension Diagnostic.Code {
  package static let conflictingDefinitions = Diagnostic.Code(
    "conflicting-definitions", "Two policies of one priority define a patch differently.")
  package static let conflictingSettings = Diagnostic.Code(
    "conflicting-settings",
    "Two policies of one priority say different things about the whole host.")
}

/// Makes one desired set of all policies: the union of their patches, each won by the policy with
/// the highest priority.
struct Layering {
  let set: PolicySet
  /// What the rules for the release say, in an order that does not depend on the files'.
  private let candidates: [Candidate]
  var findings: [Diagnostic] = []

  init(set: PolicySet, release: String) {
    self.set = set
    candidates = set.ruleIndices(for: release).flatMap { index in
      let policy = set.policies[index.policy]
      return policy.spec.kernels[index.rule].patches.map { Candidate(policy: policy, entry: $0) }
    }.sorted { $0.order < $1.order }
  }

  mutating func resolve() -> DesiredSet {
    let patches = Dictionary(grouping: candidates, by: \.name).sorted { $0.key < $1.key }
      .compactMap { settle($0.key, $0.value) }
    findings += moduleConflicts(patches) + replaceConflicts(patches) + requirementCycles(patches)
    return DesiredSet(
      patches: patches.map(\.patch), policies: references(),
      givenPolicies: Set(set.policies.map(\.name.value.text)), unmanaged: unmanaged(),
      transitionDeadline: shortestDeadline(of: set.policies))
  }

  /// One patch among all that is said about it.
  private mutating func settle(_ name: String, _ all: [Candidate]) -> Settled? {
    let top = all.map(\.policy.spec.priority).max()
    let highest = all.filter { $0.policy.spec.priority == top }
    let absences = highest.filter { $0.entry.state.value == .absent }
    let contenders = absences.isEmpty ? highest : absences
    guard let winner = contenders.first else { return nil }
    let wanted: DesiredSet.Wanted
    if absences.isEmpty {
      reportDifferences(winner, contenders)
      guard let build = winner.definition?.build else { return nil }
      wanted = .applied(build)
    } else {
      wanted = .absent(module: absentModule(name, contenders, all))
    }
    let patch = DesiredSet.Patch(
      name: name, wanted: wanted, policy: winner.policy.name.value.text,
      requires: winner.entry.requires?.map(\.value.text) ?? [],
      fixes: winner.entry.fixes?.value.map(\.text) ?? [],
      severity: winner.entry.severity?.value, version: winner.entry.version?.value.text,
      deadline: shortestDeadline(of: all.map(\.policy)),
      // Without its line: a source is named in plans, and shown by none.
      source: Location(
        path: winner.entry.place.source.path, fileIndex: winner.entry.place.source.fileIndex,
        position: winner.entry.place.position))
    return Settled(patch: patch, entry: winner.entry)
  }

  /// The module of a patch that is to be absent: said there, or by whoever else names the patch.
  private mutating func absentModule(
    _ name: String, _ contenders: [Candidate], _ all: [Candidate]
  ) -> String? {
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
      return first.value.text
    }
    // Where the policies know it under several names, none of them is a guess to act on.
    let here = Set(all.compactMap(\.entry.module?.value.text))
    let known = here.isEmpty ? set.modules[name] ?? [] : here
    return known.count == 1 ? known.first : nil
  }

  private mutating func reportDifferences(_ winner: Candidate, _ contenders: [Candidate]) {
    guard let definition = winner.definition else { return }
    for other in contenders.dropFirst() {
      let differences = other.definition?.differences(from: definition) ?? []
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

  private mutating func unmanaged() -> Unmanaged {
    let said = set.policies.filter { $0.spec.unmanaged != nil }
    let top = said.map(\.spec.priority).max()
    let highest = said.filter { $0.spec.priority == top }
      .sorted { $0.name.value.text < $1.name.value.text }.compactMap(\.spec.unmanaged)
    guard let first = highest.first else { return .report }
    for other in highest.dropFirst() where other.value != first.value {
      findings.append(
        Diagnostic(
          .conflictingSettings,
          """
          `unmanaged` is \(other.value.rawValue.quoted) here and \
          \(first.value.rawValue.quoted) in another policy of the same priority
          """,
          at: other.location,
          advice: "say the same, or give one policy a higher priority",
          notes: [Diagnostic.Note("the other one", at: first.location)]))
    }
    return first.value
  }

  private func shortestDeadline(of policies: [Policy]) -> Duration {
    policies.compactMap(\.deadline?.value.duration).min() ?? TransitionDeadline.usual
  }

  private func references() -> [PolicyReference] {
    zip(set.policies, set.digests).map { policy, digest in
      PolicyReference(
        name: policy.name.value.text, path: policy.place.source.path, sha256: digest)
    }.sorted { $0.name < $1.name }
  }
}

/// A patch of the desired set, and the entry that won it.
struct Settled {
  var patch: DesiredSet.Patch
  var entry: PatchEntry

  var build: BuildDefinition? {
    if case .applied(let build) = patch.wanted { build } else { nil }
  }
}

/// What one policy says about a patch.
private struct Candidate {
  let policy: Policy
  let entry: PatchEntry

  var name: String { entry.name.value.text }

  /// By policy, then by place: the same whatever was read first.
  var order: Order {
    let position = entry.place.position ?? Position(line: 0, column: 0)
    return Order(
      policy: policy.name.value.text, path: entry.place.source.path, position: position)
  }

  struct Order: Comparable {
    var policy: String
    var path: String
    var position: Position

    static func < (lhs: Order, rhs: Order) -> Bool {
      (lhs.policy, lhs.path, lhs.position) < (rhs.policy, rhs.path, rhs.position)
    }
  }

  /// nil for an entry that defines nothing.
  var definition: Definition? {
    guard let module = entry.module, let file = entry.file, let sha256 = entry.sha256 else {
      return nil
    }
    let directory = FilePath(entry.place.source.path).removingLastComponent()
    let build = BuildDefinition(
      module: module.value.text, file: directory.pushing(FilePath(file.value.text)),
      sha256: sha256.value.text, replace: entry.replace?.value,
      version: entry.version?.value.text, released: entry.released?.value)
    return Definition(
      build: build, fixes: Set(entry.fixes?.value ?? []), severity: entry.severity?.value,
      requires: Set(entry.requires?.map(\.value) ?? []))
  }
}

/// All that a policy can say about a patch that is to be applied.
private struct Definition {
  var build: BuildDefinition
  var fixes: Set<CVE>
  var severity: Severity?
  var requires: Set<PatchName>

  /// The keys in which two definitions are not the same.
  func differences(from other: Definition) -> [String] {
    let ownFile = build.file.lexicallyNormalized()
    let otherFile = other.build.file.lexicallyNormalized()
    return [
      ("module", build.module == other.build.module), ("file", ownFile == otherFile),
      ("sha256", build.sha256 == other.build.sha256),
      ("replace", build.replace == other.build.replace),
      ("version", build.version == other.build.version),
      ("released", build.released == other.build.released), ("fixes", fixes == other.fixes),
      ("severity", severity == other.severity), ("requires", requires == other.requires),
    ].filter { !$0.1 }.map(\.0)
  }
}
