import Documents
import LivepatchHost
import Testing

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

  @Test("with two transitions at once is not believed")
  func twoTransitions() throws {
    let fake = try FakeHost(
      .linux6_12, [.patch("a", transition: 1), .patch("b", transition: 1)])
    let seen = try fake.observe()
    #expect(seen.live.transition == .unknown)
    #expect(seen.unobserved.map(\.path) == ["/sys/kernel/livepatch"])
  }
}
