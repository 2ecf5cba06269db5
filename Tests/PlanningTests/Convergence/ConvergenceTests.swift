import Documents
import Glibc
import Planning
import PolicyModel
import Testing

/// How many hosts are tried: `KLPOLICY_RANDOM_HOSTS=100000 swift test --filter ConvergenceTests`.
/// `KLPOLICY_RANDOM_SEED` is the first one's seed.
private func number(_ name: String, _ usual: Int) -> Int {
  unsafe getenv(name).flatMap { unsafe Int(String(cString: $0)) } ?? usual
}

@Suite struct ConvergenceTests {
  private static let hosts = number("KLPOLICY_RANDOM_HOSTS", 1500)
  private static let firstSeed = number("KLPOLICY_RANDOM_SEED", 1)
  /// So many at a time, side by side.
  private static let slices = 16

  @Test(
    "Whatever is there and whatever is wanted: the plan converges, and takes nothing away",
    arguments: 0..<slices)
  func converges(slice: Int) throws {
    let closed = try World().bound(by: GateTests.nightly).desired.constraintsOfHost
    let rules = RandomHost.Rules(closed: closed)
    for seed in stride(
      from: Self.firstSeed + slice, to: Self.firstSeed + Self.hosts, by: Self.slices)
    {
      let host = RandomHost(seed: UInt64(seed))
      guard let wrong = host.wrong(rules) else { continue }
      let small = host.shrunk(rules)
      Issue.record(
        """
        seed \(seed): \(wrong)
        the smallest host like it: \(small.wrong(rules) ?? "")
        \(small.told(rules))
        """)
      return
    }
  }
}

extension RandomHost {
  /// What is wrong with the plan for it, or with the plan after that; nil if all is well.
  func wrong(_ rules: Rules) -> String? {
    do {
      var trial = try PlanTrial(self, rules)
      try trial.check()
      if trial.isWaitingForOthers { return nil }
      // What a recall took along, or had to come first, may have stood in the way of what is next.
      let isFirst =
        trial.plan.steps.contains { $0.reason == .withdrawn }
        || trial.plan.deferred.contains { $0.reason == .successorNotApplied }
      let runs = isFirst ? 2 : 1
      for _ in 0..<runs {
        trial = try PlanTrial(trial.after, rules)
        try trial.check()
      }
      return trial.plan.steps.first.map { step in
        "a further run would \(step.action) \(step.module) (\(step.reason.rawValue))"
      }
    } catch {
      return "\(error)"
    }
  }

  /// The host with as much as possible left out, as long as something is wrong with it.
  func shrunk(_ rules: Rules) -> RandomHost {
    var host = self
    while let smaller = host.smaller.first(where: { $0.wrong(rules) != nil }) { host = smaller }
    return host
  }

  /// Hosts with one thing less.
  private var smaller: [RandomHost] {
    var hosts: [RandomHost] = []
    func add(_ change: (inout RandomHost) -> Void) {
      var host = self
      change(&host)
      hosts.append(host)
    }
    for index in live.indices { add { $0.live.remove(at: index) } }
    for index in wanted.indices { add { $0.wanted.remove(at: index) } }
    for index in withdrawn.indices { add { $0.withdrawn.remove(at: index) } }
    for index in holds.indices { add { $0.holds.remove(at: index) } }
    if unmanaged != "report" { add { $0.unmanaged = "report" } }
    if prunes { add { $0.prunes = false } }
    if allowsEmpty { add { $0.allowsEmpty = false } }
    if removalsWait { add { $0.removalsWait = false } }
    for (index, want) in wanted.enumerated() {
      if want.waits { add { $0.wanted[index].waits = false } }
      if !want.requires.isEmpty { add { $0.wanted[index].requires.removeLast() } }
      if !want.fixes.isEmpty { add { $0.wanted[index].fixes.removeLast() } }
      for choice in want.choices.indices where want.choices.count > 1 {
        add {
          var choices = want.choices
          choices.remove(at: choice)
          $0.wanted[index].state = .applied(choices)
        }
      }
    }
    for (index, live) in live.enumerated() {
      if live.replace { add { $0.live[index].replace = false } }
      if !live.functions.isEmpty { add { $0.live[index].functions.removeLast() } }
      guard let record = live.record else { continue }
      if !record.requires.isEmpty { add { $0.live[index].record?.requires.removeLast() } }
      if !record.fixes.isEmpty { add { $0.live[index].record?.fixes.removeLast() } }
    }
    return hosts
  }

  /// All of it, and its plan, for a person.
  func told(_ rules: Rules) -> String {
    var lines = live.map { "live \($0)" } + wanted.map { "wanted \($0)" }
    lines += ["withdrawn \(withdrawn), holds \(holds), unmanaged \(unmanaged)"]
    lines += ["prunes \(prunes), allowsEmpty \(allowsEmpty), removalsWait \(removalsWait)"]
    if let trial = try? PlanTrial(self, rules) {
      lines += ["plan:", trial.plan.outline]
      lines += (trial.plan.blocked + trial.plan.deferred).map {
        "\($0.patch ?? "-") \($0.module ?? "-") \($0.reason.rawValue): \($0.message)"
      }
    }
    return lines.joined(separator: "\n")
  }
}
