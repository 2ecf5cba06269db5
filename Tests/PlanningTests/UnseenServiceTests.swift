import Diagnostics
import Documents
import Nodes
import Planning
import PolicyModel
import Testing

/// What is told of a service that policies rely on and that could not be looked at.
@Suite struct UnseenServiceTests {
  static let client = "/snap/bin/canonical-livepatch"

  /// A host that a policy wants something of a service of, in a snapshot.
  private func host(_ entry: String, _ services: Services, _ path: String) throws -> World {
    let text = """
      apiVersion: klpolicy/v1
      kind: Policy
      metadata: {name: web}
      spec: {services: [{\(entry)}]}
      """
    let (set, diagnostics) = PolicySet.check(
      [SourceText(path: "web.yaml", bytes: Array(text.utf8))],
      at: Timestamp(secondsSinceEpoch: 1_700_000_000))
    let policies = try #require(set, "\(diagnostics)")
    var world = World()
    world.desired = try #require(
      policies.desired(on: .test, at: world.snapshot.takenAt).desired)
    world.snapshot.services = services
    world.snapshot.unobserved = [
      Unobserved(path: path, problem: .unreadable, message: "it did not answer")
    ]
    world.options.unverified = .warn
    return world
  }

  private static let cases: [(String, Services, path: String, says: String)] = [
    (
      "canonical: {enabled: true}",
      Services(canonical: Services.Canonical(client: client, isEnabled: .unknown)), client,
      "whether the machine is enabled: it did not answer; see what \(client) status --verbose says"
    ),
    (
      "redHat: {version: 1-2}", Services(redHat: Services.RedHat(packages: .unknown)),
      "/usr/lib/sysimage/rpm", "the database of rpm: it did not answer"
    ),
    (
      "suse: {version: 1-2}", Services(suse: Services.SUSE(packages: .unknown)), "/var/lib/rpm",
      "the database of rpm: it did not answer"
    ),
  ]

  @Test(
    "Plan and status say why it could not be observed, and status does not say that all is in force",
    arguments: cases)
  func told(
    entry: String, services: Services, path: String, says: String
  ) throws {
    let world = try host(entry, services, path)
    let plan = try world.plan()
    let warning = try #require(plan.warnings.first { $0.code == Warning.unverified })
    #expect(warning.message.hasSuffix("could not be observed: \(says)"), "\(warning.message)")
    let status = Status(world.snapshot, blockers: [], plan: plan, desired: world.desired)
    let converged = try #require(status.conditions.first { $0.kind == .converged })
    #expect(converged.status == .unknown && converged.reason == "Unobserved")
    #expect(converged.message.contains(says), "\(converged.message)")
    #expect(converged.message.contains("klpolicy plan"))
    let degraded = try #require(status.conditions.first { $0.kind == .degraded })
    #expect(degraded.status == .unknown && degraded.reason == "Unobserved")
    #expect(degraded.message.contains("\(path): it did not answer"), "\(degraded.message)")
    // Where no policy relies on it, it keeps nothing from being known of what klpolicy loaded.
    let bare = Status(world.snapshot, blockers: [], plan: nil)
    #expect(bare.conditions.first { $0.kind == .degraded }?.status == .no)
  }

  @Test(
    "What is installed is held against the kernel, also where nobody knows what there is in repositories"
  )
  func withoutRepositories() throws {
    let file = Services.Module(
      path: "/usr/lib/kpatch/x/a.ko", release: Host.test.kernel.release, file: .present,
      module: "kpatch_a", buildID: "b1")
    let package = Services.Package(
      id: Services.PackageID(
        name: "kpatch-patch-x", version: "1", release: "1", architecture: "x86_64"),
      kernel: Host.test.kernel.release, modules: [file])
    let services = Services(redHat: Services.RedHat(packages: .known([package])))
    let world = try host("redHat: {}", services, "/usr/bin/dnf")
    let plan = try world.plan()
    #expect(plan.blocked.map(\.reason) == [.notLoaded])
    #expect(plan.warnings.contains { $0.code == Warning.unverified })
    let running = try world.with("kpatch_a", build: "b1").plan()
    #expect(running.blocked.isEmpty)
    let unverified = try #require(running.warnings.first { $0.code == Warning.unverified })
    // It is a plan of a snapshot that does not have them.
    #expect(unverified.message.contains("klpolicy snapshot --for"), "\(unverified.message)")
  }
}
