import Files
import Glibc
import SystemPackage
import Testing

/// A new directory, removed with all that was made in it.
final class Scratch {
  let path: FilePath
  private var made: [FilePath] = []

  init() throws {
    var template = Array("/tmp/klpolicy-test-XXXXXX".utf8CString)
    let created = unsafe mkdtemp(&template) != nil
    try #require(created)
    path = FilePath(platformString: template)
  }

  deinit {
    for path in made.reversed() { unsafe remove(path.string) }
    unsafe rmdir(path.string)
  }

  /// Makes a file, and the directories on the way to it.
  @discardableResult
  func file(_ name: FilePath, _ text: String = "", mode: mode_t = 0o644) throws -> FilePath {
    try file(name, Array(text.utf8), mode: mode)
  }

  @discardableResult
  func file(_ name: FilePath, _ bytes: [UInt8], mode: mode_t = 0o644) throws -> FilePath {
    try makeParents(of: name)
    let file = path.pushing(name)
    let descriptor = try FileDescriptor.open(
      file, .writeOnly, options: [.create, .truncate], permissions: .ownerReadWrite)
    try descriptor.closeAfter { _ = try descriptor.writeAll(bytes) }
    try succeed(unsafe chmod(file.string, mode))
    made.append(file)
    return file
  }

  func link(_ name: FilePath, to target: String) throws {
    try makeParents(of: name)
    try succeed(unsafe symlink(target, path.pushing(name).string))
    made.append(path.pushing(name))
  }

  func pipe(_ name: FilePath) throws {
    try succeed(unsafe mkfifo(path.pushing(name).string, 0o644))
    made.append(path.pushing(name))
  }

  func directory(_ name: FilePath) throws {
    try makeParents(of: name.appending("x"))
  }

  private func makeParents(of name: FilePath) throws {
    var directory = path
    for component in name.removingLastComponent().components {
      directory.append(component)
      if unsafe mkdir(directory.string, 0o755) == 0 { made.append(directory) }
    }
  }

  private func succeed(_ result: CInt) throws {
    try #require(result == 0, "errno \(errno)")
  }

  /// What lies in it.
  func names(_ directory: String = ".") throws -> [String] {
    try listTrusted(path.pushing(FilePath(directory)), trust: .unchecked).map(\.name.string)
  }
}
