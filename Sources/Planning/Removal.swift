internal import Compatibility
internal import Diagnostics
internal import Documents
internal import PolicyModel

/// A live patch in memory that the policies do not want there.
struct Removal {
  /// Why it stays for now.
  enum Withholding {
    case deferred(Deferral)
    case blocked(Reason, String)

    var deferral: Deferral? { if case .deferred(let deferral) = self { deferral } else { nil } }
    var obstacle: Obstacle? {
      if case .blocked(let reason, let message) = self { Obstacle(reason, message) } else { nil }
    }
  }

  /// It goes because it requires a build that was withdrawn.
  struct Companionship {
    /// The withdrawn module.
    let module: String
    /// Why it was to go, and what kept it; nil where it was not to go at all.
    let before: (reason: Reason, withheld: Withholding)?

    init(of module: String, before: (reason: Reason, withheld: Withholding)? = nil) {
      self.module = module
      self.before = before
    }
  }

  let live: LivePatch
  /// The patch that it was loaded for, or that a policy names it by.
  let patch: String?
  /// The patch that a policy names its module by, where it was loaded for another.
  var namedBy: String?
  /// The patches it needs beneath it.
  let requires: [String]
  let fixes: Set<String>
  var reason: Reason
  /// Whether a policy says so in as many words (`state: absent`).
  let isExplicit: Bool
  let source: String?
  /// Whether the build was withdrawn, or requires one that was, and so goes whatever becomes of its
  /// successor.
  var isRecall = false
  /// What it patches and what its successor under its own name patches too.
  var retained: Set<String> = []
  /// Set where it goes with a recall.
  var companionship: Companionship?
  var withheld: Withholding?
}

extension Planner {
  /// Judges every live patch that is no target: what goes, and what is only reported.
  mutating func judgeOthers() {
    let wanted = Set(targets.map(\.build.module))
    for live in ground.live where !wanted.contains(live.module) {
      if isKept(live), namedAbsent(live, record: ground.record(live.module)) == nil { continue }
      if let removal = removal(of: live) {
        removals.append(removal)
      } else if input.snapshot.history.managed == .unknown, input.options.unverified == .block {
        undecided.append(live)
      } else if ground.record(live.module) == nil, isBroughtByWantedService(live) {
        continue
      } else if input.desired.unmanaged != .ignore || ground.record(live.module) != nil {
        let record = ground.record(live.module)
        unmanaged.append(
          UnmanagedPatch(
            module: live.module, state: live.state, buildID: live.buildID,
            ownership: ownership(record), policy: record?.policy))
      }
    }
    let implicit = removals.indices.filter { !removals[$0].isExplicit }
    if targets.isEmpty, unbuilt.isEmpty, satisfied.isEmpty, !input.options.allowEmpty {
      for index in implicit {
        removals[index].withheld = .blocked(
          .emptyDesiredSet,
          "the given policies want nothing on kernel \(input.snapshot.host.kernel.release), which "
            + "would take \(removals[index].live.module) off; if that is meant, say --allow-empty, "
            + "or name the patch with state: absent")
      }
    }
  }

  /// Whether a live patch is klpolicy's for a patch that the policies still name, and for which
  /// there is nothing better now: it is not taken away to wait for that.
  private func isKept(_ live: LivePatch) -> Bool {
    guard let record = ground.record(live.module), !isWithdrawn(live) else { return false }
    return unbuilt.contains { $0.patch.name == record.patch }
      || satisfied.contains { $0.patch == record.patch }
  }

  /// Whether what is in memory is a build that was withdrawn.
  func isWithdrawn(_ live: LivePatch) -> Bool {
    withdrawal(of: live) != nil
  }

  /// The removal of a build that klpolicy loaded and that was withdrawn; nil for any other.
  func recall(of live: LivePatch) -> Removal? {
    guard let record = ground.record(live.module), let build = withdrawal(of: live) else {
      return nil
    }
    return Removal(
      live: live, patch: record.patch, requires: record.requires, fixes: Set(record.fixes),
      reason: .withdrawn, isExplicit: true, source: build.withdrawnAt?.description, isRecall: true)
  }

  private func withdrawal(of live: LivePatch) -> BuildDefinition? {
    input.desired.withdrawals.first { $0.module == live.module && ground.isInMemory($0) }
  }

  private func ownership(_ record: ManagedModule?) -> Fact<UnmanagedPatch.Ownership> {
    if input.snapshot.history.managed == .unknown { return .unknown }
    return .known(record == nil ? .foreign : .orphaned)
  }

  private func removal(of live: LivePatch) -> Removal? {
    let record = ground.record(live.module)
    if let recall = recall(of: live) { return recall }
    if let named = namedAbsent(live, record: record) {
      return Removal(
        live: live, patch: record?.patch ?? named.name,
        namedBy: record.flatMap { $0.patch == named.name ? nil : named.name },
        requires: record?.requires ?? named.requires,
        fixes: Set(record?.fixes ?? []).union(named.fixes), reason: .unwanted, isExplicit: true,
        source: named.source.description)
    }
    if let record {
      guard isGiven(record.policy) || input.options.prune else { return nil }
      let successor = targets.first { $0.patch.name == record.patch }
      return Removal(
        live: live, patch: record.patch, requires: record.requires, fixes: Set(record.fixes),
        reason: successor == nil ? .unwanted : .newerBuild, isExplicit: successor != nil,
        source: successor?.patch.source.description)
    }
    guard input.desired.unmanaged == .remove, !isOfWantedService(live) else { return nil }
    return Removal(
      live: live, patch: nil, requires: [], fixes: [], reason: .unwanted, isExplicit: false,
      source: nil)
  }

  /// The `state: absent` entry that speaks of a live module, by its name or by the journal's.
  private func namedAbsent(_ live: LivePatch, record: ManagedModule?) -> DesiredSet.Patch? {
    input.desired.patches.first { patch in
      guard case .absent(let modules) = patch.wanted else { return false }
      return modules.contains(live.module) || (record != nil && record?.patch == patch.name)
    }
  }
}
