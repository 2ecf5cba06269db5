internal import Files
internal import Glibc
internal import Subprocess
internal import SystemPackage

extension Command {
  /// Runs it to its end and never kills it, nor what it leaves running: for what does damage when it is
  /// ended in the middle. What it writes goes to files in memory and not to this process, so that it
  /// goes on undisturbed when nobody listens any more, or this process is gone. Of these files only the
  /// beginning and the end are kept, however much it writes, as long as this process is there.
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
        answer.give(.success(try await runToTheEnd { answer.give(.success(nil)) }))
      } catch {
        answer.give(.failure(error))
      }
    }
    // Where it is not even begun in time.
    let timer = Task.detached {
      guard (try? await Task.sleep(for: timeLimit + .seconds(10))) != nil else { return }
      answer.give(.success(nil))
    }
    defer { timer.cancel() }
    return try answer.wait().get()
  }

  private func runToTheEnd(
    _ whenLeft: @escaping @Sendable () -> Void
  ) async throws(CommandFailure) -> CommandResult {
    do {
      let output = try memoryFile("output")
      let error = try memoryFile("error")
      let files = [output.descriptor, error.descriptor]
      var options = PlatformOptions()
      options.processGroupID = 0
      let status = try await Subprocess.run(
        .path(program), arguments: Arguments(arguments), environment: .custom(variables),
        workingDirectory: workingDirectory, platformOptions: options, input: .none,
        output: .fileDescriptor(output.descriptor, closeAfterSpawningProcess: false),
        error: .fileDescriptor(error.descriptor, closeAfterSpawningProcess: false)
      ) { execution in
        await follow(ProcessGroup(execution.processIdentifier.value), files, whenLeft)
      }.terminationStatus
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

  /// Waits for its end, and keeps what it writes within bounds meanwhile. To throw here would end it.
  private func follow(
    _ group: ProcessGroup, _ files: [FileDescriptor], _ whenLeft: @Sendable () -> Void
  ) async {
    let end = ContinuousClock.now + timeLimit
    var isLeft = false
    var pause = Duration.milliseconds(1)
    while !group.hasEnded {
      for file in files { bound(file) }
      if !isLeft, ContinuousClock.now >= end {
        isLeft = true
        whenLeft()
      }
      try? await Task.sleep(for: pause)
      pause = min(pause * 2, .milliseconds(50))
    }
  }

  /// How much is kept of the beginning, and as much of the end.
  private var half: Int64 { Int64(max(0, outputLimit) / 2) }

  private func bound(_ file: FileDescriptor) {
    guard let size = try? size(of: file), size > half * 2 else { return }
    try? letGo(of: half..<size - half, in: file)
  }

  private func size(of file: FileDescriptor) throws(Errno) -> Int64 {
    var status = stat()
    guard unsafe fstat(file.rawValue, &status) == 0 else { throw Errno(rawValue: errno) }
    return Int64(status.st_size)
  }

  private func ending(_ status: TerminationStatus) -> CommandResult.Ending {
    switch status {
    case .exited(let code): .exited(code)
    case .signaled(let signal): .killed(signal: signal)
    }
  }

  /// The beginning and the end of what was written to a file.
  private func read(_ file: FileDescriptor) throws -> CommandResult.Output {
    let size = try size(of: file)
    var output = CommandResult.Output()
    if size <= half * 2 {
      output.bytes = try read(0..<size, of: file)
      return output
    }
    output.bytes = try read(0..<half, of: file)
    output.last = try read(size - half..<size, of: file)
    output.dropped = Int(size - 2 * half)
    return output
  }

  private func read(_ part: Range<Int64>, of file: FileDescriptor) throws -> [UInt8] {
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 64 << 10)
    var place = part.lowerBound
    while place < part.upperBound {
      let count = try unsafe buffer.withUnsafeMutableBytes {
        try unsafe file.read(fromAbsoluteOffset: place, into: $0)
      }
      if count == 0 { break }
      bytes += buffer.prefix(min(count, Int(part.upperBound - place)))
      place += Int64(count)
    }
    return bytes
  }
}
