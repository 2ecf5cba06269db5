internal import Diagnostics
package import Documents
internal import PolicyModel
internal import Shapes

/// A gate command that is to be asked about one change.
package struct GateQuestion: Hashable, Sendable {
  /// The program by its absolute path, then its arguments.
  package let run: [String]
  package let timeLimit: Duration
  package let patch: String?
  package let module: String
  /// `load` or `unload`.
  package let action: Step.Action
  /// The policy that the change is made for.
  package let policy: String?

  init(_ command: Safety.Command, _ change: GatedChange) {
    run = command.run.map(\.value)
    timeLimit = command.timeLimit
    patch = change.patch
    module = change.module
    action = change.action
    policy = change.policy
  }
}

/// What came of running a gate command.
package enum GateAnswer: Hashable, Sendable {
  case passed
  /// It ended with another exit code than 0; with what it had to say.
  case refused(String)
  /// It could not be run, or did not end by itself in time: nobody knows what it would have said.
  case broken(String)
}

/// What a gate command leads to.
package enum GateCommandOutcome: Sendable {
  case passed
  case deferred(Withheld)
  case blocked(Withheld)
}

extension GatedChange {
  /// The commands that are to be asked about it, each once.
  package var questions: [GateQuestion] {
    if isRestoration { return [] }
    var questions: [GateQuestion] = []
    for command in constraints.gateCommands {
      let question = GateQuestion(command.value, self)
      if !questions.contains(question) { questions.append(question) }
    }
    return questions
  }

  /// What the answers come to.
  ///
  /// - Parameter answers: to its questions; nil where the commands are not run.
  /// - Returns: a result for each command, in the order of the policies' names.
  package func results(_ answers: [GateQuestion: GateAnswer]?) -> [GateResult] {
    if isRestoration { return [] }
    return constraints.gateCommands.map { command in
      let question = GateQuestion(command.value, self)
      let rule = "policy \(command.policy) (\(command.source))"
      let title = "\(question.run.first ?? "") of \(rule)"
      let (verdict, message): (GateResult.Verdict, String) =
        switch answers?[question] {
        case .passed: (.passed, "\(title) lets it pass")
        case .refused(let why): (.deferred, "\(title) does not let it pass: \(why)")
        case .broken(let why):
          (.blocked, "the gate command of \(rule) gave no answer: \(why); mend it")
        case nil:
          (
            .skipped,
            "\(title) was not run: that is done on the host itself, by root, when nothing else keeps "
              + "the change from beginning"
          )
        }
      return GateResult(
        .command, verdict, reason: verdict == .passed || verdict == .skipped ? nil : .gateCommand,
        message, patch: patch, module: module, policy: command.policy,
        source: command.source.description)
    }
  }

  /// What the answers to its questions come to: what blocks it before what defers it.
  package func outcome(_ answers: [GateQuestion: GateAnswer]) -> GateCommandOutcome {
    let results = results(answers)
    if let result = results.first(where: { $0.verdict == .blocked }) {
      return .blocked(withheld(.gateCommand, result.message))
    }
    if let result = results.first(where: { $0.verdict != .passed }) {
      return .deferred(withheld(.gateCommand, result.message))
    }
    return .passed
  }

  /// Not begun because something else of its group is not.
  package func waiting(for other: Withheld) -> Withheld {
    var withheld = withheld(
      other.reason,
      "it belongs together with \(other.module ?? "what waits"), which waits: \(other.message)")
    withheld.until = other.until
    return withheld
  }

  func withheld(_ reason: Reason, _ message: String) -> Withheld {
    Withheld(
      patch: patch, module: module, reason: reason, message: message, source: source,
      openCVEs: openCVEs)
  }
}
