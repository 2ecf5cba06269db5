internal import Agent
internal import ArgumentParser
internal import Diagnostics
internal import Files
internal import Glibc
internal import Reconciliation
internal import SystemPackage

/// The policies a command works with.
struct PolicyArguments: ParsableArguments {
  @Argument(
    help: ArgumentHelp(
      "Policy files, or directories that are searched for *.yaml and *.yml.",
      discussion: """
        Default: what the agent has in force, where one runs or the configuration names its source; \
        \(PolicyArguments.defaultPath) otherwise.
        """, valueName: "path"))
  var paths: [String] = []

  static let defaultPath = "/etc/klpolicy/policies.d"

  /// Those that were named; without any, those that the host is kept to: what its agent has in force, or
  /// the default directory.
  ///
  /// - Parameter layout: of the host.
  /// - Returns: the same, with paths, or the default.
  /// - Throws: why it cannot be told which these are.
  func orInForce(_ layout: HostLayout) throws(Diagnostic) -> PolicyArguments {
    if !paths.isEmpty { return self }
    var policies = self
    switch PoliciesInForce(layout, trust: ownTrust) {
    case .agent(let path): policies.paths = [path.string]
    case .unnamed: break
    case .unknown(let problem): throw problem
    case .noneYet(let url):
      // Until then a host is what it was before it had an agent.
      if PolicyArguments.hasDefault { break }
      throw Diagnostic(
        .nothingInForce, "nothing of \(url) is in force here yet, and no policies were named",
        advice: "klpolicy status says how the agent is; or name the policies")
    }
    return policies
  }

  /// The same, of a command that has nothing to show without them.
  ///
  /// - Returns: the same, with paths, or the default.
  /// - Throws: `Failure` with `invalidInput`.
  func orInForce(
    _ layout: HostLayout, _ output: Output<some OutputFormat>
  ) throws -> PolicyArguments {
    do throws(Diagnostic) {
      return try orInForce(layout)
    } catch {
      throw output.failure(.invalidInput, error)
    }
  }

  /// Where the policies lie that this host is kept to; empty where there are none, nil where that cannot be
  /// told.
  static func pathsInForce(_ layout: HostLayout) -> [FilePath]? {
    switch PoliciesInForce(layout, trust: ownTrust) {
    case .agent(let path): [path]
    case .unnamed, .noneYet: hasDefault ? [FilePath(defaultPath)] : []
    case .unknown: nil
    }
  }

  /// Whether anything lies in the default directory.
  private static var hasDefault: Bool {
    (try? listTrusted(FilePath(defaultPath), trust: .unchecked))?.isEmpty == false
  }

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

extension Diagnostic.Code {
  static let nothingInForce = Diagnostic.Code(
    "nothing-in-force", "Nothing of the agent's repository is in force, and no policies were named."
  )
}
