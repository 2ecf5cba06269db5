package import Documents
internal import HostFacts
internal import Nodes
package import Schedule
internal import Shapes

/// What the policies together demand of the host before each change.
extension Constraints {
  /// The lowest load average over the CPUs that any policy allows.
  package var maxLoadPerCPU: Sourced<Double>? {
    said(\.spec.safety?.gates?.maxLoadPerCPU).map { $0.mapped(\.value) }
      .min { $0.value < $1.value }
  }

  /// The longest that any policy asks for.
  package var minUptime: Sourced<Duration>? {
    said(\.spec.safety?.gates?.minUptime).max { $0.value < $1.value }
  }

  /// The taints that hold where no policy says.
  package static let usualForbiddenTaints = ["B", "D", "M"]

  /// The letters of the taints that any policy forbids, the usual ones (with no policy) where none
  /// says which.
  package var forbiddenTaints: [(letter: String, rule: Sourced<[TaintLetter]>?)] {
    let rules = said(\.spec.safety?.gates?.forbidTaints)
    if rules.isEmpty { return Constraints.usualForbiddenTaints.map { ($0, nil) } }
    return rules.flatMap { rule in rule.value.map { ($0.text, rule) } }
  }

  /// The first forbidden taint that a kernel has. A letter that no taint has is in no kernel.
  package func forbiddenTaint(
    in taint: Int
  ) -> (letter: String, rule: Sourced<[TaintLetter]>?)? {
    let found = KernelTaint(bits: taint)
    return forbiddenTaints.first { $0.letter.first.flatMap(found.has) ?? false }
  }

  /// The commands of all policies, in the order of the policies' names.
  package var gateCommands: [Sourced<Safety.Command>] {
    policies.flatMap { policy in
      (policy.spec.safety?.gates?.commands ?? []).map {
        Sourced($0, policy: policy.name.value.text, source: $0.place.bareLocation)
      }
    }
  }

  /// The hooks of all policies, in the order of the policies' names.
  package var hooks: [(name: HookName, command: Sourced<Safety.Command>)] {
    policies.flatMap { policy in
      let hooks = policy.spec.safety?.hooks
      let commands: [(HookName, Safety.Command?)] = [
        (.preApply, hooks?.preApply), (.postApply, hooks?.postApply),
        (.healthCheck, hooks?.healthCheck), (.onFailure, hooks?.onFailure),
      ]
      return commands.compactMap { name, command in
        command.map {
          (name, Sourced($0, policy: policy.name.value.text, source: $0.place.bareLocation))
        }
      }
    }
  }

  /// The policies by which a patch of some severity needs no window.
  package func urgencies(_ severity: Severity?) -> [Sourced<Severity>] {
    guard let severity else { return [] }
    return said(\.spec.maintenance?.urgent?.severity).filter { severity >= $0.value }
  }

  /// The policies that have windows, whether these hold for a change or not.
  package var policiesWithWindows: [Policy] {
    policies.filter { timetables[$0.name.value.text]?.windows.isEmpty == false }
  }

  /// The name of a policy that has a window, in a calendar perhaps, and where the window is written.
  package func rule(of window: Window) -> Sourced<WindowDefinition> {
    let source = window.definition.place.bareLocation
    let owner = owner { timetable in
      timetable.windows.contains { $0.definition.place.bareLocation == source }
    }
    return Sourced(window.definition, policy: owner, source: source)
  }

  /// The name of a policy that has a freeze, in a calendar perhaps, and where it is written.
  package func rule(of freeze: Freeze) -> Sourced<FreezeDefinition> {
    let source = freeze.definition.place.bareLocation
    let owner = owner { timetable in
      timetable.freezes.contains { $0.definition.place.bareLocation == source }
    }
    return Sourced(freeze.definition, policy: owner, source: source)
  }

  private func owner(_ has: (Timetable) -> Bool) -> String {
    policies.map(\.name.value.text).first { timetables[$0].map(has) ?? false } ?? ""
  }
}

extension Timestamp {
  /// The same moment for a schedule.
  package var instant: Instant { Instant(secondsSinceEpoch: secondsSinceEpoch) }

  package init(_ instant: Instant) {
    self.init(secondsSinceEpoch: instant.secondsSinceEpoch)
  }
}
