import ChildProcess
import Dispatch
import Glibc
import Synchronization
import SystemPackage
import Testing

/// What root runs as somebody else.
@Suite(.enabled(if: geteuid() == 0, "only root may name somebody"))
struct OtherUserTests {
  private func command(_ program: FilePath, _ arguments: String...) -> Command {
    var command = Command(program, arguments, timeLimit: .seconds(60))
    command.user = .nobody
    return command
  }

  @Test("it has that user's rights, no further group, and no way back to more")
  func rights() async throws {
    let result = try await command("/bin/cat", "/proc/self/status").run()
    let lines = result.standardOutput.text.split(separator: "\n").map {
      $0.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }
    let id = Command.User.nobody.userID
    for line in [
      "Uid: \(id) \(id) \(id) \(id)", "Gid: \(id) \(id) \(id) \(id)", "Groups:",
      "CapPrm: 0000000000000000", "CapEff: 0000000000000000", "NoNewPrivs: 1",
    ] {
      #expect(lines.contains(line), "\(line) in \(lines)")
    }
  }

  @Test("its exit code and its arguments are its own")
  func arguments() async throws {
    let result = try await command(
      "/bin/sh", "-c", "printf '%s\\n' \"$@\"; exit 7", "-", "--", "-n"
    )
    .run()
    #expect(result.ending == .exited(7))
    #expect(result.standardOutput.text == "--\n-n\n")
  }

  @Test("an unknown program is told as it is of one's own")
  func unknown() async throws {
    let failure = await #expect(throws: CommandFailure.self) {
      try await command("/nowhere/program").run()
    }
    #expect(failure?.kind == .notFound)
    #expect(failure?.description == "there is no program /nowhere/program")
  }

  @Test("it runs to its end however many threads start meanwhile")
  func threads() async throws {
    let busy = Busy()
    DispatchQueue(label: "threads that start").async { busy.startThreads() }
    try await withThrowingTaskGroup(of: Void.self) { tasks in
      for _ in 0..<4 {
        tasks.addTask {
          for _ in 0..<100 {
            let result = try await command("/bin/true").run()
            #expect(result.succeeded)
          }
        }
      }
      try await tasks.waitForAll()
    }
    busy.isOver.store(true, ordering: .relaxed)
  }

  private final class Busy: Sendable {
    let isOver = Atomic(false)

    func startThreads() {
      while !isOver.load(ordering: .relaxed) {
        var thread = pthread_t()
        if unsafe pthread_create(&thread, nil, { _ in nil }, nil) == 0 { pthread_join(thread, nil) }
      }
    }
  }
}
