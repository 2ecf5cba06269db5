import Documents
import Files
import Glibc
import Journal
import SystemPackage
import Testing

/// A journal that is written as runs and people would, at moments of the test's own.
struct Story {
  let folder: FilePath
  var path: FilePath { folder.appending("journal.ndjson") }

  static func tell(_ body: (Story) throws -> Void) throws {
    let story = Story(
      folder: FilePath("/tmp/klpolicy-outcomes-\(UInt64.random(in: 0 ... .max))"))
    #expect(unsafe mkdir(story.folder.string, 0o700) == 0)
    defer {
      for name in ["lock", "journal.ndjson"] { unsafe unlink(story.folder.appending(name).string) }
      unsafe rmdir(story.folder.string)
    }
    try body(story)
  }

  func run(
    boot: String, at: Int, ends result: Report.Result? = .applied,
    _ body: (inout Journal, borrowing WriteAccess) throws -> Void
  ) throws {
    let access = try WriteAccess(path: folder.appending("lock"), timeout: .seconds(20))
    var journal = try Journal.open(
      path, run: "run-\(at)", bootID: boot, trigger: "test", crashes: [], trust: .unchecked,
      access: access,
      now: { Timestamp(secondsSinceEpoch: at) })
    try body(&journal, access)
    if let result { try journal.end(result) }
  }

  func run(
    boot: String, at: Int, _ body: (inout Journal) throws -> Void
  ) throws {
    try run(boot: boot, at: at) { journal, _ in try body(&journal) }
  }

  func word(boot: String, at: Int, _ body: (inout Journal) throws -> Void) throws {
    let access = try WriteAccess(path: folder.appending("lock"), timeout: .seconds(20))
    var journal = try Journal.open(
      path, run: "word-\(at)", bootID: boot, crashes: [], trust: .unchecked, access: access,
      now: { Timestamp(secondsSinceEpoch: at) })
    try body(&journal)
  }

  func outcomes(_ boot: String, bootedAt: Int? = nil, at: Int) throws -> JournalOutcomes {
    JournalOutcomes(
      try readJournal(path, trust: .unchecked).records, bootID: boot,
      bootedAt: bootedAt.map { Timestamp(secondsSinceEpoch: $0) },
      at: Timestamp(secondsSinceEpoch: at))
  }
}

extension Journal {
  mutating func load(
    _ build: ManagedModule, _ access: borrowing WriteAccess
  ) throws {
    try record(try announce(.load(build), access: access).outcome(nil))
  }

  mutating func unload(_ module: String, _ access: borrowing WriteAccess) throws {
    try record(try announce(.unload(module: module), access: access).outcome(nil))
  }
}

extension Settled {
  static func of(
    _ builds: [ManagedModule], removed: [String] = [], kernel: String = "6.1"
  ) -> Settled {
    Settled(kernel: kernel, applied: builds, removed: removed, probationSeconds: 600)
  }
}

extension BuildFailure {
  static func of(
    _ build: ManagedModule, _ cause: Cause, at: Int = 0
  ) -> BuildFailure {
    BuildFailure(build, cause, at: Timestamp(secondsSinceEpoch: at), message: "it failed")
  }
}
