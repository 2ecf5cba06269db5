/// One host at one moment, as it was observed: what `plan` plans against.
///
/// `Fact.unknown` (JSON `null`) is a value that could not be observed; an absent field does not
/// apply to this host. Why something is unknown stands in `unobserved`.
package struct HostSnapshot: Hashable, Sendable {
  package static let kind = "HostSnapshot"

  /// When it was taken, in whole seconds since the epoch, UTC.
  package var takenAt: Timestamp
  package var host: Host
  package var live: LiveState
  /// What vendors' services say of the host; absent where nobody looked.
  package var services: Services?
  package var history: History
  /// What of the kernel the modules of certain policies need; absent where nobody looked.
  package var facts: KernelFacts?
  /// What could not be read, and why.
  package var unobserved: [Unobserved]

  package init(
    takenAt: Timestamp, host: Host, live: LiveState, services: Services? = nil, history: History,
    facts: KernelFacts? = nil, unobserved: [Unobserved]
  ) {
    self.takenAt = takenAt
    self.host = host
    self.live = live
    self.services = services
    self.history = history
    self.facts = facts
    self.unobserved = unobserved
  }
}

/// A value that may have refused to be observed.
package enum Fact<Value: Hashable & Sendable>: Hashable, Sendable {
  case known(Value)
  case unknown

  package var value: Value? {
    if case .known(let value) = self { value } else { nil }
  }
}

/// Something that was there and could not be used: never the same as something absent.
package struct Unobserved: Hashable, Sendable {
  package enum Problem: String, CaseIterable, Sendable {
    /// What every host has is not there, as under a root with no file systems of the kernel.
    case absent
    case unreadable, malformed
  }

  package var path: String
  package var problem: Problem
  /// The error, or what was found instead of what is documented.
  package var message: String

  package init(path: String, problem: Problem, message: String) {
    self.path = path
    self.problem = problem
    self.message = message
  }
}
