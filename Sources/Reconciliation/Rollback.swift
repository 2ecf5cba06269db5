package import Diagnostics
package import Documents
package import Files
internal import Journal
internal import Planning
internal import PolicyModel
internal import SystemPackage

/// What a rollback wants: that klpolicy's own live patches are those that were in force before a run.
///
/// It is planned and carried out as anything else; other live patches are not spoken of.
package struct Rollback: Sendable {
  /// The run before which the wanted state was.
  package let run: PastRun
  /// Who asked for it, and why, if that was said.
  package let by: String
  package let reason: String?
  /// The builds in force before it, in the order of loading.
  let wanted: [ManagedModule]
  /// The digests of builds that were recalled: they are never loaded again.
  let withdrawn: Set<String>
  /// What it took off that klpolicy had not loaded, and so cannot bring back.
  let lost: [String]
  /// What of vendors' services the run changed: it stays so.
  let ofServices: [String]

  /// What is written down as the reason of the holds that it sets.
  var holdReason: String {
    "rolled back from run \(run.run)" + (reason.map { ": \($0)" } ?? "")
  }
}

extension Rollback {
  /// Looks up the state to go back to.
  ///
  /// - Parameters:
  ///   - layout: where the host has its journal and store.
  ///   - trust: which files are believed.
  ///   - host: the host as it is.
  ///   - name: the run, or the beginning of its name; nil for the last of this boot that changed
  ///     anything.
  ///   - by: who asks.
  ///   - reason: why, if that was said.
  ///   - withdrawn: the digests of the builds that policies recall.
  /// - Throws: `JournalRefusal`.
  package init(
    layout: HostLayout, trust: FileTrust, host: Host, to name: String?, by: String,
    reason: String?, withdrawn: Set<String>
  ) throws(JournalRefusal) {
    let journal: JournalHistory
    do throws(JournalProblem) {
      journal = try JournalHistory(layout.journal, trust: trust) { _ in false }
    } catch {
      throw .unreadable(error.diagnostic)
    }
    let run: PastRun
    if let name {
      run = try journal.history.run(named: name)
    } else {
      guard let last = journal.history.runs.first(where: { $0.hasChangedTheHost(journal) }),
        host.bootID == .known(last.bootID)
      else {
        throw .noSuchRun(
          Diagnostic(
            .nothingToRollBack, "no run has changed anything since this boot began",
            advice: "klpolicy history lists the runs of earlier boots: name one to go back to the "
              + "state before it"))
      }
      run = last
    }
    guard run.result != nil else {
      throw .noSuchRun(
        Diagnostic(
          .nothingToRollBack, "\(run.run) is the word of a person, not a run that changed anything",
          advice: "klpolicy resume lifts a hold"))
    }
    if let kernel = run.kernel, kernel != host.kernel.release {
      throw .noSuchRun(
        Diagnostic(
          .nothingToRollBack,
          "\(run.run) ran on kernel \(kernel), and this is \(host.kernel.release): a build is for "
            + "one kernel",
          advice: "name a run on this kernel; klpolicy history RUN says on which one a run was"))
    }
    let before = journal.records(before: run.run)
    if !journal.damage.isEmpty, journal.hasDamageInFile(of: run.run) {
      throw .unreadable(
        Diagnostic(
          .historyGap,
          "the part of the journal that \(run.run) stands in has lines that cannot be read, so what "
            + "was before it is not known",
          advice: "klpolicy history says which lines; name another run"))
    }
    self.run = run
    self.by = by
    self.reason = reason
    let applied = before.appliedBuilds(bootID: run.bootID)
    // Where a run was killed between a build and its successor, the successor counts.
    wanted = applied.indices.filter { index in
      !applied[(index + 1)...].contains { $0.patch == applied[index].patch }
    }.map { applied[$0] }
    self.withdrawn = withdrawn.union(journal.withdrawnBuilds())
    let known = Set(before.managedModules(bootID: run.bootID).map(\.module))
    let loaded = Set(run.changes.filter { $0.action == .load }.map(\.module))
    lost = run.changes.filter {
      $0.action == .unload && !$0.isUndo && $0.outcome == .done && !known.contains($0.module)
        && !loaded.contains($0.module)
    }.map(\.module)
    ofServices = run.changes.filter {
      [.install, .remove, .configure].contains($0.action) && !$0.isUndo && $0.outcome == .done
    }.map { $0.path ?? $0.module }
  }

  /// What is wanted of a host, as the planner takes it.
  func desired(on snapshot: HostSnapshot) -> DesiredSet {
    let source = Location(path: "run \(run.run)")
    var patches = wanted.map { record in
      DesiredSet.Patch(
        name: record.patch,
        wanted: .applied([
          DesiredSet.Choice(
            build: BuildDefinition(
              module: record.module,
              origin: .store,
              sha256: record.sha256, replace: record.replace.value, version: record.version,
              withdrawnAt: withdrawn.contains(record.sha256) ? source : nil, source: source),
            admission: admission(of: record))
        ]),
        policy: record.policy, requires: requirements(of: record), fixes: record.fixes,
        source: source)
    }
    let named = Set(wanted.map(\.patch))
    let live = Set(snapshot.live.patches.map(\.module))
    let managed = (snapshot.history.managed.value ?? []).filter { live.contains($0.module) }
    for record in managed where !named.contains(record.patch) {
      patches.append(
        DesiredSet.Patch(
          name: record.patch, wanted: .absent(modules: [record.module]), policy: record.policy,
          requires: record.requires, fixes: record.fixes, source: source))
    }
    return DesiredSet(
      patches: patches.sorted { $0.name < $1.name }, policies: [],
      givenPolicies: Set((wanted + managed).map(\.policy)), unmanaged: .report,
      warnings: lost.map { module in
        Warning(
          code: Warning.cannotReturn,
          message:
            "\(module), which the run took off, was not loaded by klpolicy, which has no copy "
            + "of it: it does not come back")
      }
        + ofServices.map { name in
          Warning(
            code: Warning.cannotReturn,
            message:
              "\(name), which the run changed for a vendor's service, stays as it is: a rollback "
              + "brings back live patches")
        })
  }

  /// A requirement that nothing fulfilled then either does not count now.
  private func requirements(of record: ManagedModule) -> [String] {
    record.requires.filter { name in wanted.contains { $0.patch == name } }
  }

  private func admission(of record: ManagedModule) -> Admission {
    guard withdrawn.contains(record.sha256) else { return .admitted }
    return .refused(
      Admission.Refusal(
        kind: .withdrawn, reason: .withdrawn,
        message:
          "the build of \(record.module) that was in force then has been recalled since, and "
          + "is never loaded again"))
  }
}

extension PastRun {
  /// Whether the host was another after it.
  fileprivate func hasChangedTheHost(_ journal: JournalHistory) -> Bool {
    guard let result,
      changes.contains(where: {
        ![.stage, .install, .remove, .configure].contains($0.action) && $0.outcome != .refused
      })
    else { return false }
    // What was restored is as it was before, and the other groups of that run need not be.
    return result != .known(.restored)
      || journal.records(before: run).appliedBuilds(bootID: bootID)
        != journal.records(through: run).appliedBuilds(bootID: bootID)
  }
}

extension RunHistory {
  /// - Throws: `JournalRefusal` where no run, or several, have a name that begins so.
  func run(named name: String) throws(JournalRefusal) -> PastRun {
    let exact = runs.filter { $0.run == name }
    let found = exact.isEmpty ? runs.filter { $0.run.hasPrefix(name) } : exact
    if let run = found.first, found.count == 1 { return run }
    throw .noSuchRun(
      found.isEmpty
        ? Diagnostic(
          .noSuchRun, "the journal has no run \(name)", advice: "klpolicy history lists the runs")
        : Diagnostic(
          .noSuchRun, "\(found.count) runs have a name that begins with \(name)",
          advice: "write more of it: " + found.prefix(5).map(\.run).joined(separator: ", ")))
  }
}

extension Diagnostic.Code {
  package static let nothingToRollBack = Diagnostic.Code(
    "nothing-to-roll-back", "There is no run, or none on this kernel, before which to go back.")
  package static let otherRun = Diagnostic.Code(
    "other-run", "Another run has changed the host since a rollback was asked for.")
}
