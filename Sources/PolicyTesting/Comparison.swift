internal import Documents
internal import PolicyModel
internal import Shapes

/// What is due held against what came out.
struct Comparison {
  private let expect: Expectation
  /// The expectations that were not met, in the order of the keys.
  private(set) var differences: [TestReport.Difference] = []
  /// What explains them to a person.
  private(set) var notes: [String] = []

  init(_ expect: Expectation, _ outcome: Outcome) {
    self.expect = expect
    switch outcome {
    case .refused(let codes, let notes):
      compare("error", expect.error.map { [$0] } ?? [], codes)
      self.notes = notes
    case .planned(let planned):
      if let error = expect.error {
        add("error", [TestReport.Line(.missing, error), TestReport.Line(.unexpected, "none")])
      }
      compare(planned)
    }
  }

  private mutating func compare(_ planned: PlannedCase) {
    let plan = planned.plan
    if let changed = expect.changed, changed != plan.changed {
      add(
        "changed",
        [TestReport.Line(.missing, "\(changed)"), TestReport.Line(.unexpected, "\(plan.changed)")])
    }
    if let steps = expect.steps {
      // After each change comes the wait for its transition: who wants to see that says so.
      let namesAwait = steps.contains { $0.action == .await }
      let actual = plan.steps.filter { step in
        isLookedAt(patch: step.patch, module: step.module)
          && (step.action != .await || namesAwait || step.reason == .transitionInProgress)
      }
      add("steps", stepLines(steps, actual, planned))
    }
    compare("applied", expect.applied?.map(\.text), planned.applied.filter(isNamed))
    if let absent = expect.absent {
      add("absent", absentLines(absent.map(\.text), planned))
    }
    let deferred = plan.deferred.filter { isLookedAt(patch: $0.patch, module: $0.module) }
    let blocked = plan.blocked.filter { isLookedAt(patch: $0.patch, module: $0.module) }
    if let due = expect.deferred { add("deferred", withheldLines(due, deferred)) }
    if let due = expect.blocked { add("blocked", withheldLines(due, blocked)) }
    compare(
      "satisfied", expect.satisfied?.map(\.text), plan.satisfied.map(\.patch).filter(isNamed))
    compare(
      "unmanaged", expect.unmanaged?.map(\.text), plan.unmanaged.map(\.module).filter(isNamed))
    compare("warnings", expect.warnings, plan.warnings.map(\.code))
    let after = plan.after.filter { module in
      module.state == .applied
        && isLookedAt(
          patch: planned.patch(of: module.module, buildID: module.buildID), module: module.module)
    }
    compare("after", expect.after?.map(\.text), after.map(\.module))

    notes += deferred.map { "\($0.subject) is deferred, \($0.reason.rawValue): \($0.message)" }
    notes += blocked.map { "\($0.subject) is blocked, \($0.reason.rawValue): \($0.message)" }
    notes += plan.satisfied.filter { isNamed($0.patch) }.map { "\($0.patch): \($0.message)" }
    if differences.contains(where: { $0.field == "warnings" }) {
      notes += plan.warnings.map { "\($0.code): \($0.message)" }
    }
  }

  private func isNamed(_ name: String) -> Bool {
    expect.only?.contains { $0.text == name } ?? true
  }

  private func isLookedAt(patch: String?, module: String?) -> Bool {
    guard expect.only != nil else { return true }
    return patch.map(isNamed) == true || module.map(isNamed) == true
  }

  private mutating func add(_ field: String, _ lines: [TestReport.Line]) {
    if lines.allSatisfy({ $0.mark == .same }) { return }
    differences.append(TestReport.Difference(field: field, lines: lines))
  }

  /// Lists in any order; nil says nothing.
  private mutating func compare(_ field: String, _ expected: [String]?, _ actual: [String]) {
    guard let expected else { return }
    var missing = expected
    var same: [TestReport.Line] = []
    var unexpected: [TestReport.Line] = []
    for text in actual {
      if let index = missing.firstIndex(of: text) {
        missing.remove(at: index)
        same.append(TestReport.Line(.same, text))
      } else {
        unexpected.append(TestReport.Line(.unexpected, text))
      }
    }
    add(field, same + missing.map { TestReport.Line(.missing, $0) } + unexpected)
  }

  private func absentLines(_ absent: [String], _ planned: PlannedCase) -> [TestReport.Line] {
    absent.flatMap { patch -> [TestReport.Line] in
      let module = planned.plan.after.first {
        $0.state == .applied && planned.patch(of: $0.module, buildID: $0.buildID) == patch
      }
      guard let module else { return [TestReport.Line(.same, patch)] }
      return [
        TestReport.Line(.missing, patch),
        TestReport.Line(.unexpected, "\(patch) is applied (module \(module.module))"),
      ]
    }
  }

  /// By name: what is named has that reason among its reasons, and nothing else is held back.
  private func withheldLines(
    _ expected: ExpectedWithholding, _ actual: [Withheld]
  ) -> [TestReport.Line] {
    var lines: [TestReport.Line] = []
    var told = Set<Int>()
    for (name, due) in expected.entries.sorted(by: { $0.key < $1.key }) {
      let named = actual.indices.filter { actual[$0].isCalled(name) }
      let isMet = named.contains { actual[$0].reason == due.reason && due.allows(actual[$0].until) }
      lines.append(TestReport.Line(isMet ? .same : .missing, due.text(name)))
      if !isMet {
        lines += named.filter { !told.contains($0) }.map {
          TestReport.Line(.unexpected, actual[$0].text(name, withTime: due.until != nil))
        }
      }
      told.formUnion(named)
    }
    lines += actual.indices.filter { !told.contains($0) }.map {
      TestReport.Line(.unexpected, actual[$0].text(actual[$0].subject, withTime: false))
    }
    return lines
  }
}

extension ExpectedWithheld {
  private var time: Timestamp? {
    until.map { Timestamp(secondsSinceEpoch: $0.secondsSinceEpoch) }
  }

  fileprivate func allows(_ end: Timestamp?) -> Bool { time.map { $0 == end } ?? true }

  fileprivate func text(_ name: String) -> String {
    "\(name): \(reason.rawValue)" + (time.map { " until \($0)" } ?? "")
  }
}

extension Withheld {
  fileprivate var subject: String { patch ?? module ?? "the host" }

  fileprivate func isCalled(_ name: String) -> Bool { patch == name || module == name }

  fileprivate func text(_ name: String, withTime: Bool) -> String {
    "\(name): \(reason.rawValue)" + (withTime ? until.map { " until \($0)" } ?? "" : "")
  }
}
