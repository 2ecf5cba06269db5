package import Diagnostics
package import Documents
package import Files
internal import Journal
package import LivepatchHost
internal import SystemPackage

/// Sets and lifts holds: a person's word, written into the journal under the run lock.
package struct Holding {
  let host: LivepatchHost
  let layout: HostLayout
  let trust: FileTrust
  let lockTimeout: Duration

  package enum Word: Hashable, Sendable {
    /// That a patch, or everything (nil), stays as it is.
    case hold(patch: String?, reason: String, until: Timestamp?)
    /// That it does not have to any longer, and may be tried again where it failed or ended a boot.
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
    do throws(SystemError) {
      var journal = try Journal.open(
        layout.journal, run: newRunID(clock()), bootID: second.bootID, crashes: second.failures,
        trust: trust, access: access, now: clock)
      switch word {
      case .hold(let patch, let reason, let until):
        try journal.hold(patch, reason: reason, until: until, by: person)
      case .resume(let patch): try journal.resume(patch, by: person)
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
      failures: observed.snapshot.history.failures, needsCleanEnd: observed.needsCleanEnd,
      isExcused: observed.isExcused)
  }

  /// What holds at a moment.
  fileprivate struct Moment {
    let now: Timestamp
    let bootID: String
    let holds: [Hold]
    let failures: [BuildFailure]
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
        && !moment.failures.contains { $0.name == patch }
    case .shutdown: !moment.needsCleanEnd
    case .running: !moment.isExcused
    }
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
