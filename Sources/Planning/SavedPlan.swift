package import Diagnostics
internal import Digests
package import Documents
internal import JSONText
package import Nodes
package import PolicyModel
internal import Shapes

/// A plan that somebody saved, looked at, and wants carried out: exactly that one, or none.
package struct SavedPlan: Hashable, Sendable {
  package let plan: Plan

  package init(_ plan: Plan) {
    self.plan = plan
  }

  /// Reads a plan that was printed or saved, and verifies its digest.
  ///
  /// - Returns: nil where it is not one, or not as it was written, and what is wrong with it.
  package static func read(_ source: SourceText) -> (plan: SavedPlan?, diagnostics: [Diagnostic]) {
    let table: NodeTable
    do throws(Diagnostic) {
      table = try readJSON(source)
    } catch {
      return (nil, [error])
    }
    let (plan, diagnostics) = decode(Plan.self, from: table)
    guard let plan else { return (nil, diagnostics) }
    guard digest(ofPlan: table) == plan.digest else {
      return (
        nil,
        [
          Diagnostic(
            .alteredPlan,
            "the plan is not as it was made: its digest is not \(plan.digest.prefix(12))...",
            at: Location(path: source.path), advice: "make it anew with klpolicy plan --out FILE")
        ]
      )
    }
    return (SavedPlan(plan), diagnostics)
  }

  /// Whether it was made for this host: by its machine ID or, where neither has one, by its name.
  package func isFor(_ host: Host) -> Bool {
    switch (plan.host.machineID, host.machineID) {
    case (.known(let planned), .known(let found)): planned == found
    case (.unknown, .unknown): plan.host.hostname == host.hostname
    case (.known, .unknown), (.unknown, .known): false
    }
  }

  /// In what a plan that is made now differs from it. None: what it says may be done.
  ///
  /// Gates and time are judged again, so groups that wait now are no difference, and neither is
  /// anything that the plan does not rest on.
  package func differences(from now: Plan) -> [Difference] {
    var found: [Difference] = []
    if plan.toolVersion != now.toolVersion {
      found.append(Difference("the version of klpolicy", plan.toolVersion, now.toolVersion))
    }
    found += compare(
      plan.policies.map { ("policy \($0.name) (\($0.path))", "SHA-256 \($0.sha256)") },
      now.policies.map { ("policy \($0.name) (\($0.path))", "SHA-256 \($0.sha256)") })
    var (then, today) = (plan.basis, now.basis)
    if (then + today).count(where: { $0.fact == Basis.kernelFacts }) < 2 {
      then.removeAll { $0.fact == Basis.kernelFacts }
      today.removeAll { $0.fact == Basis.kernelFacts }
    }
    found += compare(then.map(\.entry), today.map(\.entry))
    return found.isEmpty ? stepDifferences(now) : found
  }

  /// One thing that is not as it was.
  package struct Difference: Hashable, Sendable {
    package let fact: String
    /// nil: it was not there.
    package let before: String?
    /// nil: it is not there any more.
    package let after: String?

    init(_ fact: String, _ before: String?, _ after: String?) {
      self.fact = fact
      self.before = before
      self.after = after
    }

    package var diagnostic: Diagnostic {
      let text: String =
        switch (before, after) {
        case (let before?, let after?): "\(fact) was \(before), and is \(after)"
        case (nil, let after?): "\(fact) was not there, and is \(after)"
        case (let before?, nil): "\(fact) was \(before), and is not there any more"
        case (nil, nil): fact
        }
      return Diagnostic(.stalePlan, text)
    }
  }

  private func compare(
    _ before: [(fact: String, value: String)], _ after: [(fact: String, value: String)]
  ) -> [Difference] {
    let then = Dictionary(before, uniquingKeysWith: { first, _ in first })
    let now = Dictionary(after, uniquingKeysWith: { first, _ in first })
    let facts = before.map(\.fact) + after.map(\.fact).filter { then[$0] == nil }
    return facts.filter { then[$0] != now[$0] }.map { Difference($0, then[$0], now[$0]) }
  }

  /// The groups that are due now are groups of the saved plan, in its order; those that are not due
  /// are held back by something that a plan tells.
  private func stepDifferences(_ now: Plan) -> [Difference] {
    var found: [Difference] = []
    var rest = plan.steps.changes.groups[...]
    for group in now.steps.changes.groups {
      guard let place = rest.firstIndex(of: group) else {
        found.append(
          Difference(
            "what would be done", nil, group.map(\.text).joined(separator: ", ")))
        continue
      }
      found += rest[..<place].compactMap { unexplained($0, now) }
      rest = rest[(place + 1)...]
    }
    return found + rest.compactMap { unexplained($0, now) }
  }

  private func unexplained(_ group: [Step], _ now: Plan) -> Difference? {
    let isWithheld = (now.deferred + now.blocked).contains { withheld in
      group.contains { step in
        withheld.module == step.module || (withheld.patch != nil && withheld.patch == step.patch)
      }
    }
    if isWithheld { return nil }
    return Difference("what would be done", group.map(\.text).joined(separator: ", "), nil)
  }
}

extension SavedPlan {
  /// Whether it brings a build for another kernel into the store: no other is brought there when it
  /// is carried out, and one that is there meanwhile makes it no other plan.
  package func stages(_ build: OtherKernelBuild) -> Bool {
    plan.steps.contains {
      $0.action == .stage && $0.module == build.build.module && $0.kernel == build.release
    }
  }
}

extension [Step] {
  /// Those that change the running kernel.
  fileprivate var changes: [Step] { filter { $0.action != .stage } }

  /// The steps of each group, in order, without what only numbers them.
  fileprivate var groups: [[Step]] {
    var groups: [[Step]] = []
    var number: Int?
    for step in self {
      var bare = step
      bare.id = 0
      bare.group = 0
      bare.status = nil
      if step.group == number {
        groups[groups.count - 1].append(bare)
      } else {
        groups.append([bare])
      }
      number = step.group
    }
    return groups
  }
}

extension Step {
  fileprivate var text: String { "\(action.rawValue) \(module)" }
}

extension Basis {
  fileprivate var entry: (fact: String, value: String) {
    (fact, value ?? "something with the SHA-256 \(sha256)")
  }
}

extension Diagnostic.Code {
  package static let alteredPlan = Diagnostic.Code(
    "altered-plan", "A saved plan whose digest is not that of what it says.")
  package static let stalePlan = Diagnostic.Code(
    "stale-plan", "Something that a saved plan rests on is not as it was.")
}
