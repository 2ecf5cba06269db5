internal import ChildProcess
internal import Documents
internal import Files
internal import Glibc
package import Journal
internal import SystemPackage

/// What became of an order to a package manager, by its own word: what is installed and what is in
/// force is for rpm and the kernel to say.
package struct PackageAnswer: Hashable, Sendable {
  /// Whether another program holds a lock, so that nothing was done.
  package var isBusy = false
  /// Why it was not done, to go on after a colon; nil where it says that it was.
  package var complaint: String?
  /// What a person should know though it was done.
  package var remark: String?
  /// Whether it had not ended within its time, and goes on: nothing is known of what it will have done.
  package var isLeftRunning = false

  package init(
    isBusy: Bool = false, complaint: String? = nil, remark: String? = nil,
    isLeftRunning: Bool = false
  ) {
    self.isLeftRunning = isLeftRunning
    self.isBusy = isBusy
    self.complaint = complaint
    self.remark = remark
  }
}

/// The host's own package manager, which installs one package and touches no other.
///
/// Each change needs the run lock and an intent that is in the journal. Signatures are checked as the
/// host has it: nothing here ever turns that off.
///
/// What can be ended without harm, the download, comes first and in its own time. The transaction is
/// never ended: one that takes too long is left running, for half of it would leave rpm's database, and
/// what scripts were about to do, in no known state.
package struct PackageManager: Sendable {
  package enum Kind: String, Sendable {
    case dnf, zypper
  }

  package let kind: Kind
  let programs: ServicePrograms
  /// How long what changes nothing may take, which is then ended: a download.
  let timeLimit: Duration
  /// When the download that is in hand has to be over, of all the calls that it takes.
  private var deadline: ContinuousClock.Instant?
  /// How long a transaction is waited for, which is then left running.
  let patience: Duration

  package init(
    _ kind: Kind, programs: ServicePrograms = ServicePrograms(), timeLimit: Duration,
    patience: Duration
  ) {
    self.kind = kind
    self.programs = programs
    self.timeLimit = timeLimit
    self.patience = patience
  }

  /// Brings to the host what an installation needs, and has the package manager say whether it would
  /// be made: what takes as long as the network does, and changes nothing that counts. What an upgrade
  /// replaces is brought there too, before it goes: should it have to come back, it is not for the network
  /// to say. It stays in the package manager's cache.
  ///
  /// - Throws: `PackageRefusal`: why it is not to be made.
  package func fetch(_ package: PackageChange) throws(PackageRefusal) -> FetchedPackage {
    var hasty = self
    hasty.deadline = ContinuousClock.now + timeLimit
    return try hasty.fetchInTime(package)
  }

  /// The same, which leaves half of the time for another way.
  private var inHalfTheTime: PackageManager {
    var hasty = self
    let now = ContinuousClock.now
    hasty.deadline = deadline.map { now + max(.zero, $0 - now) / 2 }
    return hasty
  }

  private func fetchInTime(_ package: PackageChange) throws(PackageRefusal) -> FetchedPackage {
    var fetched: FetchedPackage
    switch kind {
    case .dnf: fetched = try fetchByDNF(package)
    case .zypper:
      // What has to come back was fetched before it went.
      let answer =
        if package.isOlder, inHalfTheTime.fetchByZypper(package, ["--no-refresh"]) == nil {
          PackageAnswer?.none
        } else {
          fetchByZypper(package)
        }
      if let answer { throw PackageRefusal(answer: answer) }
      fetched = FetchedPackage(repositories: [])
    }
    guard let replaced = package.replaces, !package.isOlder else { return fetched }
    let former = PackageChange(service: package.service, name: package.name, package: replaced)
    do throws(PackageRefusal) {
      try keep(former)
    } catch {
      fetched.problemOfWayBack = error.answer.complaint ?? ""
    }
    return fetched
  }

  /// Brings to the host a package that is installed, for the case that it has to come back.
  private func keep(_ package: PackageChange) throws(PackageRefusal) {
    switch kind {
    case .dnf:
      let fetched = FetchedPackage(repositories: try repositories(of: package))
      _ = try askDNF(
        dnfOptions(package) + fetched.options
          + ["--setopt=keepcache=True", "--downloadonly", "reinstall", package.package], package)
    case .zypper:
      let answer = run(
        programs.zypper,
        ["--non-interactive", "--xmlout", "install", "--download-only", "--force"]
          + zypperOrder(package))
      switch answer {
      case .failure(let problem):
        throw PackageRefusal(answer: PackageAnswer(complaint: "\(problem)"))
      case .success(let result):
        if let complaint = zypperComplaint(result, package) {
          throw PackageRefusal(answer: PackageAnswer(complaint: complaint))
        }
        // One that no repository has it calls installed already, and ends well.
        if zypperChanges(result.standardOutput.bytes)?.contains(package.name) != true {
          throw PackageRefusal(
            answer: PackageAnswer(complaint: "no repository has \(package.package)"))
        }
      }
    }
  }

  /// Makes the change that `intent` announces.
  ///
  /// - Parameters:
  ///   - intent: what was written down.
  ///   - fetched: what `fetch` has brought for it; nil for a removal.
  ///   - access: the run lock.
  ///   - answer: gets what the package manager says.
  ///   - isDone: is asked after it whether the change is made; nil where that cannot be told.
  /// - Returns: what came of it, for the journal; nil where that is not known as yet.
  package func carryOut(
    _ intent: consuming Intent, with fetched: FetchedPackage?, under access: borrowing WriteAccess,
    _ answer: inout PackageAnswer,
    isDone: (PackageAnswer) -> Bool? = { $0.complaint == nil }
  ) -> Outcome? {
    let change = intent.change
    switch change {
    case .installPackage(let package):
      if let fetched {
        answer =
          switch kind {
          case .dnf: installByDNF(package, fetched)
          case .zypper: installByZypper(package)
          }
      } else {
        answer = PackageAnswer(complaint: "it was not fetched")
      }
    case .removePackage(let package): answer = remove(package)
    default: answer = PackageAnswer(complaint: "the change is none of a package")
    }
    // Of what goes on nothing has come as yet.
    guard !answer.isLeftRunning, let isDone = isDone(answer) else { return nil }
    return intent.outcome(
      isDone ? nil : SystemError("\(kind.rawValue)", change.module, .canceled))
  }

  /// Waits for rpm's own lock, which every change of its database takes.
  ///
  /// - Returns: whether it is free.
  package func awaitLock(_ limit: Duration) -> Bool {
    let end = ContinuousClock.now + limit
    while lockHolder != nil {
      if ContinuousClock.now >= end { return false }
      usleep(200_000)
    }
    return true
  }

  /// The process that changes rpm's database; 0 for one that this one cannot see. The lock itself is
  /// not taken.
  package var lockHolder: Int32? {
    for folder in rpmFolders {
      let path = programs.root.appending(folder).appending(".rpm.lock")
      let file: FileDescriptor
      do {
        // To ask takes no right to write, which a unit's sandbox may not give.
        file = try FileDescriptor.open(path, .readOnly, options: .closeOnExec)
      } catch Errno.noSuchFileOrDirectory, Errno.notDirectory {
        continue
      } catch {
        return 0
      }
      defer { try? file.close() }
      var lock = flock()
      lock.l_type = Int16(F_WRLCK)
      lock.l_whence = Int16(SEEK_SET)
      let answer = unsafe withUnsafeMutablePointer(to: &lock) {
        unsafe fcntl(file.rawValue, F_GETLK, $0)
      }
      if answer == 0, lock.l_type != Int16(F_UNLCK) { return max(0, lock.l_pid) }
    }
    return nil
  }

  /// All packages but those of a name, as rpm has them; nil where it cannot tell.
  package func otherPackages(than name: String) -> Set<String>? {
    guard let database else { return nil }
    let answer = runProgram(
      programs.rpm,
      [
        "--dbpath", programs.root.appending(database).string, "-qa", "--qf",
        #"%{NAME}\t%{NEVRA}\n"#,
      ],
      timeLimit: programs.timeLimit, trust: programs.trust)
    guard case .success(let result) = answer, result.succeeded else { return nil }
    var packages: Set<String> = []
    for line in result.standardOutput.text.split(separator: "\n") {
      let parts = line.split(separator: "\t")
      if parts.count == 2, parts[0] != name { packages.insert(String(parts[1])) }
    }
    return packages
  }

  /// dnf is let see no other package, so that it can pull in none; removing others takes a word that it
  /// is not given, and packages that say that they replace others are not heard. `-y` would have it
  /// import whatever key a repository names: which keys count is for a person to say, to rpm.
  private func dnfOptions(_ package: PackageChange) -> [String] {
    [
      // An empty value clears what the host has of a list; any other is added to it. Lists of single
      // repositories are added too.
      "-y", "--setopt=disable_excludes=", "--setopt=includepkgs=", "--setopt=*.includepkgs=",
      "--setopt=includepkgs=\(package.name)",
      "--setopt=*.gpgkey=", "--setopt=install_weak_deps=False",
      "--setopt=obsoletes=False", "--setopt=best=True",
      "--setopt=clean_requirements_on_remove=False", "--setopt=exit_on_lock=True",
    ]
  }

  private func dnfOrder(_ package: PackageChange) -> [String] {
    [package.isOlder ? "downgrade" : "install", package.package]
  }

  private func fetchByDNF(_ package: PackageChange) throws(PackageRefusal) -> FetchedPackage {
    // What has to come back was fetched before it went.
    if package.isOlder, let kept = try? inHalfTheTime.fetchByDNF(package, ["--cacheonly"]) {
      return kept
    }
    return try fetchByDNF(package, [])
  }

  private func fetchByDNF(
    _ package: PackageChange, _ source: [String]
  ) throws(PackageRefusal) -> FetchedPackage {
    let fetched = FetchedPackage(repositories: try repositories(of: package, source))
    _ = try askDNF(
      source + dnfOptions(package) + fetched.options + ["--downloadonly"] + dnfOrder(package),
      package)
    return fetched
  }

  /// Those that may give a package as the host has it: its own lists of what each of them may, which an
  /// installation cannot leave in force, bind what is fetched all the same.
  private func repositories(
    of package: PackageChange, _ source: [String] = []
  ) throws(PackageRefusal) -> [String] {
    let result = try askDNF(
      source + ["-q", "repoquery", "--qf", #"|%{repoid}|\n"#, package.package], package)
    var names: [String] = []
    for line in result.standardOutput.text.split(whereSeparator: \.isNewline) {
      let fields = line.split(separator: "|", omittingEmptySubsequences: false)
      // Plugins print sentences between.
      guard fields.count == 3, fields[0].isEmpty, fields[2].isEmpty else { continue }
      let name = String(fields[1])
      if isPlainWord(name), !name.hasPrefix("-"), !names.contains(name) { names.append(name) }
    }
    if names.isEmpty {
      throw PackageRefusal(
        answer: PackageAnswer(
          complaint: "no repository has \(package.package), as far as this host lets dnf take "
            + "packages from them (includepkgs, excludepkgs)"))
    }
    return names
  }

  private func askDNF(
    _ arguments: [String], _ package: PackageChange
  ) throws(PackageRefusal) -> CommandResult {
    switch run(programs.dnf, arguments) {
    case .failure(let problem):
      throw PackageRefusal(answer: PackageAnswer(complaint: "\(problem)"))
    case .success(let result):
      if let answer = refusal(ofDNF: result, package) { throw PackageRefusal(answer: answer) }
      return result
    }
  }

  private func installByDNF(_ package: PackageChange, _ fetched: FetchedPackage) -> PackageAnswer {
    transact(
      programs.dnf, dnfOptions(package) + fetched.options + ["--cacheonly"] + dnfOrder(package)
    ) { result in
      refusal(ofDNF: result, package) ?? PackageAnswer()
    }
  }

  private func refusal(ofDNF result: CommandResult, _ package: PackageChange) -> PackageAnswer? {
    if result.succeeded { return nil }
    // The code for a lock that another dnf holds.
    if result.ending == .exited(200) { return busy }
    return PackageAnswer(complaint: words(result, "dnf install \(package.package)"))
  }

  private func zypperOrder(_ package: PackageChange) -> [String] {
    let id = package.package.dropFirst(package.name.count + 1)
    let edition = id.lastIndex(of: ".").map { id[..<$0] } ?? id
    return ["--no-recommends"] + (package.isOlder ? ["--oldpackage"] : [])
      + ["\(package.name)=\(edition)"]
  }

  /// zypper is asked what it would do, and let fetch what it needs for that.
  private func fetchByZypper(
    _ package: PackageChange, _ source: [String] = []
  ) -> PackageAnswer? {
    switch run(
      programs.zypper,
      source + ["--non-interactive", "--xmlout", "install", "--dry-run", "--download-only"]
        + zypperOrder(package))
    {
    case .failure(let problem): return PackageAnswer(complaint: "\(problem)")
    case .success(let result):
      if result.ending == .exited(7) { return busy }
      if let complaint = zypperComplaint(result, package) {
        return PackageAnswer(complaint: complaint)
      }
      guard let others = zypperChanges(result.standardOutput.bytes)?.filter({ $0 != package.name })
      else {
        return PackageAnswer(
          complaint:
            "its answer to a dry run is not as zypper documents it, so it was not let do it")
      }
      if !others.isEmpty {
        return PackageAnswer(
          complaint:
            "it would change \(others.joined(separator: ", ")) too, and was not let do it; install "
            + "\(package.package) by hand if that is meant")
      }
      return nil
    }
  }

  private func installByZypper(_ package: PackageChange) -> PackageAnswer {
    transact(
      programs.zypper, ["--non-interactive", "--no-refresh", "install"] + zypperOrder(package)
    ) { result in
      if result.ending == .exited(7) { return busy }
      if let complaint = zypperComplaint(result, package) {
        return PackageAnswer(complaint: complaint)
      }
      return PackageAnswer(remark: zypperRemark(result.ending))
    }
  }

  /// rpm takes off that package or none: it refuses where another needs it.
  private func remove(_ package: PackageChange) -> PackageAnswer {
    transact(
      programs.rpm,
      (programs.root == "/" ? [] : ["--root", programs.root.string])
        + ["--dbpath", "/" + (database ?? "var/lib/rpm"), "-e", package.package]
    ) { result in
      if result.succeeded { return PackageAnswer() }
      return PackageAnswer(complaint: words(result, "rpm -e \(package.package)"))
    }
  }

  /// Has a program change the database of rpm, and never ends it.
  private func transact(
    _ program: FilePath, _ arguments: [String], _ answer: (CommandResult) -> PackageAnswer
  ) -> PackageAnswer {
    if let problem = problem(of: program, programs.trust) {
      return PackageAnswer(complaint: "\(problem)")
    }
    do throws(CommandFailure) {
      if let result = try hostCommand(program, arguments, timeLimit: patience).runUndisturbed() {
        return answer(result)
      }
      let name = program.lastComponent?.string ?? program.string
      return PackageAnswer(
        complaint: "\(name) has not ended within \(patience.components.seconds) s, and was left "
          + "running: to end it in the middle of its transaction would damage rpm's database",
        isLeftRunning: true)
    } catch {
      return PackageAnswer(complaint: "was not run: \(error)")
    }
  }

  /// The folder with rpm's database.
  private var database: String? {
    rpmFolders.first { folder in
      ["rpmdb.sqlite", "Packages.db", "Packages"].contains { file in
        unsafe access(programs.root.appending(folder).appending(file).string, F_OK) == 0
      }
    }
  }

  private var busy: PackageAnswer {
    PackageAnswer(isBusy: true, complaint: "another program holds \(kind.rawValue)'s lock")
  }

  private func words(_ result: CommandResult, _ again: String) -> String {
    "it \(result.ending)" + (complaints(of: result).map { ": \($0)" } ?? "; see what \(again) says")
  }

  private func run(
    _ program: FilePath, _ arguments: [String]
  ) -> Result<CommandResult, ProgramProblem> {
    let left = deadline.map { max(.seconds(1), $0 - ContinuousClock.now) }
    return runProgram(program, arguments, timeLimit: left ?? timeLimit, trust: programs.trust)
  }
}

/// A package that is on the host, and can be installed.
package struct FetchedPackage: Sendable {
  /// Those that it may come from; none where the package manager sees to that itself.
  fileprivate let repositories: [String]
  /// Why the package that it replaces could not be brought there too, to go on after a colon; nil where it
  /// was, or there is none.
  package fileprivate(set) var problemOfWayBack: String?

  fileprivate init(repositories: [String]) { self.repositories = repositories }

  fileprivate var options: [String] { repositories.map { "--repo=\($0)" } }
}

/// Why a package is not installed.
package struct PackageRefusal: Error {
  package let answer: PackageAnswer
}

/// Why zypper did not do it, by its exit code (zypper(8)); nil where it did.
private func zypperComplaint(_ result: CommandResult, _ package: PackageChange) -> String? {
  switch result.ending {
  // Done; a reboot is advised; zypper was updated; some repository was left out; a script failed.
  case .exited(0), .exited(102), .exited(103), .exited(106), .exited(107): return nil
  case .exited(104): return "no repository has \(package.package)"
  case .exited(6): return "no repository is defined"
  case .exited(5): return "it has not the right to"
  default: break
  }
  let words = complaints(of: result).map { ": \($0)" }
  return "it \(result.ending)" + (words ?? "; see what zypper install \(package.name) says")
}

private func zypperRemark(_ ending: CommandResult.Ending) -> String? {
  switch ending {
  case .exited(102): "zypper advises a reboot"
  case .exited(103): "zypper wants to be started again for what is left"
  case .exited(106): "some repositories could not be read and were left out"
  case .exited(107): "a script of the package failed"
  default: nil
  }
}

/// The names of the packages that `zypper --xmlout install --dry-run` would change; nil where it is no
/// such answer.
func zypperChanges(_ bytes: [UInt8]) -> [String]? {
  guard let text = String(validating: bytes, as: UTF8.self),
    let start = text.firstRange(of: "<install-summary"),
    let end = text.firstRange(of: "</install-summary>"), start.upperBound <= end.lowerBound
  else { return nil }
  var names: [String] = []
  for element in text[start.upperBound..<end.lowerBound].split(separator: "<")
  where element.hasPrefix("solvable ") {
    guard let begin = element.firstRange(of: " name=\"") else { return nil }
    let name = element[begin.upperBound...].prefix { $0 != "\"" }
    guard isPlainWord(String(name)) else { return nil }
    names.append(String(name))
  }
  return names
}
