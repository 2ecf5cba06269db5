package import Diagnostics
internal import Nodes
package import Shapes

/// Something that a policy says, and which policy says it where.
package struct Sourced<Value: Sendable>: Sendable {
  package var value: Value
  package var policy: String
  /// Without the line of text.
  package var source: Location

  package init(_ value: Value, policy: String, source: Location) {
    self.value = value
    self.policy = policy
    self.source = source
  }
}

/// What several policies together demand of a change: the strictest of everything.
package struct Constraints: Sendable {
  /// The policies that bind, sorted by name.
  package let policies: [Policy]
  /// The windows and freezes of all policies, by the policy's name.
  package let timetables: [String: Timetable]

  package init(_ policies: [Policy], timetables: [String: Timetable] = [:]) {
    self.policies = policies.sorted { $0.name.value.text < $1.name.value.text }
    self.timetables = timetables
  }

  /// How long a transition may take: the shortest that any policy gives.
  package var deadline: Duration {
    deadlineRule?.value ?? TransitionDeadline.usual
  }

  package var deadlineRule: Sourced<Duration>? {
    said(\.deadline).map { $0.mapped(\.duration) }.min { $0.value < $1.value }
  }

  /// What becomes of a transition that stalls: the word of the highest priority, for those of one
  /// priority agree.
  package var onStall: (value: StallRule, rule: Sourced<StallRule>?) {
    let top = policies.filter { $0.spec.safety?.transition?.onStall != nil }
      .map(\.spec.priority).max()
    let rule = Constraints(policies.filter { $0.spec.priority == top })
      .said(\.spec.safety?.transition?.onStall).first
    return (rule?.value ?? .revert, rule)
  }

  /// What is loaded at boot, the least that any policy says; `restore`, with no policy, where none
  /// says.
  package var atBoot: (value: BootRule, rule: Sourced<BootRule>?) {
    let order: [BootRule] = [.none, .restore, .desired]
    let rule = said(\.spec.maintenance?.atBoot).min {
      (order.firstIndex(of: $0.value) ?? 0) < (order.firstIndex(of: $1.value) ?? 0)
    }
    return (rule?.value ?? .restore, rule)
  }

  /// How often a stalled load is tried in one boot: the least that any policy says.
  package var attempts: Int {
    attemptsRule?.value ?? AttemptLimit.usual
  }

  package var attemptsRule: Sourced<Int>? {
    said(\.spec.safety?.attempts).map { $0.mapped(\.count) }.min { $0.value < $1.value }
  }

  /// How long a build is blamed for the end of a boot: the longest that any policy says.
  package var probation: Duration {
    said(\.spec.safety?.probation).map(\.value).max() ?? Safety.usualProbation
  }

  /// The earliest.
  package var cutoff: Sourced<CalendarDate>? {
    said(\.spec.cutoff).min { $0.value < $1.value }
  }

  /// The longest.
  package var minimumAge: Sourced<Duration>? {
    said(\.spec.minimumAge).max { $0.value < $1.value }
  }

  /// All of them: the latest wave decides.
  package var rollouts: [Sourced<Rollout>] {
    policies.compactMap { policy in
      policy.spec.rollout.map {
        Sourced($0, policy: policy.name.value.text, source: $0.place.bareLocation)
      }
    }
  }

  /// The strictest.
  package var signature: SignatureRule {
    let order = SignatureRule.allCases
    return said(\.spec.safety?.signature).map(\.value)
      .max { (order.firstIndex(of: $0) ?? 0) < (order.firstIndex(of: $1) ?? 0) } ?? .usual
  }

  /// What each policy says of one thing, by the policies' names.
  package func said<Value>(_ setting: (Policy) -> Located<Value>?) -> [Sourced<Value>] {
    policies.compactMap { policy in
      setting(policy).map {
        Sourced($0.value, policy: policy.name.value.text, source: $0.place.bareLocation)
      }
    }
  }
}

extension Sourced {
  func mapped<Other>(_ transform: (Value) -> Other) -> Sourced<Other> {
    Sourced<Other>(transform(value), policy: policy, source: source)
  }
}

/// The constraints of each policy by itself, with those that bind the whole host: made when asked
/// for.
package struct OwnerConstraints: Sendable {
  private let policies: [Policy]
  private let wholeHost: [Policy]
  private let timetables: [String: Timetable]

  package init(
    policies: [Policy] = [], wholeHost: [Policy] = [], timetables: [String: Timetable] = [:]
  ) {
    self.policies = policies
    self.wholeHost = wholeHost
    self.timetables = timetables
  }

  /// nil for a policy that was not given.
  package subscript(name: String) -> Constraints? {
    policies.first { $0.name.value.text == name }.map { policy in
      Constraints([policy] + wholeHost.filter { $0 !== policy }, timetables: timetables)
    }
  }
}
