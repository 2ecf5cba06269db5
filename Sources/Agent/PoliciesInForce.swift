package import Diagnostics
internal import Documents
package import Files
internal import PolicyModel
package import Reconciliation
package import SystemPackage

/// Where the policies lie that a host is kept to, for those who name none: what its agent has in force,
/// by what is on the disk alone, so that it holds at boot too.
package enum PoliciesInForce {
  /// Those of the agent.
  case agent(FilePath)
  /// Nobody has said: no agent runs, and the configuration names no source.
  case unnamed
  /// Nothing of this repository is in force yet.
  case noneYet(url: String)
  /// Something is, and what that is cannot be told, for this reason.
  case unknown(Diagnostic)

  /// - Parameters:
  ///   - layout: the host's own things.
  ///   - trust: whose files are believed.
  package init(_ layout: HostLayout, trust: FileTrust) {
    // One that runs and was not told yet of what the configuration says now keeps the host to what it
    // has; one that has ended keeps it to nothing.
    if let agent = agentStatus(layout, trust: trust), agent.running != false {
      self = PoliciesInForce(agent.directory, agent.url, layout, trust)
      return
    }
    let (settings, _) = AgentSettings.read(layout, trust: trust)
    guard let settings else {
      // That the configuration cannot be used is told by those who need it, and is no reason to forget
      // which commit was in force.
      let last = PoliciesInForce(nil, "", layout, trust)
      if case .noneYet = last { self = .unnamed } else { self = last }
      return
    }
    switch settings.source {
    case .git(let git): self = PoliciesInForce(nil, git.url, layout, trust)
    case .directory(let path):
      self = settings.namesSource ? PoliciesInForce(path.string, nil, layout, trust) : .unnamed
    }
  }

  /// Of another repository than `url`, too: that stays in force until there is something of the new one.
  private init(_ directory: String?, _ url: String?, _ layout: HostLayout, _ trust: FileTrust) {
    guard let url else {
      let path = directory.map { layout.root.pushing(FilePath($0).removingRoot()) }
      self = path.map { .agent($0) } ?? .unnamed
      return
    }
    // The agent's word on itself is as old as its last run, and the files of that commit may be gone.
    do throws(FileProblem) {
      _ = try readTrusted(layout.agentAccepted, trust: trust, limit: 1 << 20)
    } catch {
      self = error.kind == .absent ? .noneYet(url: url) : .unknown(PoliciesInForce.lost(error))
      return
    }
    guard let path = AgentRecord.read(layout.agentAccepted, trust: trust)?.policies(layout) else {
      self = .unknown(
        Diagnostic(
          .sourceUnusable,
          "which commit is in force stands in \(layout.agentAccepted), which is damaged",
          advice: "bring the file back, or name the policies"))
      return
    }
    self = .agent(path)
  }

  private static func lost(_ problem: FileProblem) -> Diagnostic {
    Diagnostic(
      .sourceUnusable, "which commit is in force cannot be told: \(problem)",
      advice: problem.advice ?? "run this as root, or name the policies")
  }
}
