package import Shapes

/// The live state of a host, side by side with what klpolicy knows of it.
package struct Status: Hashable, Sendable {
  package static let kind = "Status"

  package var at: Timestamp
  package var host: Host
  package var patches: [PatchStatus]
  package var transition: Fact<TransitionStatus>?
  package var conditions: [Condition]
  /// The holds in force; unknown when the journal could not be read.
  package var holds: Fact<[Hold]>
  /// What failed, or ended a boot, and is not to be tried again as it was.
  package var failures: [BuildFailure]
  /// Packages that a run installed, or was installing, and did not get to verify.
  package var unfinished: [UnfinishedPackage]
  package var unobserved: [Unobserved]
  /// The last day on which policies support the kernel that runs; nil where none says.
  package var supportedUntil: CalendarDate?
  /// What the agent says of itself; nil where none ran in this boot.
  package var agent: AgentStatus?
  /// What vendors' services say; nil where nobody looked.
  package var services: Services?
  /// Where they and the kernel do not say the same.
  package var disagreements: [Disagreement]

  package init(
    at: Timestamp, host: Host, patches: [PatchStatus], transition: Fact<TransitionStatus>?,
    conditions: [Condition], holds: Fact<[Hold]> = .known([]), failures: [BuildFailure] = [],
    unfinished: [UnfinishedPackage] = [], unobserved: [Unobserved],
    supportedUntil: CalendarDate? = nil, agent: AgentStatus? = nil, services: Services? = nil,
    disagreements: [Disagreement] = []
  ) {
    self.at = at
    self.host = host
    self.patches = patches
    self.transition = transition
    self.conditions = conditions
    self.holds = holds
    self.failures = failures
    self.unfinished = unfinished
    self.unobserved = unobserved
    self.supportedUntil = supportedUntil
    self.agent = agent
    self.services = services
    self.disagreements = disagreements
  }
}

/// One live patch: the kernel's facts, and whose it is.
package struct PatchStatus: Hashable, Sendable {
  package var live: LivePatch
  /// Whether klpolicy loaded this very build in this boot; unknown without the journal.
  package var managed: Fact<Bool>
  /// The patch's name in its policy.
  package var patch: String?
  package var policy: String?
  package var version: String?
  /// What the verified live state fixes: empty unless the patch is applied.
  package var fixes: [String]
  /// What is in memory, `vmlinux` or a module, and none of its functions hooked, though the patch is
  /// enabled and has some: it fixes nothing then.
  package var unpatched: [String]

  package init(
    live: LivePatch, managed: Fact<Bool>, patch: String?, policy: String?, version: String?,
    fixes: [String], unpatched: [String] = []
  ) {
    self.live = live
    self.managed = managed
    self.patch = patch
    self.policy = policy
    self.version = version
    self.fixes = fixes
    self.unpatched = unpatched
  }
}

/// The transition that is running, and who keeps it from completing.
package struct TransitionStatus: Hashable, Sendable {
  package var transition: LiveTransition
  /// When it began; unknown unless klpolicy began it.
  package var since: Fact<Timestamp>
  package var blockers: [Blocker]

  package init(transition: LiveTransition, since: Fact<Timestamp>, blockers: [Blocker]) {
    self.transition = transition
    self.since = since
    self.blockers = blockers
  }
}

/// A statement about the host as a whole, in the manner of Kubernetes.
package struct Condition: Hashable, Sendable {
  package enum Kind: String, CaseIterable, Sendable {
    case supported = "Supported"
    case converged = "Converged"
    case transitioning = "Transitioning"
    case degraded = "Degraded"
    case rebootAdvised = "RebootAdvised"
    case held = "Held"
  }

  package enum Truth: String, CaseIterable, Sendable {
    case yes = "True"
    case no = "False"
    case unknown = "Unknown"
  }

  package var kind: Kind
  package var status: Truth
  /// One word in CamelCase.
  package var reason: String
  package var message: String

  package init(kind: Kind, status: Truth, reason: String, message: String) {
    self.kind = kind
    self.status = status
    self.reason = reason
    self.message = message
  }
}
