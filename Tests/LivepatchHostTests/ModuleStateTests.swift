import Documents
import LivepatchHost
import Testing

/// What a kernel shows, and the state that follows from it.
struct StateCase: CustomTestStringConvertible, Sendable {
  var testDescription: String
  var modules: @Sendable () -> [FakeHost.Module]
  /// `NAME STATE`, in the order of loading.
  var states: [String]
  /// `NAME DIRECTION`; nil when none is running.
  var transition: String?

  init(
    _ name: String, _ modules: @autoclosure @escaping @Sendable () -> [FakeHost.Module],
    _ states: [String], transition: String? = nil
  ) {
    testDescription = name
    self.modules = modules
    self.states = states
    self.transition = transition
  }

  static let all = [
    StateCase("no live patch", [], []),
    StateCase("enabled and through", [.patch("a")], ["a applied"]),
    StateCase(
      "being enabled", [.patch("a", transition: 1)], ["a enabling"], transition: "a enabling"),
    StateCase(
      "being disabled", [.patch("a", enabled: 0, transition: 1)], ["a disabling"],
      transition: "a disabling"),
    StateCase("disabled, still in memory", [.resident("a")], ["a resident"]),
    StateCase(
      "disabled, and its reference does not fall", [.resident("a", references: 1)], ["a pinned"]),
    StateCase(
      "on its way into memory", [.init(name: "a", state: "coming", patch: nil)], ["a enabling"],
      transition: "a enabling"),
    StateCase(
      "on its way out of memory",
      [.init(name: "a", state: "going", references: -1, patch: nil)], ["a disabling"],
      transition: "a disabling"),
    StateCase(
      "in the list, not yet enabled",
      [.init(name: "a", state: "coming", patch: .init(enabled: 0))], ["a enabling"],
      transition: "a enabling"),
    StateCase(
      "a disabled patch whose directory stays, as before 5.1",
      [.init(name: "a", references: 0, patch: .init(enabled: 0))], ["a resident"]),
    StateCase(
      "two patches, the second being enabled", [.patch("a"), .patch("b", transition: 1)],
      ["a replacing", "b enabling"], transition: "b enabling"),
    StateCase(
      "what a replace patch has replaced, at the moment at which its transition completes",
      [.patch("a", enabled: 0), .patch("r", transition: 1, replace: 1)],
      ["a resident", "r enabling"], transition: "r enabling"),
    StateCase(
      "a module that comes while a patch is in transition",
      [.patch("a", transition: 1), .init(name: "b", state: "coming", patch: nil)],
      ["a enabling", "b enabling"], transition: "a enabling"),
    StateCase(
      "other modules are not live patches",
      [.init(name: "nvidia", taint: "PO", patch: nil), .init(name: "b", taint: "", patch: nil)],
      []),
  ]
}

@Suite("The state of a live patch")
struct ModuleStateTests {
  @Test("is what the kernel's files mean together", arguments: StateCase.all)
  func state(_ sample: StateCase) throws {
    let seen = try FakeHost(.linux6_1, sample.modules()).observe()
    #expect(seen.states == sample.states)
    #expect(seen.unobserved == [])
    let transition = seen.live.transition?.value
    #expect(transition.map { "\($0.module) \($0.direction)" } == sample.transition)
  }

  @Test("is the same for one module alone", arguments: StateCase.all)
  func oneModule(_ sample: StateCase) throws {
    let fake = try FakeHost(.linux6_1, sample.modules())
    let all = try fake.observe()
    for patch in all.live.patches {
      let seen = try fake.host().observe(module: patch.module)
      #expect(seen == ModuleObservation(patch: patch, unobserved: []))
    }
  }

  @Test("is absent for a name that is not in memory", arguments: FakeKernel.allCases)
  func absent(_ kernel: FakeKernel) throws {
    let seen = try FakeHost(kernel, [.patch("a")]).host().observe(module: "b")
    #expect(seen.patch.state == .known(.absent))
    #expect(seen.unobserved == [])
  }

  @Test("is absent on a kernel without live patching")
  func absentWithoutLivepatch() throws {
    let fake = try FakeHost()
    fake.remove("sys/kernel/livepatch")
    #expect(try fake.host().observe(module: "b").patch.state == .known(.absent))
  }

  @Test("carries everything else that is known of it", arguments: FakeKernel.allCases)
  func details(_ kernel: FakeKernel) throws {
    let fake = try FakeHost(
      kernel,
      [
        .resident("old"),
        .init(
          name: "a",
          patch: .init(
            replace: 1, objects: ["vmlinux": ["two,1", "two,2", "a.isra.0,1"], "xfs": ["f,1"]])),
        .init(name: "b", buildID: nil),
      ])
    let seen = try fake.observe()
    #expect(seen.states == ["old resident", "a applied", "b applied"])
    #expect(seen.unobserved == [])
    let isKnown = kernel != .linux6_1
    let applied = LivePatch(
      module: "a", state: .known(.applied), buildID: .known("c0ffee"),
      replace: isKnown ? .known(true) : .unknown, stackOrder: .known(1),
      referenceCount: .known(1), taint: .known("OEK"),
      objects: [
        PatchedObject(
          name: "vmlinux", patched: .known(true),
          functions: [
            .init(name: "a.isra.0", sympos: 1), .init(name: "two", sympos: 1),
            .init(name: "two", sympos: 2),
          ]),
        PatchedObject(
          name: "xfs", patched: .known(true), functions: [.init(name: "f", sympos: 1)]),
      ])
    #expect(seen.patch("a") == applied)
    #expect(seen.patch("b")?.buildID == nil)
    #expect(seen.patch("b")?.stackOrder == .known(2))
    #expect(seen.patch("old")?.stackOrder == nil)
    #expect(seen.patch("old")?.objects == [])
    #expect(seen.live.modules == .known(["a", "b", "ext4", "old"]))
  }
}

@Suite("A patch under one that replaces it")
struct ReplacingTests {
  private let enabling: [FakeHost.Module] = [.patch("a"), .patch("r", transition: 1, replace: 1)]

  @Test("is `replacing` until that is through", arguments: FakeKernel.allCases)
  func enabling(_ kernel: FakeKernel) throws {
    let seen = try FakeHost(kernel, enabling).observe()
    #expect(seen.states == ["a replacing", "r enabling"])
  }

  @Test("is `replacing` while that is reversed", arguments: FakeKernel.allCases)
  func reversed(_ kernel: FakeKernel) throws {
    let modules: [FakeHost.Module] = [
      .patch("a"), .patch("r", enabled: 0, transition: 1, replace: 1),
    ]
    let seen = try FakeHost(kernel, modules).observe()
    #expect(seen.states == ["a replacing", "r disabling"])
  }

  @Test("is resident afterwards", arguments: FakeKernel.allCases)
  func replaced(_ kernel: FakeKernel) throws {
    let seen = try FakeHost(kernel, [.resident("a"), .patch("r", replace: 1)]).observe()
    #expect(seen.states == ["a resident", "r applied"])
  }

  @Test("stays applied where the kernel says `replace` 0", arguments: FakeKernel.showingReplace)
  func doesNotReplace(_ kernel: FakeKernel) throws {
    let seen = try FakeHost(kernel, [.patch("a"), .patch("b", transition: 1)]).observe()
    #expect(seen.states == ["a applied", "b enabling"])
  }

  @Test(
    "what lies above a replace patch is not touched when that goes",
    arguments: FakeKernel.allCases)
  func above(_ kernel: FakeKernel) throws {
    let modules: [FakeHost.Module] = [
      .patch("r", enabled: 0, transition: 1, replace: 1), .patch("a"),
    ]
    #expect(try FakeHost(kernel, modules).observe().states == ["r disabling", "a applied"])
  }

  @Test(
    "before 6.11, klpolicy's own knowledge decides, and without it the worse is assumed",
    arguments: [(true, "a replacing"), (false, "a applied"), (nil, "a replacing")])
  func hint(replaces: Bool?, state: String) throws {
    let fake = try FakeHost(.linux6_1, enabling)
    let knowledge: LivepatchHost.ReplaceKnowledge = { module, buildID in
      #expect(module == "r")
      #expect(buildID == "c0ffee")
      return replaces
    }
    #expect(try fake.observe(replaces: knowledge).states == [state, "r enabling"])
    let alone = try fake.host().observe(module: "a", replaces: knowledge)
    #expect("a \(alone.patch.state.value?.rawValue ?? "?")" == state)
  }

  @Test("the kernel's own word counts more than knowledge", arguments: FakeKernel.showingReplace)
  func kernelWins(_ kernel: FakeKernel) throws {
    let seen = try FakeHost(kernel, enabling).observe { _, _ in false }
    #expect(seen.states == ["a replacing", "r enabling"])
  }
}

@Test("Before 6.14 the stack order is the order of loading, of enabled patches alone")
func stackOrderFromTable() throws {
  let fake = try FakeHost(
    .linux6_12, [.patch("z"), .resident("m"), .patch("a"), .resident("b"), .patch("k")])
  let orders = try fake.observe().live.patches.map { $0.stackOrder?.value }
  #expect(orders == [1, nil, 2, nil, 3])
}

@Test("From 6.14 on the kernel's own stack order counts")
func stackOrderFromKernel() throws {
  let fake = try FakeHost(.linux6_18, [.patch("a"), .patch("b")])
  try fake.write("sys/kernel/livepatch/a/stack_order", "2\n")
  try fake.write("sys/kernel/livepatch/b/stack_order", "1\n")
  #expect(try fake.observe().live.patches.map { $0.stackOrder?.value } == [2, 1])
}
