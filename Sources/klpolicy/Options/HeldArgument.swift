internal import ArgumentParser
internal import PolicyModel
internal import Shapes

/// What a hold is about.
struct HeldArgument: ParsableArguments {
  @Argument(
    help: ArgumentHelp(
      "The name of a patch, whether a policy names it or not.",
      discussion: "Without it: everything on this host."))
  var patch: PatchArgument?
}

/// The name of a patch on the command line.
struct PatchArgument: ExpressibleByArgument {
  let text: String

  init?(argument: String) {
    guard PatchName.form.pattern?.matches(argument) == true else { return nil }
    text = argument
  }
}
