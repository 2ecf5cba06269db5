import Diagnostics
import Documents
import Files
import Glibc
import Journal
import SystemPackage
import Testing

/// What a user may rely on when a journal grows old: nothing that still counts is lost, at no
/// moment, and a disk that lies is noticed.
@Suite struct JournalRotationTests {
  let directory: FilePath
  var path: FilePath { directory.appending("journal.ndjson") }

  init() throws {
    directory = FilePath("/tmp/klpolicy-rotation-\(UInt64.random(in: 0 ... .max))")
    try #require(unsafe mkdir(directory.string, 0o700) == 0)
  }

  @Test("A line whose bytes changed on the disk is an error with its place, whichever byte it is")
  func flippedBit() throws {
    defer { remove() }
    let access = try WriteAccess(path: directory.appending("lock"), timeout: .zero)
    var journal = try open(access)
    try make(.load(.a), &journal, access)
    try journal.end(.applied)
    let whole = try bytes()
    let lines = whole.split(separator: UInt8(ascii: "\n"))
    let second = (lines[0].count + 1)..<(lines[0].count + 1 + lines[1].count)
    for place in second {
      var changed = whole
      changed[place] ^= 0x01
      // A line feed cuts a line in two, and both halves are none.
      try write(changed)
      do throws(JournalProblem) {
        _ = try readJournal(path, trust: .unchecked)
        Issue.record("the flipped bit at \(place) was not noticed")
      } catch {
        #expect(error.diagnostic.code == .malformedJournal)
        #expect(error.diagnostic.location?.position?.line == 2)
        #expect(error.diagnostic.advice?.contains("sed -i 2d") == true)
      }
    }
  }

  @Test("Lines that an earlier version wrote, without checksums, are read, and go on with them")
  func earlierVersion() throws {
    defer { remove() }
    let access = try WriteAccess(path: directory.appending("lock"), timeout: .zero)
    var journal = try open(access)
    try make(.load(.a), &journal, access)
    let old = String(decoding: try bytes(), as: UTF8.self)
      .replacing(/,"sum":"[0-9a-f]{16}"/, with: "")
    try writeDurably(Array(old.utf8), to: path)
    var next = try open(access)
    try make(.load(.b), &next, access)
    #expect(try managed() == [.a, .b])
    // From the first checksum on, a line without one has lost it.
    try writeDurably(try bytes() + Array(old.utf8), to: path)
    #expect(throws: JournalProblem.self) { try readJournal(path, trust: .unchecked) }
  }

  @Test("A damaged line is not excused by the mark of a cut behind it")
  func damageBeforeAMark() throws {
    defer { remove() }
    let access = try WriteAccess(path: directory.appending("lock"), timeout: .zero)
    var journal = try open(access)
    try make(.load(.a), &journal, access)
    var changed = try bytes()
    let last = try #require(changed.dropLast().lastIndex(of: UInt8(ascii: "\n")))
    changed[last + 10] ^= 0x01
    try writeDurably(changed + Array("{\"at\":\"2026".utf8), to: path)
    #expect(throws: JournalProblem.self) { try readJournal(path, trust: .unchecked) }
    _ = try open(access)
    #expect(throws: JournalProblem.self) { try readJournal(path, trust: .unchecked) }
  }

  @Test("A large journal is continued in a new file, and all that counts is as it was")
  func rotated() throws {
    defer { remove() }
    let access = try WriteAccess(path: directory.appending("lock"), timeout: .zero)
    try fill(access)
    let before = try readJournal(path, trust: .unchecked).records
    let size = try bytes().count
    try #require(size >= JournalFiles.limit)

    var next = try open(access)
    let after = try readJournal(path, trust: .unchecked).records
    #expect(try bytes().count < JournalFiles.limit / 4)
    #expect(try bytes("journal.1.ndjson").count == size)
    expectSame(before, after)
    #expect(after.first?.event == .rotated(from: "journal.1.ndjson"))
    #expect(after.dropFirst().dropLast().allSatisfy { $0.isCarried })

    // It goes on there, and the next one has the next number.
    try make(.unload(module: "a"), &next, access)
    #expect(try managed().map(\.module) == ["b"])
    try fill(access)
    let grown = try readJournal(path, trust: .unchecked).records
    _ = try open(access)
    expectSame(grown, try readJournal(path, trust: .unchecked).records)
    #expect(
      try JournalFiles(current: path).earlier(trust: .unchecked).map(\.lastComponent?.string)
        == ["journal.1.ndjson", "journal.2.ndjson"])
  }

  @Test("A rotation that was killed after the link, or in the midst of writing, is done again")
  func killedRotation() throws {
    defer { remove() }
    let access = try WriteAccess(path: directory.appending("lock"), timeout: .zero)
    try fill(access)
    let before = try readJournal(path, trust: .unchecked).records
    try #require(unsafe link(path.string, directory.appending("journal.1.ndjson").string) == 0)
    try writeDurably([1], to: directory.appending(".journal.ndjson.17-4"))
    #expect(try JournalFiles(current: path).earlier(trust: .unchecked).isEmpty)

    _ = try open(access)
    expectSame(before, try readJournal(path, trust: .unchecked).records)
    let names = try listTrusted(directory, trust: .unchecked).map(\.name.string)
    #expect(names == ["journal.1.ndjson", "journal.ndjson", "lock"])
  }

  @Test("A journal in which nearly everything still counts goes on in the same file")
  func nothingToLeaveBehind() throws {
    defer { remove() }
    let access = try WriteAccess(path: directory.appending("lock"), timeout: .zero)
    var journal = try open(access)
    var number = 0
    let reason = String(repeating: "a regression ", count: 500)
    while try bytes().count < JournalFiles.limit {
      try journal.hold("fix-\(number)", reason: reason, until: nil, by: "ada")
      number += 1
    }
    _ = try open(access)
    #expect(try JournalFiles(current: path).earlier(trust: .unchecked).isEmpty)
    #expect(try readJournal(path, trust: .unchecked).records.holds(at: .now).count == number)
  }

  /// Many runs that end with `a` loaded and `b` gone, two holds of three in force, and much besides.
  private func fill(_ access: borrowing WriteAccess) throws {
    var journal = try open(access)
    try journal.hold("fix-a", reason: "a regression", until: nil, by: "ada")
    try journal.hold("fix-b", reason: "not now", until: .earlier, by: "ada")
    try journal.hold(nil, reason: "an audit", until: .later, by: "bob")
    try make(.load(.b), &journal, access)
    let begun = try bytes()
    try make(.load(.a), &journal, access)
    try make(.disable(module: "a"), &journal, access)
    try make(.unload(module: "a"), &journal, access)
    try journal.resume("fix-c", by: "ada")
    try make(.load(.b), &journal, access, SystemError("finit_module", "b", .fileExists))
    try journal.end(.applied)
    var grown = try bytes()
    let life = grown.dropFirst(begun.count)
    while grown.count < JournalFiles.limit { grown += life }
    try write(grown)
    try make(.load(.a), &journal, access)
    try make(.reverse(module: "a", enabled: false), &journal, access)
  }

  private func expectSame(_ before: [JournalRecord], _ after: [JournalRecord]) {
    for boot in ["boot", "an earlier boot"] {
      #expect(before.managedModules(bootID: boot) == after.managedModules(bootID: boot))
    }
    #expect(before.holds(at: .now) == after.holds(at: .now))
    for module in [ManagedModule.a, .b] {
      #expect(
        before.replace(ofModule: module.module, buildID: module.buildID)
          == after.replace(ofModule: module.module, buildID: module.buildID))
    }
  }

  private func open(_ access: borrowing WriteAccess) throws -> Journal {
    try Journal.open(
      path, run: "run-\(UInt32.random(in: 0 ... .max))", bootID: "boot", trigger: "test",
      crashes: [], trust: .unchecked, access: access, now: { .now })
  }

  private func make(
    _ change: Change, _ journal: inout Journal, _ access: borrowing WriteAccess,
    _ error: SystemError? = nil
  ) throws {
    let intent = try journal.announce(change, access: access)
    try journal.record(intent.outcome(error))
  }

  private func managed() throws -> [ManagedModule] {
    try readJournal(path, trust: .unchecked).records.managedModules(bootID: "boot")
  }

  private func bytes(_ name: String = "journal.ndjson") throws -> [UInt8] {
    try readTrusted(directory.appending(name), trust: .unchecked, limit: 1 << 24)
  }

  /// Into the same file, as the journal has it open.
  private func write(_ bytes: [UInt8]) throws {
    let file = try FileDescriptor.open(path, .writeOnly, options: .truncate)
    try file.closeAfter { _ = try file.writeAll(bytes) }
  }

  private func remove() {
    for entry in (try? listTrusted(directory, trust: .unchecked)) ?? [] {
      let path = directory.appending(entry.name).string
      if entry.kind == .directory { unsafe rmdir(path) } else { unsafe unlink(path) }
    }
    unsafe rmdir(directory.string)
  }
}

extension Timestamp {
  fileprivate static let earlier = Timestamp(secondsSinceEpoch: 1_799_999_999)
  fileprivate static let now = Timestamp(secondsSinceEpoch: 1_800_000_000)
  fileprivate static let later = Timestamp(secondsSinceEpoch: 1_800_003_600)
}
