import Documents
import Files
import Glibc
import Journal
import Synchronization
import SystemPackage
import Testing

/// What the journal says was in force at a moment: what a rollback goes back to.
@Suite struct AppliedBuildsTests {
  private let all = ManagedModule(
    module: "all", buildID: "c1", patch: "fix-all", policy: "web", version: nil, fixes: [],
    requires: [], replace: .known(true), sha256: "22", stored: .known(true))

  private func applied(
    _ changes: [(Change, refused: Bool)], boot: String = "boot"
  ) throws -> [String] {
    try records(changes).appliedBuilds(bootID: boot).map(\.module)
  }

  private func began(
    _ module: String, _ direction: LiveTransition.Direction,
    _ changes: [(Change, refused: Bool)], boot: String = "boot"
  ) throws -> Int64? {
    try records(changes).transitionBegan(
      LiveTransition(module: module, direction: direction), bootID: boot
    )
    .map { Int64($0.secondsSinceEpoch) }
  }

  /// Of one run, a change each second.
  private func records(_ changes: [(Change, refused: Bool)]) throws -> [JournalRecord] {
    let directory = FilePath("/tmp/klpolicy-applied-\(UInt64.random(in: 0 ... .max))")
    try #require(unsafe mkdir(directory.string, 0o700) == 0)
    let path = directory.appending("journal.ndjson")
    defer {
      for file in [path, directory.appending("lock")] { unsafe unlink(file.string) }
      unsafe rmdir(directory.string)
    }
    let access = try WriteAccess(path: directory.appending("lock"), timeout: .zero)
    let second = Mutex(1_800_000_000)
    var journal = try Journal.open(
      path, run: "run", bootID: "boot", trigger: "test", crashes: [], trust: .unchecked,
      access: access,
      now: { Timestamp(secondsSinceEpoch: second.withLock { $0 }) })
    for (index, (change, refused)) in changes.enumerated() {
      second.withLock { $0 = 1_800_000_000 + index }
      let intent = try journal.announce(change, access: access)
      try journal.record(
        intent.outcome(refused ? SystemError("finit_module", "x", .resourceBusy) : nil))
    }
    return try readJournal(path, trust: .unchecked).records
  }

  @Test("What was loaded is in force until it is disabled, in the order of loading")
  func loaded() throws {
    #expect(try applied([(.load(.b), false), (.load(.a), false)]) == ["b", "a"])
    #expect(
      try applied([(.load(.a), false), (.load(.b), false), (.disable(module: "a"), false)]) == ["b"]
    )
    #expect(try applied([(.load(.a), false)], boot: "another boot") == [])
  }

  @Test("A transition that runs the way klpolicy turned it last has begun then, and no other")
  func transitions() throws {
    let steps: [(Change, refused: Bool)] = [
      (.load(.a), false), (.load(.b), false), (.reverse(module: "a", enabled: false), false),
      (.reverse(module: "a", enabled: true), true),
    ]
    #expect(try began("a", .disabling, steps) == 1_800_000_002)
    #expect(try began("a", .enabling, steps) == nil)
    #expect(try began("b", .enabling, steps) == 1_800_000_001)
    #expect(try began("c", .enabling, steps) == nil)
    #expect(try began("b", .enabling, steps, boot: "another boot") == nil)
  }

  @Test("What the kernel refused changed nothing")
  func refused() throws {
    #expect(try applied([(.load(.a), false), (.load(.b), true)]) == ["a"])
    #expect(try applied([(.load(.a), false), (.disable(module: "a"), true)]) == ["a"])
    #expect(try applied([(.load(.a), false), (.load(all), true)]) == ["a"])
  }

  @Test("A replace build takes the others off, unless it is turned around")
  func replaced() throws {
    #expect(try applied([(.load(.a), false), (.load(all), false)]) == ["all"])
    #expect(
      try applied([
        (.load(.a), false), (.load(all), false), (.reverse(module: "all", enabled: false), false),
        (.unload(module: "all"), false),
      ]) == ["a"])
  }

  @Test("A removal that was turned around left it in force")
  func turnedAround() throws {
    #expect(
      try applied([
        (.load(.a), false), (.disable(module: "a"), false),
        (.reverse(module: "a", enabled: true), false),
      ]) == ["a"])
  }
}
