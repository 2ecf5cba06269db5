package import Diagnostics
package import Shapes
package import SystemPackage

/// What all policies together want of one host: one answer for each patch that they name.
package struct DesiredSet: Sendable {
  package enum Wanted: Hashable, Sendable {
    case applied(BuildDefinition)
    /// With the module, where some policy says which it is.
    case absent(module: String?)
  }

  package struct Patch: Sendable {
    package var name: String
    package var wanted: Wanted
    /// The policy that won it; among those that agree, the first by name.
    package var policy: String
    package var requires: [String]
    package var fixes: [String]
    package var severity: Severity?
    package var version: String?
    /// The shortest transition deadline of all policies that name the patch.
    package var deadline: Duration
    package var source: Location

    package init(
      name: String, wanted: Wanted, policy: String, requires: [String] = [], fixes: [String] = [],
      severity: Severity? = nil, version: String? = nil,
      deadline: Duration = TransitionDeadline.usual, source: Location
    ) {
      self.name = name
      self.wanted = wanted
      self.policy = policy
      self.requires = requires
      self.fixes = fixes
      self.severity = severity
      self.version = version
      self.deadline = deadline
      self.source = source
    }
  }

  /// Sorted by name.
  package var patches: [Patch]
  /// The policies that select the host, sorted by name.
  package var policies: [PolicyReference]
  /// The names of all policies given, whether they select the host or not.
  package var givenPolicies: Set<String>
  package var unmanaged: Unmanaged
  /// The shortest of all policies that select the host.
  package var transitionDeadline: Duration

  package init(
    patches: [Patch], policies: [PolicyReference], givenPolicies: Set<String>,
    unmanaged: Unmanaged, transitionDeadline: Duration
  ) {
    self.patches = patches
    self.policies = policies
    self.givenPolicies = givenPolicies
    self.unmanaged = unmanaged
    self.transitionDeadline = transitionDeadline
  }
}

/// A module for one kernel release: what it is called, where it lies and what its bytes are.
package struct BuildDefinition: Hashable, Sendable {
  package var module: String
  /// As seen from the working directory, or absolute.
  package var file: FilePath
  /// Of the file as it lies there, in lower-case hex.
  package var sha256: String
  /// nil where the policy does not say.
  package var replace: Bool?
  package var version: String?
  package var released: CalendarDate?

  package init(
    module: String, file: FilePath, sha256: String, replace: Bool?, version: String? = nil,
    released: CalendarDate? = nil
  ) {
    self.module = module
    self.file = file
    self.sha256 = sha256
    self.replace = replace
    self.version = version
    self.released = released
  }
}

/// A policy and the bytes of the file it was read from.
package struct PolicyReference: Hashable, Sendable {
  package var name: String
  package var path: String
  package var sha256: String

  package init(name: String, path: String, sha256: String) {
    self.name = name
    self.path = path
    self.sha256 = sha256
  }
}
