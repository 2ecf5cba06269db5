import Artefacts
import ChildProcess
import Digests
import Dispatch
import Files
import Glibc
import ModuleFile
import SystemPackage
import Testing

/// What is published at a URL comes into the store whole and checked, or not at all.
struct DownloadTests {
  static let digest = ArtefactTests.digest
  static let size = Server.payload.count

  let scratch: Scratch
  let server: Server
  /// Each test has a path of its own at the server, and reads of the log only that.
  private let own: String

  init() async throws {
    scratch = try Scratch()
    server = try await Server.shared
    own = "x\(UInt32.random(in: 0 ... .max))"
  }

  private func settings() -> DownloadSettings {
    var settings = DownloadSettings()
    settings.certificates = server.authority
    settings.pause = .milliseconds(10)
    settings.timeLimit = .seconds(300)
    return settings
  }

  /// Fetches, on a thread that may block.
  private func fetch(
    _ path: String, sha256: String = digest, _ settings: DownloadSettings? = nil
  ) async -> ArtefactProblem? {
    let url = path.hasPrefix("https://") ? path : server.url("\(path)/\(own)")
    let (used, store, lock) = (
      settings ?? self.settings(), scratch.store, scratch.path.appending("lock")
    )
    return await withCheckedContinuation { continuation in
      DispatchQueue.global().async {
        continuation.resume(
          returning: problem {
            try store.fetch(url, sha256: sha256, used, access: try access(lock))
          })
      }
    }
  }

  private func requests(_ path: String) -> [String] { server.requests("\(path)/\(own)") }
  private var part: String { "klpolicy/store/.part-\(Self.digest)" }

  private func expectStored() throws {
    let artefact = try scratch.store.open(Self.digest)
    let sha256 = artefact.sha256
    #expect(sha256 == Self.digest)
    #expect(
      try scratch.tree().filter { $0.hasPrefix("klpolicy/store/") } == [
        "klpolicy/store/\(Self.digest)", "klpolicy/store/\(Self.digest)/module.ko",
      ])
  }

  @Test("a file is fetched once, and what is in the store is not asked for again")
  func fetched() async throws {
    #expect(await fetch("ok") == nil)
    try expectStored()
    #expect(await fetch("ok") == nil)
    #expect(requests("ok").count == 1)
    #expect(requests("ok").first?.hasSuffix(" - klpolicy") == true)
  }

  @Test("a redirect is followed as long as it stays with https")
  func redirect() async throws {
    #expect(await fetch("to-https") == nil)
    try expectStored()
  }

  struct Case: CustomTestStringConvertible, Sendable {
    var path: String
    var exit: Int32
    var status: Int?
    var says: String
    var advice: String
    var testDescription: String { path }
  }

  static let cases = [
    Case(
      path: "missing", exit: 22, status: 404, says: "HTTP status 404",
      advice: "look at the address: correct url in the policy"),
    Case(
      path: "to-http", exit: 1, status: 302, says: "curl exited with 1",
      advice: "publish it where every redirect leads to https"),
    Case(
      path: "circle", exit: 47, status: 302, says: "Maximum (5) redirects followed",
      advice:
        "see whether this host reaches the server; the next run goes on from what has come"),
    Case(
      path: "large", exit: 63, status: 200, says: "curl exited with 63",
      advice: "look at what is published there"),
    Case(
      path: "down", exit: 22, status: 500, says: "HTTP status 500",
      advice: "run again when the server is well"),
  ]

  @Test("what does not come is told: how, with curl's exit and the status", arguments: cases)
  func failures(_ example: Case) async throws {
    let failure = try #require(await fetch(example.path))
    guard case .notDownloaded(let download) = failure.kind else {
      Issue.record("\(failure)")
      return
    }
    #expect(download.kind == .curl(exit: example.exit, status: example.status))
    #expect(failure.message.hasPrefix("\(server.url(example.path))/\(own) was not downloaded: "))
    #expect(failure.message.contains(example.says), "\(failure.message)")
    #expect(failure.advice == example.advice)
    #expect(try scratch.tree().filter { $0.hasPrefix("klpolicy/store/") } == [])
    // What may pass is tried again, what will not is not.
    let attempts = example.path == "down" ? 4 : example.path == "circle" ? 0 : 1
    if attempts > 0 { #expect(requests(example.path).count == attempts) }
  }

  @Test("a server that is busy for a moment is asked again")
  func busy() async throws {
    #expect(await fetch("busy") == nil)
    try expectStored()
    #expect(requests("busy").count == 3)
  }

  @Test("a server that an unknown authority has signed for is not believed")
  func otherAuthority() async throws {
    var settings = self.settings()
    settings.certificates = server.folder.appending("other.pem")
    let failure = try #require(await fetch("ok", settings))
    #expect(failure.kind.exit == 60)
    #expect(failure.advice?.contains("downloads.caFile in /etc/klpolicy/config.yaml") == true)
    // Nor is one that the system does not know.
    settings.certificates = nil
    #expect(await fetch("ok", settings)?.kind.exit == 60)
    #expect(requests("ok") == [])
    settings.certificates = "/nowhere.pem"
    #expect(await fetch("ok", settings)?.kind.exit == 77)
  }

  @Test("a download that stalls ends, and a later one goes on from there")
  func stall() async throws {
    var settings = self.settings()
    settings.stallLimit = .seconds(2)
    settings.attempts = 1
    let failure = try #require(await fetch("stall", settings))
    #expect(failure.kind.exit == 28)
    #expect(try scratch.path.pushing(FilePath(part)).stat().size == 500)
    #expect(try scratch.path.pushing(FilePath(part)).stat().permissions == .ownerReadWrite)
    #expect(await fetch("ok") == nil)
    #expect(requests("ok").first?.contains(" bytes=500- ") == true)
    try expectStored()
  }

  @Test("a connection that is cut is taken up again where it was cut")
  func cut() async throws {
    #expect(await fetch("cut") == nil)
    try expectStored()
    let third = Self.size / 3
    #expect(requests("cut").count > 2)
    #expect(requests("cut").dropFirst().first?.contains(" bytes=\(third)- ") == true)
  }

  @Test("the whole has a time limit, whatever the server does")
  func timeLimit() async throws {
    var settings = self.settings()
    settings.timeLimit = .seconds(2)
    // Nothing else would end it.
    settings.stallLimit = .seconds(3600)
    let failure = try #require(await fetch("stall", settings))
    #expect(failure.kind.exit == 28)
    #expect(failure.message.contains("timed out after"))
  }

  @Test("no more is taken than the limit, also of what does not say how large it is")
  func endless() async throws {
    var settings = self.settings()
    settings.largestSize = 1 << 20
    let failure = try #require(await fetch("endless", settings))
    switch failure.kind {
    case .notDownloaded(let download) where download.kind == .tooLarge(limit: 1 << 20): break
    // Newer versions of curl look themselves.
    case .notDownloaded(let download) where failure.kind.exit == 63: _ = download
    default: Issue.record("\(failure)")
    }
    let size = (try? scratch.path.pushing(FilePath(part)).stat().size) ?? 0
    #expect(size <= 1 << 20)
  }

  @Test("another file than the policy means is told, and nothing of it stays")
  func otherFile() async throws {
    let failure = try #require(await fetch("other"))
    let found = sha256Hex(Array("something else".utf8))
    #expect(failure.kind == .digestMismatch(found: found))
    #expect(
      failure.description == """
        \(server.url("other"))/\(own) is not the file of the policy: its SHA-256 is \(found), not \
        \(Self.digest) (it is no ELF file); give the .ko file that was built for the kernel
        """)
    #expect(try scratch.tree().filter { $0.hasPrefix("klpolicy/store/") } == [])
    #expect(requests("other").count == 1)
  }

  @Test("a server that sends no parts is asked for the whole")
  func noRanges() async throws {
    try beginPart(Array(Server.payload[..<700]))
    #expect(await fetch("noranges") == nil)
    try expectStored()
  }

  static let leftovers: [(String, [UInt8])] = [
    ("the beginning of another file", [UInt8](repeating: 7, count: 300)),
    ("another file of the same size", [UInt8](repeating: 7, count: size)),
    ("more than there is", [UInt8](repeating: 7, count: size + 100)),
  ]

  @Test("what an earlier attempt left is no harm, whatever it is", arguments: leftovers)
  func remains(_ what: String, _ bytes: [UInt8]) async throws {
    try beginPart(bytes)
    #expect(await fetch("ok") == nil)
    try expectStored()
  }

  @Test("what had come whole before a run was killed is not fetched again")
  func whole() async throws {
    try beginPart(Server.payload)
    #expect(await fetch("ok") == nil)
    #expect(requests("ok") == [])
    try expectStored()
  }

  private func beginPart(_ bytes: [UInt8]) throws {
    try scratch.directory("klpolicy")
    try scratch.directory("klpolicy/store")
    try scratch.file(part, bytes)
  }

  @Test("it goes through the proxy of the configuration, or that of the variables")
  func proxy() async throws {
    let proxy = "http://127.0.0.1:\(server.proxyPort)"
    let before = server.proxied()
    var settings = self.settings()
    settings.proxy = proxy
    #expect(await fetch("ok", settings) == nil)
    #expect(server.proxied() == before + 1)
    settings.proxy = nil
    settings.environment = ["https_proxy": proxy]
    #expect(
      await fetch("other", sha256: String(repeating: "0", count: 64), settings) != nil)
    #expect(server.proxied() == before + 2)
    settings.environment["no_proxy"] = "127.0.0.1"
    #expect(
      await fetch("other", sha256: String(repeating: "0", count: 64), settings) != nil)
    #expect(server.proxied() == before + 2)
  }

  @Test(
    "curl has no privileges, no variables but those given, and an address that no process shows")
  func curl() async throws {
    let notes = scratch.path.appending("notes")
    try scratch.directory("notes")
    let opened = unsafe chmod(scratch.path.string, 0o755) == 0 && chmod(notes.string, 0o777) == 0
    try #require(opened)
    let script = try scratch.file(
      "curl",
      Array(
        """
        #!/bin/sh
        cd \(notes) || exit 9
        { id -u; id -g; id -G; echo "$*"; } > who
        env > variables
        cat > configuration
        exit 6
        """.utf8))
    let executable = unsafe chmod(script.string, 0o755) == 0
    try #require(executable)
    var settings = self.settings()
    settings.program = script
    settings.environment = ["no_proxy": "example.org"]
    settings.proxy = "http://user:pass\"word@proxy:3128"
    settings.attempts = 1
    #expect(await fetch("https://patches.example.org/[a]{b}.ko", settings)?.kind.exit == 6)
    func note(_ name: String) throws -> [String] {
      String(
        decoding: try readTrusted(notes.appending(name), trust: .unchecked, limit: 1 << 20),
        as: UTF8.self
      ).split(separator: "\n").map(String.init)
    }
    let nobody = getuid() == 0 ? "65534" : "\(getuid())"
    let who = try note("who")
    #expect(who.first == nobody)
    if getuid() == 0 { #expect(who[1...2] == ["65534", "65534"]) }
    #expect(who.last == "-q --config -")
    #expect(
      try note("variables").filter {
        !$0.hasPrefix("PWD=") && !$0.hasPrefix("_=") && !$0.hasPrefix("OLDPWD=")
          && !$0.hasPrefix("SHLVL=")
      }
        == ["no_proxy=example.org"])
    let configuration = try note("configuration")
    for line in [
      #"url = "https://patches.example.org/[a]{b}.ko""#, "globoff", "fail", "location",
      #"proto = "=https""#, #"proto-redir = "=https""#, "max-redirs = 5", "connect-timeout = 30",
      "speed-time = 30", "silent", #"proxy = "http://user:pass\"word@proxy:3128""#,
      #"cacert = "\#(server.authority)""#, "max-filesize = \(256 << 20)",
    ] {
      #expect(configuration.contains(line), "\(line) is missing from \(configuration)")
    }
    #expect(!configuration.contains { $0.hasPrefix("continue-at") || $0.hasPrefix("insecure") })
  }

  @Test("without curl it is told what to install")
  func noCurl() async throws {
    var settings = self.settings()
    settings.program = "/nowhere/curl"
    let failure = try #require(await fetch("ok", settings))
    #expect(
      failure.description == """
        \(server.url("ok"))/\(own) was not downloaded: there is no program /nowhere/curl; \
        install curl, or give the module as file
        """)
  }
}

extension ArtefactProblem.Kind {
  /// curl's exit code, where it is that.
  fileprivate var exit: Int32? {
    if case .notDownloaded(let failure) = self, case .curl(let exit, _) = failure.kind {
      exit
    } else {
      nil
    }
  }
}
