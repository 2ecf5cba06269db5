import ChildProcess
import Dispatch
import Glibc
import SystemPackage
import Testing

/// Whatever a program does, it ends in time and leaves nothing behind.
struct BoundTests {
  /// Whether a process still runs; a dead one that nobody reaped does not.
  private func runs(_ pid: pid_t) throws -> Bool {
    guard let file = try? FileDescriptor.open(FilePath("/proc/\(pid)/stat"), .readOnly) else {
      return false
    }
    defer { try? file.close() }
    var bytes = [UInt8](repeating: 0, count: 512)
    let count = (try? unsafe bytes.withUnsafeMutableBytes { try unsafe file.read(into: $0) }) ?? 0
    let text = String(decoding: bytes[..<count], as: UTF8.self)
    let state = text.split(separator: ") ").last?.first
    return state != nil && state != "Z" && state != "X"
  }

  private func expectEnd(of text: String) async throws {
    let pid = try #require(pid_t(text.split(separator: "\n").first ?? ""))
    // The kernel kills at once; what is seen of it can take a moment.
    for _ in 0..<6000 where try runs(pid) { try await Task.sleep(for: .milliseconds(10)) }
    #expect(try !runs(pid))
  }

  @Test("a program that ends without reading its input does no harm, five hundred times")
  func unreadInput() async throws {
    let input = [UInt8](repeating: 1, count: 1 << 20)
    for _ in 0..<500 {
      let command = Command("/bin/true", input: input, timeLimit: .seconds(60))
      #expect(try await command.run().ending == .exited(0))
    }
  }

  @Test("many at once do not get into each other's way")
  func many() async throws {
    try await withThrowingTaskGroup(of: Bool.self) { tasks in
      for number in 0..<40 {
        tasks.addTask {
          let result = try await shell("cat; exit \(number)", input: Array("\(number)".utf8))
          return result.ending == .exited(Int32(number))
            && result.standardOutput.text == "\(number)"
        }
      }
      for try await isRight in tasks { #expect(isRight) }
    }
  }

  static let stubborn: [String] = [
    "sleep 300",
    "trap '' TERM INT HUP; while :; do sleep 1; done",
    "while :; do :; done",
    "exec >&- 2>&-; sleep 300",
    "yes",
    "kill -STOP $$",
  ]

  @Test("at the limit it is killed, whatever it does against it", arguments: stubborn)
  func timeLimit(_ script: String) async throws {
    let clock = ContinuousClock()
    var result: CommandResult?
    let took = try await clock.measure {
      result = try await shell(script, limit: .milliseconds(300))
    }
    #expect(result?.ending == .timedOut)
    #expect(
      result?.ending.description == "did not end within its time limit and was killed")
    #expect(took >= .milliseconds(300))
    #expect(took < .seconds(240))
  }

  @Test("what must not be ended is left running at its limit, and goes on though nobody reads it")
  func undisturbed() async throws {
    let result: CommandResult? = try await withCheckedThrowingContinuation { continuation in
      DispatchQueue.global().async {
        continuation.resume(
          with: Result {
            try Command(
              "/bin/sh", ["-c", "echo out; echo err >&2; exit 3"], timeLimit: .seconds(60)
            )
            .runUndisturbed()
          })
      }
    }
    #expect(result?.ending == .exited(3))
    #expect(result?.standardOutput.text == "out\n" && result?.standardError.text == "err\n")
    var template = Array("/tmp/klpolicy-test-XXXXXX".utf8CString)
    let descriptor = unsafe mkstemp(&template)
    let path = FilePath(platformString: template)
    defer {
      _ = close(descriptor)
      _ = unsafe unlink(path.string)
    }
    let left: CommandResult? = try await withCheckedThrowingContinuation { continuation in
      DispatchQueue.global().async {
        continuation.resume(
          with: Result {
            try Command(
              "/bin/sh",
              [
                "-c",
                "sleep 1; yes | head -c 1000000; yes | head -c 1000000 >&2; echo $$ > \(path)",
              ],
              environment: ["PATH": "/usr/bin:/bin"], timeLimit: .milliseconds(200)
            ).runUndisturbed()
          })
      }
    }
    #expect(left == nil)
    var size = 0
    for _ in 0..<3000 where size == 0 {
      try await Task.sleep(for: .milliseconds(10))
      size = Int(try path.stat().size)
    }
    #expect(size > 0)
  }

  /// Runs a script undisturbed, on a thread that may block.
  private func undisturbed(_ script: String, limit: Duration) async throws -> CommandResult? {
    try await withCheckedThrowingContinuation { continuation in
      DispatchQueue.global().async {
        continuation.resume(
          with: Result {
            try Command(
              "/bin/sh", ["-c", script], environment: ["PATH": "/usr/bin:/bin"], timeLimit: limit,
              outputLimit: 10_000
            ).runUndisturbed()
          })
      }
    }
  }

  @Test("of what must not be ended beginning and end of its output are kept, however long that is")
  func undisturbedOutput() async throws {
    let script = "echo first; head -c 40000000 /dev/zero | tr '\\0' x; echo; echo last"
    let result = try #require(try await undisturbed(script, limit: .seconds(60)))
    #expect(result.ending == .exited(0))
    let output = result.standardOutput
    #expect(output.bytes.count == 5_000 && output.last.count == 5_000)
    #expect(output.dropped == 40_000_012 - 10_000)
    #expect(output.text.hasPrefix("first\nxxx") && output.text.hasSuffix("xxx\nlast\n"))
    #expect(output.text.contains("xxx\n[39990012 bytes are left out]\nxxx"))
    #expect(!output.bytes.contains(0) && !output.last.contains(0))
    let short = try await undisturbed(
      "head -c 10000 /dev/zero | tr '\\0' x", limit: .seconds(60))
    #expect(short?.standardOutput.bytes.count == 10_000)
    #expect(short?.standardOutput.isTruncated == false)
  }

  @Test("the output of what is left running takes no more memory than what is kept of it")
  func leftRunningOutput() async throws {
    let path = FilePath("/tmp/klpolicy-left-\(UInt64.random(in: 0 ... .max))")
    defer { for end in ["", "-over"] { _ = unsafe unlink(path.string + end) } }
    let left = try await undisturbed(
      "sleep 0.5; head -c 40000000 /dev/zero; echo $$ > \(path)-new; mv \(path)-new \(path); "
        + "until [ -e \(path)-over ]; do sleep 0.1; done", limit: .milliseconds(100))
    #expect(left == nil)
    // By this process, as long as it is there.
    let found = try await shell(
      """
      until [ -e \(path) ]; do sleep 0.1; done
      file=/proc/$(cat \(path))/fd/1
      for try in $(seq 600); do
        [ $(stat -L -c %b $file) -ge 100 ] || break
        sleep 0.1
      done
      stat -L -c '%s %b' $file
      touch \(path)-over
      """)
    let numbers = found.standardOutput.text.split(whereSeparator: \.isWhitespace).map { Int($0) }
    #expect(numbers.first == 40_000_000 && numbers.last.flatMap { $0 } ?? 100 < 100, "\(found)")
  }

  @Test("its children's children die with it at the limit")
  func grandchildren() async throws {
    let result = try await shell(
      "sh -c 'sleep 300 & echo $!; wait' & wait", limit: .milliseconds(500))
    #expect(result.ending == .timedOut)
    try await expectEnd(of: result.standardOutput.text)
  }

  @Test("what it leaves running in its group is killed when it ends")
  func leftover() async throws {
    let result = try await shell("sleep 300 & echo $!")
    #expect(result.ending == .exited(0))
    try await expectEnd(of: result.standardOutput.text)
  }

  @Test("a daemon leaves the group, and is not waited for though it has the outputs open")
  func daemon() async throws {
    let clock = ContinuousClock()
    var result: CommandResult?
    let took = try await clock.measure {
      result = try await shell("setsid sleep 300 & echo $!; sleep 0.2")
    }
    #expect(result?.ending == .exited(0))
    #expect(took < .seconds(240))
    let pid = try #require(pid_t(result?.standardOutput.text.split(separator: "\n").first ?? ""))
    #expect(try runs(pid))
    kill(pid, SIGKILL)
  }

  @Test("ten megabytes are read and a little is kept", arguments: [0, 1, 1000, 20_000_000])
  func output(_ limit: Int) async throws {
    let result = try await shell(
      "head -c 10000000 /dev/zero; head -c 10000000 /dev/zero >&2; exit 5", output: limit)
    #expect(result.ending == .exited(5))
    for output in [result.standardOutput, result.standardError] {
      #expect(output.bytes.count == min(limit, 10_000_000))
      #expect(output.bytes.count + output.dropped == 10_000_000)
      #expect(output.isTruncated == (limit < 10_000_000))
    }
  }

  @Test("a cancelled task takes its program with it")
  func cancellation() async throws {
    let marker = "klpolicy-\(getpid())"
    let task = Task { try await shell("exec sleep 300 # \(marker)") }
    try await Task.sleep(for: .milliseconds(300))
    task.cancel()
    await #expect(throws: CommandFailure.self) { try await task.value }
  }
}
