internal import Diagnostics
internal import Documents
internal import HostFacts
internal import Nodes
internal import Shapes

extension Tracer {
  /// Which entry wins the patch and why, and whose constraints bind it.
  mutating func traceLayering() {
    guard let winner = contenders.first else { return }
    tell(
      .layering, winner.policyName, .yes, "\(winner.wish); \(whyWon(winner))",
      policy: winner.policyName, at: winner.location)
    for other in contenders.dropFirst() {
      tell(
        .layering, other.policyName, .yes, "\(other.wish), just as \(winner.policyName) does",
        policy: other.policyName, at: other.location)
    }
    let losers = candidates.filter { candidate in
      !contenders.contains { $0.entry === candidate.entry }
    }
    for loser in losers.sorted(by: { $0.priority > $1.priority }) {
      let why =
        loser.priority < winner.priority
        ? "priority \(winner.priority) of \(winner.policyName) is higher than its \(loser.priority)"
        : "at one priority absent beats applied"
      tell(
        .layering, loser.policyName, .no, "\(loser.wish), and lost: \(why)",
        policy: loser.policyName, at: loser.location)
    }
    tell(.layering, "constraints", .note, binding, at: nil)
  }

  private func whyWon(_ winner: Candidate) -> String {
    if candidates.count == 1 { return "nobody else speaks of it here" }
    if candidates.count == contenders.count {
      return "it comes first by name among those that agree"
    }
    return candidates.contains { $0.priority < winner.priority }
      ? "its priority \(winner.priority) is the highest" : "at one priority absent beats applied"
  }

  /// Which policies bind the patch, and why.
  private var binding: String {
    let naming = Set(candidates.map(\.policyName))
    let names = constraints.policies.map(\.name.value.text)
    let others = names.filter { !naming.contains($0) }
    let namers = names.filter(naming.contains)
    let those = "of \(namers.sentence), which \(namers.verb("name")) it"
    return others.isEmpty
      ? those : those + ", and of \(others.sentence), which \(others.verb("name")) no patch"
  }
}

extension [String] {
  /// `a, b and c`.
  fileprivate var sentence: String {
    guard let last, count > 1 else { return first ?? "" }
    return dropLast().joined(separator: ", ") + " and \(last)"
  }

  /// `name`, or `names` where it is one who does it.
  fileprivate func verb(_ verb: String) -> String { count == 1 ? verb + "s" : verb }
}

extension Candidate {
  var policyName: String { policy.name.value.text }
  var priority: Int { policy.spec.priority }
  var location: Location { entry.location }

  /// What it says, in a few words.
  var wish: String {
    if entry.state.value == .absent { return "wants it absent" }
    if let build = BuildDefinition(entry) { return "wants it applied, \(build.title)" }
    return entry.version.map { "wants it applied in a version \($0.value.text)" }
      ?? "wants it applied"
  }
}
