package import Diagnostics
package import Documents
package import Files
internal import ModuleFile
internal import Nodes
internal import Planning
package import PolicyModel
internal import Workers

/// Plans for the hosts of cases as `plan` does for a real one, and compares.
///
/// - Parameters:
///   - cases: those to run.
///   - set: the policies, with all that they refer to.
///   - trust: whose snapshots are believed.
///   - toolVersion: the version of this program.
/// - Returns: the report, nil if a case's host cannot be had, and all that is wrong with them.
package func run(
  _ cases: [TestCase], of set: PolicySet, trust: FileTrust, toolVersion: String
) -> (report: TestReport?, diagnostics: [Diagnostic]) {
  let start = ContinuousClock.now
  var ready: [(TestCase, Situation)] = []
  var diagnostics: [Diagnostic] = []
  for test in cases {
    let (situation, problems) = test.situation(set, trust: trust)
    diagnostics += problems
    if let situation { ready.append((test, situation)) }
  }
  if diagnostics.containsError { return (nil, diagnostics.sortedByLocation()) }
  let results = inParallel(ready.count) { [ready] index in
    let (test, situation) = ready[index]
    return test.result(in: situation, set, toolVersion: toolVersion)
  }
  let report = TestReport(
    toolVersion: toolVersion, cases: results, notRun: set.testCases.count - cases.count,
    duration: start.duration(to: .now))
  return (report, diagnostics.sortedByLocation())
}

/// What came of a case's policies on its host.
enum Outcome {
  case planned(PlannedCase)
  /// There is no plan: the codes of the errors, and what they say.
  case refused(codes: [String], notes: [String])
}

/// A plan, and what its modules are.
struct PlannedCase {
  let plan: Plan
  /// The builds wanted, by patch.
  let chosen: [String: BuildDefinition]
  /// What was loaded before.
  let records: [ManagedModule]
}

extension TestCase {
  fileprivate func result(
    in situation: Situation, _ set: PolicySet, toolVersion: String
  ) -> TestReport.Case {
    let start = ContinuousClock.now
    let outcome = outcome(in: situation, set, toolVersion: toolVersion)
    let comparison = Comparison(definition.expect, outcome)
    let place = definition.place
    return TestReport.Case(
      document: document, name: name, path: place.source.path,
      line: place.position.map { Int($0.line) } ?? 1,
      column: place.position.map { Int($0.column) } ?? 1,
      duration: start.duration(to: .now), differences: comparison.differences,
      notes: comparison.differences.isEmpty ? [] : comparison.notes)
  }

  private func outcome(
    in situation: Situation, _ set: PolicySet, toolVersion: String
  ) -> Outcome {
    let snapshot = situation.snapshot
    let (desired, diagnostics) = set.desired(on: snapshot.host, at: situation.at)
    guard let desired else {
      let errors = diagnostics.filter { $0.severity == .error }
      var codes: [String] = []
      for error in errors where !codes.contains(error.code.name) { codes.append(error.code.name) }
      return .refused(codes: codes, notes: errors.flatMap(\.lines))
    }
    if let contradiction = contradiction(in: snapshot.live) {
      return .refused(codes: ["impossible-snapshot"], notes: [contradiction])
    }
    let chosen = desired.chosenBuilds(on: snapshot)
    let artefacts = chosen.filter { needsArtefact($0.value, snapshot: snapshot) }.mapValues {
      ArtefactFinding.verified($0.pretendedFacts(on: snapshot.host))
    }
    do throws(ModelDisagreement) {
      var input = PlanningInput(
        desired: desired, artefacts: artefacts,
        // Each counts as signed, like all else that is declared of it.
        signatures: artefacts.mapValues { _ in .valid(by: nil) }, snapshot: snapshot,
        at: situation.at,
        toolVersion: toolVersion,
        options: PlanningOptions(
          prune: false, allowEmpty: false, unverified: .warn,
          isForAnotherTime: situation.at != snapshot.takenAt))
      var work = try PlannedWork(input)
      if let replies = situation.replies {
        input.gateAnswers = Dictionary(
          uniqueKeysWithValues: work.questions.map { question in
            (question, GateAnswer(question.run.first.flatMap { replies[$0] } ?? .passes, question))
          })
        work = try PlannedWork(input)
      }
      let plan = work.plan
      return .planned(
        PlannedCase(
          plan: plan, chosen: chosen, records: snapshot.history.managed.value ?? []))
    } catch {
      return .refused(codes: ["impossible-snapshot"], notes: [error.description])
    }
  }
}

extension GateAnswer {
  /// What the host would make of it.
  fileprivate init(_ reply: CommandReply, _ question: GateQuestion) {
    self =
      switch reply {
      case .passes: .passed
      case .refuses: .refused("it exited with 1, as the test says")
      case .hangs: .broken("\(question.run.first ?? "") was killed, as the test says")
      }
  }
}

extension Diagnostic {
  /// The message and its notes, each with its place.
  fileprivate var lines: [String] {
    func line(_ location: Location?, _ text: String) -> String {
      (location.map { "\($0): " } ?? "") + text
    }
    return [line(location, "\(message) [\(code)]")]
      + notes.map { line($0.location, $0.message) } + (advice.map { ["→ \($0)"] } ?? [])
  }
}

extension PlannedCase {
  /// The patch that a module in memory is a build of, if klpolicy knows one.
  func patch(of module: String, buildID: String?) -> String? {
    let record = records.first { $0.module == module && $0.buildID == buildID }
    if let record { return record.patch }
    return chosen.first { $0.value.module == module && $0.value.pretendedBuildID == buildID }?.key
  }

  /// The version of the build that a step loads or takes off.
  func version(of step: Step) -> String? {
    switch step.action {
    case .disable, .unload:
      return records.first { $0.module == step.module }?.version
    case .load, .await, .stage, .install, .configure:
      let build = step.patch.flatMap { chosen[$0] }
      if let build, build.module == step.module { return build.version }
      return records.first { $0.module == step.module }?.version
    }
  }

  /// The patches that are in force when every step is done, sorted.
  var applied: [String] {
    Set(
      plan.after.filter { $0.state == .applied }
        .compactMap { patch(of: $0.module, buildID: $0.buildID) }
    ).sorted()
  }
}
