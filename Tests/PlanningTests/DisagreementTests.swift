import Documents
import Planning
import Testing

/// The kernel is right, and status names whatever a vendor's service has otherwise.
@Suite("A vendor's service and the kernel disagree")
struct DisagreementTests {
  private let release = World().snapshot.host.kernel.release

  private func module(_ name: String, _ build: String = "b1", in folder: String = "usr/lib/kpatch")
    -> Services.Module
  {
    Services.Module(
      path: "/\(folder)/\(release)/\(name).ko", release: release, file: .present, module: name,
      buildID: build, sha256: name + build)
  }

  private func package(
    _ name: String, _ version: String, _ modules: [Services.Module]
  ) -> Services.Package {
    Services.Package(
      id: .init(name: name, version: version, release: "1", architecture: "x86_64"),
      kernel: release, modules: modules)
  }

  private func redHat(_ modules: [Services.Module]) -> Services {
    Services(redHat: .init(packages: .known([package("kpatch-patch-1", "1", modules)])))
  }

  private func found(_ world: World, _ services: Services?) -> [Disagreement] {
    var snapshot = world.snapshot
    snapshot.services = services
    return Status(snapshot, blockers: [], plan: nil).disagreements
  }

  @Test("never where nobody looked, or both say the same")
  func agreed() {
    #expect(found(World().with("kpatch_1"), nil) == [])
    #expect(found(World().with("kpatch_1"), redHat([module("kpatch_1")])) == [])
    // An empty package promises nothing.
    #expect(found(World(), redHat([])) == [])
  }

  @Test("where a package is installed and its scriptlet loaded nothing")
  func notLoaded() throws {
    let disagreement = try #require(found(World(), redHat([module("kpatch_1")])).first)
    #expect(disagreement.kind == .installedNotLoaded && disagreement.service == "redHat")
    #expect(disagreement.message.contains("package kpatch-patch-1-1-1"))
    var snapshot = World().snapshot
    snapshot.services = redHat([module("kpatch_1")])
    let status = Status(snapshot, blockers: [], plan: nil)
    let degraded = try #require(status.conditions.first { $0.kind == .degraded })
    #expect(degraded.status == .yes && degraded.reason == "InstalledNotLoaded")
  }

  @Test("where another build is in force than the one that is installed")
  func otherBuild() {
    let world = World().with("kpatch_1", build: "b0")
    #expect(found(world, redHat([module("kpatch_1")])).map(\.kind) == [.otherBuild])
  }

  @Test("where a package's file is gone")
  func missing() {
    var gone = module("kpatch_1")
    (gone.file, gone.module, gone.buildID) = (.missing, nil, nil)
    #expect(found(World(), redHat([gone])).map(\.kind) == [.missingFile])
  }

  @Test("where what it loaded is in memory, and no longer installed")
  func notInstalled() {
    let world = World().with("kpatch_0")
    #expect(found(world, redHat([])).map(\.kind) == [.loadedNotInstalled])
    // Not where it could be in what nobody could read, nor where klpolicy loaded it.
    #expect(found(world, Services(redHat: .init(packages: .unknown))) == [])
    #expect(found(World().with("kpatch_0", patch: "p", for: "web"), redHat([])) == [])
    // Nor what has nobody's name.
    #expect(found(World().with("theirs"), redHat([])) == [])
  }

  @Test("where what it installed was replaced, and lingers")
  func resident() {
    let world = World().with("kpatch_1", .resident).with("kpatch_2")
    let both = redHat([module("kpatch_1"), module("kpatch_2")])
    #expect(found(world, both).map(\.kind) == [.resident])
    // An older one beside it, which is not in memory, is no complaint.
    #expect(found(World().with("kpatch_2"), both) == [])
  }

  @Test("not over the copy that a scriptlet made in kpatch's directory")
  func copied() {
    var services = redHat([module("kpatch_1")])
    services.kpatch = .init(
      modules: .known([module("kpatch_1", in: "var/lib/kpatch")]), isUnitEnabled: .known(true))
    #expect(found(World(), services).map(\.service) == ["redHat"])
  }

  @Test("where the initrd starts the next boot without what is installed")
  func staleInitrd() {
    let name = "kernel-livepatch-1"
    func services(_ within: [Services.Module]) -> Services {
      Services(
        suse: .init(
          packages: .known([package(name, "2", [module("livepatch_2")])]),
          initrd: .known(.init(path: "/boot/initrd", modules: within))))
    }
    let world = World().with("livepatch_2")
    #expect(found(world, services([module("livepatch_2")])) == [])
    for stale in [[], [module("livepatch_1")], [module("livepatch_2", "b0")]] {
      let seen = found(world, services(stale))
      #expect(seen.map(\.kind) == [.staleInitrd])
      #expect(seen.first?.message.contains("dracut -f") == true)
    }
  }

  @Test("where Canonical's client tells of the kernel what is not so")
  func client() {
    func client(_ state: Fact<Services.Canonical.State>, enabled: Bool = true) -> Services {
      Services(
        canonical: .init(
          client: "/c", isEnabled: .known(enabled),
          kernels: .known([
            .init(
              kernel: "k", isRunning: .known(true), checkState: .known(.checked), state: state,
              version: "121.4", fixes: .known([]), supported: .known(.supported))
          ])))
    }
    let applied = World().with("lkp_Ubuntu_6_8_0_1047_50_aws_121")
    #expect(found(applied, client(.known(.applied))) == [])
    #expect(found(World(), client(.known(.applied))).map(\.kind) == [.clientView])
    #expect(
      found(World().with("lkp_Ubuntu_6_8_0_1047_50_aws_120"), client(.known(.applied))).map(\.kind)
        == [.clientView])
    #expect(found(applied, client(.known(.applyFailed))).map(\.kind) == [.clientView])
    #expect(
      found(applied, client(.known(.applied), enabled: false)).map(\.kind) == [.clientView])
    #expect(found(World(), client(.known(.nothingToApply))) == [])
    #expect(found(World(), client(.unknown)) == [])
  }

  @Test("where two of them patch one function")
  func sharedFunction() {
    let world = World().with("kpatch_1", functions: ["f", "g"])
      .with("ours", patch: "p", for: "web", functions: ["g"])
    let seen = found(world, redHat([module("kpatch_1")]))
    #expect(seen.map(\.kind) == [.sharedFunction])
    #expect(seen.first?.message.contains("vmlinux:g") == true)
    let apart = World().with("kpatch_1", functions: ["f"])
      .with("ours", patch: "p", for: "web", functions: ["g"])
    #expect(found(apart, redHat([module("kpatch_1")])) == [])
  }
}
