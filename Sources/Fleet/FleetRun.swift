package import Diagnostics
package import Documents
internal import Files
internal import Glibc
package import Reconciliation
internal import Synchronization
package import SystemPackage
internal import Workers

/// Plans for a whole fleet: snapshots come in, a line each, and plans go out, in the same order.
/// Memory does not grow with the number of hosts.
package struct FleetRun: Sendable {
  /// Where the snapshots come from.
  package var input: FileDescriptor
  /// Where the plans go; nil where only what they come to is wanted.
  package var output: FileDescriptor?
  /// How many hosts are planned for at a time.
  package var jobs: Int
  /// Whether what the plans come to is wanted.
  package var tallies = false
  /// Says what is wrong with lines, in their order.
  package var tell: @Sendable ([Diagnostic]) -> Void
  /// Is told how far it is, every now and then.
  package var progress: (@Sendable (FleetCounts) -> Void)?

  package init(
    input: FileDescriptor, output: FileDescriptor?, jobs: Int? = nil,
    tell: @escaping @Sendable ([Diagnostic]) -> Void,
    progress: (@Sendable (FleetCounts) -> Void)? = nil
  ) {
    self.input = input
    self.output = output
    self.jobs = jobs ?? processorCount()
    self.tell = tell
    self.progress = progress
  }

  /// How a run ended.
  package enum Ending: Sendable {
    /// Every line was read.
    case complete
    case inputFailed(Errno)
    case outputFailed(Errno)
    /// By SIGINT or SIGTERM, after whole lines.
    case interrupted(signal: CInt)
  }

  /// Plans for all of them.
  ///
  /// - Parameters:
  ///   - planner: makes the plans.
  ///   - signals: those that end the run.
  /// - Returns: how it ended, and what came of the lines up to there.
  package func plan(with planner: SnapshotPlanner, signals: NotedSignals) -> FleetResult {
    let lines = Mutex(SnapshotLines(input, signals: signals))
    let result = Mutex(Result(out: output.map { LineOutput($0, signals: signals) }))
    let writesPlans = output != nil
    let tallies = tallies
    inOrder(workers: jobs) {
      lines.withLock { $0.next() }
    } work: {
      planner.plan($0, writesPlans: writesPlans, tallies: tallies)
    } take: { planned in
      result.withLock { $0.take(planned, self) }
    }
    let (counts, tally) = result.withLock { ($0.counts, $0.tally) }
    return FleetResult(
      ending: ending(result.withLock(\.failure), lines.withLock(\.ending), signals),
      counts: counts, tally: tally)
  }

  private func ending(
    _ failure: Errno?, _ input: SnapshotLines.Ending?, _ signals: NotedSignals
  ) -> Ending {
    if let failure {
      if let signal = signals.first, failure == .interrupted { return .interrupted(signal: signal) }
      return .outputFailed(failure)
    }
    switch input {
    case .failed(let reason): return .inputFailed(reason)
    case .interrupted: return .interrupted(signal: signals.first ?? SIGINT)
    case .complete, nil: return .complete
    }
  }

  private struct Result {
    var out: LineOutput?
    var counts = FleetCounts()
    var tally = FleetTally()
    var failure: Errno?

    mutating func take(_ planned: PlannedLines, _ run: FleetRun) -> Bool {
      counts += planned.counts
      if run.tallies { tally += planned.tally }
      if !planned.diagnostics.isEmpty { run.tell(planned.diagnostics) }
      do throws(Errno) {
        try out?.write(planned.plans)
      } catch {
        failure = error
        return false
      }
      run.progress?(counts)
      return true
    }
  }
}

/// How a run ended, and what came of the lines up to there.
package struct FleetResult: Sendable {
  package let ending: FleetRun.Ending
  package let counts: FleetCounts
  let tally: FleetTally

  /// What all plans come to, where that was wanted.
  package func summary(at time: Timestamp, toolVersion: String) -> FleetSummary {
    tally.summary(counts, at: time, toolVersion: toolVersion)
  }
}

/// Writes plans so that a reader who stopped reading keeps no signal waiting.
struct LineOutput: Sendable {
  private let descriptor: FileDescriptor
  private let signals: NotedSignals
  /// What is written at once: as much as fits into a pipe that has room at all. A file takes it all.
  private let portion: Int

  init(_ descriptor: FileDescriptor, signals: NotedSignals) {
    self.descriptor = descriptor
    self.signals = signals
    let type = try? descriptor.stat().type
    portion = type == .regular ? .max : 4096
  }

  /// - Throws: what write(2) says, and `interrupted` where a signal asked for the end while it waited.
  func write(_ bytes: [UInt8]) throws(Errno) {
    if portion == .max { return try descriptor.writeEverything(bytes) }
    var written = 0
    while written < bytes.count {
      try waitForRoom()
      let part = written..<min(written + portion, bytes.count)
      let raw = descriptor.rawValue
      do throws(Errno) {
        written += try systemCall {
          unsafe bytes.withUnsafeBytes { whole in
            let rest = unsafe UnsafeRawBufferPointer(rebasing: whole[part])
            return unsafe Glibc.write(raw, rest.baseAddress, rest.count)
          }
        }
      } catch {
        // Whoever shares the pipe filled it first.
        if error != .wouldBlock { throw error }
      }
    }
  }

  private func waitForRoom() throws(Errno) {
    while true {
      var wanted = pollfd(fd: descriptor.rawValue, events: Int16(POLLOUT), revents: 0)
      let count = unsafe poll(&wanted, 1, 100)
      if count > 0 { return }
      if count < 0, errno != EINTR { throw Errno(rawValue: errno) }
      if signals.first != nil { throw .interrupted }
    }
  }
}
