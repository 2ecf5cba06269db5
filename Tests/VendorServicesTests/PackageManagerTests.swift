import ChildProcess
import Dispatch
import Documents
import Files
import Glibc
import Journal
import SystemPackage
import Testing
import VendorServices

/// The package managers themselves, on a root, a repository and packages of the test's own. The root has
/// no shell, so that every scriptlet fails, as those of vendors may without anybody's notice.
@Suite("Package managers install one package and touch no other") struct PackageManagerTests {
  private static let red = "kpatch-patch-6_1_0-56-amd64"
  private static let suse = "kernel-livepatch-6_1_0-56-amd64"

  /// A root with rpm, dnf and zypper, whose repository has all packages of the script beside this file.
  private func host() throws -> ServiceHost {
    let host = try ServiceHost()
    try host.buildPackages(module("klp_x", 1).bytes, module("klp_x", 2).bytes)
    let path = host.path.string
    for name in ["usr/bin/rpm", "usr/bin/dnf", "usr/bin/zypper"] { try host.file(name) }
    for name in ["var/lib/rpm", "repos", "home"] { try host.directory(name) }
    // Debian's rpm has its database elsewhere.
    try host.file("home/.rpmmacros", "%_dbpath /var/lib/rpm\n")
    try host.succeeds("/usr/bin/createrepo_c", "-q", path + "/rpms")
    try host.repository()
    try host.file("dnf.conf", host.configuration)
    let own = "env HOME=\(path)/home"
    host.programs.dnf = try host.wrapper(
      "dnf",
      "\(own) dnf -c \(path)/dnf.conf --installroot=\(path) --releasever=9 --forcearch=x86_64")
    host.programs.zypper = try host.wrapper(
      "zypper", "\(own) ZYPP_LOCK_TIMEOUT=1 zypper --root \(path)")
    host.programs.rpm = try host.wrapper("rpm", "\(own) rpm")
    try host.succeeds(
      host.programs.zypper.string, "-n", "addrepo", "--no-gpgcheck", "file://\(path)/rpms", "lab")
    try host.succeeds(host.programs.zypper.string, "-n", "refresh")
    for package in ["base-1-1", "kpatch-0.9-1"] {
      try host.succeeds(
        host.programs.rpm.string, "--root", path, "-i", "--justdb", "--nodeps",
        "\(path)/rpms/\(package).x86_64.rpm")
    }
    return host
  }

  @Test("dnf installs exactly the version that is due, upgrades it, and goes back")
  func dnf() async throws {
    try await onOwnThread {
      let host = try host()
      let red = Self.red
      #expect(try host.install(.dnf, red, "1-1") == PackageAnswer())
      let found = try #require(try host.observe().services.redHat?.packages.value)
      #expect(found.map(\.id.nevr) == ["\(red)-1-1"])
      #expect(found.first?.modules.first?.buildID == module("klp_x", 1).buildID)
      #expect(try host.install(.dnf, red, "1-2") == PackageAnswer())
      #expect(try host.installed() == ["\(red)-1-2"])
      #expect(try host.install(.dnf, red, "1-1", isOlder: true) == PackageAnswer())
      #expect(try host.installed() == ["\(red)-1-1"])
      #expect(try host.remove(.dnf, red, "1-1") == PackageAnswer())
      #expect(try host.installed() == [])
      // The empty package.
      #expect(try host.install(.dnf, red, "0-0") == PackageAnswer())
      #expect(try host.observe().services.redHat?.packages.value?.first?.isEmpty == true)
    }
  }

  @Test("zypper installs exactly the version that is due, upgrades it, and goes back")
  func zypper() async throws {
    try await onOwnThread {
      let host = try host()
      let suse = Self.suse
      let scripts = PackageAnswer(remark: "a script of the package failed")
      #expect(try host.install(.zypper, suse, "1-1.1") == scripts)
      #expect(try host.installed() == ["\(suse)-1-1.1"])
      #expect(try host.install(.zypper, suse, "2-1.1") == scripts)
      #expect(try host.installed() == ["\(suse)-2-1.1"])
      #expect(try host.install(.zypper, suse, "1-1.1", isOlder: true) == scripts)
      #expect(try host.installed() == ["\(suse)-1-1.1"])
      let none = try host.install(.zypper, suse, "9-1.1")
      #expect(none.complaint == "no repository has \(suse)-9-1.1.x86_64")
      #expect(try host.installed() == ["\(suse)-1-1.1"])
    }
  }

  @Test(
    "What an upgrade replaces comes back without the network, for it was fetched before it went")
  func wayBack() async throws {
    try await onOwnThread {
      let host = try host()
      let port = try host.serve()
      let address = "http://127.0.0.1:\(port)"
      try host.file(
        "repos/lab.repo", "[lab]\nname=lab\nbaseurl=\(address)\ngpgcheck=0\nmetadata_expire=1\n")
      try host.file(
        "etc/zypp/repos.d/lab.repo",
        "[lab]\nname=lab\nenabled=1\nautorefresh=1\nbaseurl=\(address)\ngpgcheck=0\n")
      try host.succeeds(host.programs.zypper.string, "-n", "refresh", "--force")
      for (kind, name, first, second) in [
        (PackageManager.Kind.dnf, Self.red, "1-1", "1-2"), (.zypper, Self.suse, "1-1.1", "2-1.1"),
      ] {
        #expect(try host.install(kind, name, first).complaint == nil)
        #expect(try host.install(kind, name, second, over: first).complaint == nil)
        #expect(try host.installed().contains("\(name)-\(second)"))
      }
      try host.stopServing()
      // What was not fetched before does not come.
      #expect(try host.install(.dnf, Self.red, "0-0", isOlder: true).complaint != nil)
      for (kind, name, first) in [
        (PackageManager.Kind.dnf, Self.red, "1-1"), (.zypper, Self.suse, "1-1.1"),
      ] {
        #expect(try host.install(kind, name, first, isOlder: true).complaint == nil)
      }
      #expect(try host.installed() == ["\(Self.red)-1-1", "\(Self.suse)-1-1.1"])
    }
  }

  @Test(
    "Where what an upgrade replaces cannot be had any more, that is told, and does not keep it off")
  func noWayBack() async throws {
    try await onOwnThread {
      let host = try host()
      let path = host.path.string
      #expect(try host.install(.dnf, Self.red, "1-1") == PackageAnswer())
      #expect(try host.install(.zypper, Self.suse, "1-1.1").complaint == nil)
      for package in ["\(Self.red)-1-1", "\(Self.suse)-1-1.1"] {
        try host.succeeds("/bin/rm", "\(path)/rpms/\(package).x86_64.rpm")
      }
      try host.succeeds("/usr/bin/createrepo_c", "-q", path + "/rpms")
      try host.repository("gpgcheck=0\nmetadata_expire=0")
      try host.succeeds(host.programs.zypper.string, "-n", "refresh", "--force")
      for (kind, name, first, second) in [
        (PackageManager.Kind.dnf, Self.red, "1-1", "1-2"), (.zypper, Self.suse, "1-1.1", "2-1.1"),
      ] {
        let manager = PackageManager(
          kind, programs: host.programs, timeLimit: .seconds(60), patience: .seconds(60))
        let fetched = try manager.fetch(
          PackageChange(
            service: "x", name: name, package: "\(name)-\(second).x86_64",
            replaces: "\(name)-\(first).x86_64"))
        #expect(fetched.problemOfWayBack?.contains("no repository has \(name)-\(first)") == true)
        #expect(try host.install(kind, name, second, over: first).complaint == nil)
      }
      #expect(try host.installed() == ["\(Self.red)-1-2", "\(Self.suse)-2-1.1"])
    }
  }

  @Test("A package that needs another one is not installed, and neither is the other")
  func dependencies() async throws {
    try await onOwnThread {
      let host = try host()
      let path = host.path.string
      try host.succeeds(
        host.programs.rpm.string, "--root", path, "--dbpath", "/var/lib/rpm", "-e", "--nodeps",
        "--justdb", "kpatch")
      let byDNF = try host.install(.dnf, Self.red, "1-1")
      #expect(byDNF.complaint?.contains("kpatch") == true)
      #expect(try host.installed() == [])
      // Nor where the host lets itself install the other.
      for (rest, lists) in [
        ("", "includepkgs=kpatch"), ("includepkgs=kpatch*", "disable_excludes=all"),
      ] {
        try host.repository("gpgcheck=0\n\(rest)")
        try host.file("dnf.conf", host.configuration + lists + "\n")
        #expect(try host.install(.dnf, Self.red, "1-1").complaint?.contains("kpatch") == true)
        #expect(try host.installed() == [])
      }
      // And none comes from a repository that the host lets give something else only.
      try host.succeeds(
        host.programs.rpm.string, "--root", path, "--dbpath", "/var/lib/rpm", "-i", "--justdb",
        "--nodeps", "\(path)/rpms/kpatch-0.9-1.x86_64.rpm")
      try host.file("dnf.conf", host.configuration)
      try host.repository("gpgcheck=0\nincludepkgs=base*")
      #expect(
        try host.install(.dnf, Self.red, "1-1").complaint?.contains("no repository has") == true)
      #expect(try host.installed() == [])
      try host.succeeds(
        host.programs.rpm.string, "--root", path, "--dbpath", "/var/lib/rpm", "-e", "--nodeps",
        "--justdb", "kpatch")
      let byZypper = try host.install(.zypper, Self.red, "1-1")
      #expect(byZypper.complaint?.contains("it would change kpatch too") == true)
      #expect(try host.installed() == [])
      #expect(
        PackageManager(
          .dnf, programs: host.programs, timeLimit: .seconds(60), patience: .seconds(60)
        )
        .otherPackages(than: "x") == ["base-1-1.x86_64"])
    }
  }

  @Test("A repository that is gone, and a version that none has, change nothing and are told")
  func gone() async throws {
    try await onOwnThread {
      let host = try host()
      let path = host.path.string
      let none = try host.install(.dnf, Self.red, "1-9")
      #expect(none.complaint?.contains("no repository has") == true)
      try host.succeeds("/bin/mv", path + "/rpms", path + "/away")
      #expect(try host.install(.dnf, Self.red, "1-1").complaint != nil)
      #expect(try host.install(.zypper, Self.suse, "1-1.1").complaint != nil)
      #expect(try host.installed() == [])
    }
  }

  @Test("A package that nobody has signed is not installed where signatures are asked for")
  func unsigned() async throws {
    try await onOwnThread {
      let host = try host()
      try host.repository("gpgcheck=1\npassword=a-secret\nusername=a-secret")
      let byDNF = try host.install(.dnf, Self.red, "1-1")
      #expect(byDNF.complaint?.contains("GPG") == true)
      #expect("\(byDNF)".contains("a-secret") == false)
      try host.succeeds(
        host.programs.zypper.string, "-n", "modifyrepo", "--gpgcheck-strict", "lab")
      #expect(try host.install(.zypper, Self.suse, "1-1.1").complaint != nil)
      #expect(try host.installed() == [])
    }
  }

  @Test(
    "A package signed with a key that nobody has let in is refused and the key not taken in, and so is one that was changed after it was signed"
  )
  func signed() async throws {
    try await onOwnThread {
      let host = try host()
      let path = host.path.string
      try host.sign()
      // The repositories name the key themselves, and ask for it.
      try host.repository("gpgcheck=1\nmetadata_expire=0\ngpgkey=file://\(path)/key.asc")
      try host.file(
        "etc/zypp/repos.d/lab.repo",
        "[lab]\nname=lab\nenabled=1\nautorefresh=0\nbaseurl=file://\(path)/rpms\ngpgcheck=1\nrepo_gpgcheck=0\n"
          + "pkg_gpgcheck=1\ngpgkey=file://\(path)/key.asc\n")
      try host.succeeds(host.programs.zypper.string, "-n", "refresh", "--force")
      let unknown = try host.install(.dnf, Self.red, "1-1")
      #expect(unknown.complaint?.contains("GPG signatures are asked for") == true, "\(unknown)")
      let other = try host.install(.zypper, Self.suse, "1-1.1")
      #expect(other.complaint?.contains("Signature verification failed") == true, "\(other)")
      #expect(try host.installed() == [] && host.keys() == [])
      // A person lets it in.
      try host.succeeds(host.programs.rpm.string, "--root", path, "--import", "\(path)/key.asc")
      #expect(try host.keys().count == 1)
      #expect(try host.install(.dnf, Self.red, "1-1") == PackageAnswer())
      #expect(
        try host.install(.zypper, Self.suse, "1-1.1").remark == "a script of the package failed")
      try host.spoil("\(Self.red)-1-2", "\(Self.suse)-2-1.1")
      try host.succeeds(host.programs.zypper.string, "-n", "refresh", "--force")
      for (kind, name, version) in [
        (PackageManager.Kind.dnf, Self.red, "1-2"), (.zypper, Self.suse, "2-1.1"),
      ] {
        let answer = try host.install(kind, name, version)
        #expect(
          answer.complaint?.contains(kind == .dnf ? "GPG" : "does not verify") == true, "\(answer)")
      }
      #expect(try host.installed() == ["\(Self.red)-1-1", "\(Self.suse)-1-1.1"])
    }
  }

  @Test("While another program holds the lock of a package manager, that is told, and nothing done")
  func busy() async throws {
    try await onOwnThread {
      let host = try host()
      let path = host.path.string
      // Both write the number of the process that holds it, and see whether that runs.
      try host.succeeds(
        "/bin/sh", "-c",
        "for folder in \(path)/persist \(path)\(path)/persist \(path)/run; do mkdir -p $folder; done; "
          + "printf %s \(getpid()) | tee \(path)/persist/rpmdb_lock.pid \(path)\(path)/persist/rpmdb_lock.pid > \(path)/run/zypp.pid"
      )
      let byDNF = try host.install(.dnf, Self.red, "1-1")
      #expect(byDNF.isBusy, "\(byDNF)")
      let byZypper = try host.install(.zypper, Self.suse, "1-1.1")
      #expect(byZypper.isBusy, "\(byZypper)")
      #expect(try host.installed() == [])
    }
  }

  @Test("While another program holds rpm's lock nothing is begun; once it is free it goes on")
  func locked() async throws {
    try await onOwnThread {
      let host = try host()
      let manager = PackageManager(
        .dnf, programs: host.programs, timeLimit: .seconds(60), patience: .seconds(60))
      #expect(manager.awaitLock(.zero))
      let lock = host.path.appending("var/lib/rpm/.rpm.lock").string
      let taken = host.path.appending("taken").string
      DispatchQueue.global().async {
        let holder = Command(
          "/usr/bin/python3",
          [
            "-c",
            "import fcntl, sys, time\nlock = open(sys.argv[1], 'r+')\nfcntl.lockf(lock, fcntl.LOCK_EX)\n"
              + "open(sys.argv[2], 'w')\ntime.sleep(3)", lock, taken,
          ], timeLimit: .seconds(60))
        _ = try? holder.runAndWait()
      }
      try host.succeeds("/bin/sh", "-c", "until [ -e \(taken) ]; do sleep 0.05; done")
      #expect(!manager.awaitLock(.milliseconds(300)))
      #expect(manager.awaitLock(.seconds(60)))
      // One that cannot be looked at is not taken for free.
      try host.succeeds("/bin/sh", "-c", "rm \(lock); ln -s .rpm.lock \(lock)")
      #expect(!manager.awaitLock(.zero))
    }
  }

  @Test("A download that hangs is ended, a transaction never: it is left running, and gets done")
  func patience() async throws {
    try await onOwnThread {
      let host = try host()
      let path = host.path.string
      for (kind, name) in [(PackageManager.Kind.dnf, "dnf"), (.zypper, "zypper")] {
        let program = try host.wrapper("slow-\(name)", "sh \(path)/slow")
        host.programs.dnf = program
        host.programs.zypper = program
        // Whoever kills its group, or lets it write to a pipe that nobody reads, is noticed.
        try host.file(
          "slow",
          """
          case "$*" in
            *repoquery*) echo '|lab|'; exit 0 ;;
            *download*only*) echo '<stream><install-summary></install-summary></stream>'; exec sleep "$(cat \(path)/wait)" ;;
          esac
          echo begun; (sleep 2; echo done; echo \(name) >> \(path)/done) & wait
          """)
        try host.file("wait", "600")
        let hung = try host.install(kind, Self.red, "1-1", timeLimit: .milliseconds(300))
        #expect(hung.complaint == "did not end within its time limit and was killed")
        #expect(!hung.isLeftRunning)
        try host.file("wait", "0")
        let left = try host.install(kind, Self.red, "1-1", patience: .milliseconds(300))
        #expect(left.isLeftRunning)
        #expect(left.complaint?.contains("was left running") == true)
        try host.succeeds(
          "/bin/sh", "-c", "until grep -q \(name) \(path)/done; do sleep 0.05; done")
      }
    }
  }

  @Test(
    "All the calls that a download takes have the time of one, and what is wanted for an undo too")
  func oneDeadline() async throws {
    try await onOwnThread {
      let host = try host()
      let path = host.path.string
      let slow = try host.wrapper("slow", "sh \(path)/slow")
      host.programs.dnf = slow
      host.programs.zypper = slow
      /// What comes of a download whose calls take as long as the lines of the script say.
      func fetch(_ kind: PackageManager.Kind, _ calls: String, isOlder: Bool) throws -> String? {
        try host.file(
          "slow",
          """
          echo "$*" >> \(path)/calls
          case "$*" in
            \(calls)
          esac
          case "$*" in
            *repoquery*) echo '|lab|' ;;
            *) echo '<stream><install-summary><solvable name="p"/></install-summary></stream>' ;;
          esac
          """)
        let manager = PackageManager(
          kind, programs: host.programs, timeLimit: .seconds(6), patience: .seconds(6))
        do throws(PackageRefusal) {
          return try manager.fetch(
            PackageChange(
              service: "x", name: "p", package: "p-2-1.x86_64", replaces: "p-1-1.x86_64",
              isOlder: isOlder)
          ).problemOfWayBack
        } catch {
          return error.answer.complaint
        }
      }
      let late = "did not end within its time limit and was killed"
      // To ask and to fetch; then both for the way back; then once more with the network.
      #expect(try fetch(.dnf, "*) sleep 4 ;;", isOlder: false) == late)
      #expect(
        try fetch(
          .dnf, "*p-1-1*repoquery*|*repoquery*p-1-1*|*reinstall*) sleep 4 ;;", isOlder: false)
          == late)
      #expect(
        try fetch(.dnf, "*--cacheonly*) sleep 600 ;; *) sleep 4 ;;", isOlder: true) == late)
      #expect(
        try fetch(.zypper, "*--no-refresh*) sleep 600 ;; *) sleep 4 ;;", isOlder: true) == late)
      #expect(try fetch(.zypper, "*--dry-run*) sleep 4 ;; *) sleep 4 ;;", isOlder: false) == late)
      #expect(try fetch(.zypper, "nothing) ;;", isOlder: false) == nil)
    }
  }

  @Test("What a package manager complains of is shown without what could be a password")
  func words() async throws {
    try await onOwnThread {
      let host = try host()
      host.programs.dnf = try host.wrapper("complains", "sh \(host.path.string)/complains")
      try host.file(
        "complains",
        """
        echo 'Error: https://user:a-sec/ret@repo.example/x' >&2
        echo 'password: a-secret' >&2
        echo 'Error: Failed to download metadata for https://u:a-secret@r.example.org/x?token=a-secret' >&2
        echo 'Problem repository: u:a-secret@r.example.org' >&2
        exit 1
        """)
      let answer = try host.install(.dnf, Self.red, "1-1")
      #expect(
        answer.complaint
          == "it exited with 1: Error: https://repo.example/...; Error: Failed to download metadata for https://r.example.org/..."
      )
      try host.file("complains", "exit 200")
      #expect(try host.install(.dnf, Self.red, "1-1").isBusy)
    }
  }
}

extension ServiceHost {
  /// dnf's.
  fileprivate var configuration: String {
    """
    [main]
    reposdir=\(path)/repos
    cachedir=\(path)/cache
    logdir=\(path)/log
    persistdir=\(path)/persist
    varsdir=\(path)/vars
    pluginconfpath=\(path)/plugins
    gpgcheck=1

    """
  }

  /// Signs the packages of the repository with a key of its own, which is in `key.asc`.
  fileprivate func sign() throws {
    try file(
      "sign",
      """
      set -e
      mkdir -m 700 \(path)/gnupg
      gpg="gpg --homedir \(path)/gnupg --batch --quiet"
      trap 'gpgconf --homedir \(path)/gnupg --kill gpg-agent' EXIT
      $gpg --passphrase '' --quick-gen-key nobody@example.org rsa2048 sign never
      $gpg --armor --export > \(path)/key.asc
      rpmsign --define '__gpg /usr/bin/gpg' --define '_gpg_name nobody@example.org' --define '_gpg_path \(path)/gnupg' \
        --addsign \(path)/rpms/k*.rpm
      createrepo_c -q \(path)/rpms

      """)
    try succeeds("/bin/sh", path.appending("sign").string)
  }

  /// Changes a byte of the payload of packages, and has the repository's metadata tell their new digests.
  fileprivate func spoil(_ packages: String...) throws {
    for package in packages {
      try succeeds(
        "/usr/bin/python3", "-c",
        "import sys\nfile = open(sys.argv[1], 'r+b')\nfile.seek(-1000, 2)\nbyte = file.read(1)[0]\n"
          + "file.seek(-1000, 2)\nfile.write(bytes([byte ^ 1]))",
        path.appending("rpms/\(package).x86_64.rpm").string)
    }
    try succeeds("/usr/bin/createrepo_c", "-q", path.appending("rpms").string)
  }

  /// The keys that rpm has been given.
  fileprivate func keys() throws -> [String] {
    let result = try Command(
      programs.rpm, ["--root", path.string, "-qa", "gpg-pubkey"], timeLimit: .seconds(60)
    ).runAndWait()
    return result.standardOutput.text.split(separator: "\n").map(String.init)
  }

  fileprivate func repository(_ rest: String = "gpgcheck=0") throws {
    try file("repos/lab.repo", "[lab]\nname=lab\nbaseurl=file://\(path)/rpms\n\(rest)\n")
  }

  fileprivate func installed() throws -> [String] {
    let services = try observe().services
    return (services.redHat?.packages.value ?? []).map(\.id.nevr)
      + (services.suse?.packages.value ?? []).map(\.id.nevr)
  }

  fileprivate func install(
    _ kind: PackageManager.Kind, _ name: String, _ version: String, over former: String? = nil,
    isOlder: Bool = false, timeLimit: Duration = .seconds(120), patience: Duration = .seconds(120)
  ) throws -> PackageAnswer {
    try make(
      .installPackage(
        PackageChange(
          service: "redHat", name: name, package: "\(name)-\(version).x86_64",
          replaces: former.map { "\(name)-\($0).x86_64" }, isOlder: isOlder)),
      kind, timeLimit: timeLimit, patience: patience)
  }

  fileprivate func remove(
    _ kind: PackageManager.Kind, _ name: String, _ version: String
  ) throws -> PackageAnswer {
    try make(
      .removePackage(
        PackageChange(service: "redHat", name: name, package: "\(name)-\(version).x86_64")), kind)
  }

  private func make(
    _ change: Change, _ kind: PackageManager.Kind, timeLimit: Duration = .seconds(120),
    patience: Duration = .seconds(120)
  ) throws -> PackageAnswer {
    // A child of another test may hold it between fork and exec.
    let access = try WriteAccess(path: path.appending("lock"), timeout: .seconds(30))
    var journal = try Journal.open(
      path.appending("journal.ndjson"), run: "r", bootID: "b", trigger: "test", crashes: [],
      trust: .unchecked,
      access: access, now: { Timestamp(secondsSinceEpoch: 1_700_000_000) })
    let manager = PackageManager(
      kind, programs: programs, timeLimit: timeLimit, patience: patience)
    var fetched: FetchedPackage?
    if case .installPackage(let package) = change {
      do throws(PackageRefusal) {
        fetched = try manager.fetch(package)
      } catch {
        return error.answer
      }
    }
    var answer = PackageAnswer()
    let intent = try journal.announce(change, access: access)
    if let outcome = manager.carryOut(intent, with: fetched, under: access, &answer) {
      try journal.record(outcome)
    }
    return answer
  }
}
