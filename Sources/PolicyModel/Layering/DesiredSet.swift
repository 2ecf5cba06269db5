package import Diagnostics
package import Documents
package import Shapes

/// What all policies together want of one host: one answer for each patch that they name.
package struct DesiredSet: Sendable {
  package enum Wanted: Sendable {
    /// One of these builds, the highest version first; which of them is admitted, each says.
    case applied([Choice])
    /// With the modules that are known for it on this kernel; none where the policies know it by
    /// several names, of which none is a guess to act on.
    case absent(modules: Set<String>)
    /// The running kernel has the fix itself.
    case fixedByKernel(message: String)
  }

  package struct Patch: Sendable {
    package var name: String
    package var wanted: Wanted
    /// The policy that won it; among those that agree, the first by name.
    package var policy: String
    package var requires: [String]
    package var fixes: [String]
    package var severity: Severity?
    /// What binds it, of all policies that name it, whether they won it or not.
    package var constraints: Constraints
    /// Whether what it wants is what was verified before this boot, which no gate holds up.
    package var isRestored = false
    /// The entry that won, without its line of text: it is named in plans, and shown by none.
    package var source: Location

    package init(
      name: String, wanted: Wanted, policy: String, requires: [String] = [], fixes: [String] = [],
      severity: Severity? = nil, constraints: Constraints = Constraints([]), source: Location
    ) {
      self.name = name
      self.wanted = wanted
      self.policy = policy
      self.requires = requires
      self.fixes = fixes
      self.severity = severity
      self.constraints = constraints
      self.source = source
    }

    /// The builds that the policies know for it on this kernel.
    package var builds: [BuildDefinition] {
      if case .applied(let choices) = wanted { choices.map(\.build) } else { [] }
    }
  }

  /// A build that a patch may be, and whether it may be it now.
  package struct Choice: Sendable {
    package var build: BuildDefinition
    package var admission: Admission

    package init(build: BuildDefinition, admission: Admission) {
      self.build = build
      self.admission = admission
    }

    /// What keeps it from being the one; nil where it is admitted.
    package var refusal: Admission.Refusal? {
      if case .refused(let refusal) = admission { refusal } else { nil }
    }
  }

  /// Sorted by name.
  package var patches: [Patch]
  /// The builds for the host's kernel that were withdrawn, whether a policy names their patches or
  /// not.
  package var withdrawals: [BuildDefinition]
  /// The policies that select the host, sorted by name.
  package var policies: [PolicyReference]
  /// The names of all policies given, whether they select the host or not.
  package var givenPolicies: Set<String>
  /// What binds the removal of what was loaded for a policy, whether it still selects the host or
  /// not.
  package var constraintsOfPolicies: OwnerConstraints
  /// What all policies that select the host ask for together.
  package var constraintsOfHost: Constraints
  package var unmanaged: Unmanaged
  /// What is wanted of the services of vendors, sorted by kind and subject.
  package var services: [Service]
  /// What could not be decided because a fact of the host is unknown, each in a sentence.
  package var undecided: [String]
  /// What a person should know of the host's kernel: the end of its support.
  package var warnings: [Warning]
  /// The last day on which policies support the kernel that runs; nil where none says.
  package var supportedUntil: CalendarDate?

  package init(
    patches: [Patch], withdrawals: [BuildDefinition] = [], policies: [PolicyReference],
    givenPolicies: Set<String>,
    constraintsOfPolicies: OwnerConstraints = OwnerConstraints(),
    constraintsOfHost: Constraints = Constraints([]), unmanaged: Unmanaged = .report,
    services: [Service] = [], undecided: [String] = [], warnings: [Warning] = [],
    supportedUntil: CalendarDate? = nil
  ) {
    self.patches = patches
    self.withdrawals = withdrawals
    self.policies = policies
    self.givenPolicies = givenPolicies
    self.constraintsOfPolicies = constraintsOfPolicies
    self.constraintsOfHost = constraintsOfHost
    self.unmanaged = unmanaged
    self.services = services
    self.undecided = undecided
    self.warnings = warnings
    self.supportedUntil = supportedUntil
  }
}
