internal import Files
internal import Glibc
internal import Subprocess
internal import SystemPackage

extension Command {
  /// Runs it to its end and never kills it, nor what it leaves running: for what does damage when it is
  /// ended in the middle. What it writes goes to files in memory and not to this process, so that it
  /// goes on undisturbed when nobody listens any more, or this process is gone.
  ///
  /// For a thread that may block: not one of Swift's own.
  ///
  /// - Returns: how it ended and what it wrote; nil when it had not ended by the time limit, and was
  ///   left running.
  /// - Throws: `CommandFailure` when it was not run.
  @available(*, noasync, message: "it waits for the command")
  package func runUndisturbed() throws(CommandFailure) -> CommandResult? {
    try check()
    let answer = Answer<Result<CommandResult?, CommandFailure>>()
    Task.detached {
      do throws(CommandFailure) {
        answer.give(.success(try await runToTheEnd()))
      } catch {
        answer.give(.failure(error))
      }
    }
    let timer = Task.detached {
      guard (try? await Task.sleep(for: timeLimit)) != nil else { return }
      answer.give(.success(nil))
    }
    defer { timer.cancel() }
    return try answer.wait().get()
  }

  private func runToTheEnd() async throws(CommandFailure) -> CommandResult {
    do {
      let output = try memoryFile("output")
      let error = try memoryFile("error")
      var options = PlatformOptions()
      options.processGroupID = 0
      let status = try await Subprocess.run(
        .path(program), arguments: Arguments(arguments), environment: .custom(variables),
        workingDirectory: workingDirectory, platformOptions: options, input: .none,
        output: .fileDescriptor(output.descriptor, closeAfterSpawningProcess: false),
        error: .fileDescriptor(error.descriptor, closeAfterSpawningProcess: false)
      ).terminationStatus
      let result = CommandResult(
        ending: ending(status), standardOutput: try read(output.descriptor),
        standardError: try read(error.descriptor))
      withExtendedLifetime(output) {}
      withExtendedLifetime(error) {}
      return result
    } catch let error as SubprocessError {
      throw failure(error)
    } catch {
      throw CommandFailure(.failed, self, "\(program) could not be run: \(error)")
    }
  }

  private func ending(_ status: TerminationStatus) -> CommandResult.Ending {
    switch status {
    case .exited(let code): .exited(code)
    case .signaled(let signal): .killed(signal: signal)
    }
  }

  /// The beginning of what was written to a file.
  private func read(_ file: FileDescriptor) throws -> CommandResult.Output {
    let size = Int(try file.seek(offset: 0, from: .end))
    try file.seek(offset: 0, from: .start)
    var output = CommandResult.Output()
    let limit = min(size, max(0, outputLimit))
    var buffer = [UInt8](repeating: 0, count: 64 << 10)
    while output.bytes.count < limit {
      let count = try unsafe buffer.withUnsafeMutableBytes { try unsafe file.read(into: $0) }
      if count == 0 { break }
      output.bytes += buffer.prefix(min(count, limit - output.bytes.count))
    }
    output.dropped = max(0, size - output.bytes.count)
    return output
  }
}
