package import Diagnostics
internal import Digests
internal import Documents
internal import Files
internal import JSONText
internal import Nodes
internal import PolicyModel
internal import Shapes
internal import SystemPackage

extension Diagnostic.Code {
  package static let unknownBuild = Diagnostic.Code(
    "unknown-build", "A test has a build loaded that no document has for the kernel.")
  package static let unknownOwner = Diagnostic.Code(
    "unknown-owner", "A test has a patch loaded for a policy that nobody can tell.")
  package static let twoTransitions = Diagnostic.Code(
    "two-transitions", "A test has two transitions running at once, which no kernel does.")
  package static let unknownCommand = Diagnostic.Code(
    "unknown-command", "A test answers for a gate command that no policy has.")
}

/// What a case starts from: a host at a moment.
struct Situation: Sendable {
  var snapshot: HostSnapshot
  var at: Timestamp
  /// What gate commands answer, by their programs; nil where they are not asked.
  var replies: [String: CommandReply]?
}

extension TestCase {
  /// Reads the snapshot, or makes one of the facts that are given.
  ///
  /// - Returns: the situation, nil if it cannot be had, and why not.
  func situation(_ set: PolicySet, trust: FileTrust) -> (Situation?, [Diagnostic]) {
    let at = definition.at.map { Timestamp($0.value) }
    let replies = definition.commands?.mapValues(\.value)
    let unknown = unknownCommands(set)
    if let path = definition.snapshot {
      let (snapshot, diagnostics) = readSnapshot(path, trust)
      return (
        snapshot.map { Situation(snapshot: $0, at: at ?? $0.takenAt, replies: replies) },
        diagnostics + unknown
      )
    }
    // The shape of the document sees to it that both are there.
    guard let host = definition.host, let at else { return (nil, unknown) }
    var maker = SnapshotMaker(
      set: set, host: host.host { sha256Hex(Array($0.utf8)) }, at: at)
    for patch in definition.foreign { maker.add(patch) }
    for patch in definition.loaded { maker.add(patch) }
    var snapshot = maker.snapshot
    snapshot.history.holds = .known(definition.holds.map { Hold($0, at: at) })
    snapshot.history.newestRecordAt = definition.newestRecordAt.map { .known(Timestamp($0.value)) }
    return (
      Situation(snapshot: snapshot, at: at, replies: replies), maker.diagnostics + unknown
    )
  }

  /// An answer for a program that no gate runs would prove nothing.
  private func unknownCommands(_ set: PolicySet) -> [Diagnostic] {
    let programs = Set(
      set.policies.flatMap { $0.spec.safety?.gates?.commands ?? [] }.compactMap(\.run.first?.value))
    return (definition.commands ?? [:]).sorted { $0.key < $1.key }.compactMap { program, reply in
      if programs.contains(program) { return nil }
      return Diagnostic(
        .unknownCommand, "no policy has a gate command \(program.quoted)", at: reply.location,
        advice: nearest(to: program, among: programs.sorted()).map { "did you mean \($0)?" }
          ?? (programs.isEmpty
            ? "take it away, or give the path of the policy that runs it"
            : "there is \(programs.sorted().prefix(5).map(\.self).quotedList("and"))"))
    }
  }

  private func readSnapshot(
    _ path: Located<ArtefactPath>, _ trust: FileTrust
  ) -> (HostSnapshot?, [Diagnostic]) {
    let file = FilePath(path.place.source.path).removingLastComponent()
      .pushing(FilePath(path.value.text))
    do throws(FileProblem) {
      let bytes = try readTrusted(file, trust: trust, limit: 64 << 20)
      let source = SourceText(
        path: file.string, fileIndex: path.place.source.fileIndex, bytes: bytes, isObservation: true
      )
      do throws(Diagnostic) {
        return decode(HostSnapshot.self, from: try readJSON(source))
      } catch {
        return (nil, [error])
      }
    } catch {
      var problem = Diagnostic(error)
      problem.location = path.location
      return (nil, [problem])
    }
  }
}

/// Makes the snapshot of a host that does not exist.
private struct SnapshotMaker {
  let set: PolicySet
  let host: Host
  let at: Timestamp
  var diagnostics: [Diagnostic] = []
  private var patches: [LivePatch] = []
  private var transition: LiveTransition?
  private var managed: [ManagedModule] = []

  init(set: PolicySet, host: Host, at: Timestamp) {
    self.set = set
    self.host = host
    self.at = at
  }

  var snapshot: HostSnapshot {
    HostSnapshot(
      takenAt: at, host: host,
      live: LiveState(
        patches: patches, transition: transition.map { .known($0) },
        modules: .known(patches.map(\.module).sorted())),
      history: History(managed: .known(managed)), unobserved: [])
  }

  mutating func add(_ foreign: ForeignPatch) {
    let module = foreign.module.value.text
    add(
      module, buildID: pretendedBuildID(of: "foreign \(module)"), replace: .known(false),
      foreign.state)
  }

  mutating func add(_ loaded: LoadedPatch) {
    let name = loaded.patch.value.text
    let known = set.known(ofPatch: name, on: host, at: at)
    let build = known.builds.first { build in
      (loaded.version.map { $0.value.text == build.version } ?? true)
        && (loaded.module.map { $0.value.text == build.module } ?? true)
    }
    let policy = loaded.policy?.value.text ?? known.policy
    if policy == nil { report(.unknownOwner, loaded) }
    guard let module = build?.module ?? loaded.module?.value.text else {
      report(loaded, known)
      return
    }
    guard let policy else { return }
    let version = build?.version ?? loaded.version?.value.text
    let buildID =
      build?.pretendedBuildID ?? pretendedBuildID(of: "\(module) \(version ?? "")")
    let replace: Fact<Bool> =
      if let build { build.replace.map { .known($0) } ?? .unknown } else { .known(false) }
    add(module, buildID: buildID, replace: replace, loaded.state)
    managed.append(
      ManagedModule(
        module: module, buildID: buildID, patch: name, policy: policy, version: version,
        fixes: known.fixes, requires: known.requires, replace: replace,
        sha256: build?.sha256 ?? sha256Hex(Array(buildID.utf8)), stored: .known(true)))
  }

  private mutating func add(
    _ module: String, buildID: String, replace: Fact<Bool>, _ state: Located<TestState>
  ) {
    if let direction = state.value.direction {
      if let transition {
        diagnostics.append(
          Diagnostic(
            .twoTransitions,
            "\(module) is \(state.value.rawValue), and so is \(transition.module)",
            at: state.location, advice: "a kernel runs one transition at a time: leave one of them")
        )
      }
      transition = LiveTransition(module: module, direction: direction)
      // While a replace build comes or goes, tasks may run without what lies under it.
      if replace != .known(false) {
        for index in patches.indices where patches[index].state == .known(.applied) {
          patches[index].state = .known(.replacing)
        }
      }
    }
    patches.append(
      LivePatch(
        module: module, state: .known(state.value.moduleState), buildID: .known(buildID),
        replace: replace, stackOrder: .known(patches.count + 1),
        referenceCount: .known(state.value == .pinned ? 1 : 0), taint: .known("OK"), objects: []))
  }

  private mutating func report(_ code: Diagnostic.Code, _ loaded: LoadedPatch) {
    diagnostics.append(
      Diagnostic(
        code,
        "no policy names \(loaded.patch.value.text.quoted) on this host, so which policy it was "
          + "loaded for is not known",
        at: loaded.patch.location, advice: "say it, as in {patch: ..., policy: web-tier}"))
  }

  private mutating func report(_ loaded: LoadedPatch, _ known: KnownPatch) {
    let name = loaded.patch.value.text
    let version = loaded.version.map { "of version \($0.value.text.quoted) " } ?? ""
    let versions = known.versions
    diagnostics.append(
      Diagnostic(
        .unknownBuild,
        "no document has a build \(version)of \(name.quoted) for the kernel \(host.kernel.release)",
        at: loaded.version?.location ?? loaded.patch.location,
        advice: (versions.isEmpty || loaded.version == nil
          ? "" : "there is \(versions.quotedList("and")); ")
          + "if it is gone from them, say which module it was, as in {patch: ..., module: klp_fix}")
    )
  }
}

extension TestState {
  fileprivate var direction: LiveTransition.Direction? {
    switch self {
    case .enabling: .enabling
    case .disabling: .disabling
    case .applied, .resident, .pinned: nil
    }
  }

  fileprivate var moduleState: ModuleState {
    switch self {
    case .applied: .applied
    case .enabling: .enabling
    case .disabling: .disabling
    case .resident: .resident
    case .pinned: .pinned
    }
  }
}

extension Hold {
  fileprivate init(_ hold: TestHold, at: Timestamp) {
    self.init(
      patch: hold.patch?.value.text, reason: "a test",
      until: hold.until.map { Timestamp($0.value) },
      by: "a test", since: at)
  }
}

extension Timestamp {
  fileprivate init(_ moment: Moment) {
    self.init(secondsSinceEpoch: moment.secondsSinceEpoch)
  }
}
