package import Diagnostics
package import Documents
package import Files
internal import Glibc
internal import JSONText
internal import Nodes
package import Reconciliation
internal import Shapes
package import SystemPackage

/// Where the agent keeps its things.
extension HostLayout {
  /// What is in force, and the files of its commit: for root alone.
  var agentState: FilePath { root.appending("var/lib/klpolicy/agent") }
  /// The copy of the repository, which belongs to the user whom git runs as.
  var agentRepository: FilePath { root.appending("var/lib/klpolicy/git") }
  /// What is in force, durably.
  var agentAccepted: FilePath { agentState.appending("accepted.json") }
  /// A directory of its own, so that it can be watched: a person's word that a commit is let in.
  var agentPermits: FilePath { agentState.appending("permits") }
  var agentPermit: FilePath { agentPermits.appending("permit.json") }
  var agentTrees: FilePath { agentState.appending("trees") }
  /// What the agent says of itself, for `status`; nothing that outlives the boot.
  package var agentReport: FilePath { root.appending("run/klpolicy/agent.json") }
  /// Held by the agent as long as it runs.
  var agentLock: FilePath { root.appending("run/klpolicy/agent.lock") }
  var agentPrivateFiles: FilePath { root.appending("run/klpolicy/agent-files") }
}

/// An `AgentStatus` in a file of the agent's own.
struct AgentRecord: Document {
  static let kind = "AgentState"
  static let about = "What the agent keeps of itself."

  var status: AgentStatus

  init(_ status: AgentStatus) { self.status = status }

  init<S: Shape>(_ shape: inout S) { status = AgentStatus(&shape) }

  func writeBody(to object: inout JSONObjectWriter) { status.writeFields(to: &object) }

  /// Reads one; nil where there is none, or none that can be used.
  static func read(_ path: FilePath, trust: FileTrust) -> AgentStatus? {
    guard let bytes = try? readTrusted(path, trust: trust, limit: 1 << 20),
      let table = try? readJSON(SourceText(path: path.string, bytes: bytes))
    else { return nil }
    return decode(AgentRecord.self, from: table).document?.status
  }

  func write(to path: FilePath, permissions: FilePermissions) throws(SystemError) {
    try makeDirectories(path.removingLastComponent(), mode: 0o755)
    try writeDurably(JSONWriter.bytes(of: self, .indented), to: path, permissions: permissions)
  }
}

/// A person's word that a commit is let in, and what descends from it, though it does not descend from
/// what is in force.
package struct AgentPermit {
  let layout: HostLayout
  let trust: FileTrust

  package init(layout: HostLayout, trust: FileTrust) {
    self.layout = layout
    self.trust = trust
  }

  /// Why a word was not written down.
  package struct Refusal: Error {
    package let diagnostic: Diagnostic
  }

  /// Writes it down for the agent, which goes by it when it next looks.
  ///
  /// - Parameters:
  ///   - name: the commit; enough of it to tell that it is the one which was refused, or all of it.
  ///   - person: the login name of who says so.
  ///   - now: when.
  /// - Returns: the whole name of the commit.
  /// - Throws: `Refusal`.
  package func give(
    _ name: String, by person: String, at now: Timestamp
  ) throws(Refusal) -> String {
    let refused = agentStatus(layout, trust: .unchecked)?.refusedCommit
    let name = name.lowercased()
    guard
      let commit = GitObject.isID(name)
        ? name
        : refused.flatMap({ refused in
          name.utf8.count >= 7 && refused.hasPrefix(name) ? refused : nil
        })
    else {
      throw Refusal(
        diagnostic: Diagnostic(
          .noSuchCommit,
          refused.map { "\(name) is not how the refused commit \($0) begins" }
            ?? "\(name) is no whole name of a commit, and the agent has refused none",
          advice: "give all 40 digits that git log shows, or 7 and more of the one that status "
            + "says was refused"))
    }
    var status = AgentStatus()
    status.letIn = AgentStatus.LetIn(commit: commit, by: person, at: now)
    do throws(SystemError) {
      try makeDirectories(layout.agentState, mode: 0o700)
      try makeDirectories(layout.agentPermits, mode: 0o700)
      try AgentRecord(status).write(to: layout.agentPermit, permissions: [.ownerReadWrite])
    } catch {
      throw Refusal(
        diagnostic: Diagnostic(
          .sourceUnusable, "it could not be written down: \(error)", advice: "see to it"))
    }
    return commit
  }
}

/// What the agent last said of itself; nil where none runs or ran in this boot, or it cannot be read.
package func agentStatus(_ layout: HostLayout, trust: FileTrust) -> AgentStatus? {
  guard var status = AgentRecord.read(layout.agentReport, trust: trust) else { return nil }
  status.running = AgentLock.isHeld(layout.agentLock)
  return status
}

/// What the agent last said of itself; where the configuration has one that has said nothing since the
/// boot, what it is to keep the host to. Nil where there is none, and none is meant to be.
package func agentStatusAsMeant(_ layout: HostLayout, trust: FileTrust) -> AgentStatus? {
  if let status = agentStatus(layout, trust: trust) { return status }
  guard let settings = AgentSettings.read(layout, trust: trust).settings, settings.isMeant else {
    return nil
  }
  var status = AgentStatus()
  status.running = AgentLock.isHeld(layout.agentLock)
  switch settings.source {
  case .directory(let path): status.directory = path.string
  case .git(let git):
    let record = AgentRecord.read(layout.agentAccepted, trust: trust)
    if let record, record.url == git.url, record.branch == git.branch, record.tag == git.tag {
      status = record
      status.running = AgentLock.isHeld(layout.agentLock)
    } else {
      status.url = git.url
      status.branch = git.branch
      status.tag = git.tag
      status.path = git.path.isEmpty ? nil : git.path
    }
  }
  return status
}

extension AgentStatus {
  /// Where the policies lie that the agent keeps the host to; nil where none are in force.
  func policies(_ layout: HostLayout) -> FilePath? {
    if url == nil { return directory.map { FilePath($0) } }
    guard let commit, GitObject.isID(commit) else { return nil }
    let tree = layout.agentTrees.appending(commit)
    return path.map { tree.pushing(FilePath($0)) } ?? tree
  }
}

/// The agent's own lock: there is one agent on a host.
struct AgentLock: ~Copyable {
  private let file: OwnedDescriptor

  /// - Returns: nil where another agent holds it.
  /// - Throws: `SystemError`.
  static func take(_ path: FilePath) throws(SystemError) -> AgentLock? {
    try makeDirectories(path.removingLastComponent(), mode: 0o755)
    return try orFailure("open", path) { () throws(Errno) -> AgentLock? in
      let number = try systemCall {
        unsafe open(path.string, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0o600)
      }
      let file = OwnedDescriptor(FileDescriptor(rawValue: number))
      // Who only looks whether it is held has it for a moment.
      for _ in 0..<10 {
        if flock(number, LOCK_EX | LOCK_NB) == 0 { return AgentLock(file: file) }
        let reason = Errno(rawValue: errno)
        guard reason == .wouldBlock else { throw reason }
        usleep(20_000)
      }
      return nil
    }
  }

  /// Whether somebody holds it; nil where that cannot be told.
  static func isHeld(_ path: FilePath) -> Bool? {
    let number = unsafe open(path.string, O_RDONLY | O_NOFOLLOW | O_CLOEXEC)
    guard number >= 0 else { return errno == ENOENT ? false : nil }
    let file = OwnedDescriptor(FileDescriptor(rawValue: number))
    defer { withExtendedLifetime(file) {} }
    if flock(number, LOCK_SH | LOCK_NB) == 0 { return false }
    return errno == EWOULDBLOCK ? true : nil
  }
}

extension Diagnostic.Code {
  package static let noSuchCommit = Diagnostic.Code(
    "no-such-commit", "A commit was to be let in by a name that is none.")
}
