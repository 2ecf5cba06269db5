internal import ArgumentParser
internal import SystemPackage

/// The policies a command works with.
struct PolicyArguments: ParsableArguments {
  @Argument(
    help: ArgumentHelp(
      "Policy files, or directories that are searched for *.yaml and *.yml.",
      discussion: "Default: \(PolicyArguments.defaultPath)", valueName: "path"))
  var paths: [String] = []

  static let defaultPath = "/etc/klpolicy/policies.d"

  var filePaths: [FilePath] {
    paths.isEmpty ? [FilePath(PolicyArguments.defaultPath)] : paths.map { FilePath($0) }
  }
}
