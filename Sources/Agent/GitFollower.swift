internal import ChildProcess
internal import Diagnostics
internal import Documents
internal import Files
internal import Glibc
internal import PolicyModel
internal import Reconciliation
internal import SystemPackage

/// Follows a Git repository: fetches it, lets in what is signed, descends from what is in force and
/// holds sound policies, and keeps its files. Whatever else comes, what is in force stays so.
struct GitFollower {
  let settings: GitSettings
  let layout: HostLayout
  let trust: FileTrust
  let proxies: [String: String]
  let clock: @Sendable () -> Timestamp
  let isWanted: @Sendable () -> Bool
  /// Whether the policies at a path could be used on this host; what is wrong with them otherwise.
  let judge: (FilePath) -> [Diagnostic]

  /// What is in force; nil before there is anything.
  private(set) var accepted: AgentStatus?
  /// A commit whose policies could not be used, which is not looked at again before it is asked for.
  private var unsound: SyncProblem?
  private var unsoundSince = Timestamp(secondsSinceEpoch: 0)
  private static let refusalSeconds = 3600
  /// Whether what is in force is on record, and the record cannot be used.
  private let isRecordLost: Bool
  /// Whether a fetch may have been cut off, and left its locks.
  private var mayBeCutOff = true

  init(
    _ settings: GitSettings, layout: HostLayout, trust: FileTrust, proxies: [String: String],
    clock: @escaping @Sendable () -> Timestamp, isWanted: @escaping @Sendable () -> Bool,
    judge: @escaping (FilePath) -> [Diagnostic]
  ) {
    self.settings = settings
    self.layout = layout
    self.trust = trust
    self.proxies = proxies
    self.clock = clock
    self.isWanted = isWanted
    self.judge = judge
    let record = AgentRecord.read(layout.agentAccepted, trust: trust)
    isRecordLost = unsafe record == nil && access(layout.agentAccepted.string, F_OK) == 0
    accepted = record.flatMap { status in
      // Of another source nothing is in force, and its history binds nobody.
      status.url == settings.url && status.branch == settings.branch && status.tag == settings.tag
        && status.commit.map { GitObject.isID($0) } == true ? status : nil
    }
  }

  /// Where the policies in force lie; nil before there are any.
  var policies: FilePath? {
    // In the directory that was accepted: another one of the settings comes into force like a commit.
    accepted?.policies(layout)
  }

  /// The source, and what of it is in force.
  var status: AgentStatus {
    var status = accepted ?? AgentStatus()
    status.url = settings.url
    status.branch = settings.branch
    status.tag = settings.tag
    if accepted == nil { status.path = path }
    return status
  }

  /// Looks whether there is something new.
  ///
  /// - Throws: `SyncProblem`; what was in force stays in force.
  mutating func sync() throws(SyncProblem) {
    // Without it any commit would do that is signed, an old one too.
    if isRecordLost {
      throw SyncProblem(
        .unreachable,
        Diagnostic(
          .sourceUnusable,
          "which commit is in force stands in \(layout.agentAccepted), which cannot be used",
          advice: "bring the file back; or remove it, if the next commit that is signed is to be "
            + "taken whatever was in force, and restart the agent"))
    }
    let files = PrivateFiles(directory: layout.agentPrivateFiles, user: user)
    do throws(SystemError) {
      try makeDirectories(layout.agentState, mode: 0o700)
      try makeDirectories(layout.agentPermits, mode: 0o700)
    } catch {
      throw notKept(nil, error)
    }
    try files.prepare()
    defer { files.clear() }
    let git = try program(files)
    do throws(SyncProblem) {
      try prepareRepository(git)
      let tip = try fetch(git)
      try follow(tip, git, files)
    } catch {
      if error.diagnostics.contains(where: { $0.code == .repositoryDamaged }) {
        removeRepository()
      }
      throw error
    }
  }

  /// Looks again at what was refused for its policies.
  mutating func forgetRefusal() { unsound = nil }

  private var user: Command.User? { geteuid() == 0 ? .fetcher : nil }

  /// The directory of the settings; nil for all of the repository.
  private var path: String? { settings.path.isEmpty ? nil : settings.path }

  private func path(in tree: FilePath) -> FilePath {
    path.map { tree.pushing(FilePath($0)) } ?? tree
  }

  // MARK: The copy of the repository

  private func program(_ files: PrivateFiles) throws(SyncProblem) -> GitProgram {
    var configuration = GitConfiguration(
      url: settings.url, proxy: settings.proxy, certificates: settings.certificates)
    if let path = settings.credentials {
      let text = String(decoding: try secret(path), as: UTF8.self)
      configuration.credentials = text.split(whereSeparator: \.isNewline).first.map(String.init)
    }
    var ssh: FilePath?
    if let path = settings.knownHosts {
      let hosts = try files.write("known_hosts", try trusted(path))
      let key: FilePath? =
        if let path = settings.sshKey { try files.write("key", try secret(path)) } else { nil }
      ssh = try files.write(
        "ssh_config", Array(GitConfiguration.ssh(key: key, knownHosts: hosts).utf8))
    }
    return GitProgram(
      repository: layout.agentRepository,
      configuration: try files.write("gitconfig", Array(configuration.git.utf8)),
      sshConfiguration: ssh, scheme: String(settings.url.prefix { $0 != ":" }), user: user,
      proxies: proxies, isWanted: isWanted)
  }

  private func trusted(_ path: FilePath) throws(SyncProblem) -> [UInt8] {
    do throws(FileProblem) {
      return try readTrusted(path, trust: trust, limit: 4 << 20)
    } catch {
      throw SyncProblem(
        .unreachable,
        Diagnostic(
          .sourceUnusable, "what the agent needs to log in is not there: \(error)",
          advice: error.advice ?? "correct agent.source.git in the configuration"))
    }
  }

  /// A file that nobody but its owner may read.
  private func secret(_ path: FilePath) throws(SyncProblem) -> [UInt8] {
    let bytes = try trusted(path)
    if let status = try? path.stat(),
      !status.permissions.isDisjoint(with: [.groupRead, .otherRead])
    {
      throw SyncProblem(
        .unreachable,
        Diagnostic(
          .sourceUnusable, "\(path) is a secret, and others may read it",
          advice: "chmod 600 \(path)"))
    }
    return bytes
  }

  private mutating func prepareRepository(_ git: GitProgram) throws(SyncProblem) {
    let path = layout.agentRepository
    if let owner, owner != user { removeRepository() }
    if unsafe access(path.appending("HEAD").string, F_OK) != 0 {
      try makeRepository(git, ofSHA256: accepted?.commit?.utf8.count == 64)
      // Which digest names its objects, only the repository tells.
      if accepted == nil {
        let answer = try git.run(["ls-remote", "--quiet", "--", settings.url, reference])
        guard answer.succeeded else {
          removeRepository()
          throw failed("reached", answer)
        }
        if answer.standardOutput.text.isEmpty {
          removeRepository()
          throw missing()
        }
        if answer.standardOutput.text.prefix(while: { $0 != "\t" }).utf8.count == 64 {
          try makeRepository(git, ofSHA256: true)
        }
      }
    } else if mayBeCutOff {
      // Whoever was killed in a fetch has left its locks, and what it had begun.
      var sweep = Command(
        "/usr/bin/find",
        [
          path.string, "(", "-name", "*.lock", "-o", "-name", "tmp_*", ")", "-type", "f", "-delete",
        ],
        timeLimit: .seconds(60))
      sweep.user = user
      _ = try? sweep.runAndWait(while: isWanted)
    }
  }

  private func makeRepository(_ git: GitProgram, ofSHA256 isSHA256: Bool) throws(SyncProblem) {
    let path = layout.agentRepository
    removeRepository()
    do throws(SystemError) {
      try makeDirectories(path, mode: 0o700)
      if let user {
        try orFailure("chown", path) { () throws(Errno) in
          _ = try systemCall { unsafe chown(path.string, user.userID, user.groupID) }
        }
      }
    } catch {
      throw SyncProblem(
        .unreachable,
        Diagnostic(
          .sourceUnusable, "there is no place for the repository: \(error)",
          advice: "see to it; it is tried again"))
    }
    let format = isSHA256 ? ["--object-format=sha256"] : []
    let made = try git.run(["init", "--bare", "--quiet", "--template="] + format + [path.string])
    guard made.succeeded else { throw failed("made", made) }
  }

  private var reference: String {
    settings.branch.map { "refs/heads/\($0)" } ?? "refs/tags/\(settings.tag ?? "")"
  }

  private func removeRepository() {
    var removal = Command(
      "/bin/rm", ["-rf", layout.agentRepository.string], timeLimit: .seconds(300))
    // Who owns what lies in it has the say there; root never walks through it. It was another one
    // before there was a user of klpolicy's own.
    removal.user = owner ?? user
    _ = try? removal.runAndWait(while: isWanted)
    _ = unsafe rmdir(layout.agentRepository.string)
  }

  /// Whose the copy is; nil where it is root's, or not there.
  private var owner: Command.User? {
    guard user != nil, let status = try? layout.agentRepository.stat(followTargetSymlink: false),
      status.userID.rawValue != 0, status.groupID.rawValue != 0
    else { return nil }
    return Command.User(userID: status.userID.rawValue, groupID: status.groupID.rawValue)
  }

  private static let tip = "refs/klpolicy/tip"

  /// - Returns: the name of what the branch or tag is.
  private mutating func fetch(_ git: GitProgram) throws(SyncProblem) -> String {
    mayBeCutOff = true
    var arguments = [
      "fetch", "--quiet", "--force", "--no-tags", "--no-write-fetch-head",
      "--no-recurse-submodules", "--no-show-forced-updates",
    ]
    if let commit = accepted?.commit {
      // From what is in force on; all of it where the copy was lost, so that it can be told what
      // descends from what.
      let isThere = try git.run(["cat-file", "-e", "\(commit)^{commit}"]).succeeded
      let isShallow = unsafe access(git.repository.appending("shallow").string, F_OK) == 0
      if !isThere, isShallow { arguments.append("--unshallow") }
    } else {
      arguments.append("--depth=1")
    }
    let result = try git.run(
      arguments + ["--", settings.url, "+\(reference):\(GitFollower.tip)"],
      timeLimit: settings.timeLimit)
    guard result.succeeded else {
      if try !isCopySound(git) { throw git.damaged("it lacks what it had, or is none") }
      // Nothing is in it yet, and what it was made for may be of other digests.
      if accepted == nil { removeRepository() }
      throw failed("fetched", result)
    }
    mayBeCutOff = false
    guard let id = try git.line(["rev-parse", "--verify", "--quiet", GitFollower.tip]),
      GitObject.isID(id)
    else { throw git.damaged("\(GitFollower.tip) is missing") }
    return id
  }

  /// Whether all is there that the last fetch brought: what a cut of the power, or the disk, took of it
  /// would keep every later one from succeeding.
  private func isCopySound(_ git: GitProgram) throws(SyncProblem) -> Bool {
    guard try git.run(["rev-parse", "--git-dir"]).succeeded else { return false }
    let reference = git.repository.pushing(FilePath(GitFollower.tip))
    guard unsafe access(reference.string, F_OK) == 0 else { return true }
    return try git.run(["rev-list", "--objects", "--quiet", GitFollower.tip]).succeeded
  }

  func failed(_ done: String, _ result: CommandResult) -> SyncProblem {
    let words = result.standardError.text.split(whereSeparator: \.isNewline)
      .filter { !$0.allSatisfy(\.isWhitespace) }
    // Why ssh does not get there, it says before git gives up.
    let end = words.firstIndex { $0.hasPrefix("fatal:") } ?? words.endIndex
    let told = words[..<end].suffix(2) + words[end...].prefix(1)
    let why = told.isEmpty ? nil : told.joined(separator: "; ")
    return SyncProblem(
      .unreachable,
      Diagnostic(
        .sourceUnreachable,
        "\(settings.url) could not be \(done): git \(result.ending)"
          + (why.map { ": \($0.prefix(400))" } ?? ""),
        advice:
          "see whether this host reaches it\(wayIn); it is tried again, and what is in force "
          + "stays so"))
  }

  /// The repository answers, and does not have what is followed.
  private func missing() -> SyncProblem {
    let (kind, name) =
      settings.branch.map { ("branch", $0) } ?? ("tag", settings.tag ?? "")
    return SyncProblem(
      .unreachable,
      Diagnostic(
        .sourceUnreachable, "\(settings.url) has no \(kind) \(name)",
        advice: "push it, or correct agent.source.git.\(kind) in the configuration; it is tried "
          + "again"))
  }

  /// What an address of its kind takes to be read.
  private var wayIn: String {
    if settings.url.hasPrefix("ssh:") {
      return ", has the server's key (knownHosts), and may read it (sshKey)"
    }
    if settings.url.hasPrefix("https:") {
      return ", can verify the server's certificate at \(clock()) (downloads.caFile), and "
        + "may read it (credentials)"
    }
    return ", and may read it"
  }

  // MARK: What is let in

  private mutating func follow(
    _ tip: String, _ git: GitProgram, _ files: PrivateFiles
  ) throws(SyncProblem) {
    var signed: (headers: GitHeaders, what: String)?
    var object = try git.object(tip)
    if object.kind == .tag {
      let headers = GitHeaders(object)
      guard headers.tagName == settings.tag, headers.targetKind == "commit",
        let target = headers.target
      else {
        throw SyncProblem(
          .refused, commit: tip,
          Diagnostic(
            .repositoryRefused,
            "the tag \(settings.tag ?? "") names itself, or what it is on, another way",
            advice: "make the tag anew, on a commit"))
      }
      if headers.signed.signature != nil { signed = (headers, "the tag \(settings.tag ?? "")") }
      object = try git.object(target)
    }
    guard object.kind == .commit, let tree = GitHeaders(object).tree else {
      throw git.damaged("\(object.id) is no commit")
    }
    let commit = object.id
    // Of another directory of the same commit nothing is there, or links without what they lead to.
    if commit == accepted?.commit, isKept(commit), accepted?.path == path {
      unsound = nil
      return
    }
    // What made it unusable may have been of this host, and be mended.
    if let unsound, unsound.commit == commit,
      clock() < unsoundSince.advanced(by: .seconds(GitFollower.refusalSeconds))
    {
      throw unsound
    }
    let headers = GitHeaders(object)
    let about = signed ?? (headers, "commit \(commit.prefix(12))")
    let signer = try SignatureCheck(
      trust: settings.signers, fileTrust: trust, files: files, user: user, isWanted: isWanted
    ).signer(of: about.headers.signed, about.what, commit: commit)
    let letIn = try checkDescent(commit, git)
    let directory = try keep(commit, tree: tree, git)
    var status = self.status
    status.path = path
    status.commit = commit
    status.committedAt = headers.committedAt.map { Timestamp(secondsSinceEpoch: $0) }
    status.acceptedAt = clock()
    status.signer = signer
    status.letIn = letIn
    try take(status, directory)
    // A word that has been followed is no word on what comes later.
    if let permit = permit(), try descends(commit, from: permit.commit, git) {
      try? removeTree(layout.agentPermit)
    }
  }

  /// Whether the files of a commit are there.
  private func isKept(_ commit: String) -> Bool {
    unsafe access(layout.agentTrees.appending(commit).string, F_OK) == 0
  }

  /// Writes the files of a commit, whole, under its name.
  private func keep(
    _ commit: String, tree: String, _ git: GitProgram
  ) throws(SyncProblem) -> FilePath {
    let target = layout.agentTrees.appending(commit)
    let isOfOtherPath = commit == accepted?.commit && accepted?.path != path
    if isKept(commit), !isOfOtherPath { return target }
    let unfinished = layout.agentTrees.appending(".new")
    do throws(SystemError) {
      try makeDirectories(layout.agentState, mode: 0o700)
      try makeDirectories(layout.agentTrees, mode: 0o700)
      try removeTree(unfinished)
    } catch {
      throw notKept(commit, error)
    }
    do throws(SyncProblem) {
      try WorkTree(
        git: git, commit: commit, path: settings.path.split(separator: "/").map(String.init)
      ).write(tree, to: unfinished)
      do throws(SystemError) {
        try syncFileSystem(of: unfinished)
        if isOfOtherPath { try removeTree(target) }
        try orFailure("rename", target) { () throws(Errno) in
          _ = try systemCall { unsafe rename(unfinished.string, target.string) }
        }
        try syncDirectory(layout.agentTrees)
      } catch {
        throw notKept(commit, error)
      }
    } catch {
      try? removeTree(unfinished)
      throw error
    }
    return target
  }

  /// Puts a commit into force if its policies can be used, and takes away what was.
  private mutating func take(_ status: AgentStatus, _ tree: FilePath) throws(SyncProblem) {
    let commit = status.commit ?? ""
    let problems = judge(path(in: tree))
    if problems.containsError {
      var problem = SyncProblem(
        .refused, commit: commit,
        Diagnostic(
          .commitInvalid,
          "the policies of commit \(commit.prefix(12)) cannot be used, and those of "
            + (accepted?.commit.map { "commit \($0.prefix(12)) stay" } ?? "none are")
            + " in force",
          advice: "mend them in the repository; klpolicy validate finds this before a push"))
      problem.diagnostics += problems
      unsound = problem
      unsoundSince = clock()
      if accepted?.commit != commit { try? removeTree(tree) }
      throw problem
    }
    unsound = nil
    do throws(SystemError) {
      try AgentRecord(status).write(to: layout.agentAccepted, permissions: [.ownerReadWrite])
    } catch {
      throw notKept(commit, error)
    }
    accepted = status
    for entry in (try? listTrusted(layout.agentTrees, trust: .unchecked)) ?? []
    where entry.name.string != commit {
      try? removeTree(layout.agentTrees.appending(entry.name))
    }
  }

  private func notKept(_ commit: String?, _ error: SystemError) -> SyncProblem {
    SyncProblem(
      .unreachable, commit: commit,
      Diagnostic(
        .sourceUnusable,
        (commit.map { "commit \($0.prefix(12)) could not be kept" }
          ?? "there is no place for commits")
          + ": \(error)",
        advice: error.errno == .noSpace ? "make room on the disk" : "see to it; it is tried again"))
  }
}
