internal import Diagnostics
internal import Documents
internal import HostFacts
internal import Nodes
internal import Shapes

/// Something that must hold in documents beyond their shape.
///
/// Each rule has a file of its own, with the codes and words of its diagnostics. A value that was
/// reported as missing or wrong while decoding is a placeholder, and a rule says nothing more
/// about it: empty texts are skipped.
protocol Rule: Sendable {
  /// Reports where it does not hold.
  func check(_ context: RuleContext, _ findings: inout [Diagnostic])
}

/// What must hold before documents can be used.
let rules: [any Rule] = [
  EntryForm(), SoundBuilds(), UniqueNames(), UniquePatches(), KnownPatches(), KnownCalendars(),
  KnownRequirements(), OneReleasePerModule(), ReleaseDates(), SoundRollout(), SoundDeadline(),
  SoundCommands(), SoundServices(), SoundClient(),
]

/// What only their authors need to know.
let repositoryRules: [any Rule] = [
  ReleasesOfKernels(), WholeSeries(), UsedPatches(), EffectivePolicies(), SupportedKernels(),
  NoGap(), UndatedPackages(),
]

/// What rules look at.
struct RuleContext {
  let documents: PolicyDocuments
  let catalogue: Catalogue
  /// For rules that speak of days that are over.
  let now: Timestamp
  /// Each entry of the policies with the rule it stands in.
  let entries: [(rule: KernelRule, entry: PatchEntry)]
  /// The patch names that policies have.
  let namedPatches: Set<String>
  /// Where decoding found something wrong.
  private let reported: Set<Location>

  init(_ documents: PolicyDocuments, now: Timestamp, reported: [Diagnostic] = []) {
    self.documents = documents
    self.now = now
    catalogue = Catalogue(documents.patchSets)
    self.reported = Set(reported.compactMap(\.location))
    entries = documents.policies.entries
    namedPatches = Set(entries.lazy.map(\.entry.name.value.text))
  }

  var policies: [Policy] { documents.policies }

  /// Whether decoding found something wrong at a place, so that a placeholder stands for it.
  func isReported(_ location: Location) -> Bool { reported.contains(location) }

  /// Whether what the entry says of its state is wrong: it does not say that the patch is to be
  /// applied.
  func isDoubtful(_ entry: PatchEntry) -> Bool {
    if reported.isEmpty || entry.state.place.position == entry.place.position { return false }
    return reported.contains(entry.state.location)
  }
}

extension Sequence<Policy> {
  /// Each entry with the rule it stands in.
  var entries: [(rule: KernelRule, entry: PatchEntry)] {
    flatMap { policy in
      policy.spec.kernels.flatMap { rule in rule.patches.map { (rule, $0) } }
    }
  }
}
