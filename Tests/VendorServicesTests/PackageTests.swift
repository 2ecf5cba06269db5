import Documents
import Glibc
import Shapes
import SystemPackage
import Testing
import VendorServices

/// Against rpm, dnf and zypper themselves, on packages and repositories built here.
@Suite("Packages of live patches") struct PackageTests {
  static let red = "kpatch-patch-6_1_0-56-amd64"
  static let suse = "kernel-livepatch-6_1_0-56-amd64"
  static let packaged = "usr/lib/kpatch/6.1.0-56-amd64/kpatch-6_1_0-56-amd64-1-2.ko"

  @Test("Installed ones are told with their modules; the empty one has none")
  func installed() async throws {
    try await onOwnThread {
      let host = try ServiceHost()
      try host.buildPackages(module("klp_x", 1).bytes, module("klp_x", 2).bytes)
      try host.file("usr/bin/dnf")
      try host.install("\(Self.red)-0-0.x86_64.rpm")
      var packages = try #require(try host.observe().services.redHat?.packages.value)
      #expect(packages.map(\.id.versionRelease) == ["0-0"])
      #expect(packages.map(\.isEmpty) == [true])
      // The nearest to the release that rpm lets it provide.
      #expect(packages.map(\.kernel) == ["6.1.0-56.amd64"])

      try host.install("\(Self.red)-1-2.x86_64.rpm")
      var seen = try host.observe()
      packages = try #require(seen.services.redHat?.packages.value)
      #expect(packages.map(\.id.versionRelease) == ["0-0", "1-2"])
      #expect(packages.last?.kernel == ServiceHost.release)
      #expect(packages.last?.builtAt != nil && packages.last?.installedAt != nil)
      // Its payload is not there: not the same as a package without one.
      #expect(packages.last?.modules.map(\.file) == [.missing])
      #expect(packages.last?.isEmpty == false)

      try host.file(Self.packaged, module("klp_x", 2).bytes)
      seen = try host.observe()
      let payload = try #require(seen.services.redHat?.packages.value?.last?.modules)
      #expect(payload.map(\.path) == ["/" + Self.packaged])
      #expect(payload.map(\.module) == ["klp_x"])
      #expect(payload.map(\.buildID) == [module("klp_x", 2).buildID])
      #expect(seen.services.suse == nil && seen.unobserved == [])
    }
  }

  @Test("SUSE's are told apart from Red Hat's, and have their dates")
  func suse() async throws {
    try await onOwnThread {
      let host = try ServiceHost()
      try host.buildPackages(module("livepatch_1", 1).bytes, module("livepatch_2", 2).bytes)
      for program in ["zypper", "dnf"] { try host.file("usr/bin/\(program)") }
      try host.install("\(Self.suse)-2-1.1.x86_64.rpm")
      try host.install("\(Self.red)-1-1.x86_64.rpm")
      try host.install("kpatch-0.9-1.x86_64.rpm")
      try host.file(
        "var/lib/lifecycle/data/sle.lifecycle",
        "# days\n\n\(Self.suse), *, 2027-01-01\n\(Self.suse),2-1.1,2027-06-30\nother,1,2020-01-01\n"
      )
      let seen = try host.observe()
      #expect(seen.services.redHat?.packages.value?.map(\.id.name) == [Self.red])
      let package = try #require(seen.services.suse?.packages.value?.first)
      #expect(package.id.nevr == "\(Self.suse)-2-1.1")
      #expect(package.kernel == ServiceHost.release)
      #expect(package.supportedUntil == CalendarDate("2027-06-30").map { .known($0) })
      #expect(seen.services.suse?.initrd == nil)
      #expect(seen.unobserved == [])

      try host.file("var/lib/lifecycle/data/broken.lifecycle", "\(Self.suse),2-1.1,soon\n")
      #expect(
        try host.observe().unobserved.map(\.path) == ["/var/lib/lifecycle/data/broken.lifecycle"])
    }
  }

  @Test("A broken database is unreadable, and never taken for one without packages")
  func broken() async throws {
    try await onOwnThread {
      let host = try ServiceHost()
      try host.buildPackages(module("klp_x", 1).bytes, module("klp_x", 2).bytes)
      try host.file("usr/bin/dnf")
      try host.install("\(Self.red)-1-1.x86_64.rpm")
      for rest in ["rpmdb.sqlite-wal", "rpmdb.sqlite-shm"] {
        try host.succeeds("/bin/rm", "-f", host.path.appending("var/lib/rpm/\(rest)").string)
      }
      for bytes in [[], Array("SQLite format 3\0 and then nothing".utf8)] as [[UInt8]] {
        try host.file("var/lib/rpm/rpmdb.sqlite", bytes)
        let seen = try host.observe()
        #expect(seen.services.redHat?.packages == .unknown)
        #expect(seen.unobserved.map(\.path) == ["/var/lib/rpm"])
        #expect(seen.unobserved.first?.problem == .unreadable)
        #expect(seen.unobserved.first?.message.contains("rpm --rebuilddb") == true)
      }
      try host.succeeds("/bin/rm", "-r", host.path.appending("var/lib/rpm").string)
      let lost = try host.observe()
      #expect(lost.services.redHat?.packages == .unknown)
      #expect(lost.unobserved.first?.message == "rpm is there, and its database is not")
    }
  }

  @Test("Where dpkg keeps the packages, rpm and dnf are tools and no service")
  func debian() async throws {
    try await onOwnThread {
      let host = try ServiceHost()
      for name in ["usr/bin/rpm", "usr/bin/dnf", "var/lib/dpkg/status"] { try host.file(name) }
      #expect(try host.observe() == ServiceObservation(services: Services(), unobserved: []))
    }
  }

  @Test("Of another root the database cannot be asked, and that is told")
  func elsewhere() async throws {
    try await onOwnThread {
      let host = try ServiceHost()
      for name in ["usr/bin/rpm", "usr/bin/dnf", "var/lib/rpm/rpmdb.sqlite"] { try host.file(name) }
      let seen = try host.observe(isAsked: false)
      #expect(seen.services.redHat?.packages == .unknown)
      #expect(seen.unobserved.map(\.path) == ["/var/lib/rpm"])
    }
  }

  @Test("An rpm that does not answer, or answers what rpm does not, leaves it unknown")
  func otherAnswers() async throws {
    try await onOwnThread {
      let host = try ServiceHost()
      for name in ["usr/bin/rpm", "usr/bin/dnf", "var/lib/rpm/rpmdb.sqlite"] { try host.file(name) }
      let answers = [
        ("printf hello #", Unobserved.Problem.malformed), ("kill -9 $$ #", .unreadable),
        ("printf '' ; echo 'error: a page is damaged' >&2 #", .unreadable),
        ("sleep 100 #", .unreadable), ("printf '\\f1\\v2' #", .malformed),
      ]
      host.programs.timeLimit = .seconds(3)
      for (number, (answer, problem)) in answers.enumerated() {
        try host.file("programs/rpm\(number)", "#!/bin/sh\n\(answer)\n")
        host.programs.rpm = host.path.appending("programs/rpm\(number)")
        try host.succeeds("/bin/chmod", "755", host.programs.rpm.string)
        let seen = try host.observe()
        #expect(seen.services.redHat?.packages == .unknown, "\(answer)")
        #expect(seen.unobserved.map(\.problem) == [problem], "\(answer)")
      }
      host.programs.rpm = host.path.appending("programs/none")
      #expect(try host.observe().unobserved.first?.message.contains("there is no program") == true)
    }
  }

  @Test("dnf's plugin is read as the plugin reads it")
  func plugin() async throws {
    try await onOwnThread {
      let host = try ServiceHost()
      for name in ["usr/bin/rpm", "usr/bin/dnf", "var/lib/rpm/rpmdb.sqlite"] { try host.file(name) }
      host.programs.rpm = "/bin/true"
      #expect(try host.observe().services.redHat?.plugin == nil)
      for (text, auto, filter) in [
        ("[main]\nautoupdate = True\n", true, false), ("[main]\nautofilter: yes\n", false, true),
        ("[other]\nautoupdate=1\n", false, false), ("; nothing\n", false, false),
        ("[main]\nautoupdate=0\nautofilter=off\nenabled=whatever\n", false, false),
      ] {
        try host.file("etc/dnf/plugins/kpatch.conf", text)
        #expect(
          try host.observe().services.redHat?.plugin
            == .known(Services.Plugin(autoupdate: auto, autofilter: filter)), "\(text)")
      }
      try host.file("etc/dnf/plugins/kpatch.conf", "[main]\nautoupdate = maybe\n")
      let seen = try host.observe()
      #expect(seen.services.redHat?.plugin == .unknown)
      #expect(seen.unobserved.map(\.problem) == [.malformed])
    }
  }

  @Test("What repositories have is told from the caches, and nothing is downloaded")
  func offers() async throws {
    try await onOwnThread {
      let host = try ServiceHost()
      try host.buildPackages(module("klp_x", 1).bytes, module("klp_x", 2).bytes)
      for program in ["zypper", "dnf"] { try host.file("usr/bin/\(program)") }
      try host.install("kpatch-0.9-1.x86_64.rpm")
      let path = host.path.string
      try host.succeeds("/usr/bin/createrepo_c", "-q", path + "/rpms")
      try host.file("repos/lab.repo", "[lab]\nname=lab\nbaseurl=file://\(path)/rpms\ngpgcheck=0\n")
      try host.file(
        "dnf.conf",
        "[main]\nreposdir=\(path)/repos\ncachedir=\(path)/cache\nlogdir=\(path)/log\n"
          + "skip_if_unavailable=True\n")
      host.programs.dnf = try host.wrapper("dnf", "/usr/bin/dnf -c \(path)/dnf.conf")
      try host.file("etc/dnf/dnf.conf", "[main]\ncachedir = /cache\n")
      host.programs.zypper = try host.wrapper("zypper", "/usr/bin/zypper --root \(path)")
      var question = ServiceQuestion.everything
      #expect(try host.observe(question).services.redHat?.available == nil)
      question.offers = true

      let before = try host.observe(question)
      #expect(before.services.redHat?.available == .unknown)
      #expect(before.unobserved.map(\.path) == ["/usr/bin/dnf"])
      #expect(before.unobserved.first?.message.contains("dnf makecache") == true)
      // No repository at all has nothing.
      #expect(before.services.suse?.available == .known([]))
      #expect(before.services.suse?.repositories == .known([]))

      try host.succeeds(host.programs.dnf.string, "-q", "makecache")
      try host.succeeds(
        host.programs.zypper.string, "-n", "addrepo", "--no-gpgcheck", "file://\(path)/rpms", "lab")
      // What was never fetched is not fetched now, and nobody is told that there is nothing in it.
      let unfetched = try host.observe(question)
      #expect(unfetched.services.suse?.available == .unknown)
      #expect(
        unfetched.unobserved.map(\.message).joined().contains("repository lab as yet: zypper"))
      #expect(unsafe access(path + "/var/cache/zypp/raw/lab/repodata", F_OK) != 0)
      try host.succeeds(host.programs.zypper.string, "-n", "refresh")
      // What only looks writes nothing.
      try host.succeeds("/bin/rm", "-rf", path + "/log", path + "/run")
      let seen = try host.observe(question)
      #expect(seen.unobserved == [])
      #expect(unsafe access(path + "/log", F_OK) != 0 && access(path + "/run", F_OK) != 0)
      let red = try #require(seen.services.redHat?.available?.value)
      #expect(red.map(\.id.versionRelease).sorted() == ["0-0", "1-1", "1-2"])
      #expect(red.allSatisfy { $0.builtAt != nil && $0.id.name == Self.red })
      let suse = try #require(seen.services.suse?.available?.value)
      #expect(suse.map(\.id.versionRelease).sorted() == ["1-1.1", "2-1.1"])

      // By what it provides, where rpm can write the release of the kernel.
      host.release = "6.1.0-56.amd64"
      #expect(try host.observe(question).services.redHat?.available?.value?.count == 3)
      host.release = "6.1.0-57.amd64"
      let none = try host.observe(question)
      #expect(none.services.redHat?.available == .known([]))
      #expect(none.services.redHat?.repositories == .known(["lab"]))
      #expect(none.services.suse?.repositories == .known(["lab"]))
      // A repository that dnf never fetched, and would leave out, may have anything.
      try host.file("repos/other.repo", "[other]\nname=other\nbaseurl=file:///nonexistent\n")
      #expect(try host.observe(question).services.redHat?.available == .unknown)
      for name in ["lab", "other"] { try host.succeeds("/bin/rm", path + "/repos/\(name).repo") }
      let bare = try host.observe(question)
      #expect(bare.services.redHat?.available == .known([]))
      #expect(bare.services.redHat?.repositories == .known([]))
    }
  }
}
