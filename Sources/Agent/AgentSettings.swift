package import Diagnostics
package import Files
internal import Nodes
internal import PolicyModel
internal import PolicySyntax
package import Reconciliation
package import SystemPackage

/// What the host's configuration says of the agent.
package struct AgentSettings: Sendable {
  package enum Source: Sendable {
    case directory(FilePath)
    case git(GitSettings)
  }

  package var source = Source.directory("/etc/klpolicy/policies.d")
  package var interval = Duration.seconds(300)
  /// Whether the configuration says where the policies come from.
  var namesSource = false
  /// Whether the configuration speaks of an agent at all.
  package var isMeant = false

  package init() {}

  /// Reads the configuration; a host without one has the defaults.
  ///
  /// - Returns: the settings, nil if the configuration cannot be used, and what is wrong with it.
  package static func read(
    _ layout: HostLayout, trust: FileTrust
  ) -> (settings: AgentSettings?, diagnostics: [Diagnostic]) {
    let path = layout.configuration
    let bytes: [UInt8]
    do throws(FileProblem) {
      bytes = try readTrusted(path, trust: trust, limit: Int(TextLimits.yaml.bytes))
    } catch {
      return error.kind == .absent ? (AgentSettings(), []) : (nil, [Diagnostic(error)])
    }
    let (configuration, diagnostics) = HostConfiguration.read(
      SourceText(path: path.string, bytes: bytes))
    guard let configuration else { return (nil, diagnostics) }
    var settings = AgentSettings()
    guard let agent = configuration.agent else { return (settings, diagnostics) }
    settings.isMeant = true
    settings.namesSource = agent.source != nil
    if let interval = agent.interval { settings.interval = interval.duration }
    if let directory = agent.source?.directory {
      settings.source = .directory(FilePath(directory.text))
    }
    if let git = agent.source?.git.flatMap({ GitSettings($0, configuration.downloads) }) {
      settings.source = .git(git)
    }
    return (settings, diagnostics)
  }
}

extension AgentSettings.Source: CustomStringConvertible {
  package var description: String {
    switch self {
    case .directory(let path): "the policies in \(path)"
    case .git(let git):
      "the policies of \(git.url), "
        + (git.branch.map { "branch \($0)" } ?? "tag \(git.tag ?? "")")
        + (git.path.isEmpty ? "" : ", directory \(git.path)")
    }
  }
}
