import Documents
import Planning
import PolicyModel
import Testing

/// What a status says is fixed is what scanners are told, so it has to be so for certain.
@Suite("A vulnerability is said to be fixed")
struct VerifiedFixTests {
  private func fixes(_ world: World, desired: Bool = false) -> [String: [String]] {
    let status = Status(
      world.snapshot, blockers: [], plan: nil, desired: desired ? world.desired : nil)
    return Dictionary(uniqueKeysWithValues: status.patches.map { ($0.live.module, $0.fixes) })
  }

  private let fixed = World().with(
    "fix", patch: "fix", for: "web", fixes: ["CVE-2026-1"], functions: ["f"])

  @Test("while its patch is applied")
  func applied() {
    #expect(fixes(fixed) == ["fix": ["CVE-2026-1"]])
  }

  @Test(
    "never while its patch is not, or not any more, in force for every task",
    arguments: [ModuleState.enabling, .disabling, .replacing, .resident, .pinned])
  func otherStates(_ state: ModuleState) {
    let world = World().with(
      "fix", state, patch: "fix", for: "web", fixes: ["CVE-2026-1"], functions: ["f"])
    #expect(fixes(world) == ["fix": []])
  }

  @Test("not where somebody else's patch has a function of its own above it")
  func overlaid() {
    #expect(fixes(fixed.with("theirs", functions: ["g", "f"])) == ["fix": [], "theirs": []])
    #expect(
      fixes(fixed.with("theirs", functions: ["g"])) == ["fix": ["CVE-2026-1"], "theirs": []])
    #expect(
      fixes(fixed.with("theirs", .resident, functions: ["f"])) == [
        "fix": ["CVE-2026-1"], "theirs": [],
      ])
  }

  @Test("still where its successor, or what was built upon it, is above it")
  func succeeded() {
    let successor = fixed.with(
      "fix_2", patch: "fix", for: "web", fixes: ["CVE-2026-1", "CVE-2026-2"], functions: ["f"])
    #expect(fixes(successor) == ["fix": ["CVE-2026-1"], "fix_2": ["CVE-2026-1", "CVE-2026-2"]])
    let dependent = fixed.with(
      "other", patch: "other", for: "web", fixes: ["CVE-2026-3"], requires: ["fix"],
      functions: ["f"])
    #expect(fixes(dependent) == ["fix": ["CVE-2026-1"], "other": ["CVE-2026-3"]])
  }

  @Test(
    "not where the kernel shows that it has hooked none of its functions",
    arguments: [
      ("vmlinux", Fact<Bool>.known(false), ["vmlinux"]), ("ext4", .known(false), ["ext4"]),
      // A module that is not in memory has nothing that could be fixed, or could be exploited.
      ("xfs", .known(false), []), ("vmlinux", .known(true), []), ("vmlinux", .unknown, []),
    ])
  func unhooked(_ object: String, _ patched: Fact<Bool>, _ told: [String]) throws {
    var world = fixed
    world.snapshot.live.modules = .known(["ext4", "fix"])
    let place = try #require(world.snapshot.live.patches.firstIndex { $0.module == "fix" })
    world.snapshot.live.patches[place].objects = [
      PatchedObject(
        name: object, patched: patched, functions: [PatchedFunction(name: "f", sympos: 1)])
    ]
    #expect(fixes(world) == ["fix": told.isEmpty ? ["CVE-2026-1"] : []])
    let status = Status(world.snapshot, blockers: [], plan: nil)
    #expect(status.patches.map(\.unpatched) == [told])
    let degraded = status.conditions.first { $0.kind == .degraded }
    #expect(degraded?.reason == (told.isEmpty ? "InForce" : "NotInForce"))
  }

  @Test("as the policies given now have it, where it was loaded by an older word")
  func corrected() {
    var world = fixed.wanting("fix", fixes: ["CVE-2026-7"])
    world.snapshot.history.managed = .known(
      (world.snapshot.history.managed.value ?? []).map {
        var record = $0
        record.sha256 = world.desired.patches[0].builds[0].sha256
        return record
      })
    #expect(fixes(world, desired: true) == ["fix": ["CVE-2026-7"]])
    #expect(fixes(world) == ["fix": ["CVE-2026-1"]])
  }

  @Test("by what somebody else loaded only where a policy names its build ID")
  func foreign() {
    #expect(fixes(World().with("theirs", fixes: ["CVE-2026-1"])) == ["theirs": []])
    var world = World().with("theirs").wanting("theirs", fixes: ["CVE-2026-1"])
    #expect(fixes(world, desired: true) == ["theirs": []])
    guard case .applied(var choices) = world.desired.patches[0].wanted else { return }
    choices[0].build.buildID = world.snapshot.live.patches[0].buildID?.value
    world.desired.patches[0].wanted = .applied(choices)
    #expect(fixes(world, desired: true) == ["theirs": ["CVE-2026-1"]])
    #expect(fixes(world) == ["theirs": []])
    choices[0].build.buildID = "00"
    world.desired.patches[0].wanted = .applied(choices)
    #expect(fixes(world, desired: true) == ["theirs": []])
  }
}

@Suite("A reboot is advised")
struct RebootAdviceTests {
  @Test("once the support of the kernel that runs has ended")
  func supportEnded() throws {
    var world = World()
    world.desired.warnings = [
      Warning(code: Warning.supportEnded, message: "policy web supports it no more")
    ]
    let plan = try world.plan()
    let status = Status(world.snapshot, blockers: [], plan: plan, desired: world.desired)
    let advice = status.conditions.first { $0.kind == .rebootAdvised }
    #expect(advice?.status == .yes)
    #expect(advice?.reason == "SupportEnded")
    #expect(advice?.message == "policy web supports it no more")
  }
}
