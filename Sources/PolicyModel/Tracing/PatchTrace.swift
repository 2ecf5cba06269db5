internal import Diagnostics
package import Documents
internal import HostFacts
internal import Nodes
internal import Schedule
internal import Shapes

/// What policies say of one patch on one host, rule by rule.
///
/// The same functions that make the desired set are asked here, for their reasons. What a plan
/// makes of it is not for this to say.
package struct PatchTrace: Sendable {
  /// A build for the kernel, and what the policies have against it.
  package struct Build: Sendable {
    package var build: BuildDefinition
    /// nil where nothing asks for a build: the patch is not wanted, or the kernel has the fix.
    package var admission: Admission?
    /// From when on it is admitted, where that can be known.
    package var opens: Timestamp?
    /// One for each rule that refuses it, or one that says that none does.
    package var findings: [Explanation.Finding]
  }

  /// A patch that it needs beneath it, and where that is said.
  package struct Requirement: Sendable {
    package var patch: String
    package var source: String
    package var excerpt: String?
  }

  package let patch: String
  /// Whether a policy that is for the host and its kernel names it.
  package let isNamedHere: Bool
  /// The modules that the policies know it by.
  package let modules: Set<String>
  /// What is decided before and after the builds, in no particular order of stages.
  package let findings: [Explanation.Finding]
  package let requirements: [Requirement]
  /// The highest version first.
  package let builds: [Build]
  let schedule: Schedule
  /// How long a change may take at worst.
  let longestChange: Duration

  /// The first moment from another one on at which a change may begin and be done in time; nil
  /// where there is none within eight years.
  package func opening(from moment: Timestamp) -> Timestamp? {
    let seconds = Int(longestChange.components.seconds)
    switch schedule.fits(at: moment.instant, seconds: seconds)
    {
    case .enough: return moment
    case .tooShort(_, let next), .notOpen(_, let next):
      return next.map { Timestamp(secondsSinceEpoch: $0.start.secondsSinceEpoch) }
    }
  }
}

extension PolicySet {
  /// Every rule that speaks of a patch, held against a host at a moment.
  package func trace(of patch: String, on host: Host, at now: Timestamp) -> PatchTrace {
    var tracer = Tracer(patch, in: self, Subject(host, now: now))
    tracer.tracePolicies()
    tracer.traceLayering()
    tracer.traceDefinition()
    tracer.traceBuilds()
    tracer.traceConstraints()
    return tracer.trace
  }

  /// The names of all patches that policies name or PatchSets define, sorted.
  package var patchNames: [String] {
    Set(policies.entries.map(\.entry.name.value.text)).union(catalogue.patches.keys).sorted()
  }

  /// The names by which `hold` and `resume` know what policies say of services: those of the services that
  /// are held as a whole, and those of the patches in kpatch's directory.
  package var serviceNames: [String] {
    let entries = policies.flatMap(\.spec.services)
    let kinds = entries.compactMap(\.kind).filter { $0 != .kpatch }.map(\.rawValue)
    let patches = entries.flatMap { $0.kpatch?.modules ?? [] }.map(\.name.value.text)
    return Set(kinds + patches).sorted()
  }

  /// The patches that have a module of a name, whatever the kernel, sorted.
  package func patches(ofModule module: String) -> [String] {
    patchNames.filter { modules(ofPatch: $0).contains(module) }
  }
}

/// Collects what there is to say of one patch.
struct Tracer {
  let patch: String
  let set: PolicySet
  let subject: Subject
  let layering: Layering
  /// What is said of the patch by rules that are for the host and its kernel.
  let candidates: [Candidate]
  /// Those of `candidates` that decide, the winner first.
  let contenders: [Candidate]
  let constraints: Constraints
  let settled: Settled?
  /// Of the winner; nil where there is none, or where it wants the patch absent.
  let definition: PatchDefinition?
  private let sources: [String: SourceText]

  var findings: [Explanation.Finding] = []
  var requirements: [PatchTrace.Requirement] = []
  var builds: [PatchTrace.Build] = []

  init(
    _ patch: String, in set: PolicySet, _ subject: Subject,
    boundBy others: (inout Layering) -> Constraints? = { _ in nil }
  ) {
    self.patch = patch
    self.set = set
    self.subject = subject
    var layering = Layering(set: set, subject: subject)
    candidates = layering.candidates.filter { $0.name == patch }
    contenders = Layering.contenders(among: candidates)
    constraints = others(&layering) ?? layering.constraints(candidates)
    settled = candidates.isEmpty ? nil : layering.settle(patch, candidates)
    definition = contenders.first.flatMap { winner in
      winner.entry.state.value == .absent
        ? nil
        : PatchDefinition(winner.entry, release: subject.release.text, catalogue: set.catalogue)
    }
    self.layering = layering
    let places =
      set.policies.map(\.place) + set.patchSets.map(\.place) + set.calendars.map(\.place)
    sources = Dictionary(
      places.map { ($0.source.path, $0.source) }, uniquingKeysWith: { first, _ in first })
  }

  /// For what is said of a service of a vendor: as a patch that nobody names, bound by what binds that.
  init(_ service: ServiceKind, in set: PolicySet, _ subject: Subject) {
    self.init(service.rawValue, in: set, subject) { layering in
      layering.settledServices().first { $0.kind == service }?.constraints
    }
  }

  var trace: PatchTrace {
    var modules = set.modules(ofPatch: patch)
    if case .absent(let absent) = settled?.patch.wanted { modules.formUnion(absent) }
    return PatchTrace(
      patch: patch, isNamedHere: !candidates.isEmpty, modules: modules, findings: findings,
      requirements: requirements, builds: builds, schedule: schedule,
      longestChange: constraints.longestChange)
  }

  /// What counts for windows: what is taken off is never urgent.
  var severity: Severity? {
    contenders.first?.entry.state.value == .applied ? settled?.patch.severity : nil
  }

  var schedule: Schedule { constraints.schedule(severity: severity) }

  func finding(
    _ stage: Explanation.Stage, _ subject: String, _ verdict: Explanation.Verdict,
    _ message: String, policy: String? = nil, reason: Reason? = nil, until: Timestamp? = nil,
    at location: Location?
  ) -> Explanation.Finding {
    Explanation.Finding(
      stage, subject, verdict, message, policy: policy, reason: reason, until: until,
      source: location?.description, excerpt: location.flatMap(excerpt))
  }

  mutating func tell(
    _ stage: Explanation.Stage, _ subject: String, _ verdict: Explanation.Verdict,
    _ message: String, policy: String? = nil, reason: Reason? = nil, until: Timestamp? = nil,
    at location: Location?
  ) {
    findings.append(
      finding(
        stage, subject, verdict, message, policy: policy, reason: reason, until: until,
        at: location))
  }

  /// The text of a line that a location points into, without its indentation.
  func excerpt(_ location: Location) -> String? {
    let text = location.excerpt ?? sources[location.path]?.location(location.position).excerpt
    return text.map { String($0.drop { $0 == " " || $0 == "\t" }) }
  }
}
