internal import Documents
internal import HostFacts
internal import Shapes

/// A host made up so that given policies all select it, and given rules all match its kernel.
struct Witness {
  /// nil where there is none, or where none was found.
  let host: Host?

  /// - Parameters:
  ///   - suspects: the policies, with their rules.
  ///   - releases: those that the documents name: `PolicySet.namedReleases`.
  init(_ suspects: [Suspect], among releases: [KernelRelease]) {
    let selectors = suspects.compactMap(\.policy.spec.hosts)
    let rules = suspects.compactMap(\.rule)
    // What is told soonest is asked first.
    guard let labels = Witness.labels(selectors),
      let distribution = Witness.distribution(selectors),
      let architecture = Witness.architecture(selectors),
      let release = Witness.release(rules, among: releases),
      let hostname = Witness.hostname(selectors)
    else {
      host = nil
      return
    }
    let candidate = Host(
      hostname: hostname, machineID: .known(""), bootID: .unknown, labels: .known(labels),
      distribution: distribution.map { .known($0) }, architecture: architecture,
      kernel: Host.Kernel(
        release: release, version: rules.lazy.compactMap(\.packageBuild).first ?? "",
        buildID: .unknown, livepatch: .known(true), modules: .known(true),
        signatureEnforced: .unknown, lockdown: nil, modulesDisabled: .known(false),
        ftraceEnabled: nil, taint: .unknown, switchedOff: .known(false)),
      uptimeSeconds: .unknown, loadPerCPU: .unknown, cpus: .unknown)
    let subject = Subject(candidate, now: Timestamp(secondsSinceEpoch: 0))
    let isSelected =
      suspects.allSatisfy { $0.policy.selection(of: candidate).isSelected }
      && rules.allSatisfy { $0.selection(of: subject).isSelected }
    host = isSelected ? candidate : nil
  }

  /// A name that one glob of each selector matches and no exclusion does.
  private static func hostname(_ selectors: [HostSelector]) -> String? {
    let exclusions = selectors.flatMap { $0.hostname ?? [] }.filter(\.value.isExclusion)
      .map(\.value.glob)
    var choices: [[Glob]] = [[]]
    for selector in selectors {
      let wanted = (selector.hostname ?? []).filter { !$0.value.isExclusion }.map(\.value.glob)
      if wanted.isEmpty { continue }
      choices = choices.flatMap { choice in wanted.map { choice + [$0] } }
      if choices.count > 256 { choices = Array(choices.prefix(256)) }
    }
    for choice in choices {
      let globs = choice.isEmpty ? [Glob("*")] : choice
      guard let name = Glob.witness(matching: globs, excluding: exclusions) else { continue }
      if !name.isEmpty { return name }
      if let name = Glob.witness(matching: globs + [Glob("?*")], excluding: exclusions) {
        return name
      }
    }
    return nil
  }

  private static func labels(_ selectors: [HostSelector]) -> [String: String]? {
    var labels: [String: String] = [:]
    for (name, value) in selectors.flatMap({ $0.labels?.value.values.map { ($0, $1) } ?? [] }) {
      if labels.updateValue(value, forKey: name) ?? value != value { return nil }
    }
    return labels
  }

  /// The outer nil says that there is none.
  private static func distribution(_ selectors: [HostSelector]) -> Host.Distribution?? {
    let wanted = selectors.compactMap(\.distribution)
    guard let id = wanted.first?.id.value.text else { return .some(nil) }
    if wanted.contains(where: { $0.id.value.text != id }) { return nil }
    let ranges = wanted.compactMap(\.version?.value)
    if ranges.isEmpty { return Host.Distribution(id: id, versionID: nil) }
    let versions = ranges.flatMap(\.samples)
    guard
      let version = versions.first(where: { version in
        ranges.allSatisfy { $0.matches(version) }
      })
    else { return nil }
    return Host.Distribution(id: id, versionID: version)
  }

  private static func architecture(_ selectors: [HostSelector]) -> String? {
    let wanted = selectors.compactMap(\.architecture).map { Set($0.map(\.value.text)) }
    guard let first = wanted.first else { return "x86_64" }
    return wanted.dropFirst().reduce(first) { $0.intersection($1) }.min()
  }

  /// A release that all rules match: one that the documents name, or one made of their patterns.
  private static func release(
    _ rules: [any KernelScope], among named: [KernelRelease]
  ) -> String? {
    func isFor(_ release: KernelRelease) -> Bool {
      rules.allSatisfy { rule in
        rule.releases?.matches(release) ?? true
          && rule.flavourName.map { $0 == release.flavour } ?? true
      }
    }
    let patterns = rules.compactMap(\.releases)
    let flavours = rules.compactMap(\.flavourName)
    if patterns.isEmpty {
      return flavours.first.map { "6.1.0-\($0)" } ?? named.first?.text ?? "6.1.0"
    }
    if let exact = patterns.first(where: \.isExact)?.text {
      // No other one is matched.
      return isFor(KernelRelease(exact)) ? exact : nil
    }
    if let release = named.first(where: isFor) { return release.text }
    return patterns.lazy.flatMap { pattern in
      pattern.samples.flatMap { sample in [sample] + flavours.map { "\(sample)-\($0)" } }
    }.first { isFor(KernelRelease($0)) }
  }
}
