internal import CSignals
internal import Documents
internal import Files
internal import Glibc
internal import Planning
internal import PolicyModel
internal import Shapes
internal import SystemPackage
internal import VendorServices

/// The file in which a token is that a vendor's client is enabled with: root's alone, opened once and
/// checked and read through that descriptor.
struct ClientTokenFile {
  /// Nil where systemd has handed out no credentials.
  private let path: FilePath?
  private let credential: String?
  private let trust: FileTrust

  private static var largestSize: Int { 4096 }

  init(_ token: ClientToken, trust: FileTrust) {
    self.trust = trust
    credential = token.credential?.value.text
    if let file = token.file {
      path = FilePath(file.value.text)
    } else {
      let folder = unsafe getenv("CREDENTIALS_DIRECTORY").map { unsafe String(cString: $0) }
      path = folder.flatMap { folder in
        folder.hasPrefix("/")
          ? FilePath(folder).appending(token.credential?.value.text ?? "") : nil
      }
    }
  }

  /// Whether it can be used. It is read for that, and dropped.
  var finding: ClientTokenFinding {
    guard let path else { return .unusable(noCredentials) }
    if let problem = leaveNoCores() { return .unusable(problem) }
    do throws(FileProblem) {
      return try token(in: path) == nil ? .unusable(wrongContent(path)) : .usable
    } catch {
      if trust == .unchecked, error.kind == .unreadable(.permissionDenied) {
        return .unobserved("whether the token in \(path) can be used: only root can look at it")
      }
      return .unusable("the token cannot be used: \(words(error))")
    }
  }

  /// Reads it. From then on this process leaves no core behind.
  ///
  /// - Returns: nil where it cannot be used, and why in `problem`.
  func read(_ problem: inout String) -> SecretText? {
    guard let path else {
      problem = noCredentials
      return nil
    }
    if let cores = leaveNoCores() {
      problem = cores
      return nil
    }
    do throws(FileProblem) {
      if let token = try token(in: path) { return token }
      problem = wrongContent(path)
    } catch {
      problem = "the token cannot be used: \(words(error))"
    }
    return nil
  }

  /// - Returns: nil for what is no token.
  private func token(in path: FilePath) throws(FileProblem) -> SecretText? {
    let file = try openTrusted(path, trust: trust)
    try file.checkSecret()
    let bytes = try file.read(limit: ClientTokenFile.largestSize)
    let end = bytes.lastIndex { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") }
    let token = bytes[...(end ?? -1)]
    guard !token.isEmpty, token.first != UInt8(ascii: "-"),
      token.allSatisfy({ (0x21...0x7e).contains($0) })
    else { return nil }
    return SecretText(String(decoding: token, as: UTF8.self))
  }

  private func wrongContent(_ path: FilePath) -> String {
    "\(path) has to hold the token and nothing else: one line of printable characters without blanks, which "
      + "does not begin with -"
  }

  private func words(_ error: FileProblem) -> String {
    error.advice.map { "\(error); \($0)" } ?? "\(error)"
  }

  private var noCredentials: String {
    "systemd has handed this run no credentials (CREDENTIALS_DIRECTORY), so there is none called "
      + "\(credential ?? ""); write LoadCredential=\(credential ?? ""):FILE into the unit, or name a "
      + "file as token.file"
  }

  /// For this process, as a whole. What it starts has the limit alone: of one byte, which has the kernel
  /// leave out files and programs that cores are piped to alike (core(5), and do_coredump, which takes it
  /// for a loop of the latter). A limit of none leaves out the files only, so it is raised where that is
  /// allowed.
  ///
  /// - Returns: why this process could leave one all the same.
  private func leaveNoCores() -> String? {
    let refusal = klp_leave_no_core()
    if refusal != 0 {
      return
        "this process could leave a core with the token in it: prctl(PR_SET_DUMPABLE) is refused "
        + "(\(errnoName(Errno(rawValue: 0 &- refusal)))); let what filters its system calls allow that"
    }
    let resource = __rlimit_resource_t(RLIMIT_CORE.rawValue)
    var limit = rlimit()
    guard unsafe getrlimit(resource, &limit) == 0 else { return nil }
    let allowed = limit.rlim_max
    limit.rlim_cur = 1
    limit.rlim_max = max(1, allowed)
    if unsafe setrlimit(resource, &limit) == 0 { return nil }
    limit.rlim_cur = min(1, allowed)
    limit.rlim_max = allowed
    _ = unsafe setrlimit(resource, &limit)
    return nil
  }
}

extension PlanningInput {
  /// Looks at the token where a plan enables a client, or could have to enable it again.
  mutating func observeToken(_ plan: PlannedWork, trust: FileTrust) -> Bool {
    guard plan.plan.steps.contains(where: { $0.setting?.hasPrefix("enabled=") == true }),
      let token = desired.clientToken
    else { return false }
    clientToken = ClientTokenFile(token, trust: trust).finding
    return true
  }
}

extension DesiredSet {
  /// Where the token is that policies enable Canonical's client with.
  var clientToken: ClientToken? {
    for service in services {
      if case .canonical(let client) = service.wanted { return client.token }
    }
    return nil
  }
}
