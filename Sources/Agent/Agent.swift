package import Artefacts
package import Diagnostics
package import Documents
package import Files
internal import Glibc
package import LivepatchHost
internal import Planning
internal import PolicyModel
package import Reconciliation
internal import Shapes
internal import SystemPackage

/// Keeps the host to its policies: looks on an interval, when policies change, when what waited may
/// begin, and when it is told to; otherwise it sleeps.
///
/// One thread. A run is the same as `reconcile --prune`: the same code, lock and journal.
package struct Agent: ~Copyable {
  /// What the agent has to say, for its log.
  package enum Message: Sendable {
    /// What changed from one run to the next is said, and what each run that acted did.
    case report(Report)
    /// Empty when what was wrong no longer is.
    case problems([Diagnostic])
    case note(String)
  }

  package struct Options {
    package var layout: HostLayout
    package var trust: FileTrust
    /// The login name of who started it.
    package var operatorName: String
    package var toolVersion: String
    package var downloads: DownloadSettings
    package var notifier: ServiceNotifier
    package var clock: @Sendable () -> Timestamp
    package var tell: (Message) -> Void

    package init(
      layout: HostLayout, trust: FileTrust, operatorName: String, toolVersion: String,
      downloads: DownloadSettings, notifier: ServiceNotifier,
      clock: @escaping @Sendable () -> Timestamp, tell: @escaping (Message) -> Void
    ) {
      self.layout = layout
      self.trust = trust
      self.operatorName = operatorName
      self.toolVersion = toolVersion
      self.downloads = downloads
      self.notifier = notifier
      self.clock = clock
      self.tell = tell
    }
  }

  private let host: LivepatchHost
  private let options: Options
  private var settings: AgentSettings
  /// What was last said of runs, and of what is wrong.
  private var lastStory: RunStory?
  private var lastProblems: [Diagnostic] = []

  /// More than any run takes: a download may take ten minutes, and each change has its deadline.
  private static let longestRun = Duration.seconds(3 * 3600)

  package init(host: LivepatchHost, settings: AgentSettings, options: Options) {
    self.host = host
    self.settings = settings
    self.options = options
  }

  /// Works until it is told to end. From then on the signals that speak to it are held back in this
  /// process: to be called while it has one thread.
  ///
  /// - Throws: `SystemError`, for want of descriptors.
  package mutating func work() throws(SystemError) {
    let wakeups = try Wakeups()
    options.tell(.note("the agent keeps this host to \(settings.source)"))
    options.notifier.ready("starting")
    while true {
      // Watched before it is read: what changes meanwhile is told afterwards.
      let watch = FileWatch(settings.watchedPath)
      guard let next = cycle() else { return stop() }
      switch wakeups.wait(next.delay, until: next.moment, watch) {
      case .stop: return stop()
      case .reload: reload()
      case .now, .changed, .due, .clockSet: break
      }
    }
  }

  /// Looks, and says what came of it.
  ///
  /// - Returns: when to look next; nil when it was told to end.
  @discardableResult
  mutating func cycle() -> Pacing.Next? {
    options.notifier.isBusy(for: Agent.longestRun)
    let outcome = look()
    options.notifier.isIdle()
    if outcome.isStopped { return nil }
    let next = pacing.next(after: outcome.pace, at: options.clock())
    options.notifier.status(outcome.status + next.text)
    return next
  }

  /// Looks once.
  ///
  /// - Returns: the report, or why there is none.
  package mutating func workOnce() -> Result<Report, Reconciler.Refusal> {
    do throws(Reconciler.Refusal) {
      let (report, remarks) = try attempt()
      options.tell(.problems(remarks))
      return .success(report)
    } catch {
      return .failure(error)
    }
  }

  private func stop() {
    options.notifier.stopping()
    options.tell(.note("the agent was told to end, and does"))
  }

  private mutating func reload() {
    options.notifier.reloading()
    let (settings, diagnostics) = AgentSettings.read(options.layout, trust: options.trust)
    if let settings {
      self.settings = settings
      // What is still so is said again, to whoever asked.
      lastStory = nil
      lastProblems = []
    }
    options.tell(.problems(diagnostics))
    options.notifier.ready("the configuration was read again")
    options.tell(
      .note(
        settings == nil
          ? "the configuration cannot be used: what it said before stays in force"
          : "the configuration was read again; the agent keeps this host to "
            + "\(self.settings.source)"))
  }

  /// What one look came to.
  private struct Outcome {
    var pace: Pacing.End
    var status: String
    var isStopped = false
  }

  private mutating func look() -> Outcome {
    do throws(Reconciler.Refusal) {
      let (report, remarks) = try attempt()
      tell(remarks)
      tell(report)
      return Outcome(
        pace: .done(
          waitsUntil: report.plan.deferred.compactMap(\.until),
          forClock: report.plan.gates.contains { $0.gate == .clock && $0.verdict == .deferred }),
        status: report.message, isStopped: report.interrupted)
    } catch {
      return refused(error)
    }
  }

  /// One run, and what there is to say besides.
  private mutating func attempt() throws(Reconciler.Refusal) -> (Report, [Diagnostic]) {
    let paths = [settings.path]
    let (trust, clock) = (options.trust, options.clock)
    let reconciler = Reconciler(
      host: host, layout: options.layout,
      policies: { () throws(Reconciler.Refusal) in
        let (set, diagnostics) = PolicySet.load(paths, trust: trust, at: clock(), purpose: .use)
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
      tell([diagnostic])
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

  private mutating func tell(_ problems: [Diagnostic]) {
    if problems != lastProblems { options.tell(.problems(problems)) }
    lastProblems = problems
  }

  private var pacing: Pacing {
    Pacing(interval: settings.interval, place: host.steadyPlace)
  }
}

extension Agent.Options {
  /// The agent owns its whole source: what was loaded for policies that it no longer has goes. Nothing
  /// else that the command line could allow is allowed.
  fileprivate var ofRuns: Reconciler.Options {
    Reconciler.Options(
      planning: PlanningOptions(prune: true, allowEmpty: false, unverified: .block),
      trust: trust, lockTimeout: .zero, trigger: "agent", endsOnHangup: false,
      operatorName: operatorName, toolVersion: toolVersion, downloads: downloads)
  }
}

/// What is worth a line when it is no longer as it was.
private struct RunStory: Hashable {
  let result: Report.Result
  let withheld: Set<[String]>

  init(_ report: Report) {
    result = report.result
    withheld = Set(
      (report.plan.deferred + report.plan.blocked).map {
        [$0.patch ?? "", $0.module ?? "", $0.reason.rawValue]
      })
  }
}

extension AgentSettings {
  /// Where the policies are.
  fileprivate var path: FilePath {
    switch source {
    case .directory(let path): path
    }
  }

  /// What is watched for changes.
  fileprivate var watchedPath: FilePath { path }
}

extension AgentSettings.Source: CustomStringConvertible {
  package var description: String {
    switch self {
    case .directory(let path): "the policies in \(path)"
    }
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
