internal import Diagnostics
internal import Compatibility
internal import Documents
internal import Nodes
internal import PolicyModel
internal import Shapes

/// What policies ask for that this version knows and does not do.
///
/// Where a change would be less careful than it was asked to be, it is not made: a safeguard that is
/// passed over in silence is worse than none. What is merely done in another, safe way is a warning.
extension Planner {
  /// Warnings of what is done otherwise than the policies of a patch ask for.
  func unenforcedWarnings(_ patch: DesiredSet.Patch) -> [Warning] {
    patch.constraints.policies.flatMap { policy -> [Warning] in
      let safety = policy.spec.safety
      var warnings: [Warning] = []
      func warn(_ key: String, _ what: String, _ source: Location?) {
        warnings.append(
          Warning(
            code: Warning.notEnforced,
            message: "policy \(policy.name.value.text): \(key) has no effect in this version of "
              + "klpolicy; \(what)", source: source?.description))
      }
      if let rule = safety?.transition?.onStall, rule.value != .revert {
        warn(
          "onStall: \(rule.value.rawValue)", "a transition that stalls is reverted",
          rule.place.bareLocation)
      }
      if let attempts = safety?.attempts {
        warn("attempts", "a load that stalled is tried again", attempts.place.bareLocation)
      }
      if let probation = safety?.probation {
        warn("probation", "a crash after a load is not noticed", probation.place.bareLocation)
      }
      return warnings
    }
  }
}
