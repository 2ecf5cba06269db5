package import Diagnostics
internal import Digests
package import Documents
internal import HostFacts
internal import Nodes
internal import Shapes

/// Documents without errors that belong together: policies, and what they refer to.
///
/// A reference: a fleet is planned for with one, by whoever asks it something.
package final class PolicySet: Sendable {
  /// In the order in which they were read.
  package let policies: [Policy]
  package let patchSets: [PatchSet]
  package let calendars: [MaintenanceCalendar]
  package let tests: [PolicyTest]
  /// SHA-256 of each policy's file, in the order of `policies`.
  let digests: [String]
  let catalogue: Catalogue
  /// The names of all policies.
  let names: Set<String>
  private let byLabels: PoliciesByLabel
  /// When each policy lets changes be made, by its name.
  package let timetables: [String: Timetable]
  private let exactRules: [String: [RuleIndex]]
  private let patternRules: [(pattern: KernelReleasePattern, rules: [RuleIndex])]

  /// A rule by the index of its policy and its own.
  struct RuleIndex {
    var policy: Int
    var rule: Int
  }

  init(_ documents: PolicyDocuments, timetables: [String: Timetable]) {
    policies = documents.policies
    patchSets = documents.patchSets
    calendars = documents.calendars
    tests = documents.tests
    catalogue = Catalogue(patchSets)
    names = Set(policies.map(\.name.value.text))
    byLabels = PoliciesByLabel(policies)
    self.timetables = timetables
    var digestOfFile: [Int: String] = [:]
    digests = policies.map { policy in
      let source = policy.place.source
      let digest = digestOfFile[source.fileIndex] ?? sha256Hex(source.bytes)
      digestOfFile[source.fileIndex] = digest
      return digest
    }
    var rules: [KernelReleasePattern: [RuleIndex]] = [:]
    for (policyIndex, policy) in policies.enumerated() {
      for (ruleIndex, rule) in policy.spec.kernels.enumerated() {
        rules[rule.release.value, default: []].append(
          RuleIndex(policy: policyIndex, rule: ruleIndex))
      }
    }
    exactRules = [String: [RuleIndex]](
      uniqueKeysWithValues: rules.filter(\.key.isExact).map { ($0.key.text, $0.value) })
    patternRules = rules.filter { !$0.key.isExact }.sorted { $0.key.text < $1.key.text }
      .map { ($0.key, $0.value) }
  }

  /// The indices of the policies that may be for a host: those that are left out are for others.
  func policyIndices(for host: Host) -> [Int] { byLabels.indices(for: host) }

  /// The rules that are for a release, whatever their flavour, in no particular order.
  func ruleIndices(for release: KernelRelease) -> [RuleIndex] {
    patternRules.filter { $0.pattern.matches(release) }.flatMap(\.rules)
      + (exactRules[release.text] ?? [])
  }

  /// The digests of all builds that a PatchSet recalls.
  package var withdrawnDigests: Set<String> {
    Set(
      patchSets.flatMap(\.spec.patches).flatMap(\.builds).filter(\.isWithdrawn)
        .map(\.sha256.value.text))
  }

  /// The digests of all builds that the documents define, for whatever kernel.
  package var namedDigests: Set<String> {
    Set(
      policies.entries.compactMap(\.entry.sha256?.value.text)
        + patchSets.flatMap(\.spec.patches).flatMap(\.builds).map(\.sha256.value.text))
  }

  /// Every exact release that the documents name, sorted by its text. Made anew each time.
  var namedReleases: [KernelRelease] {
    Set(
      policies.flatMap(\.spec.kernels).filter(\.release.value.isExact).map(\.release.value.text)
        + patchSets.flatMap(\.spec.patches).flatMap(\.builds).map(\.release.value.text)
    ).sorted().map { KernelRelease($0) }
  }

  /// The modules that the policies and PatchSets name for a patch, whatever the release.
  func modules(ofPatch name: String) -> Set<String> {
    Set(
      policies.entries.lazy.map(\.entry).filter { $0.name.value.text == name }
        .compactMap(\.module?.value.text)
    ).union(catalogue[name]?.parts.flatMap(\.builds).map(\.module.value.text) ?? [])
  }

  /// What the policies want of a host at a moment; the result does not depend on the order in
  /// which they were read.
  ///
  /// - Returns: the desired set, nil if policies contradict each other, and where they do.
  package func desired(
    on host: Host, at now: Timestamp
  ) -> (desired: DesiredSet?, diagnostics: [Diagnostic]) {
    var layering = Layering(set: self, subject: Subject(host, now: now))
    let desired = layering.resolve()
    let diagnostics = layering.findings.sortedByLocation()
    return (diagnostics.containsError ? nil : desired, diagnostics)
  }
}

/// All documents of a run, in the order in which they were read.
struct PolicyDocuments: Sendable {
  var policies: [Policy] = []
  var patchSets: [PatchSet] = []
  var calendars: [MaintenanceCalendar] = []
  var tests: [PolicyTest] = []

  /// The kinds that a repository of policies holds.
  static let kinds = [Policy.kind, PatchSet.kind, MaintenanceCalendar.kind, PolicyTest.kind]

  static func += (all: inout PolicyDocuments, more: PolicyDocuments) {
    all.policies += more.policies
    all.patchSets += more.patchSets
    all.calendars += more.calendars
    all.tests += more.tests
  }

  var count: Int { policies.count + patchSets.count + calendars.count + tests.count }
}

/// A document that has its name in its metadata.
protocol NamedDocument {
  var metadata: Metadata { get }
}

extension Policy: NamedDocument {}
extension PatchSet: NamedDocument {}
extension MaintenanceCalendar: NamedDocument {}
extension PolicyTest: NamedDocument {}
