package import Documents

/// Something that keeps a module from being loaded, or a module from being changed, on a host.
package struct Obstacle: Hashable, Sendable {
  package var reason: Reason
  /// What stands in the way and what to do, for a person.
  package var message: String
  /// The file of the host that shows it; nil where none does.
  package var fact: String?
  /// How the kernel would refuse the load; nil where it would not, or another step is in question.
  package var refusal: Refusal?

  package init(
    _ reason: Reason, _ message: String, fact: String? = nil, refusal: Refusal? = nil
  ) {
    self.reason = reason
    self.message = message
    self.fact = fact
    self.refusal = refusal
  }
}

/// The kernel's answer to a module that it does not take (`kernel/module/main.c` and
/// `kernel/livepatch/core.c`, Linux 6.1 and 6.12).
package struct Refusal: Hashable, Sendable {
  /// When it looks, in its own order: of several obstacles it tells the first.
  package enum Stage: Int, Hashable, Sendable, Comparable {
    case permission, signature, format, blacklist, layout, vermagic, name, symbols, linking, exports
    case sysfs, enabling, objects, relocations, transition, tracing, hooking

    package static func < (left: Stage, right: Stage) -> Bool { left.rawValue < right.rawValue }
  }

  package var stage: Stage
  /// As errno(3) names it.
  package var errno: String

  package init(_ stage: Stage, _ errno: String) {
    self.stage = stage
    self.errno = errno
  }
}

/// The outcome of a check that rests on facts of the host.
package struct Findings: Hashable, Sendable {
  package var obstacles: [Obstacle] = []
  /// Facts that the check needed and the host did not show, by name.
  package var unknown: [String] = []
  /// What nobody can look at on this host, and the kernel itself checks before anything is changed.
  package var leftToKernel: [String] = []
  /// The same, where what can be looked at leaves little doubt: said by `inspect` alone.
  package var unproven: [String] = []
  /// What does not stand in the way, and should be known.
  package var warnings: [Warning] = []

  package init() {}

  /// The value of a fact; notes the fact as unknown where there is none.
  mutating func need<Value>(_ fact: Fact<Value>, _ name: String) -> Value? {
    if fact.value == nil { unknown.append(name) }
    return fact.value
  }

  /// Adds what another check found.
  package mutating func add(_ other: Findings) {
    obstacles += other.obstacles
    unknown += other.unknown
    leftToKernel += other.leftToKernel
    unproven += other.unproven
    warnings += other.warnings
  }
}
