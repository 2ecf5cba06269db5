internal import Artefacts
internal import Documents
internal import Files
internal import Journal
internal import LivepatchHost
internal import ModuleFile
internal import Planning

extension Reconciler {
  /// How long a copy stays whatever becomes of its kernel, and how long a download that was given up,
  /// in seconds: a kernel that is gone may be installed again, and a rollback is for one kernel.
  private static var graceSeconds: (copy: Int, download: Int) { (90 * 86_400, 7 * 86_400) }

  /// Takes out of the store what nobody can need any more: builds for kernels of which nothing is
  /// left on the host. What is in memory, what was verified on this kernel, and what a given policy
  /// names stays; so does everything for the running kernel and the installed ones, which is all that
  /// a rollback or a boot may ask for.
  ///
  /// What cannot be removed is warned of and decides nothing.
  func collect(
    _ assessment: Assessment, access: borrowing WriteAccess, into report: inout Report
  ) {
    let store = Store(layout.store)
    let now = report.startedAt.secondsSinceEpoch
    let grace = Reconciler.graceSeconds
    do throws(SystemError) {
      try store.removeDownloads(
        before: Timestamp(secondsSinceEpoch: now - grace.download), access: access)
      let old = store.copies.filter { $0.keptAt.secondsSinceEpoch < now - grace.copy }
      if old.isEmpty { return }
      let history = assessment.snapshot.history
      // Without the journal nobody knows what is in memory.
      guard let managed = history.managed.value else { return }
      let needed = assessment.named().union((managed + history.verified).map(\.sha256))
      for copy in old where !needed.contains(copy.sha256) {
        guard let release = store.release(of: copy.sha256),
          release != assessment.snapshot.host.kernel.release, !host.hasTraces(ofKernel: release)
        else { continue }
        try store.remove(copy.sha256, access: access)
        report.collected.append(copy.sha256)
      }
    } catch {
      report.plan.warnings.append(
        Warning(
          code: Warning.notCollected,
          message: "old copies stay in the store: \(error)"))
    }
  }
}

extension Store {
  /// The kernel release that a copy is for; nil of one that is damaged, which is left to be looked at.
  fileprivate func release(of sha256: String) -> String? {
    (try? open(sha256))?.facts.kernelRelease
  }
}
