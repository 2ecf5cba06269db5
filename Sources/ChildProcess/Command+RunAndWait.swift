internal import Dispatch
internal import Synchronization

extension Command {
  /// The same as `run`, for a thread that may block: not one of Swift's own, on which everything
  /// else would wait.
  ///
  /// - Parameters:
  ///   - listener: follows what it writes.
  ///   - isWanted: is asked all the time; with false the command is killed.
  /// - Returns: how it ended and what it wrote; any exit code is a result.
  /// - Throws: `CommandFailure` when it was not run.
  @available(*, noasync, message: "await run() instead")
  package func runAndWait(
    _ listener: Listener? = nil, while isWanted: @escaping @Sendable () -> Bool = { true }
  ) throws(CommandFailure) -> CommandResult {
    let answer = Answer<Result<CommandResult, CommandFailure>>()
    Task.detached {
      let result: Result<CommandResult, CommandFailure>
      do throws(CommandFailure) {
        result = .success(try await run(listener, while: isWanted))
      } catch {
        result = .failure(error)
      }
      answer.give(result)
    }
    return try answer.wait().get()
  }
}

/// A result that one thread waits for and another one gives; the first one counts.
final class Answer<Value: Sendable>: Sendable {
  private let value = Mutex<Value?>(nil)
  private let given = DispatchSemaphore(value: 0)

  func give(_ result: Value) {
    value.withLock { $0 = $0 ?? result }
    given.signal()
  }

  func wait() -> Value {
    while true {
      given.wait()
      if let result = value.withLock({ $0 }) { return result }
    }
  }
}
