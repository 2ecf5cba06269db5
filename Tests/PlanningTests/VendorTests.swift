import Diagnostics
import Documents
import Nodes
import Planning
import PolicyModel
import Testing

private let release = "6.1.0-56-cloud-amd64"
private let name = "kpatch-patch-6_1_0-56-cloud-amd64"

/// A host with services, on which a policy asks for what `entry` says of one.
private func host(_ entry: String, _ services: Services?, spec: String = "") throws -> World {
  let text = """
    apiVersion: klpolicy/v1
    kind: Policy
    metadata: {name: web}
    spec:
    \(spec)
      services:
        - {\(entry)}
    """
  let (set, diagnostics) = PolicySet.check(
    [SourceText(path: "web.yaml", bytes: Array(text.utf8))],
    at: Timestamp(secondsSinceEpoch: 1_700_000_000))
  let policies = try #require(set, "\(diagnostics)")
  var world = World()
  world.desired = try #require(policies.desired(on: .test, at: world.snapshot.takenAt).desired)
  world.snapshot.services = services
  return world
}

private func package(
  _ release: String, version: String = "1", kernel: String = release, module: String? = "kpatch_a",
  build: String = "b1",
  file: Services.Module.File = .present
) -> Services.Package {
  Services.Package(
    id: Services.PackageID(
      name: "kpatch-patch-6_1_0-56-cloud-amd64", version: version, release: release,
      architecture: "x86_64"),
    kernel: kernel,
    modules: module.map {
      [
        Services.Module(
          path: "/usr/lib/kpatch/x/\($0).ko", release: kernel, file: file,
          module: file == .present ? $0 : nil, buildID: file == .present ? build : nil)
      ]
    } ?? [])
}

private func offer(_ release: String, day: Int = 1) -> Services.Offer {
  Services.Offer(
    id: Services.PackageID(
      name: "kpatch-patch-6_1_0-56-cloud-amd64", version: "1", release: release,
      architecture: "x86_64"),
    builtAt: Timestamp(secondsSinceEpoch: day * 86_400))
}

private func redHat(_ packages: [Services.Package], offers: [Services.Offer]? = nil) -> Services {
  Services(
    redHat: Services.RedHat(packages: .known(packages), available: offers.map { .known($0) }))
}

extension World {
  fileprivate func running(_ build: String = "b1") -> World { with("kpatch_a", build: build) }
  fileprivate func reasons() throws -> [String] {
    let plan = try plan()
    #expect(plan.steps.isEmpty)
    return plan.blocked.map(\.reason.rawValue)
  }
}

/// What a user may rely on about packages and clients that klpolicy looks at: "installed" and
/// "enabled" are not enough, the kernel has the last word, and what is not known is never converged.
@Suite struct VendorServiceTests {
  @Test("A package at its version whose module is in force needs nothing")
  func inSync() throws {
    let installed = redHat([package("3.el9", kernel: release)])
    for version in ["version: 1-3.el9", "minimumVersion: 1-2.el9", "minimumVersion: 1-3.el9"] {
      #expect(try host("redHat: {\(version)}", installed).running().reasons() == [])
    }
    // The empty package only subscribes.
    let empty = redHat([package("0", version: "0", kernel: release, module: nil)])
    #expect(try host("redHat: {version: 0-0}", empty).reasons() == [])
    // Any other package without a module is none that anything could be said of.
    let hollow = redHat([package("3.el9", kernel: release, module: nil)])
    #expect(try host("redHat: {version: 1-3.el9}", hollow).reasons() == ["artefact-missing"])
  }

  @Test("Installed is not loaded, and another build is not the package's")
  func kernelTruth() throws {
    let installed = redHat([package("3.el9", kernel: release)])
    let world = try host("redHat: {version: 1-3.el9}", installed)
    #expect(try world.reasons() == ["not-loaded"])
    #expect(try world.running("b9").reasons() == ["other-build"])
    #expect(try world.with("kpatch_a", .resident).reasons() == ["not-loaded"])
    let moving = try world.with("kpatch_a", .enabling).plan()
    #expect(moving.steps.isEmpty && moving.blocked.isEmpty)
    #expect(moving.deferred.map(\.reason) == [.transitionInProgress])
    let gone = redHat([package("3.el9", kernel: release, file: .missing)])
    #expect(try host("redHat: {version: 1-3.el9}", gone).reasons() == ["artefact-missing"])
  }

  @Test("A package that did not pass its health check, and could not be undone, stays to be seen")
  func unhealthy() throws {
    let installed = redHat([package("3.el9", kernel: release)])
    func failed(_ cause: BuildFailure.Cause) throws -> [String] {
      try host("redHat: {version: 1-3.el9}", installed).running().changed {
        $0.snapshot.history.failures = [
          BuildFailure(
            module: "\(name)-1-3.el9.x86_64", buildID: nil, patch: "redHat", sha256: nil,
            action: .install, cause: cause, at: Timestamp(secondsSinceEpoch: 0),
            message: "it did not pass")
        ]
      }.reasons()
    }
    #expect(try failed(.unhealthy) == ["failed-before"])
    #expect(try failed(.crashed) == ["crash-guard"])
    // That its module was not in force is refuted by its being there.
    #expect(try failed(.refused) == [])
  }

  @Test(
    "A package that is due is installed over the one that is there; an older one takes a reboot")
  func versions() throws {
    let installed = redHat([package("3.el9", kernel: release), package("9.el9", kernel: "other")])
    #expect(
      try host("redHat: {version: 1-2.el9}", installed).running().reasons() == ["needs-reboot"])
    let plan = try host("redHat: {version: 1-4.el9}", installed).running().plan()
    #expect(plan.outline == "install \(name) newer-build irreversible")
    let step = try #require(plan.steps.first)
    #expect(step.package == "\(name)-1-4.el9.x86_64" && step.replaces == "\(name)-1-3.el9.x86_64")
    #expect(step.service == "redHat" && !step.reversible)
    #expect(plan.difference.before.contains("\(name)-1-3.el9.x86_64 installed"))
    #expect(plan.difference.after.contains("\(name)-1-4.el9.x86_64 installed"))
    let fresh = try host("redHat: {version: 2:1-3.el9}", redHat([])).plan()
    #expect(fresh.outline == "install \(name) not-installed")
    #expect(fresh.steps.first?.package == "\(name)-2:1-3.el9.x86_64")
    #expect(fresh.steps.first?.reversible == true)
  }

  @Test("Where rpm's database, or a package's folder, cannot be written nobody is sent to install")
  func readOnlyHost() throws {
    let installed = redHat([package("3.el9", kernel: release)])
    var world = try host("redHat: {version: 1-4.el9}", installed).running()
    world.readOnlyFolders[.packages(.redHat)] = "/var/lib/rpm"
    #expect(try world.reasons() == ["read-only"])
    let message = try #require(try world.plan().blocked.first?.message)
    #expect(message.contains("/var/lib/rpm is read-only") && message.contains("packages.conf"))
    // What is installed is looked at all the same, and it is the kernel's word that counts.
    world = try host("redHat: {version: 1-3.el9}", installed).running()
    world.readOnlyFolders[.packages(.redHat)] = "/var/lib/rpm"
    #expect(try world.reasons() == [])
  }

  @Test("The least is taken from what the repositories have and the cutoff admits")
  func least() throws {
    func planned(_ offers: [Services.Offer]?, _ spec: String = "") throws -> Plan {
      let services = redHat([package("3.el9", kernel: release)], offers: offers)
      return try host("redHat: {minimumVersion: 1-10.el9}", services, spec: spec).running().plan()
    }
    let offers = [offer("9.el9", day: 5), offer("11.el9", day: 10), offer("12.el9", day: 30)]
    #expect(try planned(offers).steps.first?.package == "\(name)-1-12.el9.x86_64")
    let early = "  cutoff: 1970-01-20"
    #expect(try planned(offers, early).steps.first?.package == "\(name)-1-11.el9.x86_64")
    #expect(
      try planned([offer("12.el9", day: 30)], early).deferred.map(\.reason.rawValue) == [
        "after-cutoff"
      ])
    #expect(try planned([offer("9.el9")]).blocked.map(\.reason.rawValue) == ["artefact-missing"])
    #expect(try planned(nil).blocked.map(\.reason.rawValue) == ["unverified"])
  }

  @Test("An exact version that no repository has is told, and nobody is sent for it")
  func exact() throws {
    let offers = [offer("3.el9", day: 10), offer("4.el9", day: 30)]
    let installed = [package("3.el9", kernel: release)]
    let none = try host("redHat: {version: 1-5.el9}", redHat(installed, offers: offers)).running()
    #expect(try none.reasons() == ["artefact-missing"])
    #expect(try none.plan().blocked.first?.message.contains("dnf makecache") == true)
    let there = try host("redHat: {version: 1-4.el9}", redHat(installed, offers: offers)).running()
    #expect(try there.plan().outline == "install \(name) newer-build irreversible")
    // What is installed needs no repository; what nobody could look at dnf sees for itself.
    #expect(
      try host("redHat: {version: 1-3.el9}", redHat(installed, offers: [])).running().reasons()
        == [])
    var unknown = redHat([])
    unknown.redHat?.available = .unknown
    #expect(
      try host("redHat: {version: 1-3.el9}", unknown).plan().outline
        == "install \(name) not-installed")
  }

  @Test("The latest is the latest that the cutoff and the age admit, by when it was built")
  func latest() throws {
    let services = redHat(
      [package("3.el9", kernel: release)],
      offers: [offer("3.el9", day: 10), offer("4.el9", day: 30)])
    let plan = try host("redHat: {}", services).running().plan()
    #expect(plan.steps.first?.package == "\(name)-1-4.el9.x86_64")
    let early = "  cutoff: 1970-01-20"
    #expect(try host("redHat: {}", services, spec: early).running().reasons() == [])
    // With none installed, what may not be installed yet is waited for, and never called converged.
    let bare = redHat([], offers: [offer("3.el9", day: 30)])
    #expect(
      try host("redHat: {}", bare, spec: early).plan().deferred.map(\.reason.rawValue) == [
        "after-cutoff"
      ])
    let undated = Services.Offer(id: offer("3.el9").id)
    #expect(
      try host("redHat: {}", redHat([], offers: [undated]), spec: early).reasons() == ["unverified"]
    )
    // Nobody asked the repositories.
    let unasked = redHat([package("3.el9", kernel: release)])
    #expect(try host("redHat: {}", unasked).running().reasons() == ["unverified"])
  }

  @Test("A host without a package, for which nothing is known to be available, is not converged")
  func nothingThere() throws {
    func told(_ services: Services, _ entry: String = "redHat: {}") throws -> String {
      let world = try host(entry, services)
      let plan = try world.plan()
      #expect(plan.steps.isEmpty && plan.deferred.isEmpty)
      let blocked = try #require(plan.blocked.first)
      return "\(blocked.reason.rawValue): \(blocked.message)"
    }
    // The repositories have none, there is no repository, or it was never fetched.
    var services = redHat([], offers: [])
    #expect(try told(services).hasPrefix("no-build-for-kernel: no package of live patches is"))
    services.redHat?.repositories = .known(["baseos", "appstream"])
    #expect(try told(services).contains("caches (baseos, appstream) has one: dnf makecache"))
    services.redHat?.repositories = .known([])
    #expect(try told(services).hasPrefix("artefact-missing: "))
    #expect(try told(services).contains("dnf has no repository: register this host"))
    #expect(
      try told(services, "redHat: {minimumVersion: 1-2.el9}").contains("dnf has no repository"))
    #expect(try told(services, "redHat: {version: 1-2.el9}").contains("dnf has no repository"))
    services.redHat?.available = .unknown
    #expect(try told(services).hasPrefix("unverified: "))
    var suse = Services(suse: Services.SUSE(packages: .known([]), available: .known([])))
    #expect(try told(suse, "suse: {}").hasPrefix("no-build-for-kernel: "))
    suse.suse?.repositories = .known([])
    #expect(try told(suse, "suse: {}").contains("SUSEConnect"))
    // A package of another kernel is none of this one.
    #expect(
      try told(redHat([package("3.el9", kernel: "other")], offers: [])).hasPrefix(
        "no-build-for-kernel"))
    // The vendor's empty package says that it has nothing yet; one that is in force is all there is.
    let empty = package("0", version: "0", kernel: release, module: nil)
    #expect(try host("redHat: {}", redHat([empty], offers: [])).reasons() == [])
    let installed = redHat([package("3.el9", kernel: release)], offers: [])
    #expect(try host("redHat: {}", installed).running().reasons() == [])
  }

  @Test(
    "A rollout binds packages as it binds builds: paused it holds them, and waves open in their time"
  )
  func rollout() throws {
    func planned(_ rollout: String, _ entry: String = "redHat: {}") throws -> [String] {
      let services = redHat([], offers: [offer("3.el9", day: 10)])
      let plan = try host(entry, services, spec: "  rollout: \(rollout)").plan()
      return plan.steps.map(\.reason.rawValue) + plan.deferred.map(\.reason.rawValue)
    }
    let from = "from: 1970-01-02T00:00:00Z"
    #expect(try planned("{\(from), waves: [{percent: 100}]}") == ["not-installed"])
    #expect(try planned("{\(from), paused: true, waves: [{percent: 100}]}") == ["rollout-paused"])
    let late = "{from: 2100-01-01T00:00:00Z, waves: [{percent: 100}]}"
    #expect(try planned(late) == ["wave-not-reached"])
    #expect(try planned(late, "redHat: {version: 1-3.el9}") == ["wave-not-reached"])
  }

  @Test(
    "What nothing tells the age of is never called too new: under a cutoff it is not known to be due",
    arguments: ["cutoff: 2099-01-01", "minimumAge: 7d"])
  func undated(_ bound: String) throws {
    func suse(_ packages: [Services.Package], _ offers: [String]) -> Services {
      Services(
        suse: Services.SUSE(
          packages: .known(packages),
          available: .known(offers.map { Services.Offer(id: offer($0).id) })))
    }
    func reasons(_ entry: String, _ services: Services) throws -> [String] {
      let world = try host("suse: {\(entry)}", services, spec: "  \(bound)").running()
      let plan = try world.plan()
      #expect(plan.deferred.isEmpty && plan.steps.isEmpty)
      #expect(plan.blocked.allSatisfy { $0.message.contains("zypper does not tell when") })
      // That is no gap in a snapshot: the host itself could not tell either.
      let elsewhere = try world.changed { $0.options.unverified = .warn }.plan()
      #expect(elsewhere.blocked == plan.blocked)
      return plan.blocked.map(\.reason.rawValue)
    }
    let installed = package("3", kernel: release)
    #expect(try reasons("minimumVersion: 1-4", suse([installed], ["3", "5"])) == ["unverified"])
    #expect(try reasons("minimumVersion: 1-3", suse([installed], ["3", "5"])) == [])
    #expect(try reasons("", suse([], ["3"])) == ["unverified"])
    // Where the latest is wanted, a newer one is not passed over in silence.
    #expect(try reasons("", suse([installed], ["3", "5"])) == ["unverified"])
    #expect(try reasons("", suse([installed], ["3"])) == [])
  }

  @Test("A version that is enough is tried where the latest failed; after a crash a person decides")
  func enough() throws {
    func planned(_ entry: String, _ cause: BuildFailure.Cause, _ failed: [String]) throws -> Plan {
      let services = redHat(
        [package("1.el9", kernel: release)], offers: [offer("2.el9"), offer("3.el9")])
      return try host("redHat: {\(entry)}", services).running().changed { world in
        world.snapshot.history.failures = failed.map { version in
          BuildFailure(
            module: "\(name)-1-\(version).x86_64", buildID: nil, patch: "redHat", sha256: nil,
            action: .install, cause: cause, at: Timestamp(secondsSinceEpoch: 0),
            message: "it was not in force")
        }
      }.plan()
    }
    let least = "minimumVersion: 1-2.el9"
    #expect(try planned(least, .refused, []).steps.first?.package?.contains("1-3.el9") == true)
    let second = try planned(least, .refused, ["3.el9"])
    #expect(second.steps.first?.package?.contains("1-2.el9") == true && second.blocked.isEmpty)
    for (entry, cause, failed, reason) in [
      (least, BuildFailure.Cause.refused, ["2.el9", "3.el9"], "failed-before"),
      ("minimumVersion: 1-3.el9", .refused, ["3.el9"], "failed-before"),
      (least, .crashed, ["3.el9"], "crash-guard"), ("", .refused, ["3.el9"], "failed-before"),
    ] {
      let plan = try planned(entry, cause, failed)
      #expect(plan.steps.isEmpty && plan.blocked.map(\.reason.rawValue) == [reason])
    }
  }

  @Test("What keeps every live patch off the kernel keeps packages from being installed too")
  func forbidden() throws {
    let changes: [(String, (inout Host.Kernel) -> Void)] = [
      ("kernel-unsupported", { $0.livepatch = .known(false) }),
      ("kernel-unsupported", { $0.modules = .known(false) }),
      ("modules-disabled", { $0.modulesDisabled = .known(true) }),
      ("ftrace-disabled", { $0.ftraceEnabled = .known(false) }),
      ("disabled-by-command-line", { $0.switchedOff = .known(true) }),
      ("unverified", { $0.ftraceEnabled = .unknown }),
      ("unverified", { $0.modulesDisabled = .unknown }),
    ]
    let suse = Services(suse: Services.SUSE(packages: .known([]), available: .unknown))
    for (reason, change) in changes {
      for (entry, services) in [
        ("redHat: {version: 1-4.el9}", redHat([])), ("suse: {version: 1-4}", suse),
      ] {
        var world = try host(entry, services)
        #expect(try world.plan().steps.count == 1)
        change(&world.snapshot.host.kernel)
        #expect(try world.reasons() == [reason])
        #expect(try world.plan().blocked.first?.service != nil)
      }
    }
    var old = try host("redHat: {version: 1-4.el9}", redHat([]))
    old.snapshot.host.kernel.release = "4.18.0-553.el8_10.x86_64"
    #expect(try old.reasons() == ["kernel-unsupported"])
    // What is in force is looked at all the same, and the plugin is set.
    var running = try host(
      "redHat: {version: 1-3.el9, plugin: auto}", redHat([package("3.el9", kernel: release)])
    ).running()
    running.snapshot.host.kernel.modulesDisabled = .known(true)
    running.snapshot.services?.redHat?.plugin = .known(
      Services.Plugin(autoupdate: false, autofilter: false))
    #expect(try running.plan().outline == "configure kpatch-dnf other-setting")
  }

  @Test("A package whose module may take off what others have in force is not installed")
  func beside() throws {
    let installed = redHat([package("3.el9", kernel: release)])
    let world = try host("redHat: {version: 1-4.el9}", installed).running()
    #expect(try world.with("klp_foreign").reasons() == ["would-replace-foreign"])
    #expect(
      try world.with("klp_a", patch: "a", for: "web").plan().blocked.last?.reason
        == .wouldReplaceForeign)
    #expect(try world.with("klp_foreign", .resident).plan().outline.hasPrefix("install"))
    // The empty one has nothing that could.
    let empty = try host("redHat: {version: 0-0}", redHat([])).with("klp_foreign").plan()
    #expect(empty.outline == "install \(name) not-installed")
  }

  @Test("What a package brought is not removed as what nobody manages")
  func unmanaged() throws {
    let installed = redHat([package("3.el9", kernel: release)])
    let world = try host("redHat: {version: 1-3.el9}", installed, spec: "  unmanaged: remove")
    #expect(try world.running().reasons() == [])
  }

  @Test("What a package brought is not called unspoken of; what others loaded is")
  func spokenOf() throws {
    let installed = redHat([package("3.el9", kernel: release)])
    let world = try host("redHat: {version: 1-3.el9}", installed).running()
    #expect(try world.plan().unmanaged == [])
    #expect(try world.with("klp_foreign").plan().unmanaged.map(\.module) == ["klp_foreign"])
    // Of a service that no policy names, nobody speaks.
    let other = try host("suse: {}", installed).running()
    #expect(try other.plan().unmanaged.count == 1)
  }

  @Test("A hold, an earlier failure, the boot and klpolicy=off keep a package from being installed")
  func withheld() throws {
    let world = try host("redHat: {version: 1-4.el9}", redHat([]))
    for name in ["redHat", nil] {
      let plan = try world.changed {
        $0.snapshot.history.holds = .known([
          Hold(patch: name, reason: "wait", until: nil, by: "root", since: $0.snapshot.takenAt)
        ])
      }.plan()
      #expect(plan.deferred.map(\.reason.rawValue) == ["held"] && plan.steps.isEmpty)
    }
    for (cause, reason) in [
      (BuildFailure.Cause.refused, "failed-before"), (.crashed, "crash-guard"),
    ] {
      let failed = world.changed {
        $0.snapshot.history.failures = [
          BuildFailure(
            module: "\(name)-1-4.el9.x86_64", buildID: nil, patch: "redHat", sha256: nil,
            action: .install, cause: cause, at: $0.snapshot.takenAt, message: "it did not")
        ]
      }
      #expect(try failed.reasons() == [reason])
      #expect(try failed.plan().blocked.first?.message.contains("klpolicy resume redHat") == true)
    }
    let boot = try world.changed { $0.options.isAtBoot = true }.plan()
    #expect(boot.deferred.map(\.reason.rawValue) == ["not-at-boot"])
    let off = world.changed { $0.snapshot.host.kernel.switchedOff = .known(true) }
    #expect(try off.plan().steps.isEmpty)
  }

  @Test("What an earlier run installed and did not get to verify comes first, whatever else is due")
  func unfinished() throws {
    let services = redHat([package("3.el9", kernel: release)])
    for entry in ["version: 1-3.el9", "version: 1-4.el9", "version: 1-2.el9"] {
      var world = try host(
        "redHat: {\(entry)}", services,
        spec: "  maintenance: {windows: [{days: [Mon], start: \"22:00\", end: \"23:00\"}]}")
      world.snapshot.history.unfinishedPackages = [
        UnfinishedPackage(service: "redHat", package: "\(name)-1-3.el9.x86_64")
      ]
      let plan = try world.running().plan()
      #expect(plan.outline == "await \(name) unfinished" && plan.changed)
      #expect(plan.steps.first?.package == "\(name)-1-3.el9.x86_64")
      #expect(plan.difference.before == plan.difference.after)
      // Its module's transition is this service's own, and is waited for before.
      let moving = try world.with("kpatch_a", .enabling).plan()
      #expect(moving.outline.hasPrefix("await kpatch_a transition-in-progress"))
      #expect(moving.outline.hasSuffix("await \(name) unfinished"))
      // A boot that ended by it comes before.
      world.snapshot.history.failures = [
        BuildFailure(
          module: "\(name)-1-3.el9.x86_64", buildID: nil, patch: "redHat", sha256: nil,
          action: .install, cause: .crashed, at: world.snapshot.takenAt, message: "the boot ended")
      ]
      #expect(try world.running().plan().steps.allSatisfy { $0.reason != .unfinished })
    }
    var other = try host("redHat: {version: 1-3.el9}", services)
    other.snapshot.history.unfinishedPackages = [
      UnfinishedPackage(service: "redHat", package: "\(name)-1-9.el9.x86_64")
    ]
    #expect(try other.running().reasons() == [])
  }

  @Test("A window that closes before a package manager must be done is too short")
  func window() throws {
    // The host's time is Tuesday, 22:13:20.
    func planned(_ end: String) throws -> Plan {
      try host(
        "redHat: {version: 1-4.el9}", redHat([]),
        spec: "  maintenance: {windows: [{days: [Tue], start: \"22:00\", end: \"\(end)\"}]}"
      ).plan()
    }
    // Half an hour, for the way back too.
    #expect(try planned("22:42").deferred.map(\.reason.rawValue) == ["window-too-short"])
    #expect(try planned("22:13").deferred.map(\.reason.rawValue) == ["outside-window"])
    #expect(try planned("23:00").outline == "install \(name) not-installed")
  }

  @Test("The plugin's mode is a line in its configuration")
  func plugin() throws {
    var services = redHat([package("3.el9", kernel: release)])
    services.redHat?.plugin = .known(Services.Plugin(autoupdate: true, autofilter: false))
    let world = try host("redHat: {version: 1-3.el9, plugin: manual}", services).running()
    let plan = try world.plan()
    #expect(plan.outline == "configure kpatch-dnf other-setting")
    #expect(plan.steps.first?.setting == "autoupdate=False")
    #expect(plan.steps.first?.path == "/etc/dnf/plugins/kpatch.conf")
    let same = try host("redHat: {version: 1-3.el9, plugin: auto}", services).running()
    #expect(try same.reasons() == [])
    services.redHat?.plugin = nil
    let none = try host("redHat: {version: 1-3.el9, plugin: auto}", services).running()
    #expect(try none.reasons() == ["service-missing"])
    // What is not there does nothing by itself, which is what is wanted.
    let manual = try host("redHat: {version: 1-4.el9, plugin: manual}", services).running()
    #expect(try manual.plan().outline == "install \(name) newer-build irreversible")
    #expect(try manual.plan().blocked.isEmpty)
  }

  @Test("The plugin's mode is not set where its configuration cannot be written")
  func readOnlyPlugin() throws {
    let services = Services(
      redHat: Services.RedHat(
        packages: .known([package("3.el9", kernel: release)]),
        plugin: .known(Services.Plugin(autoupdate: true, autofilter: false))))
    var world = try host("redHat: {version: 1-3.el9, plugin: manual}", services).running()
    world.readOnlyFolders[.kpatchPlugin] = "/etc/dnf/plugins"
    #expect(try world.reasons() == ["read-only"])
  }

  @Test("What is not there, and what could not be looked at, are told apart, and neither converges")
  func unobserved() throws {
    var unread = try host(
      "redHat: {version: 1-3.el9}", Services(redHat: Services.RedHat(packages: .unknown)))
    unread.snapshot.unobserved = [
      Unobserved(path: "/var/lib/rpm", problem: .unreadable, message: "rpm -qa exited with 1")
    ]
    #expect(
      try unread.plan().blocked.map(\.message)
        == ["could not be observed: the database of rpm: rpm -qa exited with 1"])
    for entry in [
      "redHat: {version: 1-3.el9}", "suse: {version: 1-3}", "canonical: {enabled: true}",
    ] {
      #expect(try host(entry, nil).reasons() == ["unverified"])
      #expect(try host(entry, Services()).reasons() == ["service-missing"])
    }
    let broken = Services(redHat: Services.RedHat(packages: .unknown))
    #expect(try host("redHat: {version: 1-3.el9}", broken).reasons() == ["unverified"])
  }

  @Test("An initrd that loads another module at boot is stale")
  func initrd() throws {
    func suse(_ build: String) -> Services {
      let file = Services.Module(
        path: "/lib/x.ko", release: nil, file: .present, module: "kpatch_a", buildID: build)
      return Services(
        suse: Services.SUSE(
          packages: .known([package("3", kernel: release)]),
          initrd: .known(Services.Initrd(path: "/boot/initrd", modules: [file]))))
    }
    #expect(try host("suse: {version: 1-3}", suse("b1")).running().reasons() == [])
    let other = try host("suse: {version: 1-3}", suse("b0")).running()
    #expect(try other.reasons() == ["stale-initrd"])
    #expect(try other.plan().blocked.first?.message.contains("another build of kpatch_a") == true)
    var services = suse("b1")
    services.suse?.initrd = .known(Services.Initrd(path: "/boot/initrd", modules: []))
    let none = try host("suse: {version: 1-3}", services).running()
    #expect(try none.reasons() == ["stale-initrd"])
    #expect(
      try none.plan().blocked.first?.message
        == "/boot/initrd does not have kpatch_a, so the next boot begins without it: dracut -f")
  }

  @Test("The client's word counts where the kernel bears it out; a word it has not is no success")
  func client() throws {
    func client(_ state: Fact<Services.Canonical.State>, enabled: Bool = true) -> Services {
      Services(
        canonical: Services.Canonical(
          client: "/snap/bin/canonical-livepatch", isEnabled: .known(enabled),
          kernels: .known([
            Services.Canonical.Kernel(
              kernel: "6.1", isRunning: .known(true), checkState: .known(.checked), state: state,
              version: "121.4",
              fixes: .known([
                Services.Canonical.Fix(name: "CVE-2026-0001", isPatched: .known(true))
              ]), supported: .known(.supported))
          ])))
    }
    let asserted =
      "canonical: {enabled: true, assertions: {state: applied, minimumVersion: \"121.3\", fixes: [CVE-2026-0001]}}"
    let applied = try host(asserted, client(.known(.applied)))
    #expect(try applied.with("lkp_Ubuntu_6_1_121").reasons() == [])
    #expect(try applied.reasons() == ["not-loaded"])
    #expect(try host(asserted, client(.unknown)).reasons() == ["unverified"])
    #expect(try host(asserted, client(.known(.applyFailed))).reasons() == ["assertion-unmet"])
    #expect(
      try host(
        "canonical: {assertions: {minimumVersion: \"121.10\", fixes: [CVE-2026-0002]}}",
        client(.known(.applied))
      ).with("lkp_Ubuntu_6_1_121").reasons() == ["assertion-unmet", "assertion-unmet"])
  }
}
