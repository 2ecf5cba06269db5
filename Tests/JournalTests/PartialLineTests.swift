import Diagnostics
import Documents
import Files
import Glibc
import Journal
import SystemPackage
import Testing

/// What a user may rely on when the disk is full in the middle of a line: what was written before it
/// is read, what comes after it stands in lines of its own, and nobody has to mend the journal.
///
/// The kernel itself cuts the line, by a limit on the size of files; as that is one of a process, each
/// of these runs in a process of its own.
@Suite struct PartialLineTests {
  @Test("A line that is cut off by a full disk announces nothing, and the run goes on after it")
  func sameRun() async {
    await #expect(processExitsWith: .success) {
      try PartialLine.inScratch { file, lock in
        let access = try WriteAccess(path: lock, timeout: .zero)
        var journal = try PartialLine.open(file, access, run: "first")
        try journal.load(.a, access)
        for left in [1, 40, 100] {
          try PartialLine.withRoom(for: left, in: file) {
            #expect(throws: SystemError.self) {
              _ = try journal.announce(.load(.b), access: access)
            }
          }
          #expect(try PartialLine.lastByte(file) != UInt8(ascii: "\n"))
          // A reader of this moment takes it for what a crash cut off.
          let torn = try readJournal(file, trust: .unchecked)
          #expect(torn.records.managedModules(bootID: "boot") == [.a])
          #expect(torn.diagnostics.map(\.code) == [.tornJournal])
          try journal.hold("fix-b", reason: "room \(left)", until: nil, by: "ada")
        }
        try journal.load(.b, access)
        let mended = try readJournal(file, trust: .unchecked)
        #expect(mended.diagnostics.isEmpty)
        #expect(mended.records.managedModules(bootID: "boot") == [.a, .b])
        #expect(mended.records.holds(at: .begun).map(\.reason) == ["room 100"])
        #expect(mended.records.count { $0.event == .torn } == 3)
      }
    }
  }

  @Test("So does the next run, where that line was the last of its own")
  func nextRun() async {
    await #expect(processExitsWith: .success) {
      try PartialLine.inScratch { file, lock in
        let access = try WriteAccess(path: lock, timeout: .zero)
        do {
          var journal = try PartialLine.open(file, access, run: "first")
          try journal.load(.a, access)
          try PartialLine.withRoom(for: 60, in: file) {
            #expect(throws: SystemError.self) { try journal.end(.applied) }
          }
        }
        #expect(try readJournal(file, trust: .unchecked).diagnostics.map(\.code) == [.tornJournal])
        var next = try PartialLine.open(file, access, run: "second")
        try next.load(.b, access)
        try next.end(.applied)
        let mended = try readJournal(file, trust: .unchecked)
        #expect(mended.diagnostics.isEmpty)
        #expect(mended.records.managedModules(bootID: "boot") == [.a, .b])
        let runs = try JournalHistory(file, trust: .unchecked) { _ in false }.history.runs
        #expect(runs.map(\.run) == ["second", "first"])
        #expect(runs.map(\.result) == [.known(.applied), .unknown])
      }
    }
  }

  @Test("And where the mark of the cut was cut off as well, the next one speaks for both")
  func markCutOff() async {
    await #expect(processExitsWith: .success) {
      try PartialLine.inScratch { file, lock in
        let access = try WriteAccess(path: lock, timeout: .zero)
        var journal = try PartialLine.open(file, access, run: "first")
        try journal.load(.a, access)
        for _ in 1...3 {
          try PartialLine.withRoom(for: 20, in: file) {
            #expect(throws: SystemError.self) { try journal.end(.applied) }
          }
        }
        #expect(try readJournal(file, trust: .unchecked).diagnostics.map(\.code) == [.tornJournal])
        try journal.end(.applied)
        let mended = try readJournal(file, trust: .unchecked)
        #expect(mended.diagnostics.isEmpty)
        #expect(mended.records.last?.event == .end(.applied))
      }
    }
  }
}

private enum PartialLine {
  static func open(
    _ file: FilePath, _ access: borrowing WriteAccess, run: String
  ) throws -> Journal {
    try Journal.open(
      file, run: run, bootID: "boot", trigger: "test", crashes: [], trust: .unchecked,
      access: access, now: { .begun })
  }

  /// Does something while files may grow by so many bytes beyond what is in this one.
  static func withRoom(for bytes: Int, in file: FilePath, _ body: () throws -> Void) throws {
    let size = try readTrusted(file, trust: .unchecked, limit: 1 << 20).count
    // Instead of the error that is asked for, the kernel would end the process.
    signal(SIGXFSZ, SIG_IGN)
    var before = rlimit()
    try #require(unsafe getrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &before) == 0)
    var limit = rlimit(rlim_cur: rlim_t(size + bytes), rlim_max: before.rlim_max)
    try #require(unsafe setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit) == 0)
    defer { _ = unsafe setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &before) }
    try body()
  }

  static func lastByte(_ file: FilePath) throws -> UInt8? {
    try readTrusted(file, trust: .unchecked, limit: 1 << 20).last
  }

  static func inScratch(_ body: (FilePath, FilePath) throws -> Void) throws {
    let folder = FilePath("/tmp/klpolicy-partial-\(UInt64.random(in: 0 ... .max))")
    try #require(unsafe mkdir(folder.string, 0o700) == 0)
    let (file, lock) = (folder.appending("journal.ndjson"), folder.appending("lock"))
    defer {
      for path in [file, lock] { unsafe unlink(path.string) }
      unsafe rmdir(folder.string)
    }
    try body(file, lock)
  }
}

extension Timestamp {
  fileprivate static let begun = Timestamp(secondsSinceEpoch: 1_800_000_000)
}
