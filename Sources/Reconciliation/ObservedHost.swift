internal import Artefacts
package import Diagnostics
package import Documents
package import Files
internal import Journal
package import LivepatchHost
internal import SystemPackage

/// A host with everything that planning needs: the kernel's facts and the journal's, joined.
package struct ObservedHost: Sendable {
  package var snapshot: HostSnapshot
  /// What the journal has to say about itself.
  package var diagnostics: [Diagnostic]

  /// Reads a host. Nothing is written, and no lock taken.
  package init(
    _ host: LivepatchHost, layout: HostLayout, trust: FileTrust, at now: Timestamp
  ) {
    diagnostics = []
    var records: [JournalRecord]?
    var unobserved: [Unobserved] = []
    do throws(JournalProblem) {
      let reading = try readJournal(layout.journal, trust: trust)
      records = reading.records
      diagnostics = reading.diagnostics
    } catch {
      unobserved.append(error.unobserved)
      diagnostics.append(error.diagnostic)
    }
    let observed = host.observe { module, buildID in
      buildID.flatMap { records?.replace(ofModule: module, buildID: $0) }
    }
    var managed: Fact<[ManagedModule]> = .unknown
    if let records, let bootID = observed.host.bootID.value {
      let store = Store(layout.store)
      managed = .known(
        records.managedModules(bootID: bootID).map { module in
          var module = module
          module.stored = store.contains(module.sha256)
          return module
        })
    }
    snapshot = HostSnapshot(
      takenAt: now, host: observed.host, live: observed.live,
      history: History(managed: managed), unobserved: observed.unobserved + unobserved)
  }
}
