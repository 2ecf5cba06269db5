import Artefacts
import Files
import Glibc
import Journal
import SystemPackage
import Testing

/// A new directory of mode 0700 with a store in it, removed with all it holds.
final class Scratch {
  let path: FilePath
  let store: Store

  init() throws {
    var template = Array("/tmp/klpolicy-test-XXXXXX".utf8CString)
    let made = unsafe mkdtemp(&template) != nil
    try #require(made)
    path = FilePath(platformString: template)
    store = Store(path.appending("klpolicy/store"))
  }

  deinit {
    _ = unsafe umount2(path.appending("klpolicy").string, 0)
    Scratch.remove(path)
  }

  private static func remove(_ path: FilePath) {
    for entry in (try? listTrusted(path, trust: .unchecked)) ?? [] {
      let child = path.appending(entry.name)
      if entry.kind == .directory { remove(child) } else { unsafe unlink(child.string) }
    }
    unsafe rmdir(path.string)
  }

  func access() throws -> WriteAccess {
    try WriteAccess(path: path.appending("lock"), timeout: .zero)
  }

  @discardableResult
  func file(_ name: String, _ bytes: [UInt8]) throws -> FilePath {
    let made = path.appending(name)
    try writeDurably(bytes, to: made)
    return made
  }

  @discardableResult
  func directory(_ name: String) throws -> FilePath {
    let made = path.appending(name)
    let done = unsafe mkdir(made.string, 0o755) == 0
    try #require(done)
    return made
  }

  /// Puts a file system of 64 KiB where the store's parent is; false where mounting is forbidden.
  func makeDiskSmall() throws -> Bool {
    let made = try directory("klpolicy")
    return unsafe mount("none", made.string, "tmpfs", 0, "size=64k") == 0
  }

  /// Everything below, as paths from here.
  func tree(_ below: FilePath? = nil) throws -> [String] {
    let directory = below ?? path
    return try listTrusted(directory, trust: .unchecked).flatMap { entry in
      let child = directory.appending(entry.name)
      return [String(child.string.dropFirst(path.string.utf8.count + 1))]
        + (entry.kind == .directory ? try tree(child) : [])
    }
  }

  /// A message with `$` for the scratch directory, so that it can be compared whole.
  func relative(_ text: String?) -> String? {
    guard let text else { return nil }
    return text.split(separator: path.string, omittingEmptySubsequences: false)
      .joined(separator: "$")
  }
}

/// The right to write, by a lock at that path. A program that another test starts has the lock too,
/// for the moment until it is that program.
func access(_ lock: FilePath) throws -> WriteAccess {
  try WriteAccess(path: lock, timeout: .seconds(300))
}

/// The problem that `body` throws; nil when it throws none.
func problem(_ body: () throws -> Void) -> ArtefactProblem? {
  do {
    try body()
    return nil
  } catch let problem as ArtefactProblem {
    return problem
  } catch {
    Issue.record("not an ArtefactProblem: \(error)")
    return nil
  }
}
