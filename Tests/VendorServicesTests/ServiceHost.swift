import ChildProcess
import Dispatch
import Documents
import Files
import Glibc
import LivepatchHost
import ModuleFixtures
import SystemPackage
import Testing
import VendorServices

/// A directory that is the root of a host, with the services that a test puts there.
final class ServiceHost {
  static let release = "6.1.0-56-amd64"
  let path: FilePath
  var release = ServiceHost.release
  var distribution: String?
  var programs: ServicePrograms

  init() throws {
    var template = Array("/tmp/klpolicy-test-XXXXXX".utf8CString)
    let made = unsafe mkdtemp(&template) != nil
    try #require(made)
    path = FilePath(platformString: template)
    programs = ServicePrograms(root: path, clientTimeLimit: .seconds(20))
  }

  deinit {
    _ = try? Command("/bin/rm", ["-rf", path.string], timeLimit: .seconds(60)).runAndWait()
  }

  func directory(_ name: String) throws {
    try succeeds("/bin/mkdir", "-p", path.appending(name).string)
  }

  func file(_ name: String, _ bytes: [UInt8] = []) throws {
    let made = path.appending(name)
    try directory(FilePath(name).removingLastComponent().string)
    try writeDurably(bytes, to: made)
  }

  func file(_ name: String, _ text: String) throws { try file(name, Array(text.utf8)) }

  func succeeds(_ program: String, _ arguments: String...) throws {
    let result = try Command(
      FilePath(program), arguments,
      environment: ["PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/nonexistent"],
      timeLimit: .seconds(120)
    ).runAndWait()
    try #require(result.succeeded, "\(program) \(arguments): \(result.standardError.text)")
  }

  /// A program of this machine, with arguments that keep it in the directory.
  func wrapper(_ name: String, _ command: String) throws -> FilePath {
    try file("programs/\(name)", "#!/bin/sh\nexec \(command) \"$@\"\n")
    try succeeds("/bin/chmod", "755", path.appending("programs/\(name)").string)
    return path.appending("programs/\(name)")
  }

  /// What is seen, without this directory in it.
  func observe(
    _ question: ServiceQuestion = .everything, isAsked: Bool = true
  ) throws -> ServiceObservation {
    let host = Host(
      hostname: "h", machineID: .unknown, bootID: .unknown, labels: .known([:]),
      distribution: distribution.map { .known(Host.Distribution(id: $0, versionID: nil)) },
      architecture: "x86_64",
      kernel: Host.Kernel(
        release: release, version: "", buildID: .unknown, livepatch: .unknown, modules: .unknown,
        signatureEnforced: .unknown, lockdown: nil, modulesDisabled: .unknown, ftraceEnabled: nil,
        taint: .unknown, switchedOff: .unknown),
      uptimeSeconds: .unknown, loadPerCPU: .unknown, cpus: .unknown)
    return try LivepatchHost(root: path).services(
      question, of: host, programs: isAsked ? programs : nil)
  }

  /// The packages of the script beside this file, in `rpms`.
  func buildPackages(_ first: [UInt8], _ second: [UInt8]) throws {
    try file("first.ko", first)
    try file("second.ko", second)
    try succeeds(
      folder + "/packages", path.string, release, path.appending("first.ko").string,
      path.appending("second.ko").string)
  }

  /// Writes a package into rpm's database, as if it were installed.
  func install(_ package: String) throws {
    try file("usr/bin/rpm")
    try directory("var/lib/rpm")
    try succeeds(
      "/usr/bin/rpm", "--dbpath", path.appending("var/lib/rpm").string, "-i", "--justdb",
      "--nodeps", "--noscripts", "--ignorearch", path.appending("rpms/\(package)").string)
  }
}

let folder = FilePath(#filePath).removingLastComponent().string

/// A live patch of that name, and its build ID in hex.
func module(_ name: String, _ number: UInt8 = 1) -> (bytes: [UInt8], buildID: String) {
  var builder = ModuleBuilder()
  builder.name = name
  builder.buildID = [UInt8](repeating: number, count: 20)
  builder.patch = .init(objects: [(name: nil, functions: [(name: "f", sympos: 0)])])
  let digits = String(number, radix: 16)
  return (
    builder.build(),
    String(repeating: (digits.count == 1 ? "0" : "") + digits, count: 20)
  )
}

/// Runs a test on a thread that may block, as the program's own does.
func onOwnThread(_ body: @escaping @Sendable () throws -> Void) async throws {
  try await withCheckedThrowingContinuation { continuation in
    DispatchQueue(label: "a test").async {
      continuation.resume(with: Result { try body() })
    }
  }
}

extension ServiceHost {
  /// Has a server of this machine give the repository, and returns its port.
  func serve() throws -> String {
    try file(
      "serve.py",
      """
      import functools, http.server, os, signal
      signal.alarm(300)
      class Silent(http.server.SimpleHTTPRequestHandler):
          def log_message(self, *words): pass
      server = http.server.ThreadingHTTPServer(
          ("127.0.0.1", 0), functools.partial(Silent, directory="\(path)/rpms"))
      open("\(path)/server.pid", "w").write(str(os.getpid()))
      open("\(path)/port.new", "w").write(str(server.server_port))
      os.rename("\(path)/port.new", "\(path)/port")
      server.serve_forever()
      """)
    let result = try Command(
      "/bin/sh",
      [
        "-c",
        "setsid python3 \(path)/serve.py < /dev/null > /dev/null 2>&1 & "
          + "until [ -e \(path)/port ]; do sleep 0.05; done; cat \(path)/port",
      ], environment: ["PATH": "/usr/sbin:/usr/bin:/sbin:/bin"], timeLimit: .seconds(60)
    ).runAndWait()
    return result.standardOutput.text
  }

  func stopServing() throws {
    try succeeds("/bin/sh", "-c", "kill $(cat \(path)/server.pid)")
  }
}
