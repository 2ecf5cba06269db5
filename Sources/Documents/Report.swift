/// What a run of `reconcile` did, found and left: every field of its plan, and the outcome.
package struct Report: Hashable, Sendable {
  package static let kind = "Report"

  package enum Result: String, CaseIterable, Sendable {
    /// Nothing to do.
    case converged
    /// Everything in the plan was done and verified.
    case applied
    /// Only deferred work is left.
    case deferred
    /// Something will not happen until someone acts.
    case blocked
    /// Something failed, and its group is back to what it was.
    case restored
    /// Something failed, and the host is left changed.
    case failed
    /// The run declined to do what the policies imply.
    case refused
  }

  package var plan: Plan
  /// Names this run in the journal; absent when the run wrote nothing.
  package var run: String?
  package var bootID: Fact<String>
  /// What started the run.
  package var trigger: String
  package var result: Result
  /// What was said with `--reason`; otherwise the reason (of the reasons of a plan) that decided how
  /// the run ended, where one did.
  package var reason: String?
  /// Who overrode windows in this run; absent unless somebody did.
  package var override: Override?
  package var changed: Bool
  package var message: String
  /// The live patches before and after, a line each.
  package var before: String
  package var after: String
  package var startedAt: Timestamp
  package var durationMilliseconds: Int
  package var errors: [RunError]
  package var blockers: [Blocker]
  /// The hooks that were run, in that order.
  package var hooks: [HookResult]
  package var interrupted: Bool
  /// The digests of the copies that were taken out of the store: of builds for kernels that are gone
  /// from the host.
  package var collected: [String] = []

  package init(
    plan: Plan, run: String?, bootID: Fact<String>, trigger: String, result: Result,
    reason: String?, override: Override? = nil, changed: Bool, message: String, before: String,
    after: String,
    startedAt: Timestamp, durationMilliseconds: Int, errors: [RunError], blockers: [Blocker],
    hooks: [HookResult] = [], interrupted: Bool
  ) {
    self.plan = plan
    self.run = run
    self.bootID = bootID
    self.trigger = trigger
    self.result = result
    self.reason = reason
    self.override = override
    self.changed = changed
    self.message = message
    self.before = before
    self.after = after
    self.startedAt = startedAt
    self.durationMilliseconds = durationMilliseconds
    self.errors = errors
    self.blockers = blockers
    self.hooks = hooks
    self.interrupted = interrupted
  }

  /// Whether something went wrong, in the sense of a configuration-management tool.
  package var failed: Bool { result == .restored || result == .failed }
}

/// A person's word that windows do not hold for one run.
package struct Override: Hashable, Sendable {
  /// Who said so, by login name.
  package var by: String
  /// Why, in that person's words.
  package var reason: String

  package init(by: String, reason: String) {
    self.by = by
    self.reason = reason
  }
}

/// An operation of a run that failed.
package struct RunError: Hashable, Sendable {
  package enum Phase: String, CaseIterable, Sendable {
    case apply, verify, undo
  }

  /// The step that failed, or that was being undone.
  package var step: Int?
  package var phase: Phase
  package var operation: String
  package var path: String
  /// The name of the error number, `EBUSY`; absent where no system call failed.
  package var errno: String?
  package var message: String

  package init(
    step: Int?, phase: Phase, operation: String, path: String, errno: String?, message: String
  ) {
    self.step = step
    self.phase = phase
    self.operation = operation
    self.path = path
    self.errno = errno
    self.message = message
  }
}

/// A task that keeps a transition from completing.
package struct Blocker: Hashable, Sendable {
  package var pid: Int
  package var tid: Int
  package var command: String
  /// The kernel stack, innermost first, as `/proc/<pid>/stack` prints it.
  package var stack: [String]
  /// Why it holds the transition up, as far as that shows; absent in documents of an earlier version.
  package var why: String?

  package init(pid: Int, tid: Int, command: String, stack: [String], why: String? = nil) {
    self.pid = pid
    self.tid = tid
    self.command = command
    self.stack = stack
    self.why = why
  }
}
