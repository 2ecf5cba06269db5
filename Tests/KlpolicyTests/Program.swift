import ChildProcess
import Glibc
import SystemPackage
import Testing
// So that it is built: it is run, and nothing of it is called.
import klpolicy

/// The `klpolicy` of this build.
enum Program {
  /// It lies beside the tests' own program.
  static let path: FilePath = {
    var bytes = [CChar](repeating: 0, count: Int(PATH_MAX))
    let count = unsafe readlink("/proc/self/exe", &bytes, bytes.count - 1)
    let tests = count > 0 ? FilePath(platformString: bytes) : FilePath(CommandLine.arguments[0])
    return tests.removingLastComponent().appending("klpolicy")
  }()

  static let isRoot = geteuid() == 0

  /// Whether root can run it as somebody who may do nothing.
  static var runsUnprivileged: Bool {
    get async {
      guard isRoot else { return true }
      let result = try? await command(asNobody(["--version"]), in: "/").run()
      return result?.succeeded == true
    }
  }

  /// The words of a shell command line that runs it without root's rights.
  static func asNobody(_ arguments: [String]) -> [String] {
    let words = [path.string] + arguments
    guard isRoot else { return words }
    return ["/usr/bin/setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] + words
  }

  static func command(
    _ words: [String], in directory: FilePath, environment: [String: String] = [:],
    input: [UInt8] = []
  ) -> Command {
    Command(
      FilePath(words[0]), Array(words.dropFirst()), environment: environment, input: input,
      workingDirectory: directory, timeLimit: .seconds(120), outputLimit: 4 << 20)
  }
}

/// Runs `klpolicy` in a directory, with nothing in its environment but what is given.
func klpolicy(
  _ arguments: String..., in directory: FilePath, environment: [String: String] = [:],
  input: [UInt8] = []
) async throws -> Outcome {
  try await klpolicy(arguments, in: directory, environment: environment, input: input)
}

func klpolicy(
  _ arguments: [String], in directory: FilePath, environment: [String: String] = [:],
  input: [UInt8] = []
) async throws -> Outcome {
  try await run(
    [Program.path.string] + arguments, in: directory, environment: environment, input: input)
}

/// Runs a program to its end.
func run(
  _ words: [String], in directory: FilePath, environment: [String: String] = [:],
  input: [UInt8] = []
) async throws -> Outcome {
  let result = try await Program.command(
    words, in: directory, environment: environment, input: input
  ).run()
  return Outcome(result)
}

/// What a user sees of a command.
struct Outcome: CustomTestStringConvertible {
  /// The exit status; nil for a crash, and for a program that does not end.
  let status: Int32?
  let ending: CommandResult.Ending
  let output: String
  let errors: String

  init(_ result: CommandResult) {
    ending = result.ending
    status = if case .exited(let code) = result.ending { code } else { nil }
    output = result.standardOutput.text
    errors = result.standardError.text
  }

  var testDescription: String { "it \(ending)\n\(output)\n\(errors)" }

  /// The diagnostics on standard error.
  var shown: [Shown] { Shown.all(in: errors) }

  /// Standard output as JSON.
  func json() throws -> JSON { try JSON(output) }
}
