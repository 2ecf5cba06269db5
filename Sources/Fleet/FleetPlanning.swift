internal import Diagnostics
internal import Documents
internal import JSONText
internal import Nodes
internal import Reconciliation
internal import Shapes

/// What came of some lines of the input.
struct PlannedLines: Sendable {
  /// The plans, a line each, in order.
  var plans: [UInt8] = []
  /// What is wrong with the lines that have none, and what their authors should know of the others.
  var diagnostics: [Diagnostic] = []
  var counts = FleetCounts()
  var tally = FleetTally()
}

/// How many hosts there were, and what is to be done.
package struct FleetCounts: Hashable, Sendable {
  /// Hosts that have a plan.
  package var planned = 0
  /// Lines that have none: no snapshot, or one that policies contradict each other on.
  package var refused = 0
  /// Lines whose plan the planner itself refused: a defect.
  package var failed = 0
  /// Hosts of which something is blocked.
  package var blocked = 0
  /// Hosts that would be changed, whatever else there is.
  package var changing = 0
  /// Hosts of which something is deferred, whatever else there is.
  package var deferring = 0

  static func += (all: inout FleetCounts, more: FleetCounts) {
    all.planned += more.planned
    all.refused += more.refused
    all.failed += more.failed
    all.blocked += more.blocked
    all.changing += more.changing
    all.deferring += more.deferring
  }
}

extension SnapshotPlanner {
  /// Plans for the hosts in some lines; what is wrong with one concerns no other. `writesPlans`:
  /// whether the plans are wanted; `tallies`: whether what they come to is.
  func plan(_ lines: [SnapshotLine], writesPlans: Bool, tallies: Bool) -> PlannedLines {
    var planned = PlannedLines()
    for line in lines {
      plan(line, writesPlans: writesPlans, tallies: tallies, into: &planned)
    }
    return planned
  }

  private func plan(
    _ line: SnapshotLine, writesPlans: Bool, tallies: Bool, into planned: inout PlannedLines
  ) {
    var diagnostics: [Diagnostic] = []
    defer { planned.diagnostics += diagnostics.map { $0.inLine(line.number) } }
    guard let snapshot = line.snapshot(&diagnostics) else {
      planned.counts.refused += 1
      return
    }
    do throws(NoPlan) {
      let plan = try assess(snapshot).plan
      if writesPlans {
        planned.plans += JSONWriter.bytes(of: plan)
        planned.plans.append(UInt8(ascii: "\n"))
      }
      if tallies { planned.tally.add(plan) }
      planned.counts.planned += 1
      if !plan.blocked.isEmpty { planned.counts.blocked += 1 }
      if plan.changed { planned.counts.changing += 1 }
      if !plan.deferred.isEmpty { planned.counts.deferring += 1 }
    } catch {
      diagnostics += error.diagnostics.map { $0.onHost(snapshot.host.hostname) }
      switch error {
      case .invalid: planned.counts.refused += 1
      case .disagreement: planned.counts.failed += 1
      }
    }
  }
}

/// What the diagnostics call the input.
let inputName = "standard input"

extension SnapshotLine {
  /// The snapshot that it is; nil where it is none, and the diagnostics say why.
  fileprivate func snapshot(_ diagnostics: inout [Diagnostic]) -> HostSnapshot? {
    switch content {
    case .tooLong:
      diagnostics.append(
        Diagnostic(
          .tooLarge,
          "the line has more than the \(SnapshotLines.longestLine >> 20) MiB that a snapshot may "
            + "have; it is passed over",
          at: Location(path: inputName, position: Position(line: 1, column: 1)),
          advice: adviceOnLines))
      return nil
    case .text(let bytes):
      do throws(Diagnostic) {
        let table = try readJSON(SourceText(path: inputName, bytes: bytes, isObservation: true))
        let (snapshot, found) = decode(HostSnapshot.self, from: table)
        diagnostics += found
        return snapshot
      } catch {
        var problem = error
        problem.advice = problem.advice ?? adviceOnLines
        diagnostics.append(problem)
        return nil
      }
    }
  }
}

private let adviceOnLines = "give one snapshot a line, as klpolicy snapshot --compact prints it"

extension Diagnostic {
  /// With the number of its line in the input. The line itself, which may be long, is not shown.
  fileprivate func inLine(_ number: Int) -> Diagnostic {
    var diagnostic = self
    diagnostic.location = diagnostic.location.map { $0.inLine(number) } ?? .ofLine(number)
    for index in diagnostic.notes.indices {
      diagnostic.notes[index].location = diagnostic.notes[index].location?.inLine(number)
    }
    return diagnostic
  }

  /// Of what is wrong with the policies on a host: which host.
  fileprivate func onHost(_ hostname: String) -> Diagnostic {
    var diagnostic = self
    diagnostic.message = "\(hostname): \(message)"
    return diagnostic
  }
}

extension Location {
  fileprivate static func ofLine(_ number: Int) -> Location {
    Location(
      path: inputName, position: Position(line: UInt32(clamping: number), column: 1))
  }

  /// Places in other files stay as they are.
  fileprivate func inLine(_ number: Int) -> Location {
    guard path == inputName else { return self }
    return Location(
      path: path, fileIndex: fileIndex,
      position: Position(line: UInt32(clamping: number), column: position?.column ?? 1))
  }
}
