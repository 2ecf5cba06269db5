internal import ChildProcess
internal import Documents
internal import Files
package import Journal
internal import SystemPackage

/// A text that is never printed.
package struct SecretText: Sendable, CustomStringConvertible, CustomDebugStringConvertible,
  CustomReflectable
{
  let text: String

  package init(_ text: String) { self.text = text }

  package var description: String { "(not shown)" }
  package var debugDescription: String { description }
  package var customMirror: Mirror { Mirror(self, children: []) }
}

/// What Canonical's client had to say to an order.
package struct ClientAnswer: Hashable, Sendable {
  /// Why it was not done by the client's own account, to go on after its name.
  package var complaint: String?
  /// Whether its command came to its end by itself. Where it was killed, the client's daemon may do what
  /// it was told all the same, and later.
  package var hasEnded = true

  package init() {}
}

/// Canonical's client, which is told to enable the machine, to disable it, or a setting.
///
/// Each change needs the run lock and an intent that is in the journal. What the client prints is never
/// shown: it has the machine's token in it. What came of an order, its status and the kernel say.
package struct LivepatchClient: Sendable {
  private let programs: ServicePrograms
  /// How long enabling and disabling may take, for which the client asks its server.
  private let timeLimit: Duration

  package init(
    programs: ServicePrograms = ServicePrograms(clientTimeLimit: .seconds(10)),
    timeLimit: Duration = .seconds(60)
  ) {
    self.programs = programs
    self.timeLimit = timeLimit
  }

  /// Makes the change that `intent` announces.
  ///
  /// - Parameters:
  ///   - intent: what was written down.
  ///   - client: the path of the client, as its status had it.
  ///   - value: what is told it, where that is another than the intent says: with a password in it.
  ///   - token: what the machine is enabled with. The client takes it on its command line alone, where
  ///     who may see others' processes can read it as long as that runs.
  ///   - access: the run lock.
  ///   - answer: gets what the client had to say.
  /// - Returns: the same in short, for the journal.
  package func carryOut(
    _ intent: consuming Intent, client: String, value: String? = nil, token: SecretText? = nil,
    under access: borrowing WriteAccess, _ answer: inout ClientAnswer
  ) -> Outcome {
    let change = intent.change
    guard case .configureClient(let order) = change else {
      answer.complaint = "cannot do that"
      return intent.outcome(SystemError("configure", change.module, .invalidArgument))
    }
    let (arguments, limit): ([String], Duration)
    switch (order.key, order.value) {
    case ("enabled", "true"):
      guard let token else {
        answer.complaint = "has no token to enable the machine with"
        return intent.outcome(SystemError(order.key, order.text, .permissionDenied))
      }
      (arguments, limit) = (["enable", token.text], timeLimit)
    case ("enabled", _): (arguments, limit) = (["disable"], timeLimit)
    case (let key, let text):
      (arguments, limit) = (["config", "\(key)=\(value ?? text ?? "")"], programs.clientTimeLimit)
    }
    switch runProgram(program(client), arguments, timeLimit: limit, trust: programs.trust) {
    case .failure(let problem):
      answer.complaint = "\(problem)"
      answer.hasEnded = !problem.wasKilled
    case .success(let result):
      answer.complaint = result.succeeded ? nil : "\(result.ending)"
    }
    if answer.complaint == nil { return intent.outcome(nil) }
    return intent.outcome(SystemError(Services.Canonical.name, order.text, .canceled))
  }

  /// The client's settings as it has them, with whatever is secret in them; nil where it does not tell.
  /// One that is not set is not among them.
  package func settings(_ client: String) -> [String: String]? {
    let answer = runProgram(
      program(client), ["config", "--format", "json"], timeLimit: programs.clientTimeLimit,
      trust: programs.trust)
    guard case .success(let result) = answer, result.succeeded,
      let known = ForeignJSON(result.standardOutput.bytes), known.isObject
    else { return nil }
    var settings: [String: String] = [:]
    for key in ["remote-server", "cutoff-date", "patch-delay", "check-interval"] {
      guard let value = known[key] else { continue }
      guard let text = value.text ?? value.number.map({ "\($0)" }) else { return nil }
      if !text.isEmpty { settings[key] = text }
    }
    return settings
  }

  private func program(_ client: String) -> FilePath {
    programs.root.appending(String(client.drop { $0 == "/" }))
  }
}
