package import Diagnostics
package import Documents
package import Files
internal import Journal
package import LivepatchHost
internal import SystemPackage
internal import VendorServices

/// Sets and lifts holds: a person's word, written into the journal under the run lock.
package struct Holding {
  let host: LivepatchHost
  let layout: HostLayout
  let trust: FileTrust
  let lockTimeout: Duration

  package enum Word: Hashable, Sendable {
    /// That a patch, or everything (nil), stays as it is.
    case hold(patch: String?, reason: String, until: Timestamp?)
    /// That it does not have to any longer, and may be tried again where it failed or ended a boot; of a
    /// package that a run did not get to verify, that nobody has to.
    case resume(patch: String?)
    /// That the boot is about to end in order.
    case shutdown
    /// That it goes on, though its end was announced.
    case running

    package var isAboutHolds: Bool {
      switch self {
      case .hold, .resume: true
      case .shutdown, .running: false
      }
    }
  }

  /// Why nothing was written.
  package enum Refusal: Error {
    case lockHeld(by: String?)
    case failed(Diagnostic)
  }

  package init(
    host: LivepatchHost, layout: HostLayout, trust: FileTrust, lockTimeout: Duration
  ) {
    self.host = host
    self.layout = layout
    self.trust = trust
    self.lockTimeout = lockTimeout
  }

  /// Writes a word down. One that is so already takes no lock and writes nothing.
  ///
  /// - Parameters:
  ///   - word: what is said.
  ///   - person: the login name of who says it.
  ///   - clock: the wall clock.
  /// - Throws: `Refusal`; the holds are then as they were.
  /// - Returns: the holds in force afterwards.
  package func write(
    _ word: Word, by person: String, clock: @escaping @Sendable () -> Timestamp
  ) throws(Refusal) -> Holds {
    let first = try observe(at: clock())
    if word.isSo(first) { return first.outcome(of: word, changed: false) }
    let access: WriteAccess
    do throws(LockRefusal) {
      access = try layout.takeLock(timeout: lockTimeout)
    } catch {
      switch error {
      case .held(let holder): throw .lockHeld(by: holder)
      case .failed(let diagnostic): throw .failed(diagnostic)
      }
    }
    // Whoever held the lock before may have said the same.
    let second = try observe(at: clock())
    if word.isSo(second) { return second.outcome(of: word, changed: false) }
    let givenUp = word.givesUp(second)
    if let givenUp { try refuseWhileInstalled(givenUp) }
    do throws(SystemError) {
      var journal = try Journal.open(
        layout.journal, run: newRunID(clock()), bootID: second.bootID, crashes: second.failures,
        trust: trust, access: access, now: clock)
      switch word {
      case .hold(let patch, let reason, let until):
        try journal.hold(patch, reason: reason, until: until, by: person)
      case .resume(let patch):
        try journal.resume(patch, by: person, givingUp: givenUp?.package)
      case .shutdown: try journal.shutDown()
      case .running: try journal.goOn()
      }
    } catch {
      throw .failed(
        Diagnostic(
          .systemError, "it could not be written into the journal: \(error)",
          advice: "mend this and say it again; until then ask status what holds"))
    }
    return try observe(at: clock()).outcome(of: word, changed: true, before: second)
  }

  /// What is at work yet may end in any way, and nothing is begun beside its scripts: as long as that is so
  /// nobody can take what there is as it is.
  private func refuseWhileInstalled(_ package: UnfinishedPackage) throws(Refusal) {
    let manager = PackageManager(
      package.service == "suse" ? .zypper : .dnf, timeLimit: .zero, patience: .zero)
    guard let holder = manager.lockHolder else { return }
    throw .failed(
      Diagnostic(
        .stillInstalled,
        "\(holder > 0 ? "process \(holder)" : "a program") holds the lock on rpm's database, perhaps the "
          + "package manager that is installing \(package.package): it is not given up while it may be at work",
        advice: "see what it waits for, and end that or wait for it; then say it again"))
  }

  private func observe(at now: Timestamp) throws(Refusal) -> Moment {
    let observed = ObservedHost(host, layout: layout, trust: trust, at: now)
    guard let holds = observed.snapshot.history.holds.value else {
      throw .failed(
        observed.diagnostics.first
          ?? Diagnostic(.systemError, "the journal could not be read"))
    }
    // A hold is about no boot, so one whose ID is not known can be set too.
    return Moment(
      now: now, bootID: observed.snapshot.host.bootID.value ?? "", holds: holds,
      failures: observed.snapshot.history.failures,
      unfinished: observed.snapshot.history.unfinishedPackages,
      needsCleanEnd: observed.needsCleanEnd,
      isExcused: observed.isExcused)
  }

  /// What holds at a moment.
  fileprivate struct Moment {
    let now: Timestamp
    let bootID: String
    let holds: [Hold]
    let failures: [BuildFailure]
    let unfinished: [UnfinishedPackage]
    let needsCleanEnd: Bool
    let isExcused: Bool

    /// With the moment before the word was written; nil where it was not.
    func outcome(of word: Word, changed: Bool, before: Moment? = nil) -> Holds {
      Holds(
        at: now, changed: changed, message: word.message(changed: changed, before ?? self),
        holds: holds)
    }
  }
}

extension Holding.Word {
  /// Whether nothing is left to write down.
  fileprivate func isSo(_ moment: Holding.Moment) -> Bool {
    switch self {
    case .hold(let patch, let reason, let until):
      moment.holds.contains { $0.patch == patch && $0.reason == reason && $0.until == until }
    case .resume(let patch):
      !moment.holds.contains { $0.patch == patch }
        && !moment.failures.contains { $0.name == patch } && givesUp(moment) == nil
    case .shutdown: !moment.needsCleanEnd
    case .running: !moment.isExcused
    }
  }

  /// The package that nobody has to verify any more.
  fileprivate func givesUp(_ moment: Holding.Moment) -> UnfinishedPackage? {
    guard case .resume(let name?) = self else { return nil }
    return moment.unfinished.first { $0.isMeant(by: name) }
  }

  fileprivate func message(changed: Bool, _ before: Holding.Moment) -> String {
    switch self {
    case .hold(let patch, _, let until):
      let end = until.map { "until \($0)" } ?? "until someone resumes it"
      return "\(patch ?? "everything on this host") is held\(changed ? "" : " already,") \(end)"
    case .resume(let patch):
      if let patch {
        if !changed { return "there is no hold on \(patch)" }
        var done: [String] = []
        if before.holds.contains(where: { $0.patch == patch }) {
          done.append("the hold on \(patch) is lifted")
        }
        if before.failures.contains(where: { $0.name == patch }) {
          done.append("what failed of \(patch) may be tried again")
        }
        if let package = givesUp(before) {
          done.append(
            "\(package.package) is given up: later runs take what is installed as it is, and undo nothing "
              + "of it")
        }
        return done.joined(separator: "; ")
      }
      return changed
        ? "the hold on everything is lifted" : "there is no hold on everything on this host"
    case .shutdown:
      return changed
        ? "the end of this boot is marked as clean"
        : "no build is being loaded or on probation, so that the end of this boot needs no mark"
    case .running:
      return changed
        ? "the mark is taken back: this boot goes on"
        : "no mark stands that could excuse a build, so that there is nothing to take back"
    }
  }
}

extension Diagnostic.Code {
  package static let stillInstalled = Diagnostic.Code(
    "still-installed", "A package that is to be given up may be being installed yet.")
}
