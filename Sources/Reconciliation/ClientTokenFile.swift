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

  /// Whether it can be used, as far as that is told without reading it.
  var finding: ClientTokenFinding {
    guard let path else { return .unusable(noCredentials) }
    do throws(FileProblem) {
      let file = try openTrusted(path, trust: trust)
      try file.checkSecret()
      if file.size == 0 { return .unusable("\(path) is empty, and has to hold the token") }
      if file.size > ClientTokenFile.largestSize {
        throw FileProblem(path, .tooLarge(limit: ClientTokenFile.largestSize))
      }
      return .usable
    } catch {
      if trust == .unchecked, error.kind == .unreadable(.permissionDenied) {
        return .unobserved("whether the token in \(path) can be used: only root can look at it")
      }
      return .unusable("the token cannot be used: \(words(error))")
    }
  }

  /// Reads it. From then on this process, and what it starts, leaves no core behind.
  ///
  /// - Returns: nil where it cannot be used, and why in `problem`.
  func read(_ problem: inout String) -> SecretText? {
    guard let path else {
      problem = noCredentials
      return nil
    }
    leaveNoCores()
    do throws(FileProblem) {
      let file = try openTrusted(path, trust: trust)
      try file.checkSecret()
      let bytes = try file.read(limit: ClientTokenFile.largestSize)
      let end = bytes.lastIndex { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") }
      let token = bytes[...(end ?? -1)]
      guard !token.isEmpty, token.first != UInt8(ascii: "-"),
        token.allSatisfy({ (0x21...0x7e).contains($0) })
      else {
        problem =
          "\(path) has to hold the token and nothing else: one line of printable characters without "
          + "blanks, which does not begin with -"
        return nil
      }
      return SecretText(String(decoding: token, as: UTF8.self))
    } catch {
      problem = "the token cannot be used: \(words(error))"
      return nil
    }
  }

  private func words(_ error: FileProblem) -> String {
    error.advice.map { "\(error); \($0)" } ?? "\(error)"
  }

  private var noCredentials: String {
    "systemd has handed this run no credentials (CREDENTIALS_DIRECTORY), so there is none called "
      + "\(credential ?? ""); write LoadCredential=\(credential ?? ""):FILE into the unit, or name a "
      + "file as token.file"
  }

  /// A limit of one byte has the kernel leave out files and programs that cores are piped to alike
  /// (core(5), and do_coredump, which takes it for a loop of the latter).
  private func leaveNoCores() {
    let resource = __rlimit_resource_t(RLIMIT_CORE.rawValue)
    var limit = rlimit()
    guard unsafe getrlimit(resource, &limit) == 0 else { return }
    limit.rlim_cur = min(1, limit.rlim_max)
    _ = unsafe setrlimit(resource, &limit)
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
