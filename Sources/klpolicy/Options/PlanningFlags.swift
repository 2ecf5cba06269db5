internal import ArgumentParser
internal import Documents
internal import Planning

/// What the command line allows a plan to do. Deliberately without any other form.
struct PlanningFlags: ParsableArguments {
  @Flag(help: "Also remove what klpolicy loaded for policies that are not among those given.")
  var prune = false
  @Flag(
    name: .customLong("allow-empty"),
    help: "Let policies that want nothing on this host remove what is there.")
  var allowEmpty = false
  @Flag(
    name: .customLong("override-window"),
    help: ArgumentHelp(
      "Lift windows, and those freezes that allow it, for this run; needs --reason.",
      discussion: "A run that acts writes who did it, and why, into the journal."))
  var overridesWindows = false
  @Option(
    help: ArgumentHelp("Why windows are overridden, for those who come later.", valueName: "text"))
  var reason: String?

  func validate() throws {
    if overridesWindows, reason == nil {
      throw ValidationError("--override-window needs --reason TEXT, which says why.")
    }
    guard let reason else { return }
    if !overridesWindows {
      throw ValidationError("--reason belongs to --override-window; give both or neither.")
    }
    try checkReason(reason)
  }

  /// Who overrides windows, and why; nil unless somebody does.
  var override: Override? {
    reason.flatMap { overridesWindows ? Override(by: operatorName(), reason: $0) : nil }
  }

  /// The flags as the planner takes them. What could not be observed blocks when `isAboutToAct`:
  /// the plan is made on the host it is for, with the right to change it.
  func options(
    isAboutToAct: Bool, isForAnotherTime: Bool = false,
    isAtBoot: Bool = false
  ) -> PlanningOptions {
    PlanningOptions(
      prune: prune, allowEmpty: allowEmpty, unverified: isAboutToAct ? .block : .warn,
      overridesWindows: overridesWindows, isForAnotherTime: isForAnotherTime, isAtBoot: isAtBoot)
  }
}
