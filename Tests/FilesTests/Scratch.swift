import Files
import Glibc
import SystemPackage
import Testing

/// A new directory of mode 0700 below the system's temporary one, removed with all it holds.
final class Scratch {
  let path: FilePath

  init() throws {
    var template = Array("/tmp/klpolicy-test-XXXXXX".utf8CString)
    let made = unsafe mkdtemp(&template) != nil
    try #require(made)
    path = FilePath(platformString: template)
  }

  deinit {
    Scratch.remove(path)
  }

  private static func remove(_ path: FilePath) {
    for entry in (try? listTrusted(path, trust: .unchecked)) ?? [] {
      let child = path.appending(entry.name)
      if entry.kind == .directory { remove(child) } else { unsafe unlink(child.string) }
    }
    unsafe rmdir(path.string)
  }

  private func succeed(_ result: CInt) throws {
    try #require(result == 0, "errno \(errno)")
  }

  @discardableResult
  func directory(_ name: String, mode: mode_t = 0o755, owner: uid_t = getuid()) throws -> FilePath {
    let made = path.appending(name)
    try succeed(unsafe mkdir(made.string, 0o700))
    try set(name, mode: mode, owner: owner)
    return made
  }

  @discardableResult
  func file(
    _ name: String, _ text: String = "content", mode: mode_t = 0o644, owner: uid_t = getuid()
  ) throws -> FilePath {
    let made = path.appending(name)
    let file = try FileDescriptor.open(
      made, .writeOnly, options: [.create, .truncate], permissions: .ownerReadWrite)
    defer { try? file.close() }
    try file.writeAll(text.utf8)
    try set(name, mode: mode, owner: owner)
    return made
  }

  @discardableResult
  func link(_ name: String, to target: String, owner: uid_t = getuid()) throws -> FilePath {
    let made = path.appending(name)
    try succeed(unsafe symlink(target, made.string))
    try give(name, to: owner)
    return made
  }

  func pipe(_ name: String) throws {
    try succeed(unsafe mkfifo(path.appending(name).string, 0o600))
  }

  /// A file system of 64 KiB on a new directory; nil where mounting is forbidden, root or not.
  func smallDisk(_ name: String) throws -> FilePath? {
    let made = try directory(name)
    let mounted = unsafe mount("none", made.string, "tmpfs", 0, "size=64k") == 0
    return mounted ? made : nil
  }

  func unmount(_ path: FilePath) {
    unsafe umount2(path.string, 0)
  }

  func set(_ name: String = "", mode: mode_t, owner: uid_t = getuid()) throws {
    try give(name, to: owner)
    try succeed(unsafe chmod(path.appending(name).string, mode))
  }

  func give(_ name: String, to owner: uid_t) throws {
    try succeed(unsafe lchown(path.appending(name).string, owner, gid_t.max))
  }

  func remove(_ name: String) throws {
    try succeed(unsafe unlink(path.appending(name).string))
  }

  func rename(_ name: String, to other: String) throws {
    let target = path.appending(other).string
    try succeed(unsafe Glibc.rename(path.appending(name).string, target))
  }

  /// What must not be there any more after a test, and what must.
  var names: [String] {
    get throws { try listTrusted(path, trust: .unchecked).map(\.name.string) }
  }
}

/// The problem that `body` throws; nil when it throws none.
func problem(_ body: () throws -> Void) -> FileProblem? {
  do {
    try body()
    return nil
  } catch let problem as FileProblem {
    return problem
  } catch {
    Issue.record("not a FileProblem: \(error)")
    return nil
  }
}

extension Scratch {
  /// A message with `$` for the scratch directory, so that it can be compared whole.
  func relative(_ text: String?) -> String? {
    guard let text else { return nil }
    return text.split(separator: path.string, omittingEmptySubsequences: false)
      .joined(separator: "$")
  }
}
