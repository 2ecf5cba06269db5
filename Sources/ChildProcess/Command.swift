package import SystemPackage

/// A program to run as a child process, and the bounds that it runs in.
///
/// It runs in a process group of its own. When it ends, or when its time is up, whatever is left in
/// that group is killed: a command leaves nothing running, unless it daemonizes (setsid(2)), which
/// takes a process out of the group. Its standard input is always a file that is complete before it
/// starts, so that it does not matter whether it is read.
package struct Command: Hashable, Sendable {
  /// An absolute path: PATH is not searched, which somebody else may have set.
  package var program: FilePath
  /// Without the program's own name.
  package var arguments: [String]
  /// All of it: nothing is inherited.
  package var environment: [String: String]
  /// What it can read from its standard input; empty is /dev/null.
  package var input: [UInt8]
  package var workingDirectory: FilePath
  /// SIGKILL goes to the whole group when this is over, by a clock that cannot be set.
  package var timeLimit: Duration
  /// How many bytes of each output are kept. The rest is read, so that the program does not block,
  /// and counted. Of what is run undisturbed half of them are those of its end.
  package var outputLimit: Int
  /// Whom it runs as, without further groups; nil is whoever runs this process. Only root may name
  /// somebody.
  package var user: User?

  package struct User: Hashable, Sendable {
    package var userID: UInt32
    package var groupID: UInt32

    package init(userID: UInt32, groupID: UInt32) {
      self.userID = userID
      self.groupID = groupID
    }

    /// Who owns nothing, by the numbers that Linux distributions give it.
    package static let nobody = User(userID: 65534, groupID: 65534)
  }

  /// Who follows what a command writes while it runs.
  package struct Listener: Sendable {
    /// Is given standard output piece by piece, which the result then does not have. With false the
    /// command is killed.
    package var output: @Sendable ([UInt8]) -> Bool
    /// Sees standard error piece by piece.
    package var error: @Sendable ([UInt8]) -> Void

    package init(
      output: @escaping @Sendable ([UInt8]) -> Bool, error: @escaping @Sendable ([UInt8]) -> Void
    ) {
      self.output = output
      self.error = error
    }
  }

  package init(
    _ program: FilePath, _ arguments: [String] = [], environment: [String: String] = [:],
    input: [UInt8] = [], workingDirectory: FilePath = "/", timeLimit: Duration,
    outputLimit: Int = 64 << 10
  ) {
    self.program = program
    self.arguments = arguments
    self.environment = environment
    self.input = input
    self.workingDirectory = workingDirectory
    self.timeLimit = timeLimit
    self.outputLimit = outputLimit
  }
}

/// What became of a command.
package struct CommandResult: Hashable, Sendable {
  package enum Ending: Hashable, Sendable {
    case exited(Int32)
    case killed(signal: Int32)
    /// It was killed because its time was up.
    case timedOut
  }

  /// The beginning of what was written to an output, and of what is run undisturbed the end.
  package struct Output: Hashable, Sendable {
    package var bytes: [UInt8] = []
    /// How many bytes came after these, and are left out.
    package var dropped = 0
    /// What came after those.
    package var last: [UInt8] = []

    package var isTruncated: Bool { dropped > 0 }
    /// As UTF-8, with what is none replaced, and a line that says how much is left out before the end.
    package var text: String {
      let text = String(decoding: bytes, as: UTF8.self)
      if last.isEmpty { return text }
      return text + "\n[\(dropped) bytes are left out]\n" + String(decoding: last, as: UTF8.self)
    }
  }

  package var ending: Ending
  package var standardOutput: Output
  package var standardError: Output

  package var succeeded: Bool { ending == .exited(0) }
}

extension CommandResult.Ending: CustomStringConvertible {
  /// To go on after the program's name.
  package var description: String {
    switch self {
    case .exited(let code): "exited with \(code)"
    case .killed(let signal): "was killed by signal \(signal)"
    case .timedOut: "did not end within its time limit and was killed"
    }
  }
}

/// Why a command was not started, or was lost sight of.
package struct CommandFailure: Error, Hashable, Sendable {
  package enum Kind: Hashable, Sendable {
    case notFound, notExecutable
    /// The program is there, and the interpreter or loader that it names is not.
    case interpreterMissing
    case badWorkingDirectory
    /// What no program can be given.
    case invalid
    case failed
  }

  package let kind: Kind
  package let program: String
  /// One sentence without a full stop.
  package let description: String

  init(_ kind: Kind, _ command: Command, _ description: String) {
    self.kind = kind
    program = command.program.string
    self.description = description
  }
}

extension CommandFailure: CustomStringConvertible {}
