internal import ChildProcess
internal import Diagnostics
internal import Files
internal import SystemPackage

/// Whose signatures count, and the programs that tell: ssh-keygen(1) or gpgv(1), which run as somebody
/// who may do nothing.
struct SignatureCheck: Sendable {
  enum Trust: Hashable, Sendable {
    /// A file as ALLOWED SIGNERS of ssh-keygen(1) describes it.
    case allowedSigners(FilePath)
    /// A file of public keys, not armoured.
    case keyring(FilePath)
  }

  let trust: Trust
  let fileTrust: FileTrust
  let files: PrivateFiles
  let user: Command.User?
  let isWanted: @Sendable () -> Bool

  private static let largestFile = 4 << 20

  /// Who signed what a commit or tag says.
  ///
  /// - Parameters:
  ///   - text: what was signed, and the signature.
  ///   - what: what it is, for messages.
  ///   - commit: the commit that it is about.
  /// - Returns: the signer's name in the file, or the key's.
  /// - Throws: `SyncProblem` of kind `refused`, unless it could not be found out.
  func signer(
    of text: SignedText, _ what: String, commit: String
  ) throws(SyncProblem) -> String {
    guard let signature = text.signature else {
      throw SyncProblem(
        .refused, commit: commit,
        Diagnostic(
          .commitUnsigned, "\(what) is not signed",
          advice: "sign it (git commit -S, git tag -s), and push; nothing was changed"))
    }
    let isSSH = signature.starts(with: Array("-----BEGIN SSH SIGNATURE-----".utf8))
    switch trust {
    case .allowedSigners(let path):
      guard isSSH else { throw foreign(what, commit, "it has no SSH signature, which is due") }
      return try ssh(text.payload, signature, try copy(path, "allowed_signers"), what, commit)
    case .keyring(let path):
      guard !isSSH else { throw foreign(what, commit, "it has no OpenPGP signature, which is due") }
      return try openPGP(text.payload, signature, try copy(path, "keyring"), what, commit)
    }
  }

  private func ssh(
    _ payload: [UInt8], _ signature: [UInt8], _ signers: FilePath, _ what: String, _ commit: String
  ) throws(SyncProblem) -> String {
    let file = try files.write("signature", signature)
    let found = try run(
      "/usr/bin/ssh-keygen",
      ["-Y", "find-principals", "-f", signers.string, "-s", file.string], [])
    let principals = found.standardOutput.text.split(separator: "\n").map(String.init)
    guard found.succeeded, !principals.isEmpty else {
      throw foreign(what, commit, "it is not signed with a key of allowedSigners")
    }
    for principal in principals {
      // Now, not when the commit says that it was made: who signs can say any time.
      let verdict = try run(
        "/usr/bin/ssh-keygen",
        ["-Y", "verify", "-f", signers.string, "-I", principal, "-n", "git", "-s", file.string],
        payload)
      if verdict.succeeded { return principal }
    }
    throw foreign(what, commit, "its signature by \(principals[0]) is not valid for it")
  }

  private func openPGP(
    _ payload: [UInt8], _ signature: [UInt8], _ keyring: FilePath, _ what: String, _ commit: String
  ) throws(SyncProblem) -> String {
    let file = try files.write("signature", signature)
    let verdict = try run(
      "/usr/bin/gpgv",
      ["--status-fd", "1", "--keyring", keyring.string, file.string, "-"], payload)
    // doc/DETAILS of GnuPG: one of these for each signature, and GOODSIG alone for one by a key that
    // is neither expired nor revoked.
    let marks: Set<Substring> = [
      "GOODSIG", "BADSIG", "ERRSIG", "EXPSIG", "EXPKEYSIG", "REVKEYSIG", "NODATA",
    ]
    var lines: [[Substring]] = []
    for line in verdict.standardOutput.text.split(separator: "\n") {
      let words = line.split(separator: " ", maxSplits: 3)
      if words.count > 1, words[0] == "[GNUPG:]", marks.contains(words[1]) { lines.append(words) }
    }
    guard verdict.succeeded, lines.count == 1, let line = lines.first, line[1] == "GOODSIG",
      line.count == 4
    else {
      let why =
        switch lines.first?[1] {
        case "EXPSIG", "EXPKEYSIG": "its signature, or the key, has expired"
        case "REVKEYSIG": "the key of its signature was revoked"
        case "BADSIG": "its signature is not valid for it"
        default: "it is not signed with a key of the keyring"
        }
      throw foreign(what, commit, why)
    }
    return String(line[3])
  }

  private func foreign(_ what: String, _ commit: String, _ why: String) -> SyncProblem {
    SyncProblem(
      .refused, commit: commit,
      Diagnostic(
        .commitWronglySigned, "\(what) is not let in: \(why)",
        advice: "have it signed by somebody whose signature counts here; nothing was changed"))
  }

  /// A file that only root can have written, where the programs can read it.
  private func copy(_ path: FilePath, _ name: String) throws(SyncProblem) -> FilePath {
    let bytes: [UInt8]
    do throws(FileProblem) {
      bytes = try readTrusted(path, trust: fileTrust, limit: SignatureCheck.largestFile)
    } catch {
      throw SyncProblem(
        .unreachable,
        Diagnostic(
          .sourceUnusable, "whose signatures count is not known: \(error)", advice: error.advice))
    }
    return try files.write(name, bytes)
  }

  private func run(
    _ program: FilePath, _ arguments: [String], _ input: [UInt8]
  ) throws(SyncProblem) -> CommandResult {
    var command = Command(
      program, arguments,
      environment: [
        "PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8", "HOME": "/nonexistent",
      ], input: input, timeLimit: .seconds(30))
    command.user = user
    do throws(CommandFailure) {
      let result = try command.runAndWait(while: isWanted)
      if isWanted() { return result }
    } catch {
      throw SyncProblem(
        .unreachable,
        Diagnostic(
          .sourceUnusable, "signatures cannot be verified: \(error)",
          advice: "install \(program.lastComponent?.string ?? ""): Debian has it as "
            + (program == "/usr/bin/gpgv" ? "gpgv" : "openssh-client")))
    }
    throw SyncProblem(.stopped)
  }
}
