package import Diagnostics
package import Documents
package import Files
package import LivepatchHost
package import Planning
package import PolicyModel
package import VendorServices

/// Why there is no plan.
package enum NoPlan: Error, Sendable {
  /// The policies contradict each other on this host, or the snapshot itself.
  case invalid([Diagnostic])
  /// A defect of the planner.
  case disagreement(ModelDisagreement)

  package var diagnostics: [Diagnostic] {
    switch self {
    case .invalid(let diagnostics): diagnostics
    case .disagreement(let disagreement): [Diagnostic(disagreement)]
    }
  }
}

/// Makes plans for hosts that are known by snapshots only: for `plan --host` and for a whole fleet.
///
/// Nothing of the machine that it runs on counts, and the same snapshot gives the same plan, whatever
/// was planned before it.
package struct SnapshotPlanner: Sendable {
  private let set: PolicySet
  private let lookup: ArtefactLookup
  private let now: Timestamp
  private let toolVersion: String
  private let options: PlanningOptions

  /// - Parameters:
  ///   - set: the policies.
  ///   - trust: whose files are believed of those that the policies name.
  ///   - now: the moment that all plans are made for.
  ///   - toolVersion: the version of this program.
  ///   - options: what the command line allows.
  package init(
    _ set: PolicySet, trust: FileTrust, at now: Timestamp, toolVersion: String,
    options: PlanningOptions
  ) {
    self.set = set
    lookup = ArtefactLookup(forSnapshots: trust)
    self.now = now
    self.toolVersion = toolVersion
    self.options = options
  }

  package func assess(_ snapshot: HostSnapshot) throws(NoPlan) -> Assessment {
    if let contradiction = contradiction(in: snapshot.live) {
      throw .invalid([
        Diagnostic(
          .impossibleSnapshot, "no kernel is in the state of this snapshot: \(contradiction)",
          advice: "take it anew with klpolicy snapshot")
      ])
    }
    return try Assessment(
      set, snapshot: snapshot, host: nil, lookup: lookup, stagesForOtherKernels: false, at: now,
      toolVersion: toolVersion, options: options, commands: nil)
  }
}

extension Assessment {
  /// Holds what policies want of a host against its snapshot; with `stagesForOtherKernels` builds for
  /// its other kernels are looked for too.
  package init(
    _ set: PolicySet, snapshot: HostSnapshot, host: LivepatchHost?, lookup: ArtefactLookup,
    stagesForOtherKernels: Bool, at now: Timestamp, toolVersion: String, options: PlanningOptions,
    commands: GateCommands?, servicePrograms: ServicePrograms? = nil
  ) throws(NoPlan) {
    let (desired, diagnostics) = set.desired(on: snapshot.host, at: now)
    guard let desired else { throw .invalid(diagnostics) }
    do throws(ModelDisagreement) {
      try self.init(
        desired, snapshot: snapshot, host: host, lookup: lookup,
        otherKernels: stagesForOtherKernels
          ? set.buildsForOtherKernels(of: snapshot.host, at: now) : [],
        at: now, toolVersion: toolVersion, options: options, commands: commands,
        servicePrograms: servicePrograms)
    } catch {
      throw .disagreement(error)
    }
  }
}

extension Diagnostic.Code {
  package static let impossibleSnapshot = Diagnostic.Code(
    "impossible-snapshot", "A snapshot in which the live patches contradict each other.")
}
