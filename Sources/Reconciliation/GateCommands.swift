internal import ChildProcess
internal import Documents
package import Files
internal import JSONText
internal import Planning
internal import SystemPackage

/// Runs the gate commands of policies on this host.
package struct GateCommands: Sendable {
  private let trust: FileTrust

  /// - Parameter trust: whose programs are run.
  package init(trust: FileTrust) {
    self.trust = trust
  }

  /// No variable is inherited: what root runs does not depend on who started klpolicy.
  private static let environment = ["PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8"]

  /// Runs a command with the change that it is asked about, a `GateRequest`, on its standard input.
  func ask(_ question: GateQuestion, of host: PlannedHost) -> GateAnswer {
    guard let program = question.run.first else { return .broken("it names no program") }
    do throws(FileProblem) {
      // As it is with policies: who can write the program decides what root runs.
      _ = try openTrusted(FilePath(program), trust: trust)
    } catch {
      return .broken("\(error)" + (error.advice.map { "; \($0)" } ?? ""))
    }
    let request = GateRequest(
      host: host, patch: question.patch, module: question.module, action: question.action,
      policy: question.policy)
    let command = Command(
      FilePath(program), Array(question.run.dropFirst()), environment: GateCommands.environment,
      input: JSONWriter.bytes(of: request), timeLimit: question.timeLimit)
    do throws(CommandFailure) {
      let result = try command.runAndWait()
      switch result.ending {
      case .exited(0): return .passed
      case .exited:
        let line = result.standardError.lastLine
        return .refused(line.isEmpty ? "it \(result.ending)" : "it \(result.ending): \(line)")
      case .killed, .timedOut: return .broken("\(program) \(result.ending)")
      }
    } catch {
      return .broken("\(error)")
    }
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

extension CommandResult.Output {
  /// The last line with something on it, cut where it is too long for a message.
  fileprivate var lastLine: String {
    let line = text.split(whereSeparator: \.isNewline).last { !$0.allSatisfy(\.isWhitespace) } ?? ""
    return line.count > 300 ? line.prefix(300) + "..." : String(line)
  }
}
