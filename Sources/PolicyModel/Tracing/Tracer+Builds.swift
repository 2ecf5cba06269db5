internal import Diagnostics
internal import Documents
internal import HostFacts
internal import Nodes
internal import Shapes

extension Tracer {
  /// Each build for the kernel, the highest version first, and what is against it.
  mutating func traceBuilds() {
    if case .applied(let choices) = settled?.patch.wanted, let definition,
      let winner = contenders.first
    {
      let rules = layering.admissionRules(patch, winner, definition, constraints)
      builds = choices.map { build($0, rules) }
    } else if candidates.isEmpty {
      let known = set.catalogue[patch]?.builds(for: subject.release.text) ?? []
      builds = known.map { build in
        let build = BuildDefinition(build)
        let told = finding(
          .builds, build.title, .note, "is for this kernel" + released(build), at: build.source)
        return PatchTrace.Build(build: build, admission: nil, opens: nil, findings: [told])
      }
    }
    if builds.isEmpty { traceOtherReleases() }
  }

  private func build(_ choice: DesiredSet.Choice, _ rules: AdmissionRules) -> PatchTrace.Build {
    let build = choice.build
    let refusals = rules.refusals(of: build)
    if let first = refusals.first {
      // What is not meant at all needs no other reason.
      let isFinal = first.kind == .unfit || first.kind == .withdrawn
      let against = (isFinal ? [first] : refusals).map { refusal in
        finding(
          .builds, build.title, Explanation.Verdict(refusal.kind), refusal.message(on: build),
          reason: refusal.reason, until: refusal.until, at: refusal.source ?? build.source)
      }
      return PatchTrace.Build(
        build: build, admission: choice.admission, opens: opening(after: refusals),
        findings: against)
    }
    let waves = rules.rollouts.compactMap { openWave($0, build) }
    let admitted = finding(
      .builds, build.title, .yes,
      "is admitted" + released(build) + waves.map { "; \($0)" }.joined(), at: build.source)
    return PatchTrace.Build(
      build: build, admission: choice.admission, opens: subject.now, findings: [admitted])
  }

  /// When the last of some refusals ends; nil where one does not, as far as is known.
  private func opening(after refusals: [Admission.Refusal]) -> Timestamp? {
    let ends = refusals.compactMap { $0.kind == .early ? $0.until : nil }
    return ends.count == refusals.count ? ends.max() : nil
  }

  private func released(_ build: BuildDefinition) -> String {
    build.released.map { ", released on \($0)" } ?? ""
  }

  private func openWave(_ rollout: Sourced<Rollout>, _ build: BuildDefinition) -> String? {
    let place = RolloutPlace(
      rollout.value, patch: patch, build: build, machineID: subject.host.machineID)
    guard case .wave(let wave) = place.turn else { return nil }
    return "wave \(wave.number) of \(rollout.value.waves.count) of policy \(rollout.policy) (up to "
      + "\(wave.percent) %; the host's bucket is \(place.bucketText) of 10000) opened at "
      + "\(wave.opens)"
  }

  /// Which kernels have builds, the nearest first, where this one has none.
  private mutating func traceOtherReleases() {
    if let settled {
      guard case .applied = settled.patch.wanted else { return }
    }
    let known = set.catalogue[patch]?.parts.flatMap(\.builds) ?? []
    if known.isEmpty { return }
    tell(
      .builds, "kernel \(subject.release.text)", settled == nil ? .no : .blocks,
      "no PatchSet has a build for it", reason: .noBuildForKernel, at: nil)
    let releases = Dictionary(grouping: known, by: \.release.value.text).sorted {
      let (left, right) = (
        subject.release.text.distance(from: $0.key), subject.release.text.distance(from: $1.key)
      )
      return left == right ? $0.key < $1.key : left < right
    }
    for (release, builds) in releases.prefix(nearestCount) {
      let versions = builds.compactMap(\.version?.value.text)
      tell(
        .builds, "kernel \(release)", .no,
        versions.isEmpty
          ? "has a build, which fits no other" : "has \(versions.joined(separator: ", "))",
        at: builds.first?.location)
    }
    if releases.count > nearestCount {
      tell(
        .builds, "other kernels", .no,
        "\(releases.count - nearestCount) more have builds", at: nil)
    }
  }
}

extension Admission.Refusal {
  /// The message without the build's name, which stands before it.
  fileprivate func message(on build: BuildDefinition) -> String {
    message.hasPrefix(build.title + " ")
      ? String(message.dropFirst(build.title.count + 1)) : message
  }
}

extension Explanation.Verdict {
  fileprivate init(_ kind: Admission.Refusal.Kind) {
    switch kind {
    case .early: self = .waits
    case .unfit, .withdrawn: self = .no
    case .unknown: self = .unknown
    }
  }
}
