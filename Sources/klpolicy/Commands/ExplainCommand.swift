internal import ArgumentParser
internal import Diagnostics
internal import Documents
internal import Planning
internal import PolicyModel
internal import Reconciliation
internal import Rendering

struct ExplainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain",
    abstract:
      "Says why a patch or service is, or is not, as wanted: every rule, and where it is written.",
    discussion: """
      First what it comes to and until when, as plan has it; then the decisions in their order: \
      which policies are for the host and its kernel, which entry wins, what the patch is, which of \
      its builds is admitted, what a change has to keep to, and what is in memory. Nothing is \
      changed.
      """)

  @Argument(
    help: "The patch, as the policies name it; or redHat, suse or canonical for that service.")
  var patch: String
  @OptionGroup var policies: PolicyArguments
  @Option(
    name: .customLong("host"),
    help: ArgumentHelp(
      "Explain it for the host in this snapshot instead; - reads standard input.",
      valueName: "file"))
  var snapshotPath: String?
  @Option(
    name: .customLong("at"),
    help: ArgumentHelp(
      "The moment to explain it for, such as 2026-11-25T22:00:00Z.", valueName: "time"),
    transform: MomentArgument.parse)
  var moment: MomentArgument?
  @OptionGroup var host: HostOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    if snapshotPath != nil, host.root != nil {
      throw ValidationError("--host and --root name two hosts; give one of them.")
    }
    let looksLikePath =
      patch.contains("/") || patch.hasSuffix(".yaml") || patch.hasSuffix(".yml") || patch == "."
    if looksLikePath {
      throw ValidationError(
        "The patch comes first, then the paths: klpolicy explain "
          + (policies.paths.first ?? "PATCH") + " \(patch)")
    }
  }

  func run() throws {
    let now = moment?.time ?? currentTime()
    let set = try policies.load(host.layout, output)
    let (snapshot, kernel) = try hostToPlanFor(snapshotPath, host, output)
    let service = service(set, snapshot)
    if service == nil { try checkIsKnown(set, snapshot) }
    let isAboutToAct = isRoot && snapshotPath == nil && host.isThisHost
    let assessment = try makeAssessment(
      set, snapshot, kernel, layout: host.layout, at: now,
      options: PlanningOptions(
        prune: false, allowEmpty: false, unverified: isAboutToAct ? .block : .warn,
        isForAnotherTime: moment != nil), output)
    let explanation =
      if let service {
        assessment.explanation(ofService: set.trace(ofService: service, on: snapshot.host, at: now))
      } else {
        assessment.explanation(set.trace(of: patch, on: snapshot.host, at: now))
      }
    try output.write(explanation) { text(of: explanation, $0) }
  }

  /// The service of a vendor that is meant, by its name or by that of one of its packages; nil for a patch.
  private func service(_ set: PolicySet, _ snapshot: HostSnapshot) -> ServiceKind? {
    if names(set, snapshot).contains(patch) { return nil }
    let name = HeldName.service(ofPackage: patch) ?? HeldName.service(meantBy: patch) ?? patch
    guard let kind = ServiceKind(rawValue: name), kind != .kpatch else { return nil }
    return kind
  }

  private func names(_ set: PolicySet, _ snapshot: HostSnapshot) -> [String] {
    set.patchNames + (snapshot.history.managed.value ?? []).map(\.patch)
  }

  /// A name that no policy, no PatchSet and no record of the host has is a mistake, not a patch.
  private func checkIsKnown(_ set: PolicySet, _ snapshot: HostSnapshot) throws {
    let names = names(set, snapshot)
    if names.contains(patch) { return }
    let advice: String
    if patch == ServiceKind.kpatch.rawValue {
      let files = set.serviceNames.filter { ServiceKind(rawValue: $0) == nil }
      advice =
        "in kpatch's directory are the files of patches: explain one of them"
        + (files.isEmpty ? "" : ", \(files.prefix(10).map { $0 }.quotedList("or"))")
    } else if let owner = set.patches(ofModule: patch).first {
      advice = "that is a module of the patch \(owner.quoted): explain that"
    } else if snapshot.live.patches.contains(where: { $0.module == patch }) {
      advice = "that is a module in memory, which no patch here has; klpolicy status shows it"
    } else if let similar = nearest(to: patch, among: names) {
      advice = "did you mean \(similar.quoted)?"
    } else if names.isEmpty {
      let services = set.serviceNames
      advice =
        "these policies name no patch at all"
        + (services.isEmpty ? "" : "; of services they speak of \(services.quotedList("and"))")
    } else {
      let some = Array(Set(names).sorted().prefix(10))
      advice = "known are \(some.quotedList("and"))" + (names.count > 10 ? " among others" : "")
    }
    throw output.failure(
      .invalidInput,
      Diagnostic(
        .unknownPatch,
        "no given policy or PatchSet, and no record of the host, has a patch \(patch.quoted)",
        advice: advice))
  }
}
