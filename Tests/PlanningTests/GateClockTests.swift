import Documents
import Planning
import PolicyModel
import Testing

/// What becomes of rules that go by the time when the clock cannot be relied on, or when a person
/// overrides them.
@Suite struct GateClockTests {
  static let open = #"maintenance: {windows: [{start: "00:00", duration: 24h}]}"#

  @Test(
    "On a clock that is not synchronised, what goes by the time waits",
    arguments: [
      (open, true), (GateTests.frozen.replacingYear(), true), ("minimumAge: 1h", true),
      ("cutoff: 2026-12-01", false), ("safety: {gates: {minUptime: 1s}}", false),
    ])
  func unsynchronised(policy: String, isTimed: Bool) throws {
    let world = try World().wanting("a").bound(by: policy).at(testMoment)
    let plan = try world.changed { $0.snapshot.host.clockSynchronised = .known(false) }.plan()
    #expect(plan.deferredReasons == (isTimed ? ["a clock-untrusted"] : []))
    #expect(try world.changed { $0.snapshot.host.clockSynchronised = .known(true) }.plan().changed)
  }

  @Test("A clock that is only suspected keeps nothing back that its windows keep back already")
  func suspicion() throws {
    let plan = try World().wanting("a").bound(by: GateTests.nightly).at(testMoment)
      .changed { $0.snapshot.host.clockSynchronised = .known(false) }.plan()
    #expect(plan.deferredReasons == ["a outside-window"])
  }

  @Test("A clock that has run backwards defers what goes by the time, and nothing else")
  func backwards() throws {
    let world = World().wanting("a").at(testMoment).changed {
      $0.snapshot.history.newestRecordAt = .known(Timestamp("2026-11-24T12:00:01Z"))
    }
    for policy in [Self.open, GateTests.nightly] {
      let plan = try world.bound(by: policy).plan()
      #expect(plan.deferredReasons == ["a clock-untrusted"])
      #expect(plan.deferred.first?.message.contains("2026-11-24T12:00:01Z") == true)
    }
    #expect(try world.plan().changed)
    let level = try world.bound(by: Self.open).at("2026-11-24T12:00:01Z").plan()
    #expect(level.deferred.isEmpty)
  }

  @Test("A clock that is not synchronised is none at a moment that somebody named either")
  func anotherTime() throws {
    let world = try World().wanting("a").bound(by: Self.open).at(testMoment).changed {
      $0.options.isForAnotherTime = true
    }
    #expect(try world.plan().changed)
    let plan = try world.changed { $0.snapshot.host.clockSynchronised = .known(false) }.plan()
    #expect(plan.deferredReasons == ["a clock-untrusted"])
  }

  @Test(
    "A clock that had run backwards has caught up with the journal by a later moment that was named"
  )
  func laterThanTheJournal() throws {
    func plan(at moment: String) throws -> Plan {
      try World().wanting("a").bound(by: Self.open).at(testMoment).changed {
        $0.snapshot.history.newestRecordAt = .known(Timestamp("2026-11-24T12:00:01Z"))
        $0.options.isForAnotherTime = true
        $0.plannedFor = Timestamp(moment)
      }.plan()
    }
    #expect(try plan(at: "2026-11-24T12:00:00Z").deferredReasons == ["a clock-untrusted"])
    #expect(try plan(at: "2026-11-24T12:00:01Z").changed)
  }

  @Test("A clock whose state could not be observed blocks what goes by the time")
  func unobserved() throws {
    let world = World().wanting("a").at(testMoment)
      .changed { $0.snapshot.host.clockSynchronised = .unknown }
    #expect(try world.bound(by: Self.open).plan().blockedReasons == ["a unverified"])
    #expect(try world.plan().changed)
    let journal = World().wanting("a").at(testMoment)
      .changed { $0.snapshot.history.newestRecordAt = .unknown }
    let plan = try journal.bound(by: Self.open).plan()
    #expect(plan.blockedReasons == ["a unverified"])
    #expect(plan.blocked.first?.message.contains("behind the journal") == true)
    #expect(try journal.plan().changed)
  }

  @Test("An override lifts windows, and only those freezes that allow it")
  func override() throws {
    let world = World().wanting("a").at(testMoment).overriding()
    let lifted = try world.bound(by: GateTests.nightly).plan()
    #expect(lifted.changed)
    #expect(lifted.gateOutline == ["window skipped", "taint passed"])
    let frozen = try world.bound(by: GateTests.frozen).plan()
    #expect(frozen.deferredReasons == ["a frozen"])
    #expect(frozen.deferred.first?.message.contains("does not allow --override-window") == true)
    let allowed = try world.bound(
      by: """
        maintenance:
          freezes:
            - {from: "2026-11-24T00:00", to: "2026-11-26T00:00", allowOverride: true}
        """
    ).plan()
    #expect(allowed.changed)
    #expect(allowed.gateOutline == ["freeze skipped", "taint passed"])
  }

  @Test("An override lifts no hold and no other gate")
  func overrideIsNarrow() throws {
    let world = try World().wanting("a").bound(by: GateTests.nightly).at(testMoment).overriding()
    #expect(try world.held().plan().deferredReasons == ["a held"])
    #expect(
      try world.changed { $0.snapshot.host.kernel.taint = .known(1 << 7) }.plan().deferredReasons
        == ["a gate-taint"])
  }
}

extension String {
  /// The same freeze a year before: over, and still a rule that goes by the time.
  fileprivate func replacingYear() -> String {
    split(separator: "2026").joined(separator: "2025")
  }
}
