package import Diagnostics
internal import Digests
package import Documents
internal import HostFacts
internal import Nodes
internal import Shapes

/// Whether a build may be the wanted one of its patch, at one moment on one host.
package enum Admission: Hashable, Sendable {
  case admitted
  case refused(Refusal)

  package struct Refusal: Hashable, Sendable {
    package enum Kind: Hashable, Sendable {
      /// It is not what the policies ask for on this kernel.
      case unfit
      /// It is kept from new hosts, for now; where it is in force already, it stays.
      case early
      /// It was recalled.
      case withdrawn
      /// A fact of the host that decides it is not known.
      case unknown
    }

    package var kind: Kind
    package var reason: Reason
    /// Why, for a person.
    package var message: String
    /// When it ends, where that is known.
    package var until: Timestamp?
    /// The rule that refuses it, without the line of text.
    package var source: Location?

    package init(
      kind: Kind, reason: Reason, message: String, until: Timestamp? = nil,
      source: Location? = nil
    ) {
      self.kind = kind
      self.reason = reason
      self.message = message
      self.until = until?.withinReach
      self.source = source
    }
  }
}

extension Admission {
  /// Whether the build is admitted, or is only early.
  package var isOrWillBe: Bool {
    switch self {
    case .admitted: true
    case .refused(let refusal): refusal.kind == .early
    }
  }
}

/// What admits the builds of one patch on one host.
struct AdmissionRules {
  let patch: String
  let host: Host
  let now: Timestamp
  /// The versions that the winning entry admits.
  let versions: Sourced<VersionRange>?
  let cutoff: Sourced<CalendarDate>?
  let minimumAge: Sourced<Duration>?
  let rollouts: [Sourced<Rollout>]

  init(
    patch: String, host: Host, now: Timestamp, versions: Sourced<VersionRange>?,
    constraints: Constraints
  ) {
    self.patch = patch
    self.host = host
    self.now = now
    self.versions = versions
    cutoff = constraints.cutoff
    minimumAge = constraints.minimumAge
    rollouts = constraints.rollouts
  }

  /// The first rule that refuses the build, in the order of the contract.
  func admission(of build: BuildDefinition) -> Admission {
    let refusal =
      withdrawal(build) ?? otherVersion(build) ?? otherKernel(build) ?? lateRelease(build)
      ?? youth(build) ?? wave(build)
    guard var refusal else { return .admitted }
    if refusal.reason == .tooYoung, let later = wave(build) {
      // Its time comes when the last of both has passed.
      refusal.until = later.until.flatMap { later in refusal.until.map { max($0, later) } }
      refusal.message += "; then " + later.message
    }
    return .refused(refusal)
  }

  /// Every rule that refuses the build, the one that decides first: for a person, who asks what
  /// comes after it.
  func refusals(of build: BuildDefinition) -> [Admission.Refusal] {
    [
      withdrawal(build), otherVersion(build), otherKernel(build), lateRelease(build), youth(build),
      wave(build),
    ].compactMap { $0 }
  }

  private func withdrawal(_ build: BuildDefinition) -> Admission.Refusal? {
    guard let place = build.withdrawnAt else { return nil }
    return Admission.Refusal(
      kind: .withdrawn, reason: .withdrawn, message: "\(build.title) was withdrawn",
      source: place)
  }

  private func otherVersion(_ build: BuildDefinition) -> Admission.Refusal? {
    guard let versions else { return nil }
    if let version = build.version, versions.value.matches(version) { return nil }
    return Admission.Refusal(
      kind: .unfit, reason: .noBuildForKernel,
      message: "policy \(versions.policy) admits \(versions.value.text.quoted) only, and "
        + (build.version.map { "this is version \($0)" } ?? "this build has no version"),
      source: versions.source)
  }

  private func otherKernel(_ build: BuildDefinition) -> Admission.Refusal? {
    guard let wanted = build.kernelBuildID else { return nil }
    guard case .known(let running) = host.kernel.buildID else {
      return Admission.Refusal(
        kind: .unknown, reason: .unverified,
        message: "\(build.title) is for the kernel with build ID \(wanted.prefix(12)), and that of "
          + "the running kernel could not be observed",
        source: build.source)
    }
    if running == wanted { return nil }
    return Admission.Refusal(
      kind: .unfit, reason: .otherKernelBuild,
      message: "\(build.title) is for the kernel with build ID \(wanted.prefix(12)), and the "
        + "running \(host.kernel.release) has \(running.prefix(12)): a rebuild under one release is "
        + "another kernel",
      source: build.source)
  }

  private func lateRelease(_ build: BuildDefinition) -> Admission.Refusal? {
    guard let cutoff else { return nil }
    if let released = build.released, released <= cutoff.value { return nil }
    return Admission.Refusal(
      kind: .unfit, reason: .afterCutoff,
      message: build.released.map {
        "\(build.title) was released on \($0), after the cutoff \(cutoff.value) of policy "
          + cutoff.policy
      }
        ?? "\(build.title) does not say when it was released, and policy \(cutoff.policy) has a cutoff",
      source: cutoff.source)
  }

  private func youth(_ build: BuildDefinition) -> Admission.Refusal? {
    guard let minimumAge else { return nil }
    guard let released = build.releasedAt else {
      return Admission.Refusal(
        kind: .early, reason: .tooYoung,
        message: "\(build.title) does not say when it was released, and policy "
          + "\(minimumAge.policy) has a minimum age",
        source: minimumAge.source)
    }
    let until = released.advanced(by: minimumAge.value)
    if now >= until { return nil }
    return Admission.Refusal(
      kind: .early, reason: .tooYoung,
      message: "\(build.title) was released on \(RFC3339.date(released.secondsSinceEpoch)), and "
        + "policy \(minimumAge.policy) admits builds \(minimumAge.value.shortText) after that",
      until: until, source: minimumAge.source)
  }

  /// The refusal that lasts longest.
  fileprivate func wave(_ build: BuildDefinition) -> Admission.Refusal? {
    var last: Admission.Refusal?
    for rollout in rollouts {
      guard let refusal = refusal(by: rollout, of: build) else { continue }
      guard let until = last?.until else {
        last = last ?? refusal
        continue
      }
      if refusal.until.map({ $0 > until }) ?? true { last = refusal }
    }
    return last
  }

  private func refusal(
    by rollout: Sourced<Rollout>, of build: BuildDefinition
  ) -> Admission.Refusal? {
    let place = RolloutPlace(rollout.value, patch: patch, build: build, machineID: host.machineID)
    switch place.turn {
    case .unknown:
      return Admission.Refusal(
        kind: .unknown, reason: .unverified,
        message: "policy \(rollout.policy) rolls it out in waves, and which wave the host is in is "
          + "not known: its machine ID could not be observed",
        source: rollout.source)
    case .never:
      return Admission.Refusal(
        kind: .early, reason: .waveNotReached,
        message: "no wave of policy \(rollout.policy) reaches this host: its bucket is "
          + "\(place.bucketText) of 10000",
        source: rollout.source)
    case .noRelease:
      return Admission.Refusal(
        kind: .early, reason: .waveNotReached,
        message: "\(build.title) does not say when it was released, from when the waves of policy "
          + "\(rollout.policy) count",
        source: rollout.source)
    case .wave(let wave):
      if rollout.value.paused?.value == true {
        return Admission.Refusal(
          kind: .early, reason: .rolloutPaused,
          message: "the rollout of policy \(rollout.policy) is paused: no host that has not "
            + "\(build.title) yet is admitted",
          source: rollout.value.paused?.place.bareLocation)
      }
      if now >= wave.opens { return nil }
      return Admission.Refusal(
        kind: .early, reason: .waveNotReached,
        message: "this host is in wave \(wave.number) of \(rollout.value.waves.count) of policy "
          + "\(rollout.policy) (up to \(wave.percent) %; its bucket is \(place.bucketText) of "
          + "10000), which opens "
          + (wave.opens.withinReach.map { "at \($0)" } ?? "in no year that has four digits"),
        until: wave.opens, source: rollout.source)
    }
  }
}

extension Constraints {
  /// What keeps a package of a vendor's service from a host by the waves that bind it: its bucket is
  /// that of the service's name and of the package's version and release.
  ///
  /// - Parameters:
  ///   - version: of the package, with its release.
  ///   - service: whose package it is.
  ///   - built: when it was built, from which day on the waves count; where that is not known they
  ///     count from their beginning.
  ///   - host: the host.
  ///   - now: the moment.
  ///   - source: what asks for the package.
  /// - Returns: nil where the host's turn has come.
  package func refusal(
    ofPackage version: String, service: String, built: Timestamp?, on host: Host,
    at now: Timestamp, source: Location
  ) -> Admission.Refusal? {
    if rollouts.isEmpty { return nil }
    let rules = AdmissionRules(
      patch: service, host: host, now: now, versions: nil, constraints: self)
    return rules.wave(
      BuildDefinition(
        module: service, origin: .store, sha256: "", replace: nil, version: version,
        released: RFC3339.date(built?.secondsSinceEpoch ?? 0), source: source))
  }
}

extension BuildDefinition {
  /// The beginning of the day it was released, in UTC.
  var releasedAt: Timestamp? {
    released.map { Timestamp(secondsSinceEpoch: $0.daysSinceEpoch * 86_400) }
  }
}
