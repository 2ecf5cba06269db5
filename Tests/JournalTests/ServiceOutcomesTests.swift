import Documents
import Files
import Glibc
import Journal
import SystemPackage
import Testing

/// What a user may rely on about packages and clients of vendors: what a run did not get to verify is
/// looked after by a later one, and a boot that ended by one is noticed.
@Suite struct ServiceOutcomesTests {
  @Test(
    "A package is blamed for a boot that ends before it was verified, or within ten minutes after",
    arguments: [(true, 599, true), (true, 600, false), (false, 9_000, true)])
  func package(ends: Bool, nextBoot: Int, isBlamed: Bool) throws {
    let package = PackageChange(service: "redHat", name: "p", package: "p-2", replaces: "p-1")
    let back = PackageChange(
      service: "redHat", name: "p", package: "p-1", replaces: "p-2", isOlder: true)
    func install(_ journal: inout Journal, _ access: borrowing WriteAccess, _ one: PackageChange)
      throws
    {
      try journal.record(try journal.announce(.installPackage(one), access: access).outcome(nil))
    }
    try Story.tell { story in
      try story.run(boot: "b1", at: 0, ends: ends ? .applied : nil) {
        try install(&$0, $1, package)
      }
      #expect(try story.outcomes("b1", at: 1).needsCleanEnd)
      let crashes = try story.outcomes("b2", bootedAt: nextBoot, at: 10_000).failures
      #expect(crashes.map(\.module) == (isBlamed ? ["p-2"] : []))
      #expect(crashes.allSatisfy { $0.action == .install && $0.cause == .crashed })
    }
    // One that was brought back to what it was is blamed for nothing.
    try Story.tell { story in
      try story.run(boot: "b1", at: 0, ends: .restored) {
        try install(&$0, $1, package)
        try install(&$0, $1, back)
      }
      #expect(try story.outcomes("b2", bootedAt: 1, at: 10_000).failures == [])
    }
  }

  @Test(
    "What a run told a client and did not get to verify is a later run's to verify, until it is")
  func unfinishedSettings() throws {
    let delay = ClientChange(service: "canonical", key: "patch-delay", value: "2d", before: "5d")
    let enabled = ClientChange(
      service: "canonical", key: "enabled", value: "true", before: "false")
    let failure = BuildFailure(
      module: "patch-delay=2d", buildID: nil, patch: "canonical", sha256: nil, action: .configure,
      cause: .refused, at: Timestamp(secondsSinceEpoch: 0), message: "it failed")
    func tell(
      _ journal: inout Journal, _ access: borrowing WriteAccess, _ change: ClientChange,
      _ error: SystemError? = nil
    ) throws {
      let intent = try journal.announce(.configureClient(change), access: access)
      try journal.record(intent.outcome(error))
    }
    func open(_ story: Story) throws -> [String] {
      try story.outcomes("b1", at: 50).unfinishedSettings.map {
        "\($0.text) over \($0.before ?? "-")"
      }
    }
    try Story.tell { story in
      try story.run(boot: "b1", at: 0, ends: nil) {
        try tell(&$0, $1, delay)
        // It may have been done all the same.
        try tell(&$0, $1, enabled, SystemError("canonical-livepatch", "enabled", .canceled))
      }
      let both = ["patch-delay=2d over 5d", "enabled=true over false"]
      #expect(try open(story) == both)
      // A run that has other things to do leaves it open, and so does one that is killed in its undo.
      try story.run(boot: "b1", at: 5) { _ in }
      try story.run(boot: "b1", at: 6, ends: nil) {
        try $0.fail(failure)
        $0.isUndoing = true
        try tell(&$0, $1, delay)
      }
      #expect(try open(story) == both)
      try story.run(boot: "b1", at: 7) {
        try $0.settle(
          Settled(
            kernel: "k", applied: [], removed: [], clients: ["canonical"], probationSeconds: 60))
      }
      #expect(try open(story) == [])
    }
    // Enabling it brings a live patch, which is on probation as long as its policy says.
    try Story.tell { story in
      try story.run(boot: "b1", at: 7) {
        try tell(&$0, $1, enabled)
        try $0.settle(
          Settled(
            kernel: "k", applied: [], removed: [], clients: ["canonical"], probationSeconds: 60))
      }
      func crashes(_ at: Int) throws -> [String] {
        try story.outcomes("b2", bootedAt: at, at: 100).failures.filter { $0.cause == .crashed }
          .map { "\($0.action.rawValue) \($0.module) of \($0.name)" }
      }
      #expect(try crashes(66) == ["configure enabled=true of canonical"])
      #expect(try crashes(67) == [])
    }
    try Story.tell { story in
      try story.run(boot: "b1", at: 0, ends: .restored) {
        try tell(&$0, $1, delay)
        try $0.fail(failure)
      }
      #expect(try open(story) == [])
      try story.run(boot: "b1", at: 1, ends: nil) { try tell(&$0, $1, delay) }
      // One that failed with it has taken it back when it ends.
      try story.run(boot: "b1", at: 2, ends: .restored) { journal, _ in try journal.fail(failure) }
      #expect(try open(story) == [])
    }
    try Story.tell { story in
      try story.run(boot: "b1", at: 0, ends: nil) {
        _ = try $0.announce(.configureClient(enabled), access: $1)
      }
      #expect(
        try story.outcomes("b2", at: 50).failures.map(\.message) == [
          "the boot ended while the client of canonical was being enabled"
        ])
    }
  }

  @Test(
    "A package that a run installed and did not get to verify is a later run's to verify, until it is"
  )
  func unfinishedPackages() throws {
    let package = PackageChange(
      service: "redHat", name: "p", package: "p-2", replaces: "p-1",
      before: [BuildInForce(module: "kpatch_p", buildID: "b1")])
    let back = PackageChange(
      service: "redHat", name: "p", package: "p-1", replaces: "p-2", isOlder: true)
    let settled = Settled(
      kernel: "k", applied: [], removed: [], packages: [package], probationSeconds: 60)
    let failure = BuildFailure(
      module: "p-2", buildID: nil, patch: "redHat", sha256: nil, action: .install, cause: .refused,
      at: Timestamp(secondsSinceEpoch: 0), message: "it failed")
    func install(
      _ journal: inout Journal, _ access: borrowing WriteAccess, _ one: PackageChange,
      _ error: SystemError? = nil
    ) throws {
      try journal.record(try journal.announce(.installPackage(one), access: access).outcome(error))
    }
    func unfinished(_ story: Story, _ boot: String = "b1") throws -> [String] {
      try story.outcomes(boot, at: 50).unfinishedPackages.map {
        "\($0.package) over \($0.replaces ?? "-") \($0.before?.first?.buildID ?? "unknown")"
      }
    }
    let open = ["p-2 over p-1 b1"]
    // Killed while dnf ran, and after it; a boot later what was in force is not known any more.
    try Story.tell { story in
      try story.run(boot: "b1", at: 0, ends: nil) {
        _ = try $0.announce(.installPackage(package), access: $1)
      }
      #expect(try unfinished(story) == open)
      #expect(try unfinished(story, "b2") == ["p-2 over p-1 unknown"])
    }
    try Story.tell { story in
      try story.run(boot: "b1", at: 0, ends: nil) { try install(&$0, $1, package) }
      #expect(try unfinished(story) == open)
      // A run that has other things to do leaves it open, and so does one that is killed in its undo.
      try story.run(boot: "b1", at: 5) { _ in }
      try story.run(boot: "b1", at: 6, ends: nil) {
        try $0.fail(failure)
        _ = try $0.announce(.installPackage(back), access: $1)
      }
      #expect(try unfinished(story) == open)
      try story.run(boot: "b1", at: 7) { try $0.settle(settled) }
      #expect(try unfinished(story) == [])
      // From then on it is on probation, as long as its policy says.
      #expect(
        try story.outcomes("b2", bootedAt: 66, at: 70).failures.map(\.cause).contains(.crashed))
      #expect(
        try !story.outcomes("b2", bootedAt: 67, at: 70).failures.map(\.cause).contains(.crashed))
    }
    // Undone; or failed with and not to be undone; or not installed at all.
    try Story.tell { story in
      try story.run(boot: "b1", at: 0, ends: nil) {
        try install(&$0, $1, package)
        try install(&$0, $1, back)
      }
      #expect(try unfinished(story) == [])
      try story.run(boot: "b1", at: 1, ends: .failed) {
        try install(&$0, $1, package)
        try $0.fail(failure)
      }
      #expect(try unfinished(story) == [])
      try story.run(boot: "b1", at: 2, ends: nil) {
        try install(&$0, $1, package, SystemError("dnf", "p-2", .canceled))
      }
      #expect(try unfinished(story) == [])
    }
  }

  @Test("A package that was left running takes the blame for its boot until it is verified")
  func packageLeftRunning() throws {
    let package = PackageChange(service: "redHat", name: "p", package: "p-2", replaces: "p-1")
    let settled = Settled(
      kernel: "k", applied: [], removed: [], packages: [package], probationSeconds: 5)
    func blamed(_ story: Story) throws -> [String] {
      try story.outcomes("b2", bootedAt: 60, at: 70).failures.map(\.module)
    }
    try Story.tell { story in
      try story.run(boot: "b1", at: 0, ends: nil) {
        _ = try $0.announce(.installPackage(package), access: $1)
        try $0.end(.failed, leavesOpen: true)
      }
      // Its scripts may be at it still, though somebody else has run meanwhile.
      try story.run(boot: "b1", at: 10, ends: .deferred) { _, _ in }
      #expect(try blamed(story) == ["p-2"])
      #expect(try story.outcomes("b1", at: 11).needsCleanEnd)
      try story.word(boot: "b1", at: 12) { try $0.shutDown() }
      #expect(try blamed(story) == [])
      try story.word(boot: "b1", at: 13) { try $0.goOn() }
      try story.run(boot: "b1", at: 20) { try $0.settle(settled) }
      #expect(try blamed(story) == [])
    }
  }

  @Test(
    "What a killed run had begun takes the blame for its boot, whatever others have written since")
  func killedInTheMiddle() throws {
    let package = PackageChange(service: "redHat", name: "p", package: "p-2", replaces: "p-1")
    let enabled = ClientChange(
      service: "canonical", key: "enabled", value: "true", before: "false")
    func blamed(_ story: Story, _ bootedAt: Int) throws -> [String] {
      try story.outcomes("b2", bootedAt: bootedAt, at: bootedAt + 10).failures.map(\.module)
    }
    for change in [Change.installPackage(package), .configureClient(enabled)] {
      try Story.tell { story in
        try story.run(boot: "b1", at: 0, ends: nil) { _ = try $0.announce(change, access: $1) }
        try story.run(boot: "b1", at: 10, ends: .deferred) { _, _ in }
        #expect(try blamed(story, 60).count == 1, "\(change)")
        #expect(try story.outcomes("b1", at: 11).needsCleanEnd)
        // Once it is verified it is on probation as its policy says.
        try story.run(boot: "b1", at: 20) {
          try $0.settle(
            Settled(
              kernel: "k", applied: [], removed: [],
              packages: change == .installPackage(package) ? [package] : [], clients: ["canonical"],
              probationSeconds: 1000))
        }
        #expect(try blamed(story, 1019).count == 1, "\(change)")
        #expect(try blamed(story, 1020) == [], "\(change)")
      }
    }
  }

  @Test("A client is guarded, and looked after, until it has been disabled for certain")
  func disabling() throws {
    let enabled = ClientChange(
      service: "canonical", key: "enabled", value: "true", before: "false")
    let disabled = ClientChange(
      service: "canonical", key: "enabled", value: "false", before: "true")
    let killed = SystemError("canonical-livepatch", "enable", .canceled)
    for (error, isOpen) in [(SystemError?.none, false), (killed, true)] {
      try Story.tell { story in
        try story.run(boot: "b1", at: 0, ends: isOpen ? .failed : .restored) {
          try $0.record(try $0.announce(.configureClient(enabled), access: $1).outcome(killed))
          try $0.fail(
            BuildFailure(
              module: "enabled=true", buildID: nil, patch: "canonical", sha256: nil,
              action: .configure, cause: .stalled, at: Timestamp(secondsSinceEpoch: 0),
              message: "it hangs"))
          $0.isUndoing = true
          try $0.record(try $0.announce(.configureClient(disabled), access: $1).outcome(error))
        }
        let outcomes = try story.outcomes("b1", at: 1)
        #expect(outcomes.unfinishedSettings.map(\.text) == (isOpen ? ["enabled=true"] : []))
        let blamed = try story.outcomes("b2", bootedAt: 60, at: 70).failures.filter {
          $0.cause == .crashed
        }
        #expect(blamed.map(\.module) == (isOpen ? ["enabled=true"] : []))
      }
    }
  }

  @Test("A package or a setting that stalled, and went well in the end, begins its count anew")
  func stalledServices() throws {
    let package = PackageChange(service: "redHat", name: "p", package: "p-2")
    for (name, service, action) in [
      ("p-2", "redHat", Step.Action.install), ("patch-delay=2d", "canonical", .configure),
    ] {
      try Story.tell { story in
        try story.run(boot: "b1", at: 0) {
          try $0.fail(
            BuildFailure(
              module: name, buildID: nil, patch: service, sha256: nil, action: action,
              cause: .stalled, at: Timestamp(secondsSinceEpoch: 0), message: "busy"))
        }
        #expect(try story.outcomes("b1", at: 1).failures.count == 1)
        try story.run(boot: "b1", at: 2) {
          try $0.settle(
            Settled(
              kernel: "k", applied: [], removed: [], packages: [package], clients: ["canonical"],
              probationSeconds: 0))
        }
        #expect(try story.outcomes("b1", at: 3).failures == [])
      }
    }
  }

  @Test("What rpm has shown not to be installed is nobody's to verify")
  func notInstalled() throws {
    let killed = PackageChange(service: "redHat", name: "p", package: "p-2", replaces: "p-1")
    try Story.tell { story in
      try story.run(boot: "b1", at: 0, ends: nil) {
        _ = try $0.announce(.installPackage(killed), access: $1)
      }
      // A later run has found p-1 installed, tries again, and is told by dnf that it was not done.
      try story.run(boot: "b1", at: 10, ends: nil) {
        let intent = try $0.announce(.installPackage(killed), access: $1)
        try $0.record(intent.outcome(SystemError("dnf", "p-2", .canceled)))
      }
      #expect(try story.outcomes("b1", at: 20).unfinishedPackages == [])
    }
  }
}
