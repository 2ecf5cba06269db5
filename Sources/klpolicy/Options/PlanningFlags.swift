internal import ArgumentParser
internal import Planning

/// What the command line allows a plan to do. Deliberately without any other form.
struct PlanningFlags: ParsableArguments {
  @Flag(help: "Also remove what klpolicy loaded for policies that are not among those given.")
  var prune = false
  @Flag(
    name: .customLong("allow-empty"),
    help: "Let policies that want nothing on this host remove what is there.")
  var allowEmpty = false

  /// The flags as the planner takes them. What could not be observed blocks when `isAboutToAct`:
  /// the plan is made on the host it is for, with the right to change it.
  func options(isAboutToAct: Bool) -> PlanningOptions {
    PlanningOptions(
      prune: prune, allowEmpty: allowEmpty, unverified: isAboutToAct ? .block : .warn)
  }
}
