import Documents
import Testing

@testable import LivepatchHost

/// A kernel that goes on while it is read: what it shows first, and what it does then.
struct RaceCase: CustomTestStringConvertible, Sendable {
  var testDescription: String
  var before: @Sendable (FakeHost) throws -> Void
  var after: @Sendable (FakeHost) throws -> Void
  var states: [String]

  static let all = [
    RaceCase(
      testDescription: "a patch whose files are gone and whose directory is about to go",
      before: {
        try $0.has([.patch("a")])
        $0.remove("sys/kernel/livepatch/a/enabled")
        $0.remove("sys/kernel/livepatch/a/transition")
      },
      after: { try $0.has([.resident("a")]) }, states: ["a resident"]),
    RaceCase(
      testDescription: "a disabled patch whose directory is about to go",
      before: { try $0.has([.patch("a", enabled: 0)]) },
      after: { try $0.has([.resident("a")]) }, states: ["a resident"]),
    RaceCase(
      testDescription: "a patch that is in the list and not yet enabled",
      before: { try $0.has([.init(name: "a", state: "coming", patch: .init(enabled: 0))]) },
      after: { try $0.has([.patch("a", transition: 1)]) }, states: ["a enabling"]),
    RaceCase(
      testDescription: "a reference that is about to be given back",
      before: { try $0.has([.resident("a", references: 1)]) },
      after: { try $0.has([.resident("a")]) }, states: ["a resident"]),
    RaceCase(
      testDescription: "a module that is being unloaded",
      before: { try $0.has([.init(name: "a", state: "going", references: -1, patch: nil)]) },
      after: { try $0.has([]) }, states: []),
    RaceCase(
      testDescription: "a module that went after the table was read",
      before: {
        try $0.has([.resident("a")])
        $0.remove("sys/module/a")
      },
      after: { try $0.has([]) }, states: []),
    RaceCase(
      testDescription: "a patch that came after the table was read",
      before: {
        try $0.has([.patch("a")])
        try $0.write("proc/modules", "")
      },
      after: { try $0.has([.patch("a")]) }, states: ["a applied"]),
    RaceCase(
      testDescription: "one transition that ended, and another that began",
      before: { try $0.has([.patch("a", transition: 1), .patch("b", transition: 1)]) },
      after: { try $0.has([.patch("a"), .patch("b", transition: 1)]) },
      states: ["a applied", "b enabling"]),
  ]
}

/// What may happen between two looks at one applied and one resident patch.
struct SecondLook: CustomTestStringConvertible, Sendable {
  var testDescription: String
  var isUnchanged = false
  var change: @Sendable (FakeHost) throws -> Void

  static let all = [
    SecondLook(testDescription: "nothing", isUnchanged: true) { _ in },
    SecondLook(testDescription: "a transition begins") {
      try $0.write("sys/kernel/livepatch/a/transition", "1\n")
    },
    SecondLook(testDescription: "a transition begins and ends") {
      try $0.write("sys/kernel/livepatch/a/enabled", "0\n")
    },
    SecondLook(testDescription: "a patch goes") { $0.remove("sys/kernel/livepatch/a") },
    SecondLook(testDescription: "a patch comes") {
      try $0.directory("sys/kernel/livepatch/c")
    },
    SecondLook(testDescription: "another of the same name takes its place") {
      // The one that is gone is kept elsewhere, or its inode could be given to the new one.
      try $0.move("sys/kernel/livepatch/a", to: "gone")
      try $0.has([.patch("a"), .resident("b")])
    },
    SecondLook(testDescription: "a module gives its reference back") {
      try $0.write("sys/module/b/refcnt", "1\n")
    },
    SecondLook(testDescription: "a module goes") { $0.remove("sys/module/b") },
  ]
}

@Suite("A kernel that goes on while it is read")
struct ChangingKernelTests {
  @Test("is looked at again", arguments: RaceCase.all)
  func race(_ sample: RaceCase) throws {
    let fake = try FakeHost()
    try sample.before(fake)
    let after = sample.after
    let seen = try fake.host(patience: .milliseconds(50), pause: { try after($0) }).observe()
    #expect(seen.states == sample.states)
    #expect(seen.unobserved == [])
  }

  @Test("is not waited for when it stands still", arguments: StateCase.all)
  func still(_ sample: StateCase) throws {
    let isSteady = sample.states.allSatisfy { state in
      ["applied", "resident", "replacing"].contains { state.hasSuffix($0) }
    }
    guard isSteady, !sample.testDescription.hasPrefix("a disabled patch") else { return }
    let host = try FakeHost(.linux6_12, sample.modules()).host(patience: .seconds(1)) { _ in
      Issue.record("it waited")
    }
    _ = host.observe()
  }

  @Test(
    "that stays half done is told, and not guessed: nor what it may do to the patches below",
    arguments: [
      (FakeKernel.linux6_1, ["a ?", "b ?", "c applied"]),
      (.linux6_12, ["a applied", "b ?", "c applied"]),
    ])
  func staysHalf(kernel: FakeKernel, states: [String]) throws {
    let fake = try FakeHost(kernel, [.patch("a"), .patch("b"), .patch("c")])
    fake.remove("sys/kernel/livepatch/b/transition")
    let seen = try fake.host(patience: .milliseconds(50)).observe()
    #expect(seen.states == states)
    #expect(seen.live.transition == .unknown)
    #expect(seen.unobserved.map(\.path) == ["/sys/kernel/livepatch/b/transition"])
    #expect(seen.unobserved.map(\.problem) == [.malformed])
  }

  @Test("is noticed between two looks at it", arguments: SecondLook.all)
  func secondLook(_ look: SecondLook) throws {
    let fake = try FakeHost(.linux6_12, [.patch("a"), .resident("b")])
    let root = try RootDirectory(fake.path)
    let pass = LivePass(root)
    #expect(!pass.isChanging)
    try look.change(fake)
    #expect(LivePass.isUnchanged(root, since: pass.listing, pass.patches) == look.isUnchanged)
  }

  @Test("that never stands still is told, and not guessed")
  func neverStill() throws {
    let fake = try FakeHost(.linux6_12, [.patch("a"), .resident("b")])
    let root = try RootDirectory(fake.path)
    var pass = LivePass(root)
    pass.isChanging = true
    var observer = Observer(root: root)
    let live = observer.live(pass, isModular: .known(true)) { _, _ in nil }
    #expect(live.patches.map(\.state) == [.unknown, .unknown])
    #expect(live.transition == .unknown)
    #expect(observer.unobserved.map(\.path) == ["/sys/kernel/livepatch"])
  }

  @Test(
    "is waited for shortly when something is half done, and longer when it contradicts itself",
    arguments: [
      ([FakeHost.Module.resident("a", references: 1)], 50),
      ([.patch("a", transition: 1), .patch("b", transition: 1)], 500),
    ])
  func patience(modules: [FakeHost.Module], milliseconds: Int) throws {
    let clock = FakeClock()
    let fake = try FakeHost(.linux6_12, modules)
    let begin = clock.now
    _ = try fake.host(patience: .milliseconds(50), clock: clock).observe()
    let waited = clock.now - begin
    #expect(waited >= .milliseconds(milliseconds))
    #expect(waited <= .milliseconds(milliseconds + 20))
  }

  @Test("with two transitions at once is not believed")
  func twoTransitions() throws {
    let fake = try FakeHost(
      .linux6_12, [.patch("a", transition: 1), .patch("b", transition: 1)])
    let seen = try fake.observe()
    #expect(seen.live.transition == .unknown)
    #expect(seen.unobserved.map(\.path) == ["/sys/kernel/livepatch"])
  }
}
