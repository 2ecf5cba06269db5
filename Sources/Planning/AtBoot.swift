package import Documents
package import PolicyModel

extension DesiredSet {
  /// What a run at boot wants: the builds that were verified last on this release, as
  /// `maintenance.atBoot` of the policies that bind each patch says. What is restored passes all
  /// gates; nothing else is done at boot.
  ///
  /// - Parameters:
  ///   - history: what the journal knows.
  ///   - admitted: the patches of which an ordinary run would load a build now, for `desired`.
  /// - Returns: the set, with one build of each patch that comes back, and none of the others.
  package func atBoot(_ history: History, admitted: Set<String>) -> DesiredSet {
    var set = self
    for index in set.patches.indices {
      guard case .applied(let choices) = patches[index].wanted else { continue }
      let rule = patches[index].constraints.atBoot
      if rule.value == .desired, admitted.contains(patches[index].name) { continue }
      let verified = history.verified.first { $0.patch == patches[index].name }
      if rule.value != .none, let verified {
        set.patches[index].wanted = .applied([restored(verified, choices, patches[index])])
        set.patches[index].isRestored = true
      } else {
        // What an ordinary run would be refused, for a boot that ended by it, is told at boot too.
        let next = choices.first { $0.admission == .admitted }
        set.patches[index].wanted = .applied(
          choices.map {
            $0.build == next?.build && history.hasCrashed($0.build) ? $0 : $0.leftAlone(rule)
          })
      }
    }
    return set
  }

  /// Whether any policy has newly admitted builds loaded at boot.
  package var loadsNewAtBoot: Bool {
    patches.contains { $0.constraints.atBoot.value == .desired }
  }

  /// The build that was verified last, admitted but where it was withdrawn or is for another kernel.
  private func restored(
    _ record: ManagedModule, _ choices: [Choice], _ patch: Patch
  ) -> Choice {
    guard var choice = choices.first(where: { $0.build.sha256 == record.sha256 }) else {
      // The policies name it no longer; klpolicy has it still.
      return Choice(
        build: BuildDefinition(
          module: record.module, origin: .store,
          sha256: record.sha256, replace: record.replace.value, version: record.version,
          buildID: record.buildID, isRestored: true, source: patch.source),
        admission: .admitted)
    }
    choice.build.isRestored = true
    switch choice.refusal {
    case let refusal?
    where refusal.kind == .withdrawn || refusal.kind == .unknown
      || refusal.reason == .otherKernelBuild:
      break
    default: choice.admission = .admitted
    }
    return choice
  }
}

extension History {
  /// Whether a boot ended by this build, and nobody has resumed it since.
  fileprivate func hasCrashed(_ build: BuildDefinition) -> Bool {
    failures.contains {
      $0.cause == .crashed && $0.action == .load
        && ($0.sha256 == build.sha256 || ($0.buildID != nil && $0.buildID == build.buildID))
    }
  }
}

extension DesiredSet.Choice {
  /// The same, kept for an ordinary run.
  fileprivate func leftAlone(
    _ rule: (value: BootRule, rule: Sourced<BootRule>?)
  ) -> DesiredSet.Choice {
    if let refusal, refusal.kind != .early { return self }
    let why = rule.rule.map { "as policy \($0.policy) says (\($0.source))" } ?? "as no policy says"
    return DesiredSet.Choice(
      build: build,
      admission: .refused(
        Admission.Refusal(
          kind: .early, reason: .notAtBoot,
          message: rule.value == .none
            ? "nothing is loaded at boot (atBoot: none), \(why); an ordinary run does it"
            : "it was not verified on this kernel release before, and no more than that is restored "
              + "at boot (atBoot: restore), \(why); an ordinary run loads it",
          source: rule.rule?.source)))
  }
}

extension Planner {
  /// At boot nothing is taken off but what was withdrawn.
  mutating func keepAtBoot() {
    guard input.options.isAtBoot else { return }
    for index in removals.indices
    where removals[index].withheld == nil && !removals[index].isRecall {
      let succeeds = targets.contains { $0.loads && self.succeeds($0, removals[index]) }
      if succeeds { continue }
      removals[index].withheld = .deferred(
        Deferral(
          .notAtBoot,
          "\(removals[index].live.module) stays for now: at boot nothing is taken off; an ordinary "
            + "run does it"))
    }
  }
}
