package import Diagnostics
package import Documents
internal import Files
package import Reconciliation
internal import LivepatchHost
internal import Planning
internal import PolicyModel
internal import Shapes
internal import SystemPackage

extension Agent {
  /// Looks, and says what came of it.
  ///
  /// - Parameter isAsked: whether somebody asked for it, so that nothing is put off.
  /// - Returns: when to look next; nil when it was told to end.
  @discardableResult
  mutating func cycle(isAsked: Bool = false) -> Pacing.Next? {
    let outcome = look(isAsked: isAsked)
    if outcome.isStopped { return nil }
    var next = pacing.next(after: outcome.pace, at: options.clock())
    if let pause = source.pause { next.delay = min(next.delay, pause) }
    options.notifier.status(outcome.status + next.text)
    return next
  }

  /// Looks once.
  ///
  /// - Returns: the report, or why there is none; and whether the source is as it should be.
  package mutating func workOnce() -> (result: Result<Report, Reconciler.Refusal>, isFresh: Bool) {
    // Its files are the agent's, where one runs.
    let lock = source.isFollowed ? try? AgentLock.take(options.layout.agentLock) : nil
    defer { withExtendedLifetime(lock) {} }
    do throws(Reconciler.Refusal) {
      if source.isFollowed, lock == nil {
        throw .failed(
          Diagnostic(
            .agentRuns, "an agent runs here, and follows the repository",
            advice: "send it SIGUSR1 to have it look now"))
      }
      let (report, remarks) = try attempt(isAsked: true)
      options.tell(.problems((source.problem?.diagnostics ?? []) + remarks))
      keep(report)
      return (.success(report), source.problem == nil)
    } catch {
      keep(nil)
      return (.failure(error), source.problem == nil)
    }
  }

  /// What one look came to.
  private struct Outcome {
    var pace: Pacing.End
    var status: String
    var isStopped = false
  }

  private mutating func look(isAsked: Bool) -> Outcome {
    do throws(Reconciler.Refusal) {
      let (report, remarks) = try attempt(isAsked: isAsked)
      tell(remarks)
      tell(report)
      keep(report)
      return Outcome(
        pace: .done(
          waitsUntil: report.plan.deferred.compactMap(\.until),
          forClock: report.plan.gates.contains { $0.gate == .clock && $0.verdict == .deferred }),
        status: report.message + (source.problem.map { "; \($0.message)" } ?? ""),
        isStopped: report.interrupted)
    } catch {
      let outcome = refused(error)
      keep(nil)
      return outcome
    }
  }

  /// One run, and what there is to say besides.
  private mutating func attempt(
    isAsked: Bool
  ) throws(Reconciler.Refusal) -> (Report, [Diagnostic]) {
    let before = source.status.commit
    source.refresh(isAsked: isAsked, pacing, at: options.clock())
    let now = source.status
    if let commit = now.commit, commit != before {
      let signer = now.signer.map { ", signed by \($0)," } ?? ""
      options.tell(.note("commit \(commit.prefix(12))\(signer) is in force now"))
    }
    if source.problem?.kind == .stopped { throw .interrupted(isTermination: true) }
    guard let path = source.policies else {
      throw .failed(
        source.problem?.diagnostics.first
          ?? Diagnostic(.sourceUnusable, "nothing of the repository is in force yet"))
    }
    let (trust, clock) = (options.trust, options.clock)
    let reconciler = Reconciler(
      host: host, layout: options.layout,
      policies: { () throws(Reconciler.Refusal) in
        let (set, diagnostics) = PolicySet.load([path], trust: trust, at: clock(), purpose: .use)
        guard let set else { throw .invalid(diagnostics) }
        return set
      }, options: options.ofRuns)
    var remarks: [Diagnostic] = []
    let report = try reconciler.run(clock: clock) { remarks += $0 }
    return (report, remarks)
  }

  private mutating func refused(_ refusal: Reconciler.Refusal) -> Outcome {
    // Whatever comes next is news.
    lastStory = nil
    switch refusal {
    case .invalid(let diagnostics):
      tell(diagnostics)
      return Outcome(pace: .refused, status: "the policies cannot be used; nothing is changed")
    case .failed(let diagnostic):
      tell(source.problem?.diagnostics.contains(diagnostic) == true ? [] : [diagnostic])
      return Outcome(pace: .refused, status: diagnostic.message)
    case .lockHeld(let holder):
      let holder = holder.map { " (process \($0))" } ?? ""
      return Outcome(pace: .lockHeld, status: "another run holds the lock\(holder)")
    case .interrupted:
      return Outcome(pace: .refused, status: "told to end", isStopped: true)
    case .stale:
      // There is no saved plan here.
      return Outcome(pace: .refused, status: "the plan is stale")
    }
  }

  private mutating func tell(_ report: Report) {
    let story = RunStory(report)
    if report.run != nil || story != lastStory { options.tell(.report(report)) }
    lastStory = story
  }

  /// Says what is wrong, with the source and besides.
  private mutating func tell(_ others: [Diagnostic]) {
    let problems = (source.problem?.diagnostics ?? []) + others
    if problems != lastProblems { options.tell(.problems(problems)) }
    lastProblems = problems
  }

  /// Writes down how the agent is, for `status`. It is nothing that a run goes by: where it cannot be
  /// written, `status` shows an older one.
  private mutating func keep(_ report: Report?) {
    guard keepsStatus else { return }
    let now = options.clock()
    let before = status
    status = source.status
    status.ranAt = now
    status.result = report?.result
    status.succeededAt = before.succeededAt
    if let report, !report.failed, report.plan.blocked.isEmpty { status.succeededAt = now }
    do throws(SystemError) {
      try AgentRecord(status).write(
        to: options.layout.agentReport, permissions: [.ownerReadWrite, .groupRead, .otherRead])
    } catch {
      options.tell(
        .problems([
          Diagnostic(
            .sourceUnusable, "how the agent is could not be written down: \(error)",
            advice: "status shows what it said before", severity: .warning)
        ]))
    }
  }

  private var pacing: Pacing {
    Pacing(interval: settings.interval, place: host.steadyPlace)
  }
}

/// What is worth a line when it is no longer as it was.
struct RunStory: Hashable {
  private let result: Report.Result
  private let withheld: Set<[String]>

  init(_ report: Report) {
    result = report.result
    withheld = Set(
      (report.plan.deferred + report.plan.blocked).map {
        [$0.patch ?? "", $0.module ?? "", $0.reason.rawValue]
      })
  }
}

extension Pacing.Next {
  /// To go on after how a run ended.
  fileprivate var text: String { moment.map { "; next look at \($0)" } ?? "" }
}

extension LivepatchHost {
  /// From 0 to 1, by the machine ID: the same on each call, and another on another host.
  fileprivate var steadyPlace: Double {
    let digits = observe().host.machineID.value ?? ""
    return Double(Int(digits.prefix(8), radix: 16) ?? 0) / 4_294_967_296
  }
}

extension Diagnostic.Code {
  package static let agentRuns = Diagnostic.Code(
    "agent-runs", "An agent was to be started where one runs.")
}
