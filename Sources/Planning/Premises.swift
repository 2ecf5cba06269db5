internal import Compatibility
internal import Documents
internal import PolicyModel

/// What a planner starts from, and never changes.
///
/// A reference: a planner is copied wherever it asks itself something while it changes, and all of its
/// copies share this.
final class Premises {
  let input: PlanningInput
  let ground: Ground
  /// What the kernel as such has against any change.
  let kernel: Findings
  /// The running transition, if it is somebody else's, or our own reversal: nothing is done beside
  /// it, and it is left alone.
  let untouchedTransition: LiveTransition?
  /// The running transition, if an earlier run of klpolicy began it: it is waited for.
  let ownTransition: LiveTransition?
  /// Where each module in memory will stand when the running transition is over.
  let settledStates: [String: ModuleState]
  let circumstances: Circumstances

  init(_ input: PlanningInput) throws(ModelDisagreement) {
    let ground = Ground(input.snapshot)
    let transition = input.snapshot.live.transition?.value
    let isOwn = transition.map { transition in
      ground.record(transition.module).map {
        $0.reversal != transition.direction && (transition.direction == .enabling || $0.isDisabled)
      } ?? input.snapshot.isOfUnfinishedPackage(transition)
    }
    self.input = input
    self.ground = ground
    circumstances = Circumstances(input.snapshot, at: input.at, options: input.options)
    kernel = kernelObstacles(input.snapshot.host.kernel)
    ownTransition = isOwn == true ? transition : nil
    untouchedTransition = isOwn == false ? transition : nil
    settledStates = try PredictedKernel(input.snapshot.live).settledStates
  }
}

extension Planner {
  var input: PlanningInput { premises.input }
  var ground: Ground { premises.ground }
  var kernel: Findings { premises.kernel }
  var untouchedTransition: LiveTransition? { premises.untouchedTransition }
  var ownTransition: LiveTransition? { premises.ownTransition }
  var settledStates: [String: ModuleState] { premises.settledStates }
  var circumstances: Circumstances { premises.circumstances }
}
