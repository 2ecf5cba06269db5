import ChildProcess
import Diagnostics
import Dispatch
import Documents
import Files
import Glibc
import Reconciliation
import SystemPackage
import Testing

@testable import Agent

/// A repository that somebody publishes, keys to sign with, and a host that follows it; by the real git,
/// ssh-keygen and gpg.
final class Published {
  let scratch: Scratch
  let host: FilePath
  /// What the host trusts; `strangers` it does not.
  let key: FilePath
  let stranger: FilePath
  var settings: GitSettings
  var isSHA256 = false

  init(sha256: Bool = false) throws {
    scratch = try Scratch()
    isSHA256 = sha256
    try scratch.directory("host/etc")
    host = scratch.path.appending("host")
    key = scratch.path.appending("key")
    stranger = scratch.path.appending("stranger")
    let signers = scratch.path.appending("signers")
    settings = GitSettings(
      url: "file://\(scratch.path)/published.git", branch: "main", signers: .allowedSigners(signers)
    )
    for key in [key, stranger] {
      try run("/usr/bin/ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "x", "-f", key.string)
    }
    let publicKey = try run("/bin/cat", "\(key).pub")
    try scratch.file("signers", "ops@example.org \(publicKey)")
    let format = sha256 ? ["--object-format=sha256"] : []
    try run("/usr/bin/git", ["init", "-q", "-b", "main"] + format + ["\(scratch.path)/work"])
    try run(
      "/usr/bin/git", ["init", "-q", "--bare"] + format + ["\(scratch.path)/published.git"])
    // The user whom git runs as reads it.
    try run("/bin/chmod", "-R", "a+rX", "\(scratch.path)/published.git")
    try git("remote", "add", "origin", "\(scratch.path)/published.git")
    try scratch.file("host/etc/machine-id", "0123456789abcdef0123456789abcdef\n")
  }

  /// Runs a program, which has to succeed.
  @discardableResult
  func run(_ program: FilePath, _ arguments: [String], input: String = "") throws -> String {
    let result = try Command(
      program, arguments,
      environment: [
        "PATH": "/usr/bin:/bin", "HOME": scratch.path.string, "GIT_CONFIG_NOSYSTEM": "1",
        "GNUPGHOME": "\(scratch.path)/gnupg",
      ], input: Array(input.utf8), timeLimit: .seconds(60), outputLimit: 4 << 20
    ).runOnOwnThread()
    try #require(result.succeeded, "\(program) \(arguments): \(result.standardError.text)")
    return result.standardOutput.text
  }

  @discardableResult
  func run(_ program: FilePath, _ arguments: String...) throws -> String {
    try run(program, arguments)
  }

  @discardableResult
  func git(_ arguments: String...) throws -> String {
    try run(
      "/usr/bin/git",
      [
        "-C", "\(scratch.path)/work", "-c", "user.name=x", "-c", "user.email=x@example.org",
        "-c", "safe.directory=*", "-c", "gpg.format=ssh", "-c", "user.signingKey=\(key)",
      ] + arguments)
  }

  /// A policy of a name in the working copy.
  func write(_ name: String = "web", at path: String? = nil, _ spec: String = "{kernels: []}")
    throws
  {
    try scratch.file(
      "work/" + (path ?? "\(name).yaml"),
      "apiVersion: klpolicy/v1\nkind: Policy\nmetadata: {name: \(name)}\nspec: \(spec)\n")
  }

  enum Signature {
    case none, key, stranger
  }

  /// Commits all there is, and publishes it.
  ///
  /// - Returns: the commit.
  @discardableResult
  func publish(_ signature: Signature = .key, force: Bool = false) throws -> String {
    try git("add", "-A")
    let signing: [String] =
      switch signature {
      case .none: ["--no-gpg-sign"]
      case .key: ["-S"]
      case .stranger: ["-S\(stranger)"]
      }
    try run(
      "/usr/bin/git",
      [
        "-C", "\(scratch.path)/work", "-c", "user.name=x", "-c", "user.email=x@example.org",
        "-c", "gpg.format=ssh", "-c", "user.signingKey=\(key)", "commit", "-q", "--allow-empty",
        "-m", "x",
      ] + signing)
    try push(force: force)
    return try head()
  }

  func push(force: Bool = false, _ what: String = "main") throws {
    try run(
      "/usr/bin/git",
      ["-C", "\(scratch.path)/work", "push", "-q"] + (force ? ["--force"] : []) + ["origin", what])
  }

  func head() throws -> String {
    String(try git("rev-parse", "HEAD").prefix { $0 != "\n" })
  }

  /// The agent's source, as it is after a start of the agent.
  func follower(judge: @escaping (FilePath) -> [String] = { _ in [] }) -> GitFollower {
    GitFollower(
      settings, layout: HostLayout(root: host), trust: .unchecked, proxies: [:],
      clock: { Timestamp(secondsSinceEpoch: time(nil)) }, isWanted: { true },
      judge: { path in
        judge(path).map { .init(.sourceUnusable, $0) }
      })
  }

  /// The files that are in force, with what they hold.
  func files(_ follower: GitFollower) throws -> [String: String] {
    guard let path = follower.policies else { return [:] }
    let names = try run("/usr/bin/find", path.string, "-type", "f", "-printf", "%P\\n")
    var files: [String: String] = [:]
    for name in names.split(separator: "\n") {
      files[String(name)] = try run("/bin/cat", path.pushing(FilePath(String(name))).string)
    }
    return files
  }

  /// What lies in the agent's directory of commits.
  func trees() throws -> [String] { try scratch.names("host/var/lib/klpolicy/agent/trees") }
}

extension Command {
  fileprivate func runOnOwnThread() throws -> CommandResult { try runAndWait() }
}

/// Runs a test on a thread that may block, as the agent's does.
func onOwnThread(_ body: @escaping @Sendable () throws -> Void) async throws {
  try await withCheckedThrowingContinuation { continuation in
    DispatchQueue(label: "a test").async {
      continuation.resume(with: Result { try body() })
    }
  }
}

/// The code of the problem that looking came to; nil when all was well.
func problem(_ follower: inout GitFollower) -> String? {
  do throws(SyncProblem) {
    try follower.sync()
    return nil
  } catch {
    return error.diagnostics.first?.code.name
  }
}
