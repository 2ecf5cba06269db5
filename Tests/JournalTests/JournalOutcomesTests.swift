import Documents
import Files
import Glibc
import Journal
import SystemPackage
import Testing

/// What a user may rely on about what failed: it is remembered over boots, until somebody resumes
/// it, and a boot that ended by a build is noticed.
@Suite struct JournalOutcomesTests {
  @Test("A build that failed is not to be tried again, in later boots either, until resume")
  func failed() throws {
    try Story.tell { story in
      try story.run(boot: "b1", at: 0) { try $0.fail(.of(.a, .refused)) }
      #expect(try story.outcomes("b1", at: 10).failures.map(\.module) == ["a"])
      #expect(try story.outcomes("b2", at: 90_000).failures.map(\.cause) == [.refused])
      try story.word(boot: "b2", at: 90_000) { try $0.resume("fix-b", by: "ada") }
      #expect(try story.outcomes("b2", at: 90_000).failures.count == 1)
      try story.word(boot: "b2", at: 90_001) { try $0.resume("fix-a", by: "ada") }
      #expect(try story.outcomes("b2", at: 90_002).failures == [])
    }
  }

  @Test("Stalls are counted in one boot, and forgotten by the next, or when it went well")
  func stalls() throws {
    try Story.tell { story in
      for at in [0, 10, 20] {
        try story.run(boot: "b1", at: at) { try $0.fail(.of(.a, .stalled, at: at)) }
      }
      let failure = try #require(try story.outcomes("b1", at: 30).failures.first)
      #expect(failure.count == 3)
      #expect(failure.at == Timestamp(secondsSinceEpoch: 20))
      #expect(try story.outcomes("b2", at: 30).failures == [])
      try story.run(boot: "b1", at: 40) { try $0.settle(.of([.a])) }
      #expect(try story.outcomes("b1", at: 50).failures == [])
    }
  }

  @Test("A boot that ended while a build was being loaded is blamed on it, however it ended")
  func diedInLoad() throws {
    try Story.tell { story in
      try story.run(boot: "b1", at: 0, ends: nil) { _ = try $0.announce(.load(.a), access: $1) }
      #expect(try story.outcomes("b1", at: 5).failures == [])
      let crash = try #require(
        try story.outcomes("b2", bootedAt: 999_999, at: 999_999).failures.first)
      #expect(crash.cause == .crashed && crash.module == "a" && !crash.isRecorded)
      #expect(crash.message.contains("while a was being loaded"))
    }
  }

  @Test("A run that was killed in a load has crashed nothing, if another one wrote after it")
  func killedInLoad() throws {
    try Story.tell { story in
      try story.run(boot: "b1", at: 0, ends: nil) { _ = try $0.announce(.load(.a), access: $1) }
      #expect(try story.outcomes("b1", at: 1).unfinished == ["a"])
      try story.run(boot: "b1", at: 5) { try $0.settle(.of([.a])) }
      #expect(try story.outcomes("b1", at: 6).unfinished == [])
      #expect(try story.outcomes("b2", bootedAt: 700, at: 800).failures == [])
    }
  }

  @Test(
    "A boot that ends within the probation is blamed on the build, unless its end was recorded",
    arguments: [
      (599, false, true), (600, false, false), (599, true, false), (-50, false, true),
    ])
  func probation(nextBoot: Int, isClean: Bool, isBlamed: Bool) throws {
    try Story.tell { story in
      try story.run(boot: "b1", at: 0) {
        try $0.load(.a, $1)
        try $0.settle(.of([.a]))
      }
      #expect(try story.outcomes("b1", at: 1).needsCleanEnd)
      // The next boot may have the time wrong.
      #expect(try story.outcomes("b1", at: 600).needsCleanEnd)
      if isClean {
        try story.word(boot: "b1", at: 500) { try $0.shutDown() }
        #expect(try !story.outcomes("b1", at: 501).needsCleanEnd)
      }
      let crashes = try story.outcomes("b2", bootedAt: nextBoot, at: 10_000).failures
      #expect(crashes.map(\.module) == (isBlamed ? ["a"] : []))
    }
  }

  @Test("A clean end that was announced counts no longer once something is loaded after it")
  func changedMind() throws {
    try Story.tell { story in
      try story.run(boot: "b1", at: 0) { try $0.settle(.of([.b])) }
      try story.word(boot: "b1", at: 10) { try $0.shutDown() }
      try story.run(boot: "b1", at: 20) {
        try $0.load(.a, $1)
        try $0.settle(.of([.a]))
      }
      #expect(
        try story.outcomes("b2", bootedAt: 30, at: 40).failures.map(\.module) == ["a", "b"])
    }
  }

  @Test("A shutdown that was called off excuses no build: neither its probation nor its load")
  func calledOff() throws {
    for isVerified in [true, false] {
      try Story.tell { story in
        try story.run(boot: "b1", at: 0, ends: isVerified ? .applied : nil) {
          try $0.load(.a, $1)
          if isVerified { try $0.settle(.of([.a])) }
        }
        #expect(try !story.outcomes("b1", at: 5).isExcused)
        try story.word(boot: "b1", at: 10) { try $0.shutDown() }
        #expect(try story.outcomes("b1", at: 11).isExcused)
        try story.word(boot: "b1", at: 20) { try $0.goOn() }
        #expect(try !story.outcomes("b1", at: 21).isExcused)
        #expect(try story.outcomes("b1", at: 21).needsCleanEnd)
        #expect(try story.outcomes("b2", bootedAt: 30, at: 40).failures.map(\.module) == ["a"])
        // It may be announced again.
        try story.word(boot: "b1", at: 25) { try $0.shutDown() }
        #expect(try story.outcomes("b2", bootedAt: 30, at: 40).failures == [])
      }
    }
  }

  @Test("There is nothing to take back where no build would be excused")
  func nothingToTakeBack() throws {
    try Story.tell { story in
      try story.run(boot: "b1", at: 0) {
        try $0.load(.a, $1)
        try $0.settle(.of([.a]))
      }
      try story.word(boot: "b1", at: 500) { try $0.shutDown() }
      #expect(try story.outcomes("b1", at: 501).isExcused)
      #expect(try !story.outcomes("b2", bootedAt: 510, at: 520).isExcused)
    }
  }

  @Test("A rollback that takes its own hold back lets nothing be tried again")
  func rollbackIsNoWord() throws {
    try Story.tell { story in
      try story.run(boot: "b1", at: 0) { try $0.fail(.of(.a, .unhealthy)) }
      try story.run(boot: "b1", at: 10) {
        try $0.hold("fix-a", reason: "rollback", until: nil, by: "ada", rollback: "run-0")
        try $0.resume("fix-a", by: "ada", rollback: "run-0")
      }
      #expect(try story.outcomes("b1", at: 20).failures.map(\.module) == ["a"])
      let records = try readJournal(story.path, trust: .unchecked).records
      #expect(records.holds(at: Timestamp(secondsSinceEpoch: 20)) == [])
    }
  }

  @Test("What a run leaves in transition is open, whatever became of the rest of the run")
  func leftOpen() throws {
    for end in [Report.Result.applied, .blocked, .restored, .refused] {
      try Story.tell { story in
        try story.run(boot: "b1", at: 0, ends: nil) {
          try $0.load(.a, $1)
          try $0.end(end, leavesOpen: true)
        }
        #expect(try story.outcomes("b1", at: 5).unfinished == ["a"])
        #expect(try story.outcomes("b2", bootedAt: 6, at: 7).failures.map(\.module) == ["a"])
      }
    }
  }

  @Test("A word of which nobody knew the boot ends no boot")
  func bootless() throws {
    try Story.tell { story in
      try story.run(boot: "b1", at: 0) { try $0.settle(.of([.a])) }
      try story.word(boot: "", at: 10) {
        try $0.hold("fix-b", reason: "audit", until: nil, by: "ada")
      }
      #expect(try story.outcomes("b1", at: 20).failures == [])
    }
  }

  @Test("What was loaded, and not verified by a run that did not end well, is blamed too")
  func unverified() throws {
    for end in [nil, Report.Result.failed, .deferred] {
      try Story.tell { story in
        try story.run(boot: "b1", at: 0, ends: end) { try $0.load(.a, $1) }
        #expect(try story.outcomes("b2", bootedAt: 9_999, at: 10_000).failures.count == 1)
        try story.word(boot: "b1", at: 5) { try $0.shutDown() }
        #expect(try story.outcomes("b2", bootedAt: 9_999, at: 10_000).failures == [])
      }
    }
    // As an earlier version left it, which wrote no more than this.
    try Story.tell { story in
      try story.run(boot: "b1", at: 0, ends: .applied) { try $0.load(.a, $1) }
      #expect(try story.outcomes("b2", bootedAt: 5, at: 10).failures == [])
    }
  }

  @Test("What was loaded and undone is not blamed")
  func undone() throws {
    try Story.tell { story in
      try story.run(boot: "b1", at: 0, ends: .restored) {
        try $0.load(.a, $1)
        try $0.unload("a", $1)
      }
      #expect(try story.outcomes("b2", bootedAt: 5, at: 10).failures == [])
    }
  }

  @Test("A crash that was written down stays when the next boots have begun, until resume")
  func recorded() throws {
    try Story.tell { story in
      try story.run(boot: "b1", at: 0) { try $0.settle(.of([.a])) }
      let crash = try #require(try story.outcomes("b2", bootedAt: 60, at: 61).failures.first)
      try story.word(boot: "b2", at: 62) { try $0.fail(crash.recorded) }
      for boot in ["b2", "b3"] {
        let found = try story.outcomes(boot, bootedAt: 90_000, at: 90_001).failures
        #expect(found.count == 1 && found.first?.isRecorded == true && found.first?.count == 1)
      }
      try story.word(boot: "b3", at: 90_002) { try $0.resume("fix-a", by: "ada") }
      #expect(try story.outcomes("b3", bootedAt: 90_000, at: 90_003).failures == [])
    }
  }

  @Test("What was verified last is known for each kernel, over boots, until it is taken off")
  func verified() throws {
    try Story.tell { story in
      try story.run(boot: "b1", at: 0) { try $0.settle(.of([.a, .b])) }
      try story.run(boot: "b2", at: 1_000) { try $0.settle(.of([], kernel: "6.12")) }
      #expect(try story.outcomes("b3", at: 2_000).verified["6.1"] == [.a, .b])
      #expect(try story.outcomes("b3", at: 2_000).verified["6.12"] == [])
      // A build that takes another's place, and one that goes.
      var next = ManagedModule.a
      (next.module, next.buildID) = ("a_v2", "a2")
      try story.run(boot: "b3", at: 3_000) { try $0.settle(.of([next], removed: ["a"])) }
      #expect(try story.outcomes("b4", at: 4_000).verified["6.1"] == [.b, next])
      try story.run(boot: "b4", at: 5_000) { try $0.settle(.of([], removed: ["b"])) }
      #expect(try story.outcomes("b4", at: 6_000).verified["6.1"] == [next])
    }
  }
}
