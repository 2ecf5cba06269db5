/// What was done on a host, as its journal has it: the runs that had work to do, and the words of
/// people that were written down.
package struct RunHistory: Hashable, Sendable {
  package static let kind = "History"

  /// The newest first.
  package var runs: [PastRun]
  /// Lines of the journal that are not as they were written: what they said is not known.
  package var unread: [Unread]

  package init(runs: [PastRun], unread: [Unread] = []) {
    self.runs = runs
    self.unread = unread
  }

  package struct Unread: Hashable, Sendable {
    package var path: String
    package var line: Int
    package var message: String

    package init(path: String, line: Int, message: String) {
      self.path = path
      self.line = line
      self.message = message
    }
  }
}

/// A run, or a person's word, that was written into the journal.
package struct PastRun: Hashable, Sendable {
  /// Its name in the journal.
  package var run: String
  package var startedAt: Timestamp
  /// Absent while no end is written down.
  package var endedAt: Timestamp?
  package var durationMilliseconds: Int?
  package var bootID: String
  /// The kernel release it ran on; absent in records of an earlier version.
  package var kernel: String?
  /// What started it: `reconcile`, `rollback`, `hold`, `resume`.
  package var trigger: String
  /// The login name of who started it; absent in records of an earlier version.
  package var by: String?
  /// Why, in that person's words.
  package var reason: String?
  /// The run that it rolled back.
  package var rollback: String?
  /// Whether windows were overridden.
  package var overridesWindow: Bool
  /// What a word is about; absent for runs, and for a word about everything.
  package var patch: String?
  /// When a hold ends by itself.
  package var until: Timestamp?
  /// How the run ended: unknown when it was killed, or is at work; absent for a word.
  package var result: Fact<Report.Result>?
  package var changes: [PastChange]

  package init(
    run: String, startedAt: Timestamp, bootID: String, kernel: String? = nil, trigger: String,
    by: String? = nil, reason: String? = nil, rollback: String? = nil,
    overridesWindow: Bool = false, patch: String? = nil,
    until: Timestamp? = nil, result: Fact<Report.Result>? = nil, changes: [PastChange] = []
  ) {
    self.run = run
    self.startedAt = startedAt
    self.bootID = bootID
    self.kernel = kernel
    self.trigger = trigger
    self.by = by
    self.reason = reason
    self.rollback = rollback
    self.overridesWindow = overridesWindow
    self.patch = patch
    self.until = until
    self.result = result
    self.changes = changes
  }
}

/// A change that a run announced.
package struct PastChange: Hashable, Sendable {
  package enum Action: String, CaseIterable, Sendable {
    case load, disable, unload, reverse, force
    /// A build for another kernel was brought into the store.
    case stage
    /// A file of a vendor's service was written, or a package installed.
    case install
    /// One of these was taken away.
    case remove
    /// A vendor's client was told a setting.
    case configure
  }

  package enum Outcome: String, CaseIterable, Sendable {
    /// The kernel accepted it.
    case done
    case refused
    /// The run ended before that was written down.
    case unknown
  }

  package var at: Timestamp
  package var action: Action
  package var module: String
  /// What is loaded or was loaded before; absent where the journal does not say.
  package var patch: String?
  package var policy: String?
  package var version: String?
  package var buildID: String?
  package var sha256: String?
  /// The kernel release that it is for, of what is for another one than the run was on.
  package var kernel: String?
  /// Why, as the plan had it; absent for what undid a failure, and in records of an earlier version.
  package var reason: String?
  /// Whether it was made to undo what had failed.
  package var isUndo: Bool
  package var outcome: Outcome
  /// The file that was written or taken away.
  package var path: String?
  /// The vendor's service that was changed, as policies name it.
  package var service: String?
  /// The package that was installed or taken away, as rpm has it.
  package var package: String?
  /// The one of its name that was installed before; absent where there was none.
  package var replaces: String?
  /// The setting of a service that was made, `key=value`.
  package var setting: String?
  /// What that was before, as far as the service shows it; absent where it was not set, or where the
  /// journal does not say.
  package var before: String?
  /// The number of the error (errno(3)) with which the kernel refused it.
  package var errno: Int?

  package init(
    at: Timestamp, action: Action, module: String, build: ManagedModule? = nil,
    reason: String? = nil, isUndo: Bool = false, outcome: Outcome = .unknown, errno: Int? = nil
  ) {
    self.at = at
    self.action = action
    self.module = module
    patch = build?.patch
    policy = build?.policy
    version = build?.version
    buildID = build?.buildID
    sha256 = build?.sha256
    self.reason = reason
    self.isUndo = isUndo
    self.outcome = outcome
    self.errno = errno
  }
}
