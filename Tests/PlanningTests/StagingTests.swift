import Diagnostics
import Documents
import Planning
import PolicyModel
import Testing

/// What a user may rely on about builds for kernels that are installed and do not run: they are in
/// the store before one of those is booted, and nothing else comes of it.
@Suite struct StagingTests {
  private let world = World().wanting("a", module: "klp_a")
    .changed { $0.staging = [.test("a", "klp_a_next", "6.1.0-57-cloud-amd64")] }

  @Test("A build for another kernel comes last, for that kernel, in a group of its own")
  func last() throws {
    let plan = try world.plan()
    #expect(
      plan.outline == """
        load klp_a not-loaded
        await klp_a not-loaded

        stage klp_a_next not-stored
        """)
    #expect(plan.steps.last?.kernel == "6.1.0-57-cloud-amd64")
    #expect(plan.after.map(\.module) == ["klp_a"])
  }

  @Test("With the running kernel as it is wanted, that alone is a change")
  func alone() throws {
    let converged = world.with("klp_a", patch: "a", for: "web")
    #expect(try converged.steps() == "stage klp_a_next not-stored")
    #expect(try converged.plan().changed)
    #expect(try !converged.changed { $0.staging = [] }.plan().changed)
  }

  @Test("What a person holds stays as it is: the patch, or everything")
  func held() throws {
    let converged = world.with("klp_a", patch: "a", for: "web")
    for patch in ["a", nil] {
      let plan = try converged.changed {
        $0.snapshot.history.holds = .known([
          Hold(
            patch: patch, reason: "wait", until: nil, by: "root", since: $0.snapshot.takenAt)
        ])
      }.plan()
      #expect(plan.steps.isEmpty)
    }
  }

  @Test("With klpolicy=off on the kernel's command line nothing is done")
  func off() throws {
    let plan = try world.changed { $0.snapshot.host.kernel.switchedOff = .known(true) }.plan()
    #expect(plan.steps.isEmpty)
  }

  @Test("What blocks the running kernel's patches does not block the store")
  func blocked() throws {
    let plan =
      try world
      .changed { $0.snapshot.host.kernel.modulesDisabled = .known(true) }.plan()
    #expect(plan.outline == "stage klp_a_next not-stored")
    #expect(plan.blockedReasons == ["a modules-disabled"])
  }

  @Test("A saved plan is not stale because a build for another kernel is there, or lacks, by now")
  func saved() throws {
    let with = try world.plan()
    let without = try world.changed { $0.staging = [] }.plan()
    #expect(SavedPlan(with).differences(from: without).isEmpty)
    #expect(SavedPlan(without).differences(from: with).isEmpty)
    #expect(SavedPlan(with).stages(world.staging[0]))
    #expect(!SavedPlan(without).stages(world.staging[0]))
  }
}

extension OtherKernelBuild {
  static func test(_ patch: String, _ module: String, _ release: String) -> OtherKernelBuild {
    var host = Host.test
    host.kernel.release = release
    return OtherKernelBuild(
      host: host, patch: patch, policy: "web", build: .test(module, build: "b9"),
      source: Location(path: "web.yaml", position: Position(line: 9, column: 11)))
  }
}
