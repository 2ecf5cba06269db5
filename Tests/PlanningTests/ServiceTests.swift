import Compatibility
import Diagnostics
import Documents
import Planning
import PolicyModel
import Testing

private let folder = "/var/lib/kpatch/6.1.0-56-cloud-amd64"
private let place = Location(path: "web.yaml", position: Position(line: 20, column: 11))

extension World {
  fileprivate func kpatch(present patch: String, _ constraints: Constraints = Constraints([]))
    -> World
  {
    changed {
      $0.desired.services.append(
        DesiredSet.Service(
          kind: .kpatch, wanted: .kpatchPresent(patch: patch), policy: "web",
          constraints: constraints, source: place))
    }
  }

  fileprivate func kpatch(absent patch: String, modules: Set<String>) -> World {
    changed {
      $0.desired.services.append(
        DesiredSet.Service(
          kind: .kpatch, wanted: .kpatchAbsent(patch: patch, modules: modules), policy: "web",
          constraints: Constraints([]), source: place))
    }
  }

  /// What lies in kpatch's directory.
  fileprivate func files(_ files: Services.Module...) -> World {
    changed {
      $0.snapshot.services = Services(
        kpatch: Services.Kpatch(modules: .known(files), isUnitEnabled: .known(true)))
    }
  }
}

private func file(
  _ module: String, build: String = "b1", named name: String? = nil, in folder: String = folder,
  _ state: Services.Module.File = .present, digest: String? = nil
) -> Services.Module {
  Services.Module(
    path: "\(folder)/\(name ?? module).ko", release: nil, file: state,
    module: state == .present ? module : nil, buildID: state == .present ? build : nil,
    sha256: state == .unreadable ? nil : digest ?? "sha-\(build)")
}

/// What a user may rely on about kpatch's directory: it gets what is in force on the running kernel,
/// and what is loaded at the next boot is never something else than policies want.
@Suite struct KpatchServiceTests {
  private let applied = World().wanting("a", module: "klp_a").with(
    "klp_a", patch: "a", for: "web"
  ).kpatch(present: "a")

  @Test("What is in force and in its file needs nothing, by whatever name the file has")
  func inSync() throws {
    for name in ["klp_a", "klp-a", "other"] {
      let plan = try applied.files(file("klp_a", named: name)).plan()
      #expect(plan.steps.isEmpty && plan.blocked.isEmpty && plan.deferred.isEmpty)
      #expect(!plan.changed)
    }
  }

  @Test("A file that lacks, or holds another build, is written, over the one that is there")
  func drift() throws {
    let lacking = try applied.files().plan()
    #expect(lacking.outline == "install klp_a not-installed")
    #expect(lacking.steps.first?.path == "\(folder)/klp_a.ko")
    #expect(lacking.steps.first?.service == "kpatch")
    #expect(lacking.steps.first?.source == "web.yaml:20:11")
    let other = try applied.files(file("klp_a", build: "b9", named: "old")).plan()
    #expect(other.outline == "install klp_a other-build")
    #expect(other.steps.first?.path == "\(folder)/old.ko")
    // The same build, and not the bytes that were loaded.
    #expect(
      try applied.files(file("klp_a", digest: "damaged")).steps() == "install klp_a other-build")
    #expect(
      try applied.files(file("klp_a", .malformed)).steps() == "install klp_a other-build")
    // What lies in the directory of another kernel is not loaded on this one.
    #expect(
      try applied.files(file("klp_a", in: "/var/lib/kpatch/6.1.0-57")).steps()
        == "install klp_a not-installed")
  }

  @Test("What keeps every live patch off the kernel keeps it from being brought there too")
  func forbidden() throws {
    let world = applied.files().changed {
      $0.snapshot.host.kernel.modulesDisabled = .known(true)
    }
    let plan = try world.plan()
    #expect(plan.steps.isEmpty && plan.blocked.map(\.reason.rawValue) == ["modules-disabled"])
    // What is to go goes: it would be loaded at the next boot.
    let leaving = World().kpatch(absent: "a", modules: ["klp_a"]).files(file("klp_a")).changed {
      $0.snapshot.host.kernel.modulesDisabled = .known(true)
    }
    #expect(try leaving.steps() == "configure klp_a unwanted")
  }

  @Test("What is to be loaded is loaded first, and the file is written in a group of its own")
  func afterTheLoad() throws {
    let plan = try World().wanting("a", module: "klp_a").kpatch(present: "a").files().plan()
    #expect(
      plan.outline == """
        load klp_a not-loaded
        await klp_a not-loaded

        install klp_a not-installed
        """)
    #expect(plan.difference.after.contains("\(folder)/klp_a.ko installed"))
  }

  @Test("What does not get in force does not get there either, and is not called converged")
  func notInForce() throws {
    let blocked = try World().wanting("a", module: "klp_a").kpatch(present: "a").files()
      .changed {
        $0.artefacts["a"] = .unusable(Obstacle(.digestMismatch, "another file"))
      }.plan()
    #expect(blocked.steps.isEmpty)
    #expect(blocked.blockedReasons == ["a digest-mismatch"])
    #expect(blocked.deferredReasons == ["a not-in-force"])
    let unwanted = try World().kpatch(present: "a").files().plan()
    #expect(unwanted.blockedReasons == ["a requires-unmet"])
  }

  @Test("What nobody could look at blocks; planned for another host, it is only told")
  func unobserved() throws {
    for world in [
      applied, applied.files(file("x", .unreadable)),
      applied.changed {
        $0.snapshot.services = Services(
          kpatch: Services.Kpatch(modules: .unknown, isUnitEnabled: .unknown))
      },
    ] {
      #expect(try world.plan().blockedReasons == ["a unverified"])
      let elsewhere = try world.changed { $0.options.unverified = .warn }.plan()
      #expect(elsewhere.steps.isEmpty && elsewhere.blocked.isEmpty)
      #expect(elsewhere.warnings.map(\.code) == [Warning.unverified])
    }
  }

  @Test("Two files of one module are told, and none is touched")
  func twice() throws {
    let plan = try applied.files(file("klp_a"), file("klp_a", build: "b2", named: "b")).plan()
    #expect(plan.steps.isEmpty)
    #expect(plan.blockedReasons == ["a name-clash"])
  }

  @Test("A module that cannot be had any more is told before anything is done")
  func missing() throws {
    var input = applied.files().input
    input.serviceArtefacts["a"] = .unusable(Obstacle(.artefactMissing, "gone"))
    let plan = try makePlan(input)
    #expect(plan.steps.isEmpty)
    #expect(plan.blockedReasons == ["a artefact-missing"])
  }

  @Test("Absent takes away the files of that module, and no others")
  func absent() throws {
    let world = World().kpatch(absent: "a", modules: ["klp_a"])
    let plan = try world.files(
      file("klp_a", named: "klp-a"), file("klp_b"), file("klp_a", in: "/usr/lib/kpatch/x")
    ).plan()
    #expect(plan.outline == "configure klp_a unwanted")
    #expect(plan.steps.first?.path == "\(folder)/klp-a.ko")
    #expect(try world.files(file("klp_b")).steps() == "")
    #expect(try world.files(file("klp_a", .malformed)).steps() == "configure klp_a unwanted")
  }

  @Test("A hold, klpolicy=off and the boot keep the files as they are")
  func held() throws {
    for patch in ["a", nil] {
      let plan = try applied.files().changed {
        $0.snapshot.history.holds = .known([
          Hold(patch: patch, reason: "wait", until: nil, by: "root", since: $0.snapshot.takenAt)
        ])
      }.plan()
      #expect(plan.steps.isEmpty)
      #expect(plan.deferredReasons == ["a held"])
      #expect(plan.deferred.first?.service == "kpatch")
    }
    let off = applied.files().changed { $0.snapshot.host.kernel.switchedOff = .known(true) }
    #expect(try off.plan().steps.isEmpty)
    let boot = try applied.files().changed { $0.options.isAtBoot = true }.plan()
    #expect(boot.deferredReasons == ["a not-at-boot"])
  }

  @Test("A build that was withdrawn is not loaded at the next boot either")
  func withdrawn() throws {
    let choice = DesiredSet.Choice(
      build: .test("klp_a", build: "b1", isWithdrawn: true),
      admission: .refused(
        Admission.Refusal(kind: .withdrawn, reason: .withdrawn, message: "it was withdrawn")))
    let world = World().kpatch(present: "a").files(file("klp_a"), file("klp_b"))
      .withdrawing("klp_a").changed {
        $0.desired.patches.append(
          DesiredSet.Patch(
            name: "a", wanted: .applied([choice]), policy: "web", source: place))
      }
    let plan = try world.plan()
    #expect(plan.outline == "configure klp_a withdrawn")
  }

  @Test("A unit that is not started at boot is told")
  func unit() throws {
    let plan = try applied.files(file("klp_a")).changed {
      $0.snapshot.services?.kpatch?.isUnitEnabled = .known(false)
    }.plan()
    #expect(plan.warnings.map(\.code) == [Warning.serviceNotStarted])
    #expect(!plan.changed)
  }
}
