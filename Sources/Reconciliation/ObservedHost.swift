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
    let bootID = host.bootID()
    var unobserved: [Unobserved] = []
    diagnostics = []
    var managed: Fact<[ManagedModule]> = .unknown
    do throws(JournalProblem) {
      let reading = try readJournal(layout.journal, trust: trust)
      if let bootID = bootID.value {
        let store = Store(layout.store)
        managed = .known(
          reading.records.managedModules(bootID: bootID).map { module in
            var module = module
            module.stored = store.contains(module.sha256)
            return module
          })
      }
      diagnostics = reading.diagnostics
    } catch {
      unobserved.append(error.unobserved)
      diagnostics = [error.diagnostic]
    }
    let records = managed.value ?? []
    let observed = host.observe { module, buildID in
      records.first { $0.module == module && $0.buildID == buildID }?.replace.value
    }
    snapshot = HostSnapshot(
      takenAt: now, host: observed.host, live: observed.live,
      history: History(managed: managed), unobserved: observed.unobserved + unobserved)
  }
}
