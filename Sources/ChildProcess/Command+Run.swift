internal import Files
internal import Glibc
internal import Subprocess
internal import SystemPackage

extension Command {
  /// Runs it to its end, which comes at the time limit at the latest.
  ///
  /// - Parameters:
  ///   - listener: follows what it writes.
  ///   - isWanted: is asked all the time; with false the command is killed.
  /// - Returns: how it ended and what it wrote; any exit code is a result.
  /// - Throws: `CommandFailure` when it was not run.
  package func run(
    _ listener: Listener? = nil, while isWanted: @escaping @Sendable () -> Bool = { true }
  ) async throws(CommandFailure) -> CommandResult {
    try check()
    do {
      guard !input.isEmpty else { return try await run(input: .none, listener, isWanted) }
      let file = try sealedFile("input", input)
      // The parent's descriptor must stay open until the child has its own.
      let result = try await run(
        input: FileDescriptorInput.fileDescriptor(
          file.descriptor, closeAfterSpawningProcess: false), listener, isWanted)
      withExtendedLifetime(file) {}
      return result
    } catch let error as SubprocessError {
      throw failure(error)
    } catch {
      throw CommandFailure(.failed, self, "\(program) could not be run: \(error)")
    }
  }

  private func run(
    input: some InputProtocol, _ listener: Listener?, _ isWanted: @escaping @Sendable () -> Bool
  ) async throws -> CommandResult {
    var options = PlatformOptions()
    options.processGroupID = 0
    // For the case that the calling task is cancelled.
    options.teardownSequence = [
      .send(signal: .kill, toProcessGroup: true, allowedDurationToNextStep: .zero)
    ]
    let execution = try await Subprocess.run(
      .path(user == nil ? program : Command.setpriv),
      arguments: Arguments(user.map(withoutRights) ?? arguments),
      environment: .custom(variables),
      workingDirectory: workingDirectory, platformOptions: options, input: input,
      output: .sequence, error: .sequence
    ) { execution in
      let group = ProcessGroup(execution.processIdentifier.value)
      return try await watch(
        group, isWanted, { try await capture(execution.standardOutput, listener, group) },
        { try await capture(execution.standardError, listener) })
    }
    var result = execution.closureResult
    result.ending =
      switch execution.terminationStatus {
      case .exited(let code): .exited(code)
      // Who ended by itself at the last moment did not time out.
      case .signaled(SIGKILL) where result.ending == .timedOut: .timedOut
      case .signaled(let signal): .killed(signal: signal)
      }
    return result
  }

  var variables: [Environment.Key: String] {
    let known = environment.compactMap { name, value in
      Environment.Key(rawValue: name).map { ($0, value) }
    }
    return Dictionary(uniqueKeysWithValues: known)
  }

  private enum Event: Sendable {
    case output(CommandResult.Output)
    case error(CommandResult.Output)
    case ended
    case timeUp
  }

  /// Reads both outputs until the program has ended, and sees to it that it does.
  private func watch(
    _ group: ProcessGroup, _ isWanted: @escaping @Sendable () -> Bool,
    _ output: @escaping @Sendable () async throws -> CommandResult.Output,
    _ error: @escaping @Sendable () async throws -> CommandResult.Output
  ) async throws -> CommandResult {
    let deadline = ContinuousClock.now + timeLimit
    return try await withThrowingTaskGroup(of: Event.self) { tasks in
      tasks.addTask { .output(try await output()) }
      tasks.addTask { .error(try await error()) }
      tasks.addTask {
        try await group.waitForLeader(while: isWanted)
        return .ended
      }
      tasks.addTask {
        try await Task.sleep(until: deadline, clock: .continuous)
        return .timeUp
      }
      var result = CommandResult(
        ending: .exited(0), standardOutput: .init(), standardError: .init())
      var awaited = 3
      while awaited > 0, let event = try await tasks.next() {
        switch event {
        case .output(let output): result.standardOutput = output
        case .error(let error): result.standardError = error
        case .ended: group.kill()
        case .timeUp:
          group.kill()
          result.ending = .timedOut
          continue
        }
        awaited -= 1
      }
      tasks.cancelAll()
      return result
    }
  }

  /// Gives standard output to whoever follows it; what comes after they had enough is dropped.
  private func capture(
    _ sequence: SubprocessOutputSequence, _ listener: Listener?, _ group: ProcessGroup
  ) async throws -> CommandResult.Output {
    guard let listener else { return try await capture(sequence, nil) }
    var output = CommandResult.Output()
    var isWanted = true
    for try await buffer in sequence {
      guard isWanted else {
        output.dropped += buffer.count
        continue
      }
      let bytes = unsafe buffer.withUnsafeBytes { unsafe Array($0) }
      isWanted = listener.output(bytes)
      if !isWanted { group.kill() }
    }
    return output
  }

  /// Keeps the beginning of an output and counts the rest.
  private func capture(
    _ sequence: SubprocessOutputSequence, _ listener: Listener?
  ) async throws -> CommandResult.Output {
    var output = CommandResult.Output()
    let limit = max(0, outputLimit)
    for try await buffer in sequence {
      let room = limit - output.bytes.count
      unsafe buffer.withUnsafeBytes { unsafe output.bytes.append(contentsOf: $0.prefix(room)) }
      if let listener { listener.error(unsafe buffer.withUnsafeBytes { unsafe Array($0) }) }
      output.dropped += max(0, buffer.count - room)
    }
    return output
  }

  /// Refuses what would reach the program changed, or not at all.
  func check() throws(CommandFailure) {
    guard program.isAbsolute else {
      throw CommandFailure(.invalid, self, "\(program) is no absolute path of a program")
    }
    let words = arguments + environment.keys + environment.values
    guard !words.contains(where: { $0.utf8.contains(0) }) else {
      throw CommandFailure(.invalid, self, "an argument or variable of \(program) has a zero byte")
    }
    if let name = environment.keys.first(where: { $0.isEmpty || $0.contains("=") }) {
      throw CommandFailure(.invalid, self, "\"\(name)\" is no name of a variable for \(program)")
    }
    guard user != nil else { return }
    // setpriv would tell in words of its own.
    if let failure = notExecutable { throw failure }
    guard unsafe access(Command.setpriv.string, X_OK) == 0 else {
      throw CommandFailure(
        .failed, self,
        "\(program) is not run with root's rights, and \(Command.setpriv), which takes them away, is "
          + "missing: install util-linux")
    }
  }

  /// setpriv(1) gives up root's rights and becomes the program. A child of this process does not do it
  /// by itself: it was forked from several threads, and setgroups(3) waits in it for ever for the
  /// others if one of them was just being started.
  static let setpriv: FilePath = "/usr/bin/setpriv"

  private func withoutRights(_ user: User) -> [String] {
    [
      "--reuid=\(user.userID)", "--regid=\(user.groupID)", "--clear-groups", "--no-new-privs", "--",
      program.string,
    ] + arguments
  }

  /// Why the program cannot be what is run, if that is so.
  private var notExecutable: CommandFailure? {
    if unsafe access(program.string, F_OK) != 0 {
      return CommandFailure(.notFound, self, "there is no program \(program)")
    }
    let mayRun = unsafe access(program.string, X_OK) == 0
    guard mayRun, (try? program.stat().type) == .regular else {
      return CommandFailure(.notExecutable, self, "\(program) is no executable file")
    }
    return nil
  }

  func failure(_ error: SubprocessError) -> CommandFailure {
    switch error.code {
    case .executableNotFound:
      return notExecutable
        ?? CommandFailure(
          .interpreterMissing, self,
          "\(program) cannot be run: the interpreter that it names is missing or not executable")
    case .failedToChangeWorkingDirectory:
      let reason = error.underlyingError ?? .notDirectory
      return CommandFailure(
        .badWorkingDirectory, self,
        "\(program) cannot be run in \(workingDirectory): \(reason)")
    default:
      let reason = error.underlyingError.map { "\($0)" } ?? "\(error)"
      return CommandFailure(.failed, self, "\(program) could not be run: \(reason)")
    }
  }
}
