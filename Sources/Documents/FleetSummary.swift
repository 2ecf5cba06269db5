/// What the plans of a whole fleet come to.
///
/// Its size does not grow with the number of hosts: hosts are counted, and only the first are named.
package struct FleetSummary: Hashable, Sendable {
  package static let kind = "FleetSummary"

  /// The moment that the plans were made for.
  package var at: Timestamp
  package var toolVersion: String
  /// Hosts that have a plan.
  package var hosts: Int
  /// Lines of the input that have none.
  package var refused: Int
  /// Each host once, by what weighs most.
  package var outcomes: Outcomes
  /// Hosts of which a fact could not be observed.
  package var unverified: Int
  /// The first of them.
  package var unverifiedExamples: [String]
  /// The most frequent first.
  package var reasons: [ReasonCount]
  /// The most frequent first.
  package var kernels: [KernelCount]
  /// By name.
  package var patches: [PatchCount]
  /// Vendors' services, by name.
  package var services: [ServiceCount]
  /// Those that are open on the most hosts first.
  package var cves: [CVECount]
  /// How many kernels, patches and CVEs are in none of the lists, because these are full.
  package var notListed: Int

  package init(at: Timestamp, toolVersion: String) {
    self.at = at
    self.toolVersion = toolVersion
    hosts = 0
    refused = 0
    outcomes = Outcomes()
    unverified = 0
    unverifiedExamples = []
    reasons = []
    kernels = []
    patches = []
    services = []
    cves = []
    notListed = 0
  }

  package struct Outcomes: Hashable, Sendable {
    /// As the policies want it.
    package var converged = 0
    /// Would be changed, and nothing is blocked.
    package var changes = 0
    /// Only deferred work is left.
    package var deferred = 0
    /// Something is blocked until someone acts.
    package var blocked = 0
    /// No given policy wants anything of it, on the kernel that it runs: nothing is done there, and
    /// nobody has said that this is right.
    package var uncovered = 0
    /// Nothing is to be done as far as could be observed, and something that decides could not be.
    package var unverified = 0

    package init() {}

    package var total: Int {
      converged + changes + deferred + blocked + uncovered + unverified
    }
  }

  /// Why something is done, waits or is blocked.
  package struct ReasonCount: Hashable, Sendable {
    package enum Part: String, CaseIterable, Sendable {
      case step, deferred, blocked
    }

    package var reason: Reason
    package var part: Part
    package var hosts: Int
    /// The first of them.
    package var examples: [String]

    package init(reason: Reason, part: Part, hosts: Int, examples: [String]) {
      self.reason = reason
      self.part = part
      self.hosts = hosts
      self.examples = examples
    }
  }

  package struct KernelCount: Hashable, Sendable {
    package var release: String
    package var outcomes: Outcomes

    package init(release: String, outcomes: Outcomes) {
      self.release = release
      self.outcomes = outcomes
    }
  }

  /// On how many hosts something is to be done, or not, about a patch.
  package struct PatchCount: Hashable, Sendable {
    package var patch: String
    /// It would be loaded.
    package var load = 0
    /// It would be taken off.
    package var remove = 0
    package var deferred = 0
    package var blocked = 0

    package init(patch: String) {
      self.patch = patch
    }
  }

  /// On how many hosts something is to be done, or not, about a vendor's service.
  package struct ServiceCount: Hashable, Sendable {
    /// As policies name it.
    package var service: String
    /// A package, a file or a setting of it would be changed.
    package var change = 0
    package var deferred = 0
    package var blocked = 0

    package init(service: String) {
      self.service = service
    }
  }

  /// A vulnerability that stays open, and where.
  package struct CVECount: Hashable, Sendable {
    package var cve: String
    /// Hosts on which it stays open.
    package var open: Int
    /// The first of them.
    package var examples: [String]

    package init(cve: String, open: Int, examples: [String]) {
      self.cve = cve
      self.open = open
      self.examples = examples
    }
  }
}
