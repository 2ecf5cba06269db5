internal import Diagnostics
internal import Documents
internal import HostFacts
internal import Nodes
internal import Shapes

extension Tracer {
  /// Which policies speak of the patch, and which of them, and of their rules, are for the host.
  mutating func tracePolicies() {
    let speaking = set.policies.map { policy in
      (
        policy: policy,
        rules: policy.spec.kernels.filter { rule in
          rule.patches.contains { $0.name.value.text == patch }
        }
      )
    }.filter { !$0.rules.isEmpty || $0.policy.speaksOfWholeHost }
    // Those that count first: there may be a hundred others.
    let ordered = speaking.map { ($0, rank($0.policy, $0.rules)) }.sorted {
      ($0.1, $0.0.policy.name.value.text) < ($1.1, $1.0.policy.name.value.text)
    }
    for ((policy, rules), _) in ordered { trace(policy, rules) }
    if findings.isEmpty {
      tell(.policies, patch, .no, "no given policy names it", at: nil)
    }
  }

  private func rank(_ policy: Policy, _ rules: [KernelRule]) -> Int {
    if !policy.selection(of: subject.host).isSelected { return 3 }
    if rules.isEmpty { return 1 }
    return rules.contains { $0.selection(of: subject).isSelected } ? 0 : 2
  }

  private mutating func trace(_ policy: Policy, _ rules: [KernelRule]) {
    let name = policy.name.value.text
    let isSelected: Bool
    switch policy.selection(of: subject.host) {
    case .selected:
      isSelected = true
      let which = policy.spec.hosts == nil ? "is for every host" : "is for this host"
      tell(
        .policies, name, .yes,
        rules.isEmpty ? which + "; it names no patch, so what it demands binds every one" : which,
        policy: name, at: policy.spec.hosts?.place.location ?? policy.name.location)
    case .other(let why, let place):
      isSelected = false
      tell(.policies, name, .no, "is not for this host: \(why)", policy: name, at: place)
    case .unknown(let why, let place):
      isSelected = false
      tell(
        .policies, name, .unknown, "whether it is for this host is not known: \(why)",
        policy: name, reason: .unverified, at: place)
    }
    if isSelected { trace(rules, of: name) }
  }

  private mutating func trace(_ rules: [KernelRule], of policy: String) {
    var misses: [(rule: KernelRule, why: String, place: Location)] = []
    for rule in rules {
      switch rule.selection(of: subject) {
      case .selected:
        tell(
          .policies, "release \(rule.release.value.text)", .yes,
          "is for the kernel \(subject.release.text)", policy: policy, at: rule.release.location)
      case .other(let why, let place), .unknown(let why, let place):
        misses.append((rule, why, place))
      }
    }
    if misses.count < rules.count { return }
    // No rule is for the kernel: the nearest are the ones that may have been meant.
    let nearest = misses.enumerated().sorted {
      let (left, right) = (distance($0.element.rule), distance($1.element.rule))
      return left == right ? $0.offset < $1.offset : left < right
    }.map(\.element)
    for miss in nearest.prefix(nearestCount) {
      tell(
        .policies, "release \(miss.rule.release.value.text)", .no, miss.why, policy: policy,
        at: miss.place)
    }
    if nearest.count > nearestCount {
      tell(
        .policies, "other releases", .no,
        "\(nearest.count - nearestCount) more of its rules are for other kernels", policy: policy,
        at: nil)
    }
  }

  /// How far a rule that is not for the kernel is from being so.
  private func distance(_ rule: KernelRule) -> Int {
    rule.release.value.matches(subject.release)
      ? 0 : 1 + subject.release.text.distance(from: rule.release.value.text)
  }
}

/// How many of those that are not meant are shown: the ones that were perhaps to be.
let nearestCount = 3

extension String {
  /// How much of a name is left over behind what it has in common with another.
  func distance(from other: String) -> Int {
    let common = zip(utf8, other.utf8).prefix { $0 == $1 }.count
    return utf8.count + other.utf8.count - 2 * common
  }
}
