/// A rule that says whether a change may begin now, in the order in which they are asked: the first
/// one that defers a change gives the deferral its reason.
///
/// An unsynchronised clock speaks only after the rules that go by the time, about what those would
/// let pass; one that is provably wrong speaks before them.
package enum Gate: String, CaseIterable, Sendable {
  /// `hold`, the word of a person.
  case hold
  /// Whether the clock can be relied on, where a rule goes by it.
  case clock
  case freeze
  case window
  /// Whether the patch is severe enough to need no window.
  case urgency
  case cutoff
  case minimumAge = "minimum-age"
  case rollout
  case load
  case uptime
  case taint
  /// A program of the policy's, which is run only when every other gate has let the change pass.
  case command
}

/// What came of asking a gate about a change.
package struct GateResult: Hashable, Sendable {
  package enum Verdict: String, CaseIterable, Sendable {
    case passed, deferred, blocked
    /// It was not asked, or what it would have said does not count here.
    case skipped
  }

  package var gate: Gate
  /// The patch that is changed; absent for a module that no policy names.
  package var patch: String?
  package var module: String?
  /// The policy whose rule it is; absent for a person's hold and for the clock.
  package var policy: String?
  /// `path:line:column` of that rule.
  package var source: String?
  package var verdict: Verdict
  /// Why not; absent unless it defers or blocks.
  package var reason: Reason?
  package var message: String
  /// When it lets the change pass, where that can be known.
  package var until: Timestamp?

  package init(
    _ gate: Gate, _ verdict: Verdict, reason: Reason? = nil, _ message: String,
    patch: String? = nil, module: String? = nil, policy: String? = nil, source: String? = nil,
    until: Timestamp? = nil
  ) {
    self.gate = gate
    self.patch = patch
    self.module = module
    self.policy = policy
    self.source = source
    self.verdict = verdict
    self.reason = reason
    self.message = message
    self.until = until?.withinReach
  }
}
