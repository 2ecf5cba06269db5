package import Artefacts
package import Diagnostics
package import Documents
package import Files
internal import CEvents
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

  /// Why it does not work at all.
  package enum Failure: Error {
    case otherAgent
    case system(SystemError)
  }

  let host: LivepatchHost
  let options: Options
  var settings: AgentSettings
  var source: PolicySource
  /// What it says of itself; what it said before in this boot goes on.
  var status: AgentStatus
  /// Whether others are told by a file how it is.
  var keepsStatus: Bool
  /// What was last said of runs, and of what is wrong.
  var lastStory: RunStory?
  var lastProblems: [Diagnostic] = []

  package init(host: LivepatchHost, settings: AgentSettings, options: Options) {
    self.host = host
    self.settings = settings
    self.options = options
    source = PolicySource(settings, host, options)
    status = agentStatus(options.layout, trust: options.trust) ?? AgentStatus()
    keepsStatus = source.isFollowed
  }

  /// Works until it is told to end. From then on the signals that speak to it are held back in this
  /// process: to be called while it has one thread.
  ///
  /// - Throws: `Failure`.
  package mutating func work() throws(Failure) {
    let wakeups: Wakeups
    do throws(SystemError) {
      wakeups = try Wakeups()
    } catch {
      throw .system(error)
    }
    let lock = try takeLock()
    defer { withExtendedLifetime(lock) {} }
    keepsStatus = true
    options.tell(.note("the agent keeps this host to \(settings.source)"))
    options.notifier.ready("starting")
    var isAsked = true
    var isSettled = false
    while true {
      options.notifier.isBusy(for: Agent.longestStretch)
      // Watched before it is read: what changes meanwhile is told afterwards.
      let watch = FileWatch(source.watchedPath)
      // What is being written is not read half, whatever it was that woke the agent.
      if !source.isFollowed, !isSettled, let wakeup = wakeups.settle(watch) {
        if heed(wakeup, &isAsked) { return stop() }
        continue
      }
      guard let next = cycle(isAsked: isAsked) else { return stop() }
      isAsked = false
      options.notifier.isIdle()
      let wakeup = wakeups.wait(next.delay, until: next.moment, watch)
      isSettled = wakeup == .changed
      if heed(wakeup, &isAsked) { return stop() }
    }
  }

  /// Does what a wakeup asks for besides a look.
  ///
  /// - Returns: whether it asks for the end.
  private mutating func heed(_ wakeup: Wakeup, _ isAsked: inout Bool) -> Bool {
    switch wakeup {
    case .stop: return true
    case .reload:
      reload()
      isAsked = true
    case .now: isAsked = true
    case .changed: isAsked = isAsked || source.isFollowed
    case .due, .clockSet: break
    }
    return false
  }

  private func takeLock() throws(Failure) -> AgentLock {
    let lock: AgentLock?
    do throws(SystemError) {
      lock = try AgentLock.take(options.layout.agentLock)
    } catch {
      throw .system(error)
    }
    guard let lock else { throw .otherAgent }
    return lock
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
      source = PolicySource(settings, host, options)
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
}

/// Whether nobody has asked for the end of this process, whose signals `Wakeups` holds back.
@Sendable func isEndNotAsked() -> Bool { unsafe klp_is_pending([SIGTERM, SIGINT], 2) != 1 }

extension Agent {
  /// More than a download, or the changes of one group, take: past it the watchdog is no longer told that
  /// all is well.
  static let longestStretch = Duration.seconds(3 * 3600)
}

extension Agent.Options {
  /// The agent owns its whole source: what was loaded for policies that it no longer has goes. Nothing
  /// else that the command line could allow is allowed.
  var ofRuns: Reconciler.Options {
    let notifier = notifier
    return Reconciler.Options(
      planning: PlanningOptions(prune: true, allowEmpty: false, unverified: .block),
      trust: trust, lockTimeout: .zero, trigger: "agent", endsOnHangup: false,
      operatorName: operatorName, toolVersion: toolVersion, downloads: downloads,
      isWanted: isEndNotAsked, goesOn: { notifier.isBusy(for: Agent.longestStretch) })
  }
}
