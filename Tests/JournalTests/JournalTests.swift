import Diagnostics
import Documents
import Files
import Glibc
import Journal
import SystemPackage
import Testing

/// What a user may rely on after a crash: the journal says what was begun, and nothing else.
@Suite struct JournalTests {
  @Test("What was loaded and not unloaded is managed")
  func managed() throws {
    try inScratch { path in
      let access = try WriteAccess(path: path.appending("lock"), timeout: .zero)
      var journal = try open(path, access)
      try write(.load(.a), nil, &journal, access)
      try write(.load(.b), nil, &journal, access)
      try write(.disable(module: "b"), nil, &journal, access)
      try write(.unload(module: "b"), nil, &journal, access)
      try journal.end(.applied)
      #expect(try managed(path) == [.a])
      #expect(try managed(path, boot: "another boot").isEmpty)
    }
  }

  @Test("A load that the kernel refused leaves what was managed before")
  func refusedLoad() throws {
    try inScratch { path in
      let access = try WriteAccess(path: path.appending("lock"), timeout: .zero)
      var journal = try open(path, access)
      try write(.load(.a), nil, &journal, access)
      var other = ManagedModule.a
      other.buildID = "a2"
      let refusal = SystemError("finit_module", "a", .fileExists)
      try write(.load(other), refusal, &journal, access)
      try write(.load(.b), refusal, &journal, access)
      #expect(try managed(path) == [.a])
    }
  }

  @Test("A load that a crash interrupted counts as begun")
  func interruptedLoad() throws {
    try inScratch { path in
      let access = try WriteAccess(path: path.appending("lock"), timeout: .zero)
      var journal = try open(path, access)
      _ = try journal.announce(.load(.a), access: access)
      #expect(try managed(path) == [.a])
    }
  }

  @Test("A hold outlives its boot, ends at its time, and is lifted by resume alone")
  func holds() throws {
    try inScratch { path in
      let access = try WriteAccess(path: path.appending("lock"), timeout: .zero)
      var journal = try openForAWord(path, access)
      try journal.hold(nil, reason: "an audit", until: nil, by: "ada")
      try journal.hold("fix-b", reason: "a regression", until: .later, by: "ada")
      try journal.hold("fix-a", reason: "not before Monday", until: nil, by: "bob")
      let all = Hold(patch: nil, reason: "an audit", until: nil, by: "ada", since: .now)
      let b = Hold(patch: "fix-b", reason: "a regression", until: .later, by: "ada", since: .now)
      let a = Hold(
        patch: "fix-a", reason: "not before Monday", until: nil, by: "bob", since: .now)
      #expect(try holds(path, at: .now) == [all, a, b])
      #expect(try holds(path, at: .later) == [all, a])

      try journal.resume(nil, by: "ada")
      #expect(try holds(path, at: .now) == [a, b])
      try journal.resume("fix-a", by: "bob")
      #expect(try holds(path, at: .now) == [b])
    }
  }

  @Test("Holding again replaces the reason and the time")
  func heldAgain() throws {
    try inScratch { path in
      let access = try WriteAccess(path: path.appending("lock"), timeout: .zero)
      var journal = try openForAWord(path, access)
      try journal.hold("fix-a", reason: "a regression", until: .later, by: "ada")
      try journal.hold("fix-a", reason: "the vendor is asked", until: nil, by: "bob")
      #expect(
        try holds(path, at: .later) == [
          Hold(patch: "fix-a", reason: "the vendor is asked", until: nil, by: "bob", since: .now)
        ])
    }
  }

  @Test("What was loaded stays managed across holds, and holds across runs")
  func holdsBetweenRuns() throws {
    try inScratch { path in
      let access = try WriteAccess(path: path.appending("lock"), timeout: .zero)
      var run = try open(path, access)
      try write(.load(.a), nil, &run, access)
      try run.end(.applied)
      var word = try openForAWord(path, access)
      try word.hold("fix-a", reason: "a regression", until: nil, by: "ada")
      var next = try open(path, access)
      try write(.load(.b), nil, &next, access)
      #expect(try managed(path) == [.a, .b])
      #expect(try holds(path, at: .now).map(\.patch) == ["fix-a"])
    }
  }

  @Test("A hold that does not say why, or who, is no record")
  func incompleteHold() throws {
    try inScratch { path in
      let file = path.appending("journal.ndjson")
      let access = try WriteAccess(path: path.appending("lock"), timeout: .zero)
      var journal = try openForAWord(path, access)
      try journal.hold("fix-a", reason: "a regression", until: nil, by: "ada")
      let line = try withoutSums(file)
      for key in ["reason", "by"] {
        let broken = line.replacing("\"\(key)\":", with: "\"x\":")
        try writeDurably(Array((broken + line).utf8), to: file)
        #expect(throws: JournalProblem.self) { try readJournal(file, trust: .unchecked) }
      }
    }
  }

  @Test("A last line that a crash cut off is passed over, then and after the next run")
  func tornLine() throws {
    try inScratch { path in
      let file = path.appending("journal.ndjson")
      let access = try WriteAccess(path: path.appending("lock"), timeout: .zero)
      var journal = try open(path, access)
      try write(.load(.a), nil, &journal, access)
      try append("{\"at\":\"2026-11-2", to: file)
      let reading = try readJournal(file, trust: .unchecked)
      #expect(reading.records.managedModules(bootID: "boot") == [.a])
      #expect(reading.diagnostics.map(\.code) == [.tornJournal])

      var next = try open(path, access)
      try write(.load(.b), nil, &next, access)
      let mended = try readJournal(file, trust: .unchecked)
      #expect(mended.records.managedModules(bootID: "boot") == [.a, .b])
      #expect(mended.diagnostics.isEmpty)
    }
  }

  @Test("So is one whose mark, the next run's first line, was cut off too")
  func tornMark() throws {
    try inScratch { path in
      let file = path.appending("journal.ndjson")
      let access = try WriteAccess(path: path.appending("lock"), timeout: .zero)
      var journal = try open(path, access)
      try write(.load(.a), nil, &journal, access)
      try append("{\"at\":\"2026-11-2\n{\"at\":", to: file)
      let reading = try readJournal(file, trust: .unchecked)
      #expect(reading.records.managedModules(bootID: "boot") == [.a])
      #expect(reading.diagnostics.map(\.code) == [.tornJournal])

      var next = try open(path, access)
      try write(.load(.b), nil, &next, access)
      let mended = try readJournal(file, trust: .unchecked)
      #expect(mended.records.managedModules(bootID: "boot") == [.a, .b])
      #expect(mended.diagnostics.isEmpty)
    }
  }

  @Test("Lines that were cut off and have no mark behind them are an error, not a crash's trace")
  func tornWithoutMark() throws {
    try inScratch { path in
      let file = path.appending("journal.ndjson")
      let access = try WriteAccess(path: path.appending("lock"), timeout: .zero)
      var journal = try open(path, access)
      try append("{\"at\":\"2026-11-2\n{\"at\":\n", to: file)
      #expect(throws: JournalProblem.self) { try readJournal(file, trust: .unchecked) }
      try write(.load(.a), nil, &journal, access)
      #expect(throws: JournalProblem.self) { try readJournal(file, trust: .unchecked) }
    }
  }

  @Test("Keys that a newer version wrote are passed over, wherever they stand in a line")
  func unknownKeys() throws {
    try inScratch { path in
      let file = path.appending("journal.ndjson")
      let access = try WriteAccess(path: path.appending("lock"), timeout: .zero)
      var journal = try open(path, access)
      try write(.load(.a), nil, &journal, access)
      let lines = try withoutSums(file)
      let newer = lines.replacing("{\"at\":", with: "{\"colour\":[{\"red\":1}],\"at\":")
        .replacing("\"patch\":", with: "\"mood\":null,\"patch\":")
      try #require(newer.contains("mood") && newer.contains("colour"))
      try writeDurably(Array(newer.utf8), to: file)
      #expect(
        try readJournal(file, trust: .unchecked).records.managedModules(bootID: "boot") == [.a])
    }
  }

  @Test("A line in the middle that is no record is an error with its place, not an empty journal")
  func malformedLine() throws {
    try inScratch { path in
      let file = path.appending("journal.ndjson")
      let access = try WriteAccess(path: path.appending("lock"), timeout: .zero)
      let journal = try open(path, access)
      _ = consume journal
      try append("garbage\n{}\n", to: file)
      do throws(JournalProblem) {
        _ = try readJournal(file, trust: .unchecked)
        Issue.record("the garbage was taken for records")
      } catch {
        #expect(error.diagnostic.code == .malformedJournal)
        #expect(error.diagnostic.location?.position?.line == 2)
      }
    }
  }

  @Test("A host without a journal has done nothing yet")
  func absent() throws {
    try inScratch { path in
      let reading = try readJournal(path.appending("journal.ndjson"), trust: .unchecked)
      #expect(reading.records.isEmpty && reading.diagnostics.isEmpty)
    }
  }

  @Test("The lock has one holder, and is free when the holder is gone")
  func lock() throws {
    try inScratch { path in
      let file = path.appending("run/lock")
      do {
        let first = try WriteAccess(path: file, timeout: .zero)
        do throws(WriteAccess.Refusal) {
          _ = try WriteAccess(path: file, timeout: .milliseconds(50))
          Issue.record("two runs held the lock at once")
        } catch {
          #expect(error == .held(by: "\(getpid())"))
        }
        _ = consume first
      }
      _ = try WriteAccess(path: file, timeout: .zero)
    }
  }

  @Test("Behind a lock file that was removed while held, the new file has one holder")
  func removedLock() throws {
    try inScratch { path in
      let file = path.appending("lock")
      let old = try WriteAccess(path: file, timeout: .zero)
      // Whoever removes it takes the old lock's force away, which nothing can mend: the next run
      // locks the file that it makes. The end of the old one must not open that one too.
      #expect(unsafe unlink(file.string) == 0)
      let new = try WriteAccess(path: file, timeout: .zero)
      _ = consume old
      #expect(throws: WriteAccess.Refusal.held(by: "\(getpid())")) {
        _ = try WriteAccess(path: file, timeout: .zero)
      }
      _ = consume new
      _ = try WriteAccess(path: file, timeout: .zero)
    }
  }

  @Test("A lock behind a symbolic link is not followed")
  func linkedLock() throws {
    try inScratch { path in
      let file = path.appending("lock")
      #expect(unsafe symlink("/etc/passwd", file.string) == 0)
      #expect(throws: WriteAccess.Refusal.self) {
        _ = try WriteAccess(path: file, timeout: .zero)
      }
    }
  }

  private func open(_ path: FilePath, _ access: borrowing WriteAccess) throws -> Journal {
    try Journal.open(
      path.appending("journal.ndjson"), run: "run-\(UInt32.random(in: 0 ... .max))",
      bootID: "boot", trigger: "test", crashes: [], trust: .unchecked,
      access: access, now: { .now })
  }

  private func openForAWord(
    _ path: FilePath, _ access: borrowing WriteAccess
  ) throws -> Journal {
    try Journal.open(
      path.appending("journal.ndjson"), run: "word", bootID: "an earlier boot",
      crashes: [], trust: .unchecked, access: access, now: { .now })
  }

  private func holds(_ path: FilePath, at now: Timestamp) throws -> [Hold] {
    try readJournal(path.appending("journal.ndjson"), trust: .unchecked).records.holds(at: now)
  }

  private func write(
    _ change: Change, _ error: SystemError?, _ journal: inout Journal,
    _ access: borrowing WriteAccess
  ) throws {
    let intent = try journal.announce(change, access: access)
    try journal.record(intent.outcome(error))
  }

  private func managed(_ path: FilePath, boot: String = "boot") throws -> [ManagedModule] {
    try readJournal(path.appending("journal.ndjson"), trust: .unchecked).records
      .managedModules(bootID: boot)
  }

  /// The lines as a version without checksums wrote them.
  private func withoutSums(_ file: FilePath) throws -> String {
    let written = try readTrusted(file, trust: .unchecked, limit: 1 << 20)
    return String(decoding: written, as: UTF8.self)
      .replacing(/,"sum":"[0-9a-f]{16}"/, with: "")
  }

  private func append(_ text: String, to file: FilePath) throws {
    let descriptor = try FileDescriptor.open(file, .writeOnly, options: .append)
    defer { try? descriptor.close() }
    try descriptor.writeAll(text.utf8)
  }

  private func inScratch(_ body: (FilePath) throws -> Void) throws {
    let path = FilePath("/tmp/klpolicy-journal-\(UInt64.random(in: 0 ... .max))")
    #expect(unsafe mkdir(path.string, 0o700) == 0)
    defer {
      for name in ["lock", "journal.ndjson", "run/lock"] {
        unsafe unlink(path.appending(name).string)
      }
      unsafe rmdir(path.appending("run").string)
      unsafe rmdir(path.string)
    }
    try body(path)
  }
}

extension Timestamp {
  fileprivate static let now = Timestamp(secondsSinceEpoch: 1_800_000_000)
  fileprivate static let later = Timestamp(secondsSinceEpoch: 1_800_003_600)
}

extension ManagedModule {
  static let a = ManagedModule(
    module: "a", buildID: "a1", patch: "fix-a", policy: "web", version: "1",
    fixes: ["CVE-2026-1"], requires: ["fix-b"], replace: .known(false), sha256: "00",
    stored: .known(true))
  static let b = ManagedModule(
    module: "b", buildID: "b1", patch: "fix-b", policy: "web", version: nil, fixes: [],
    requires: [], replace: .unknown, sha256: "11", stored: .unknown)
}
