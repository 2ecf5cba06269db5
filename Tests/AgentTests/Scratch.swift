import Files
import Glibc
import SystemPackage
import Testing

/// A new directory of mode 0755, removed with all it holds. As root its files are believed: only
/// root can write there.
final class Scratch {
  let path: FilePath

  init() throws {
    var template = Array("/tmp/klpolicy-test-XXXXXX".utf8CString)
    let made = unsafe mkdtemp(&template) != nil
    try #require(made)
    path = FilePath(platformString: template)
    try succeed(unsafe chmod(path.string, 0o755))
  }

  deinit { Scratch.remove(path) }

  private static func remove(_ path: FilePath) {
    for entry in (try? listTrusted(path, trust: .unchecked)) ?? [] {
      let child = path.appending(entry.name)
      if entry.kind == .directory { remove(child) } else { unsafe unlink(child.string) }
    }
    unsafe rmdir(path.string)
  }

  /// Makes a file, and the directories on the way to it.
  @discardableResult
  func file(_ name: String, _ text: String, mode: mode_t = 0o644) throws -> FilePath {
    try file(name, Array(text.utf8), mode: mode)
  }

  @discardableResult
  func file(_ name: String, _ bytes: [UInt8], mode: mode_t = 0o644) throws -> FilePath {
    try directory(FilePath(name).removingLastComponent().string)
    let made = path.pushing(FilePath(name))
    let file = try FileDescriptor.open(
      made, .writeOnly, options: [.create, .truncate], permissions: .ownerReadWrite)
    try file.closeAfter { _ = try file.writeAll(bytes) }
    try succeed(unsafe chmod(made.string, mode))
    return made
  }

  func directory(_ name: String) throws {
    var made = path
    for component in FilePath(name).components {
      made.append(component)
      if unsafe mkdir(made.string, 0o755) != 0, errno != EEXIST { try succeed(-1) }
    }
  }

  func link(_ name: String, to target: String) throws {
    try succeed(unsafe symlink(target, path.pushing(FilePath(name)).string))
  }

  func pipe(_ name: String) throws {
    try succeed(unsafe mkfifo(path.pushing(FilePath(name)).string, 0o644))
  }

  func give(_ name: String, to owner: uid_t) throws {
    try succeed(unsafe chown(path.pushing(FilePath(name)).string, owner, gid_t.max))
  }

  func set(_ name: String, mode: mode_t) throws {
    try succeed(unsafe chmod(path.pushing(FilePath(name)).string, mode))
  }

  private func succeed(_ result: CInt) throws {
    try #require(result == 0, "errno \(errno)")
  }

  /// What lies in it.
  func names(_ directory: String = ".") throws -> [String] {
    try listTrusted(path.pushing(FilePath(directory)), trust: .unchecked).map(\.name.string)
  }
}
