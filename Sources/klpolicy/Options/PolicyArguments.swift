internal import ArgumentParser
internal import Glibc
internal import SystemPackage

/// The policies a command works with.
struct PolicyArguments: ParsableArguments {
  @Argument(
    help: ArgumentHelp(
      "Policy files, or directories that are searched for *.yaml and *.yml.",
      discussion: "Default: \(PolicyArguments.defaultPath)", valueName: "path"))
  var paths: [String] = []

  static let defaultPath = "/etc/klpolicy/policies.d"

  /// The same from the root directory on, for those who use them elsewhere.
  var absolute: PolicyArguments {
    var policies = self
    var bytes = [CChar](repeating: 0, count: Int(PATH_MAX))
    guard unsafe getcwd(&bytes, bytes.count) != nil else { return policies }
    let directory = FilePath(platformString: bytes)
    policies.paths = filePaths.map { directory.pushing($0).string }
    return policies
  }

  var filePaths: [FilePath] {
    paths.isEmpty ? [FilePath(PolicyArguments.defaultPath)] : paths.map { FilePath($0) }
  }
}
