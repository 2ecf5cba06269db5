/// Why a patch is, or is not, applied on a host: every rule that speaks of it, in the order of
/// decision, and what the plan makes of them.
package struct Explanation: Hashable, Sendable {
  package static let kind = "Explanation"

  /// The moment that it is explained for.
  package var at: Timestamp
  package var toolVersion: String
  /// The patch as policies name it.
  package var patch: String
  package var host: PlannedHost
  package var outcome: Outcome
  /// Sorted by stage; within one, the more decisive first.
  package var findings: [Finding]

  package init(
    at: Timestamp, toolVersion: String, patch: String, host: PlannedHost, outcome: Outcome,
    findings: [Finding]
  ) {
    self.at = at
    self.toolVersion = toolVersion
    self.patch = patch
    self.host = host
    self.outcome = outcome
    self.findings = findings
  }
}

extension Explanation {
  /// What is decided, in the order in which it is.
  package enum Stage: String, CaseIterable, Comparable, Sendable {
    /// Which policies and which of their rules are for the host and its kernel.
    case policies
    /// Which of their entries wins, and whose constraints bind.
    case layering
    /// What the patch is.
    case definition
    /// Which builds there are for the kernel, and which of them is admitted.
    case builds
    /// What a change has to keep to.
    case constraints
    /// What each gate says of the change that is due, in the order in which they are asked.
    case gates
    /// What is in memory of it.
    case host

    package static func < (lhs: Stage, rhs: Stage) -> Bool { lhs.rank < rhs.rank }
    private var rank: Int { Stage.allCases.firstIndex(of: self) ?? 0 }
  }

  /// How a rule comes out.
  package enum Verdict: String, CaseIterable, Sendable {
    /// It counts here, or is met.
    case yes
    /// It does not count here.
    case no
    /// It holds something up until a later time.
    case waits
    /// It stands in the way until someone acts.
    case blocks
    /// A fact that decides it could not be observed.
    case unknown
    /// It decides nothing by itself.
    case note
  }

  /// One rule, and how it comes out.
  package struct Finding: Hashable, Sendable {
    package var stage: Stage
    /// What it is about: a policy, a build by its title, a field.
    package var subject: String
    /// The policy that says it; absent where none does.
    package var policy: String?
    package var verdict: Verdict
    /// Where the verdict has a reason of the contract.
    package var reason: Reason?
    /// Why, for a person.
    package var message: String
    /// When the verdict ends, or what it speaks of begins, where that can be known.
    package var until: Timestamp?
    /// `path:line:column` of what says it; absent for what no document says.
    package var source: String?
    /// The text of that line, without its indentation.
    package var excerpt: String?

    package init(
      _ stage: Stage, _ subject: String, _ verdict: Verdict, _ message: String,
      policy: String? = nil, reason: Reason? = nil, until: Timestamp? = nil, source: String? = nil,
      excerpt: String? = nil
    ) {
      self.stage = stage
      self.subject = subject
      self.verdict = verdict
      self.message = message
      self.policy = policy
      self.reason = reason
      self.until = until
      self.source = source
      self.excerpt = excerpt
    }
  }

  /// What the plan of the same policies, host and moment says of the patch.
  package struct Outcome: Hashable, Sendable {
    package enum Result: String, CaseIterable, Sendable {
      /// The host is as the policies want it, as far as this patch goes.
      case asWanted = "as-wanted"
      /// The plan has steps for it.
      case pending
      /// It waits for a later run.
      case deferred
      /// It will not happen until someone acts.
      case blocked
      /// The kernel has the fix itself.
      case satisfied
      /// No policy that is for this host and kernel names it.
      case notWanted = "not-wanted"
    }

    package var result: Result
    /// Of what blocks or defers it; otherwise of its first step.
    package var reason: Reason?
    /// Why, for a person.
    package var message: String
    /// When what defers it ends, where that can be known.
    package var until: Timestamp?
    /// The first moment at which a build that waits is admitted and the windows and freezes let it
    /// be loaded, as far as can be known now; only where something of the patch is deferred.
    package var earliest: Timestamp?
    /// What the plan has of it, each as it stands there.
    package var steps: [Step]
    package var deferred: [Withheld]
    package var blocked: [Withheld]
    package var satisfied: [Satisfied]
    package var unmanaged: [UnmanagedPatch]
    /// Those of the whole plan: what could not be observed, and what a person should know.
    package var warnings: [Warning]

    package init(
      _ result: Result, reason: Reason? = nil, message: String, until: Timestamp? = nil,
      earliest: Timestamp? = nil, steps: [Step] = [], deferred: [Withheld] = [],
      blocked: [Withheld] = [],
      satisfied: [Satisfied] = [], unmanaged: [UnmanagedPatch] = [],
      warnings: [Warning] = []
    ) {
      self.result = result
      self.reason = reason
      self.message = message
      self.until = until
      self.earliest = earliest
      self.steps = steps
      self.deferred = deferred
      self.blocked = blocked
      self.satisfied = satisfied
      self.unmanaged = unmanaged
      self.warnings = warnings
    }
  }
}
