import ChildProcess
import Dispatch
import Glibc
import SystemPackage
import Testing

/// Runs a line of shell.
func shell(
  _ script: String, environment: [String: String] = ["PATH": "/usr/bin:/bin"],
  input: [UInt8] = [], limit: Duration = .seconds(600), output: Int = 64 << 10
) async throws -> CommandResult {
  try await Command(
    "/bin/sh", ["-c", script], environment: environment, input: input, timeLimit: limit,
    outputLimit: output
  ).run()
}

/// What a program is given, and what is seen of it.
struct CommandTests {
  static let endings: [(String, CommandResult.Ending, String)] = [
    ("exit 0", .exited(0), "exited with 0"),
    ("exit 7", .exited(7), "exited with 7"),
    ("kill -TERM $$", .killed(signal: 15), "was killed by signal 15"),
    // Not by us.
    ("kill -KILL $$", .killed(signal: 9), "was killed by signal 9"),
  ]

  @Test("how it ended is told", arguments: endings)
  func ending(_ script: String, _ ending: CommandResult.Ending, _ says: String) async throws {
    let result = try await shell(script)
    #expect(result.ending == ending)
    #expect(result.ending.description == says)
    #expect(result.succeeded == (ending == .exited(0)))
  }

  @Test("both outputs come back, each by itself")
  func outputs() async throws {
    let result = try await shell("echo out; echo err >&2; printf 'more\\377'")
    #expect(result.standardOutput.bytes == Array("out\nmore".utf8) + [0xff])
    #expect(result.standardOutput.text == "out\nmore\u{fffd}")
    #expect(result.standardError.text == "err\n")
    #expect(!result.standardOutput.isTruncated)
  }

  @Test("arguments arrive as they are, with no shell between")
  func arguments() async throws {
    let given = ["", "a b", "$HOME", "*", "'\"", "\n", "ä", "-n"]
    let result = try await Command(
      "/usr/bin/printf", ["%s\\0"] + given, timeLimit: .seconds(60)
    ).run()
    #expect(result.standardOutput.text == given.map { $0 + "\0" }.joined())
  }

  @Test(
    "the environment is exactly what was given",
    arguments: [[:], ["A": "1", "EMPTY": "", "ODD": "a=b c\nd"]])
  func environment(_ given: [String: String]) async throws {
    let result = try await Command(
      "/usr/bin/env", ["-0"], environment: given, timeLimit: .seconds(60)
    ).run()
    let seen = result.standardOutput.text.split(separator: "\0").map(String.init)
    #expect(seen.sorted() == given.map { "\($0)=\($1)" }.sorted())
  }

  @Test("the whole input can be read", arguments: [0, 1, 65_536, 65_537, 3_000_000])
  func input(_ size: Int) async throws {
    let bytes = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 7) }
    let command = Command("/bin/cat", input: bytes, timeLimit: .seconds(60), outputLimit: size)
    #expect(try await command.run().standardOutput.bytes == bytes)
  }

  @Test("a program that ends without reading its input has no effect, ten thousand times")
  func unreadInput() async throws {
    // More than a pipe would hold.
    let command = Command(
      "/bin/true", input: [UInt8](repeating: 0x20, count: 70_000), timeLimit: .seconds(60))
    let passed = try await withThrowingTaskGroup(of: Int.self) { tasks in
      for _ in 0..<4 {
        tasks.addTask {
          var passed = 0
          for _ in 0..<2_500 where try await command.run().succeeded { passed += 1 }
          return passed
        }
      }
      return try await tasks.reduce(0, +)
    }
    #expect(passed == 10_000)
  }

  @Test("a program cannot change its input for others")
  func inputIsSealed() async throws {
    let result = try await shell("echo x 2>&1 >&0; echo $?", input: [1])
    #expect(result.standardOutput.text.contains("1\n"))
  }

  @Test("it runs where it is told to, in a group of its own, with no other file open")
  func surroundings() async throws {
    var command = Command(
      "/bin/sh", ["-c", "pwd; read -r pid _ _ _ group _ < /proc/$$/stat; echo $((pid - group))"],
      workingDirectory: "/usr/bin", timeLimit: .seconds(60))
    #expect(try await command.run().standardOutput.text == "/usr/bin\n0\n")
    command = Command("/bin/ls", ["/proc/self/fd"], timeLimit: .seconds(60))
    // The last is that of ls on the directory itself.
    #expect(try await command.run().standardOutput.text == "0\n1\n2\n3\n")
  }

  @Test("signals that this program ignores are not ignored by the child")
  func signals() async throws {
    signal(SIGPIPE, SIG_IGN)
    let result = try await shell("sed -n 's/^SigIgn:.//p' /proc/self/status")
    let mask = try #require(UInt64(result.standardOutput.text.dropLast(), radix: 16))
    // The C library keeps signals 32 and 33 to itself.
    #expect(mask & 0x7fff_ffff == 0)
  }

  @Test("a thread that may block can wait for it", arguments: ["exit 3", "sleep 60"])
  func blocking(_ script: String) async throws {
    let command = Command(
      "/bin/sh", ["-c", script], environment: ["PATH": "/usr/bin:/bin"],
      timeLimit: .milliseconds(script == "exit 3" ? 60_000 : 200))
    let result = await withCheckedContinuation { continuation in
      DispatchQueue(label: "blocking").async {
        continuation.resume(returning: Result { try command.runAndWait() })
      }
    }
    #expect(try result.get().ending == (script == "exit 3" ? .exited(3) : .timedOut))
    let unknown = await withCheckedContinuation { continuation in
      DispatchQueue(label: "blocking").async {
        continuation.resume(
          returning: Result { try Command("/nowhere", timeLimit: .zero).runAndWait() })
      }
    }
    #expect(throws: CommandFailure.self) { try unknown.get() }
  }
}
