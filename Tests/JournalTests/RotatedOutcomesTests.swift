import Documents
import Files
import Glibc
import Journal
import SystemPackage
import Testing

/// What a user may rely on when the journal grows old between a load and a crash: the guard judges
/// as if it had never been continued in a new file.
@Suite struct RotatedOutcomesTests {
  @Test("A load in flight when the boot ended is blamed, though the next to write only says a word")
  func rotatedByAWord() throws {
    try Pair.tell(seed: 1) { pair in
      let long = String(repeating: "x", count: JournalFiles.limit)
      try pair.open { journal, access in
        try journal.hold("fix-b", reason: long, until: nil, by: "ada")
        try journal.resume("fix-b", by: "ada")
        _ = try journal.announce(.load(.a), access: access)
      }
      pair.nextBoot()
      try pair.open { journal, _ in
        try journal.hold("fix-b", reason: "audit", until: nil, by: "ada")
      }
      pair.nextBoot()
      #expect(try pair.judged(pair.rotating).failures == ["a load crashed 1"])
      #expect(try pair.isRotated)
    }
  }

  @Test("What a boot was through with is not blamed later, nor what somebody has resumed")
  func overAndDone() throws {
    try Pair.tell(seed: 1) { pair in
      try pair.open { journal, _ in try journal.settle(.of(.a, probation: 90_000)) }
      try pair.open { journal, _ in try journal.shutDown() }
      pair.nextBoot()
      try pair.open { journal, _ in try journal.settle(.of(.b, probation: 90_000)) }
      pair.nextBoot()
      try pair.open { journal, _ in try journal.resume("fix-b", by: "ada") }
      try pair.grow()
      try pair.open { journal, _ in
        try journal.hold("fix-b", reason: "audit", until: nil, by: "ada")
      }
      #expect(try pair.isRotated)
      pair.nextBoot()
      #expect(try pair.judged(pair.rotating).failures == [])
    }
  }

  @Test("A hold that is over by the clock is carried on: the clock may be wrong")
  func holdUnderAWrongClock() throws {
    try Pair.tell(seed: 1) { pair in
      try pair.open { journal, _ in
        try journal.hold(
          "fix-b", reason: "audit", until: Timestamp(secondsSinceEpoch: 500), by: "ada")
      }
      try pair.grow()
      try pair.open { journal, _ in try journal.settle(.of(.a, probation: 1)) }
      #expect(try pair.isRotated)
      let records = try readJournal(pair.rotating, trust: .unchecked).records
      #expect(records.holds(at: Timestamp(secondsSinceEpoch: 499)).map(\.patch) == ["fix-b"])
      #expect(records.holds(at: Timestamp(secondsSinceEpoch: 500)) == [])
    }
  }

  @Test("A boot that ended in order is blamed on nothing, whatever was left of it, then or later")
  func endedInOrder() throws {
    for seed in 1...12 as ClosedRange<UInt64> {
      try Pair.tell(seed: seed) { pair in
        for step in 1...25 {
          try pair.writeSomething()
          if step % 3 != 0 { continue }
          try pair.open { journal, _ in try journal.shutDown() }
          let blamed = try pair.crashes(pair.rotating)
          pair.nextBoot()
          if step % 2 == 0 { try pair.grow() }
          try pair.open { journal, _ in
            try journal.hold("fix-c", reason: "step \(step)", until: nil, by: "ada")
          }
          for path in [pair.steady, pair.rotating] {
            #expect(try pair.crashes(path) == blamed, "seed \(seed), step \(step), \(path)")
          }
        }
      }
    }
  }

  @Test("Whatever runs and people write, over boots, a rotation changes no judgement")
  func random() throws {
    for seed in 1...6 as ClosedRange<UInt64> {
      try Pair.tell(seed: seed) { pair in
        for step in 1...30 {
          try pair.writeSomething()
          for isNextBoot in [false, true] {
            let steady = try pair.judged(pair.steady, isNextBoot: isNextBoot)
            let rotating = try pair.judged(pair.rotating, isNextBoot: isNextBoot)
            if steady == rotating { continue }
            Issue.record(
              "seed \(seed), step \(step), next boot \(isNextBoot): \(steady), \(rotating)")
            return
          }
        }
      }
    }
  }
}

/// What the journal makes of builds, without what a rotation may change: who says it, and when.
private struct Judgement: Hashable {
  var failures: [String]
  var verified: [String: [ManagedModule]]
  var unfinished: Set<String>
  var unfinishedPackages: [UnfinishedPackage]
  var unfinishedSettings: [ClientChange]
  var needsCleanEnd: Bool
  var isExcused: Bool
}

/// The same history in two journals, one of which is continued in new files.
private final class Pair {
  let folder: FilePath
  var steady: FilePath { folder.appending("steady.ndjson") }
  var rotating: FilePath { folder.appending("rotating.ndjson") }
  private var dice: Dice
  private var now = 1_000
  private var boot = 1
  private var bootedAt = 1_000
  private var runs = 0

  private init(seed: UInt64) throws {
    folder = FilePath("/tmp/klpolicy-rotated-\(UInt64.random(in: 0 ... .max))")
    try #require(unsafe mkdir(folder.string, 0o700) == 0)
    dice = Dice(state: seed)
  }

  static func tell(seed: UInt64, _ body: (Pair) throws -> Void) throws {
    let pair = try Pair(seed: seed)
    defer {
      for entry in (try? listTrusted(pair.folder, trust: .unchecked)) ?? [] {
        unsafe unlink(pair.folder.appending(entry.name).string)
      }
      unsafe rmdir(pair.folder.string)
    }
    try body(pair)
  }

  var isRotated: Bool {
    get throws {
      try !JournalFiles(current: rotating).earlier(trust: .unchecked).isEmpty
    }
  }

  func nextBoot() {
    now += Int.random(in: 1...400, using: &dice)
    (boot, bootedAt) = (boot + 1, now)
  }

  /// Writes into both, as a run or a word that knows what earlier boots ended by.
  func open(
    isRun: Bool = false, ends result: Report.Result? = nil,
    _ body: (inout Journal, borrowing WriteAccess) throws -> Void
  ) throws {
    now += 1
    runs += 1
    let access = try WriteAccess(path: folder.appending("lock"), timeout: .seconds(20))
    for path in [steady, rotating] {
      let crashes = try outcomes(path, boot, bootedAt).failures
      let at = now
      var journal =
        isRun
        ? try Journal.open(
          path, run: "run-\(runs)", bootID: "boot-\(boot)", trigger: "test", crashes: crashes,
          trust: .unchecked, access: access, now: { Timestamp(secondsSinceEpoch: at) })
        : try Journal.open(
          path, run: "run-\(runs)", bootID: "boot-\(boot)", crashes: crashes,
          trust: .unchecked, access: access, now: { Timestamp(secondsSinceEpoch: at) })
      try body(&journal, access)
      if let result { try journal.end(result) }
    }
  }

  /// Makes one of them so large that the next one to write continues it in a new file.
  func grow() throws {
    now += 1
    runs += 1
    let access = try WriteAccess(path: folder.appending("lock"), timeout: .seconds(20))
    for path in [steady, rotating] {
      let length = path == rotating ? JournalFiles.limit : 1
      let crashes = try outcomes(path, boot, bootedAt).failures
      let at = now
      var journal = try Journal.open(
        path, run: "run-\(runs)", bootID: "boot-\(boot)", crashes: crashes, trust: .unchecked,
        access: access, now: { Timestamp(secondsSinceEpoch: at) })
      try journal.hold(
        "pad", reason: String(repeating: "x", count: length), until: nil, by: "ada")
      try journal.resume("pad", by: "ada")
    }
  }

  func writeSomething() throws {
    switch Int.random(in: 0..<13, using: &dice) {
    case 12:
      let version = Bool.random(using: &dice) ? "1" : "2"
      try open { journal, _ in try journal.resume("p", by: "ada", givingUp: "p-\(version)") }
    case 0...4: try writeRun()
    case 5:
      try open { journal, _ in try journal.shutDown() }
      if Bool.random(using: &dice) { try open { journal, _ in try journal.goOn() } }
    case 6:
      let build = ManagedModule.any(&dice)
      try open { journal, _ in try journal.resume(build.patch, by: "ada") }
    case 7: try open { journal, _ in try journal.hold("fix-c", reason: "x", until: nil, by: "ada") }
    case 8, 9: nextBoot()
    default: try grow()
    }
    now += Int.random(in: 0...100, using: &dice)
  }

  private func writeRun() throws {
    let seed = UInt64.random(in: 1...(.max), using: &dice)
    let ends: [Report.Result?] = [nil, nil, .applied, .restored, .failed, .deferred, .blocked]
    let result = ends.randomElement(using: &dice) ?? nil
    try open(isRun: true, ends: result) { journal, access in
      var dice = Dice(state: seed)
      for _ in 0..<Int.random(in: 1...4, using: &dice) {
        let build = ManagedModule.any(&dice)
        let refusal = SystemError("finit_module", build.module, .fileExists)
        let package = PackageChange(
          service: "redHat", name: "p", package: "p-\(build.version ?? "0")",
          isOlder: Int.random(in: 0..<4, using: &dice) == 0,
          before: [BuildInForce(module: build.module, buildID: build.buildID)])
        switch Int.random(in: 0..<17, using: &dice) {
        case 13, 14:
          let settings = [("enabled", "true"), ("enabled", "false"), ("patch-delay", "2d")]
          let (key, value) = settings.randomElement(using: &dice) ?? ("enabled", "true")
          journal.isUndoing = Int.random(in: 0..<4, using: &dice) == 0
          let intent = try journal.announce(
            .configureClient(
              ClientChange(service: "canonical", key: key, value: value, before: nil)),
            access: access)
          journal.isUndoing = false
          switch Int.random(in: 0..<5, using: &dice) {
          case 0 where result == nil: return
          case 1: try journal.record(intent.outcome(refusal))
          default: try journal.record(intent.outcome(nil))
          }
        case 15:
          try journal.settle(
            Settled(
              kernel: "k", applied: [], removed: [], clients: ["canonical"],
              probationSeconds: [0, 50, 5_000].randomElement(using: &dice) ?? 0))
        case 16:
          try journal.fail(
            BuildFailure(
              module: "patch-delay=2d", buildID: nil, patch: "canonical", sha256: nil,
              action: .configure, cause: .refused, at: Timestamp(secondsSinceEpoch: 7),
              message: "it failed"))
        case 9, 10:
          let intent = try journal.announce(.installPackage(package), access: access)
          switch Int.random(in: 0..<5, using: &dice) {
          case 0 where result == nil: return
          case 1: try journal.record(intent.outcome(refusal))
          default: try journal.record(intent.outcome(nil))
          }
        case 11:
          try journal.settle(
            Settled(
              kernel: "k", applied: [], removed: [], packages: [package],
              probationSeconds: [0, 50, 5_000].randomElement(using: &dice) ?? 0))
        case 12:
          try journal.fail(
            BuildFailure(
              module: package.package, buildID: nil, patch: "redHat", sha256: nil, action: .install,
              cause: .refused, at: Timestamp(secondsSinceEpoch: 7), message: "it failed"))
        case 0...3:
          let intent = try journal.announce(.load(build), access: access)
          switch Int.random(in: 0..<6, using: &dice) {
          case 0 where result == nil: return
          case 1: try journal.record(intent.outcome(refusal))
          default: try journal.record(intent.outcome(nil))
          }
        case 4:
          let intent = try journal.announce(.unload(module: build.module), access: access)
          try journal.record(intent.outcome(nil))
        case 5...7:
          let probation = [0, 50, 5_000].randomElement(using: &dice) ?? 0
          try journal.settle(.of(build, probation: probation))
        default:
          let causes: [BuildFailure.Cause] = [.refused, .unhealthy, .stalled]
          try journal.fail(
            BuildFailure(
              build, causes.randomElement(using: &dice) ?? .refused,
              at: Timestamp(secondsSinceEpoch: 7), message: "it failed"))
        }
      }
    }
  }

  func judged(_ path: FilePath, isNextBoot: Bool = false) throws -> Judgement {
    let outcomes =
      isNextBoot ? try outcomes(path, boot + 1, now + 1) : try outcomes(path, boot, bootedAt)
    return Judgement(
      failures: outcomes.failures.map { "\($0.module) \($0.action) \($0.cause) \($0.count)" }
        .sorted(),
      verified: outcomes.verified.filter { !$0.value.isEmpty },
      unfinished: outcomes.unfinished, unfinishedPackages: outcomes.unfinishedPackages,
      unfinishedSettings: outcomes.unfinishedSettings,
      needsCleanEnd: outcomes.needsCleanEnd,
      isExcused: outcomes.isExcused)
  }

  /// The builds that are blamed for the end of a boot.
  func crashes(_ path: FilePath) throws -> [String] {
    try outcomes(path, boot, bootedAt).failures.filter { $0.cause == .crashed }
      .map { "\($0.module) \($0.buildID ?? "-")" }.sorted()
  }

  private func outcomes(
    _ path: FilePath, _ boot: Int, _ bootedAt: Int
  ) throws -> JournalOutcomes {
    JournalOutcomes(
      try readJournal(path, trust: .unchecked).records, bootID: "boot-\(boot)",
      bootedAt: Timestamp(secondsSinceEpoch: bootedAt), at: Timestamp(secondsSinceEpoch: now))
  }
}

extension Settled {
  fileprivate static func of(_ build: ManagedModule, probation: Int) -> Settled {
    Settled(kernel: "6.1", applied: [build], removed: [], probationSeconds: probation)
  }
}

extension ManagedModule {
  fileprivate static func any(_ dice: inout Dice) -> ManagedModule {
    var build = Bool.random(using: &dice) ? ManagedModule.a : .b
    if Int.random(in: 0..<4, using: &dice) == 0 { build.buildID += "2" }
    return build
  }
}

/// SplitMix64.
private struct Dice: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
