internal import Documents
package import Files
internal import JSONText
internal import Planning

/// Runs the gate commands of policies on this host.
package struct GateCommands: Sendable {
  private let trust: FileTrust

  /// - Parameter trust: whose programs are run.
  package init(trust: FileTrust) {
    self.trust = trust
  }

  /// Runs a command with the change that it is asked about, a `GateRequest`, on its standard input.
  func ask(_ question: GateQuestion, of host: PlannedHost) -> GateAnswer {
    let request = GateRequest(
      host: host, patch: question.patch, module: question.module, action: question.action,
      policy: question.policy)
    let command = PolicyCommand(question.run, timeLimit: question.timeLimit, trust: trust)
    switch command.run(JSONWriter.bytes(of: request)) {
    case .passed: return .passed
    case .refused(let why): return .refused(why)
    case .broken(let why): return .broken(why)
    }
  }

  /// What is wrong with programs that nobody could run, by the program's path.
  func problems(ofPrograms programs: [String]) -> [String: String] {
    var problems: [String: String] = [:]
    for program in Set(programs) {
      problems[program] = PolicyCommand([program], timeLimit: .zero, trust: trust).problem
    }
    return problems
  }

  /// Asks what was not asked before, each once.
  func ask(
    _ questions: [GateQuestion], of host: PlannedHost,
    knowing answers: [GateQuestion: GateAnswer] = [:]
  ) -> [GateQuestion: GateAnswer] {
    var answers = answers
    for question in questions where answers[question] == nil {
      answers[question] = ask(question, of: host)
    }
    return answers
  }
}
