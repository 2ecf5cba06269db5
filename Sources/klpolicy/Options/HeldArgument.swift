internal import ArgumentParser
internal import PolicyModel
internal import Shapes

/// What a hold is about.
struct HeldArgument: ParsableArguments {
  @Argument(
    help: ArgumentHelp(
      "The name of a patch, whether a policy names it or not; or redHat, suse or canonical.",
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

/// What is let go on: a patch, or a package that a run did not get to verify.
struct ResumedArgument: ParsableArguments {
  @Argument(
    help: ArgumentHelp(
      "The name of a patch, whether a policy names it or not, of a service, or of a package.",
      discussion: "Without it: everything on this host.", valueName: "patch"))
  var name: ResumedName?
}

/// The name of a patch, a service or a package of rpm on the command line.
struct ResumedName: ExpressibleByArgument {
  let text: String

  private static let packages = TextPattern(
    .characters("A-Za-z0-9", 1...1), .characters("A-Za-z0-9._+~^:-", 0...254))

  init?(argument: String) {
    guard PatchName.form.pattern?.matches(argument) == true || Self.packages.matches(argument)
    else { return nil }
    text = argument
  }
}
