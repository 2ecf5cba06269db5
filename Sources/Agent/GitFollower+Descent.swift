internal import ChildProcess
internal import Diagnostics
internal import Documents
internal import Files
internal import Reconciliation

/// What may come after what is in force: commits that descend from it, and what a person let in.
extension GitFollower {
  /// - Returns: who let the commit in, where it does not descend from what is in force.
  func checkDescent(
    _ commit: String, _ git: GitProgram
  ) throws(SyncProblem) -> AgentStatus.LetIn? {
    guard let last = accepted?.commit, last != commit else { return accepted?.letIn }
    if try descends(commit, from: last, git) { return nil }
    if let permit = permit(), try descends(commit, from: permit.commit, git) { return permit }
    throw SyncProblem(
      .refused, commit: commit,
      Diagnostic(
        .historyRewritten,
        "commit \(commit.prefix(12)) does not descend from \(last.prefix(12)), which is in force",
        advice: "if the history was meant to be rewritten: klpolicy agent accept \(commit)"))
  }

  /// How long a person's word counts: whoever forgets it has not allowed it for ever.
  private static let permitSeconds = 7 * 86_400

  func permit() -> AgentStatus.LetIn? {
    AgentRecord.read(layout.agentPermit, trust: trust)?.letIn.flatMap { permit in
      clock() < permit.at.advanced(by: .seconds(GitFollower.permitSeconds)) ? permit : nil
    }
  }

  private static let mostCommits = 100_000

  /// Whether a commit is another one or comes after it, by the commits' own words.
  func descends(
    _ commit: String, from ancestor: String, _ git: GitProgram
  ) throws(SyncProblem) -> Bool {
    if commit == ancestor { return true }
    guard commit.utf8.count == ancestor.utf8.count else { return false }
    let answer = try git.run(
      ["rev-list", "--max-count=\(GitFollower.mostCommits)", commit, "^\(ancestor)"],
      outputLimit: 66 * GitFollower.mostCommits)
    switch answer.ending {
    case .exited(0): break
    // It is not there: nothing that was fetched comes after it.
    case .exited(128): return false
    default: throw failed("compared with what is in force", answer)
    }
    let list = answer.standardOutput.bytes
    // git's word for what lies between; the objects themselves are checked.
    let between = list.split(separator: UInt8(ascii: "\n"))
      .map { String(decoding: $0, as: UTF8.self) }.filter { GitObject.isID($0) }
    var parents: [String: [String]] = [:]
    try git.read(between, limit: 1 << 20) { object throws(SyncProblem) in
      parents[object.id] = object.kind == .commit ? GitHeaders(object).parents : []
    }
    var pending = [commit]
    var seen: Set<String> = [commit]
    while let next = pending.popLast() {
      if next == ancestor { return true }
      for parent in parents[next] ?? [] where seen.insert(parent).inserted {
        pending.append(parent)
      }
    }
    return false
  }
}
