internal import Artefacts
package import Diagnostics
package import Documents
package import Files
internal import Journal
package import LivepatchHost
internal import Nodes
internal import PolicyModel
internal import PolicySyntax
internal import Shapes
internal import SystemPackage

/// A host with everything that planning needs: the kernel's facts and the journal's, joined.
package struct ObservedHost: Sendable {
  package var snapshot: HostSnapshot
  /// What the journal has to say about itself.
  package var diagnostics: [Diagnostic]
  /// Whether builds are being loaded or on probation, for which an unclean end of this boot would
  /// count.
  let needsCleanEnd: Bool
  /// Whether there are such, and the end of this boot is announced, so that it would not count.
  let isExcused: Bool
  /// When klpolicy began the transition that runs; nil where none does, or somebody else began it.
  package let transitionBegan: Timestamp?

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
    let labels = HostLabels(layout.configuration, trust)
    diagnostics += labels.diagnostics
    unobserved += labels.unobserved
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
    let bootedAt = observed.host.uptimeSeconds.value.map {
      Timestamp(secondsSinceEpoch: now.secondsSinceEpoch - Int($0))
    }
    transitionBegan =
      if let transition = observed.live.transition?.value, let bootID = observed.host.bootID.value {
        records?.transitionBegan(transition, bootID: bootID)
      } else {
        nil
      }
    let outcomes = records.map {
      JournalOutcomes(
        $0, bootID: observed.host.bootID.value, bootedAt: bootedAt, at: now)
    }
    needsCleanEnd = outcomes?.needsCleanEnd ?? false
    isExcused = outcomes?.isExcused ?? false
    var verified = outcomes?.verified[observed.host.kernel.release] ?? []
    for index in verified.indices {
      verified[index].stored = Store(layout.store).contains(verified[index].sha256)
    }
    var facts = observed.host
    facts.labels = labels.values
    snapshot = HostSnapshot(
      takenAt: now, host: facts, live: observed.live,
      history: History(
        managed: managed, holds: records.map { .known($0.holds(at: now)) } ?? .unknown,
        newestRecordAt: records.map { $0.last { !$0.isCarried }.map { .known($0.at) } } ?? .unknown,
        failures: outcomes?.failures ?? [], verified: verified,
        unfinished: outcomes?.unfinished.sorted() ?? [],
        unfinishedPackages: outcomes?.unfinishedPackages ?? [],
        unfinishedSettings: outcomes?.unfinishedSettings ?? []),
      unobserved: observed.unobserved + unobserved)
  }
}

/// The labels of a host's configuration.
private struct HostLabels {
  /// None where the host has no configuration, unknown where that cannot be read.
  var values: Fact<[String: String]> = .unknown
  var diagnostics: [Diagnostic] = []
  var unobserved: [Unobserved] = []

  init(_ path: FilePath, _ trust: FileTrust) {
    do throws(FileProblem) {
      let bytes = try readTrusted(path, trust: trust, limit: Int(TextLimits.yaml.bytes))
      let (configuration, problems) = HostConfiguration.read(
        SourceText(path: path.string, bytes: bytes))
      diagnostics = problems
      if let configuration {
        values = .known(configuration.labels.values)
      } else {
        let problem = problems.first { $0.severity == .error }
        unobserved.append(
          Unobserved(
            path: path.string, problem: .malformed,
            message: problem?.message ?? "it is not understood"))
      }
    } catch {
      if error.kind == .absent {
        values = .known([:])
        return
      }
      diagnostics.append(
        Diagnostic(
          .configurationUnreadable, "the host's labels are not known: \(error)",
          at: Location(path: path.string), advice: error.advice))
      unobserved.append(
        Unobserved(path: path.string, problem: .unreadable, message: error.description))
    }
  }
}

extension Diagnostic.Code {
  package static let configurationUnreadable = Diagnostic.Code(
    "configuration-unreadable", "The host's configuration is there and cannot be read.")
}
