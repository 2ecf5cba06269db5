internal import Artefacts
internal import Diagnostics
internal import Documents
internal import Files
internal import LivepatchHost
internal import PolicyModel
internal import Reconciliation
internal import SystemPackage

/// Where the policies of the agent come from, and what became of looking there.
struct PolicySource {
  private let directory: FilePath?
  private var follower: GitFollower?
  private let layout: HostLayout
  /// What is wrong with the source; nil where all is well.
  private(set) var problem: SyncProblem?
  private var syncedAt: Timestamp?
  private var failingSince: Timestamp?
  private var failures = 0
  /// Until when a source that could not be read is left alone.
  private var restsUntil: ContinuousClock.Instant?

  init(_ settings: AgentSettings, _ host: LivepatchHost, _ options: Agent.Options) {
    layout = options.layout
    let (trust, clock, layout) = (options.trust, options.clock, options.layout)
    switch settings.source {
    case .directory(let path):
      directory = path
    case .git(let git):
      directory = nil
      follower = GitFollower(
        git, layout: layout, trust: trust, proxies: options.downloads.environment, clock: clock,
        isWanted: isEndNotAsked,
        judge: { path in
          let now = clock()
          let (set, diagnostics) = PolicySet.load([path], trust: trust, at: now, purpose: .use)
          guard let set else { return diagnostics }
          let observed = ObservedHost(host, layout: layout, trust: trust, at: now)
          return set.desired(on: observed.snapshot.host, at: now).diagnostics
        })
    }
  }

  /// Whether it is fetched from elsewhere.
  var isFollowed: Bool { follower != nil }

  /// Where the policies lie; nil before there are any.
  var policies: FilePath? { directory ?? follower?.policies }

  /// What tells by its changes that there is something to look at.
  var watchedPath: FilePath { directory ?? layout.agentPermits }

  /// How long it is left alone yet; nil where it is not.
  var pause: Duration? { restsUntil.map { max(.zero, $0 - .now) } }

  /// Looks whether there is something new, unless it failed a moment ago and nobody asks.
  mutating func refresh(isAsked: Bool, _ pacing: Pacing, at now: Timestamp) {
    guard follower != nil else { return }
    if !isAsked, let restsUntil, ContinuousClock.now < restsUntil { return }
    if isAsked { follower?.forgetRefusal() }
    restsUntil = nil
    do throws(SyncProblem) {
      try follower?.sync()
      problem = nil
      failures = 0
      failingSince = nil
      syncedAt = now
    } catch {
      problem = error
      if error.kind == .stopped { return }
      failingSince = failingSince ?? now
      if error.kind == .unreachable {
        failures += 1
        restsUntil = .now + pacing.pause(afterFailures: failures)
      }
    }
  }

  /// What there is to say of it.
  var status: AgentStatus {
    var status = follower?.status ?? AgentStatus()
    status.directory = directory?.string
    status.syncedAt = syncedAt
    status.syncError = problem?.message
    status.failingSince = failingSince
    status.refusedCommit = problem?.kind == .refused ? problem?.commit : nil
    return status
  }
}
