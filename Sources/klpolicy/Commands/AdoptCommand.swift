internal import ArgumentParser
internal import Diagnostics
internal import Documents
internal import Nodes
internal import Planning
internal import PolicyModel
internal import Reconciliation
internal import Rendering
internal import Shapes

struct AdoptCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "adopt",
    abstract: "Writes the policy of what this host has already.",
    discussion: """
      So that a team starts from the present state: the plan of the policy is empty, which adopt tries \
      before it prints it. The policy has the live patches that others loaded, by the file that each \
      came from (kpatch's directories, livepatch, updates and extra of the running kernel's modules, \
      and what --modules names), told by name and build ID; kpatch's directory; the packages of Red \
      Hat and SUSE for this kernel at their versions; and the settings of Canonical's client. What \
      klpolicy manages already stays with its policy. Nothing is changed.

      What is in force and could not be put into the policy stands in a comment of it and on standard \
      error, and the exit status is 65; so it is if the plan would not be empty.
      """)

  enum Format: String, OutputFormat {
    case yaml, json
  }

  @Option(
    help: ArgumentHelp(
      "The policy's name; adopted- and the host's if left out.", valueName: "name"))
  var name: String?
  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "Directories in which the files of live patches may lie, too.", valueName: "dir"))
  var modules: [String] = []
  @Option(
    name: .customLong("host"),
    help: ArgumentHelp(
      "Of a host that was taken by klpolicy snapshot; - is standard input.", valueName: "file"))
  var snapshotPath: String?
  @OptionGroup var host: HostOptions
  @OptionGroup var output: Output<Format>

  func validate() throws {
    if snapshotPath != nil, host.root != nil {
      throw ValidationError(
        "--host takes a snapshot instead of looking at a host: leave --root out.")
    }
    guard let name else { return }
    guard DocumentName.form.pattern?.matches(name) == true else {
      throw ValidationError("--name takes \(DocumentName.form.name).")
    }
  }

  func run() throws {
    var errors = OutputOptions()
    errors.output = nil
    errors.colour = output.colour
    var (snapshot, kernel) = try hostToPlanFor(snapshotPath, host, errors)
    if let kernel { snapshot.observeServices(on: kernel) }
    let adoption = Adoption(
      snapshot,
      ModuleOrigins(
        snapshot, root: kernel == nil ? nil : host.layout.root, directories: absolute(modules),
        trust: ownTrust),
      name: name)
    let yaml = Array(adoption.policy.yaml.utf8)
    let (set, mistakes) = PolicySet.check(
      [SourceText(path: "the adopted policy", bytes: yaml)], at: snapshot.takenAt, purpose: .use)
    var problems = adoption.problems + mistakes
    if let set {
      let plan = try makeAssessment(
        set, snapshot, kernel, layout: host.layout, at: snapshot.takenAt,
        options: PlanningOptions(prune: false, allowEmpty: false, unverified: .warn), errors
      ).plan
      problems += differences(plan)
    }
    writeError(text(of: problems, output.errorStyle))
    switch output.output ?? .yaml {
    case .yaml: try output.write(yaml)
    case .json: try output.write(json: adoption.policy)
    }
    if !problems.isEmpty { throw ExitCode(ExitStatus.invalidInput.rawValue) }
  }

  /// What a plan of the policy would do or lack.
  private func differences(_ plan: Plan) -> [Diagnostic] {
    let steps = plan.steps.map { step in
      "the plan of this policy is not empty: \(step.action.rawValue) \(step.module) (\(step.reason.rawValue))"
    }
    let withheld = (plan.deferred + plan.blocked).map { withheld in
      let what = withheld.module ?? withheld.patch ?? withheld.service ?? "the host"
      return "the plan of this policy is not empty: \(what): \(withheld.message)"
    }
    return (steps + withheld).map {
      Diagnostic(
        .notAdopted, $0, advice: "put that right on the host, or in the policy", severity: .warning)
    }
  }

  /// Paths from the root directory on: the policy will lie somewhere else.
  private func absolute(_ paths: [String]) -> [String] {
    if paths.isEmpty { return [] }
    var arguments = PolicyArguments()
    arguments.paths = paths
    return host.isThisHost ? arguments.absolute.paths : paths
  }
}
