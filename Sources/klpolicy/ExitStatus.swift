internal import Documents
internal import Fleet
internal import Reconciliation

/// The exit codes of the contract.
enum ExitStatus: Int32 {
  case fine = 0
  /// An error before any change.
  case error = 1
  /// Changes pending, or applied and verified; only with `--detailed-exitcode`.
  case changes = 2
  /// Only deferred work is left; only with `--detailed-exitcode`.
  case deferred = 3
  /// Something failed; its group was restored.
  case restored = 4
  /// Something will not happen until someone acts.
  case blocked = 5
  /// Something failed; the host is left changed.
  case failed = 6
  /// The saved plan is stale.
  case stale = 8
  case usage = 64
  case invalidInput = 65
  case lockHeld = 75
  case notPrivileged = 77
  case interrupted = 130
  case terminated = 143

  /// What a plan comes to.
  init(_ plan: Plan, isDetailed: Bool) {
    if !plan.blocked.isEmpty {
      self = .blocked
    } else if isDetailed, plan.changed {
      self = .changes
    } else if isDetailed, !plan.deferred.isEmpty {
      self = .deferred
    } else {
      self = .fine
    }
  }

  /// Why there is no plan.
  init(_ problem: NoPlan) {
    switch problem {
    case .invalid: self = .invalidInput
    case .disagreement: self = .error
    }
  }

  /// What the plans of a fleet come to: lines without a plan before what the plans say.
  init(_ counts: FleetCounts, isDetailed: Bool) {
    if counts.failed > 0 {
      self = .error
    } else if counts.refused > 0 {
      self = .invalidInput
    } else if counts.blocked > 0 {
      self = .blocked
    } else if isDetailed, counts.changing > 0 {
      self = .changes
    } else if isDetailed, counts.deferring > 0 {
      self = .deferred
    } else {
      self = .fine
    }
  }

  /// What a run comes to: 6 before 4 before 5 before 2 before 3 before 0.
  init(_ report: Report, isDetailed: Bool) {
    switch report.result {
    case .failed: self = .failed
    case .restored: self = .restored
    case .blocked, .refused: self = .blocked
    case .applied: self = isDetailed ? .changes : .fine
    case .deferred: self = isDetailed ? .deferred : .fine
    case .converged: self = .fine
    }
  }
}
