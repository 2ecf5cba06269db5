internal import ChildProcess
internal import Diagnostics
internal import Files
internal import SystemPackage

/// git(1) in the agent's own copy of a repository. It is believed in nothing: it runs as somebody who
/// owns that copy and nothing else, and what it hands over is checked by the names of the objects.
struct GitProgram: Sendable {
  /// A bare repository, owned by `user`.
  let repository: FilePath
  /// What git reads instead of a person's configuration.
  let configuration: FilePath
  /// For ssh://.
  let sshConfiguration: FilePath?
  /// The only kind of address that is fetched from.
  let scheme: String
  let user: Command.User?
  /// The proxy variables of the agent.
  let proxies: [String: String]
  /// Whether what runs is still wanted.
  let isWanted: @Sendable () -> Bool

  static let program: FilePath = "/usr/bin/git"

  private var environment: [String: String] {
    var environment = [
      "PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8", "HOME": "/nonexistent",
      "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": configuration.string,
      // An empty answer has git say that the login failed, not that nobody could be asked.
      "GIT_TERMINAL_PROMPT": "0", "GIT_ASKPASS": "/bin/true", "SSH_ASKPASS": "/bin/false",
      "GIT_ALLOW_PROTOCOL": scheme, "GIT_NO_REPLACE_OBJECTS": "1", "GIT_SSH_VARIANT": "ssh",
      "GIT_DIR": repository.string, "GIT_NO_LAZY_FETCH": "1",
    ]
    if let sshConfiguration {
      environment["GIT_SSH_COMMAND"] = "/usr/bin/ssh -F \(sshConfiguration)"
    }
    if scheme == "https" { environment.merge(proxies) { own, _ in own } }
    return environment
  }

  /// Runs git to its end.
  ///
  /// - Throws: `SyncProblem`, where it cannot be run, or the agent was told to end.
  func run(
    _ arguments: [String], input: [UInt8] = [], timeLimit: Duration = .seconds(60),
    outputLimit: Int = 64 << 10
  ) throws(SyncProblem) -> CommandResult {
    var command = Command(
      GitProgram.program, arguments, environment: environment, input: input,
      timeLimit: timeLimit, outputLimit: outputLimit)
    command.user = user
    do throws(CommandFailure) {
      let result = try command.runAndWait(while: isWanted)
      if isWanted() { return result }
    } catch {
      if !isWanted() { throw SyncProblem(.stopped) }
      throw SyncProblem(
        .unreachable,
        Diagnostic(
          .sourceUnusable, "\(error)",
          advice: error.kind == .notFound
            ? "install git, or keep the host to a directory" : "see to it; it is tried again"))
    }
    throw SyncProblem(.stopped)
  }

  /// The same, of which the output is wanted: nil where it did not end with 0.
  func output(
    _ arguments: [String], input: [UInt8] = [], outputLimit: Int = 64 << 10
  ) throws(SyncProblem) -> [UInt8]? {
    let result = try run(arguments, input: input, outputLimit: outputLimit)
    return result.succeeded && !result.standardOutput.isTruncated
      ? result.standardOutput.bytes : nil
  }

  /// The one line of an output.
  func line(_ arguments: [String]) throws(SyncProblem) -> String? {
    try output(arguments).map { bytes in
      String(decoding: bytes.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
    }
  }
}

// What is read of the repository.
extension GitProgram {
  /// Objects of more bytes together are read in several turns.
  private static let batch = 32 << 20

  /// The sizes of objects; one that is not there is left out.
  func sizes(of ids: [String]) throws(SyncProblem) -> [String: Int] {
    var sizes: [String: Int] = [:]
    if ids.isEmpty { return sizes }
    let answer = try output(
      ["cat-file", "--batch-check", "--buffer"], input: GitProgram.lines(ids),
      outputLimit: 128 * ids.count + 1024)
    for line in (answer ?? []).split(separator: UInt8(ascii: "\n")) {
      let words = String(decoding: line, as: UTF8.self).split(separator: " ")
      if words.count == 3, let size = Int(words[2]), size >= 0 { sizes[String(words[0])] = size }
    }
    return sizes
  }

  /// Reads objects, and checks that each is what its name says.
  ///
  /// - Parameters:
  ///   - ids: their names.
  ///   - limit: of one object, in bytes.
  ///   - take: is given each of them, once.
  /// - Throws: `SyncProblem`: one is missing, too large, or another than its name says.
  func read(
    _ ids: [String], limit: Int, _ take: (GitObject) throws(SyncProblem) -> Void
  ) throws(SyncProblem) {
    let sizes = try sizes(of: ids)
    var turn: [String] = []
    var room = 0
    for id in ids {
      guard let size = sizes[id] else { throw damaged("object \(id) is missing") }
      guard size <= limit else {
        throw SyncProblem(
          .refused,
          Diagnostic(
            .repositoryRefused, "object \(id) has \(size) bytes, and \(limit) are the most",
            advice: "take it out of the repository"))
      }
      if !turn.isEmpty, room + size > GitProgram.batch || turn.count >= 2000 {
        try readTurn(turn, room, take)
        (turn, room) = ([], 0)
      }
      turn.append(id)
      room += size + 128
    }
    if !turn.isEmpty { try readTurn(turn, room, take) }
  }

  private func readTurn(
    _ ids: [String], _ room: Int, _ take: (GitObject) throws(SyncProblem) -> Void
  ) throws(SyncProblem) {
    let answer = try output(
      ["cat-file", "--batch", "--buffer"], input: GitProgram.lines(ids), outputLimit: room + 4096)
    guard var rest = answer?[...] else { throw damaged("git cannot read its objects") }
    for id in ids {
      guard let end = rest.firstIndex(of: UInt8(ascii: "\n")) else {
        throw damaged("object \(id) is missing")
      }
      let words = String(decoding: rest[rest.startIndex..<end], as: UTF8.self).split(separator: " ")
      let body = rest[(end + 1)...]
      guard words.count == 3, words[0] == id, let kind = GitObject.Kind(rawValue: String(words[1])),
        let size = Int(words[2]), size >= 0, size < body.count
      else { throw damaged("object \(id) is missing") }
      guard let object = GitObject(id: id, kind: kind, bytes: Array(body.prefix(size))) else {
        throw damaged("object \(id) is not what its name says")
      }
      try take(object)
      rest = body[(body.startIndex + size + 1)...]
    }
  }

  /// One object.
  func object(_ id: String, limit: Int = 1 << 20) throws(SyncProblem) -> GitObject {
    var found: GitObject?
    try read([id], limit: limit) { object throws(SyncProblem) in found = object }
    guard let found else { throw damaged("object \(id) is missing") }
    return found
  }

  func damaged(_ what: String) -> SyncProblem {
    SyncProblem(
      .unreachable,
      Diagnostic(
        .repositoryDamaged, "the copy of the repository in \(repository) is damaged: \(what)",
        advice: "it is fetched anew"))
  }

  private static func lines(_ ids: [String]) -> [UInt8] {
    Array(ids.map { $0 + "\n" }.joined().utf8)
  }
}
