internal import ChildProcess
internal import Files
internal import Glibc
internal import SystemPackage

/// A program that a policy names, run as root: a gate command or a hook.
///
/// As it is with policies: who can write the program decides what root runs.
struct PolicyCommand {
  /// The program by its absolute path, then its arguments.
  let words: [String]
  let timeLimit: Duration
  let trust: FileTrust

  /// How it ended.
  enum End: Hashable {
    /// With 0.
    case passed
    /// With another code; with what it had to say.
    case refused(String)
    /// It could not be run, or did not end by itself in time: nobody knows what it would have said.
    case broken(String)
  }

  init(_ words: [String], timeLimit: Duration, trust: FileTrust) {
    self.words = words
    self.timeLimit = timeLimit
    self.trust = trust
  }

  /// No variable is inherited: what root runs does not depend on who started klpolicy.
  private static let environment = ["PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8"]

  /// Why the program cannot be run, as far as its file tells; nil where nothing speaks against it.
  var problem: String? {
    guard let program = words.first else { return "it names no program" }
    do throws(FileProblem) {
      _ = try openTrusted(FilePath(program), trust: trust)
    } catch {
      return "\(error)" + (error.advice.map { "; \($0)" } ?? "")
    }
    return unsafe access(program, X_OK) == 0 ? nil : "\(program) is no executable file"
  }

  /// Runs it with `input` on its standard input, which it need not read.
  func run(_ input: [UInt8]) -> End {
    if let problem { return .broken(problem) }
    let program = words.first ?? ""
    let command = Command(
      FilePath(program), Array(words.dropFirst()), environment: PolicyCommand.environment,
      input: input, timeLimit: timeLimit)
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
}

extension CommandResult.Output {
  /// The last line with something on it, cut where it is too long for a message.
  fileprivate var lastLine: String {
    let line = text.split(whereSeparator: \.isNewline).last { !$0.allSatisfy(\.isWhitespace) } ?? ""
    return line.count > 300 ? line.prefix(300) + "..." : String(line)
  }
}
