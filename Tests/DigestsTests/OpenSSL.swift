import ChildProcess
import Digests
import Glibc
import SystemPackage
import Testing

/// A folder with keys, certificates and signatures that the openssl program made: as the kernel's
/// own sign-file makes them, by the same library.
final class OpenSSL {
  let folder: FilePath

  init() throws {
    var template = Array("/tmp/klpolicy-test-XXXXXX".utf8CString)
    let made = unsafe mkdtemp(&template) != nil
    try #require(made)
    folder = FilePath(platformString: template)
  }

  deinit {
    for name in names { unsafe unlink(folder.appending(name).string) }
    unsafe rmdir(folder.string)
  }

  private var names: Set<String> = []

  static let isThere = unsafe access("/usr/bin/openssl", X_OK) == 0

  private func run(_ arguments: [String]) async throws {
    let result = try await Command(
      "/usr/bin/openssl", arguments, environment: ["LC_ALL": "C"], workingDirectory: folder,
      timeLimit: .seconds(120)
    ).run()
    try #require(result.succeeded, "\(arguments): \(result.standardError.text)")
  }

  func write(_ name: String, _ bytes: [UInt8]) throws {
    names.insert(name)
    let file = try FileDescriptor.open(
      folder.appending(name), .writeOnly, options: [.create, .truncate],
      permissions: .ownerReadWrite)
    try file.closeAfter { _ = try file.writeAll(bytes) }
  }

  func read(_ name: String) throws -> [UInt8] {
    names.insert(name)
    let file = try FileDescriptor.open(folder.appending(name), .readOnly)
    return try file.closeAfter {
      var bytes: [UInt8] = []
      var chunk = [UInt8](repeating: 0, count: 64 << 10)
      while true {
        let count = try unsafe chunk.withUnsafeMutableBytes { try unsafe file.read(into: $0) }
        if count == 0 { return bytes }
        bytes += chunk[..<count]
      }
    }
  }

  /// Makes `<name>.key` and `<name>.pem`; the certificate's common name is `subject`.
  func makeKey(_ name: String, subject: String, _ options: String...) async throws -> Certificate {
    names.formUnion(["\(name).key", "\(name).pem"])
    try await run(
      ["req", "-x509", "-new", "-nodes", "-days", "2", "-subj", "/O=Lab/CN=\(subject)"]
        + ["-keyout", "\(name).key", "-out", "\(name).pem"]
        + (options.isEmpty
          ? ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"] : options))
    return try #require(try Certificate.read(try read("\(name).pem")).first)
  }

  func convert(_ name: String, to file: String) async throws {
    names.insert(file)
    try await run(["x509", "-in", "\(name).pem", "-outform", "DER", "-out", file])
  }

  /// A detached signature in DER, as the kernel's build makes it unless other options are given.
  func sign(
    _ content: [UInt8], by name: String,
    _ options: [String] = ["-noattr", "-nocerts", "-md", "sha256"]
  ) async throws -> [UInt8] {
    try write("content", content)
    names.insert("signature")
    try await run(
      ["cms", "-sign", "-binary", "-nosmimecap", "-in", "content", "-outform", "DER"]
        + ["-signer", "\(name).pem", "-inkey", "\(name).key", "-out", "signature"] + options)
    return try read("signature")
  }
}
