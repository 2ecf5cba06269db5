import Documents
import Planning
import PolicyModel
import Testing

/// What a user may rely on about a run at boot: it brings back what was verified, says what it
/// leaves for later, and fails where somebody has to look at the host.
@Suite struct AtBootTests {
  /// The plan of a run at boot.
  private func boot(_ world: World, admitted: Set<String> = []) throws -> Plan {
    try world.changed {
      $0.options.isAtBoot = true
      $0.desired = $0.desired.atBoot($0.snapshot.history, admitted: admitted)
    }.plan()
  }

  private func crashed(_ module: String, build: String) -> BuildFailure {
    BuildFailure(
      module: module, buildID: build, patch: "a", sha256: "sha-\(build)", action: .load,
      cause: .crashed, at: Timestamp(secondsSinceEpoch: 0), message: "a boot ended by it")
  }

  private func verified(_ module: String, build: String) -> ManagedModule {
    ManagedModule(
      module: module, buildID: build, patch: "a", policy: "web", version: "1", fixes: [],
      requires: [], replace: .known(false), sha256: "sha-\(build)", stored: .known(true))
  }

  @Test("What was never verified on this kernel waits for an ordinary run")
  func neverVerified() throws {
    let plan = try boot(World().wanting("a"))
    #expect(plan.steps.isEmpty && plan.blocked.isEmpty)
    #expect(plan.deferredReasons == ["a not-at-boot"])
  }

  @Test(
    "A build that a boot ended by is told at boot as everywhere, whether it was ever verified or not",
    arguments: [false, true])
  func crashGuard(wasVerified: Bool) throws {
    let plan = try boot(
      World().wanting("a").changed {
        $0.snapshot.history.failures = [crashed("a", build: "b1")]
        if wasVerified { $0.snapshot.history.verified = [verified("a", build: "b1")] }
      })
    #expect(plan.steps.isEmpty && plan.deferred.isEmpty)
    #expect(plan.blockedReasons == ["a crash-guard"])
  }

  @Test("It keeps neither what was verified before it from coming back, nor speaks for another one")
  func crashedSuccessor() throws {
    let world = World().wanting("a").changed {
      $0.snapshot.history.failures = [crashed("a2", build: "b2")]
      $0.desired.patches[0].wanted = .applied(
        [("a2", "b2"), ("a", "b1")].map {
          DesiredSet.Choice(build: .test($0.0, build: $0.1), admission: .admitted)
        })
    }
    let restored = try boot(
      world.changed { $0.snapshot.history.verified = [verified("a", build: "b1")] })
    #expect(restored.outline == "load a not-loaded\nawait a not-loaded")
    // A build above the one to blame is what an ordinary run loads.
    let succeeded = try boot(
      world.changed { $0.snapshot.history.failures = [crashed("a", build: "b1")] })
    #expect(succeeded.deferredReasons == ["a not-at-boot"])
    #expect(succeeded.steps.isEmpty && succeeded.blocked.isEmpty)
  }
}
