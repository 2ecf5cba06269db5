import ChildProcess
import Files
import Glibc
import SystemPackage
import Testing

/// The https server of `server.py`, one for all tests of this process.
struct Server: Sendable {
  let folder: FilePath
  let port: Int
  let proxyPort: Int

  static let payload = ArtefactTests.module

  private static let running = Task { try await start() }
  static var shared: Server { get async throws { try await running.value } }

  private static func start() async throws -> Server {
    var template = Array("/tmp/klpolicy-server-XXXXXX".utf8CString)
    let made = unsafe mkdtemp(&template) != nil
    try #require(made)
    let folder = FilePath(platformString: template)
    // curl runs as nobody, and reads the certificates.
    let opened = unsafe chmod(folder.string, 0o755) == 0
    try #require(opened)
    try writeDurably(payload, to: folder.appending("payload"))
    let script = FilePath("\(#filePath)").removingLastComponent().appending("server.py")
    let command = Command(
      "/usr/bin/python3", [script.string, folder.string, folder.appending("payload").string],
      environment: ["PATH": "/usr/bin:/bin"], timeLimit: .seconds(1800))
    // It goes when this process does.
    Task.detached { try await command.run() }
    for _ in 0..<3000 {
      if let text = text(folder.appending("ports")) {
        let ports = text.split(separator: " ").compactMap { Int($0) }
        try #require(ports.count == 2)
        return Server(folder: folder, port: ports[0], proxyPort: ports[1])
      }
      try await Task.sleep(for: .milliseconds(100))
    }
    throw Errno.timedOut
  }

  func url(_ path: String) -> String { "https://127.0.0.1:\(port)/\(path)" }

  var authority: FilePath { folder.appending("ca.pem") }

  /// What was asked for under a path, a line each: path, range and program.
  func requests(_ path: String) -> [String] {
    (Server.text(folder.appending("log")) ?? "").split(separator: "\n").map(String.init)
      .filter { $0.hasPrefix("/\(path) ") }
  }

  func proxied() -> Int {
    (Server.text(folder.appending("log")) ?? "").split(separator: "\n")
      .count { $0 == "proxy 127.0.0.1:\(port)" }
  }

  private static func text(_ path: FilePath) -> String? {
    (try? readTrusted(path, trust: .unchecked, limit: 1 << 20)).map {
      String(decoding: $0, as: UTF8.self)
    }
  }
}
