internal import Compatibility
internal import Documents
internal import PolicyModel

/// What keeps every live patch off this kernel keeps those off that vendors bring: none is sent for that
/// the kernel would refuse, and none is blamed for it.
extension Planner {
  /// Holds a change that brings a live patch against the kernel.
  ///
  /// - Returns: whether something stands in its way.
  mutating func forbid(_ change: inout ServiceChange) -> Bool {
    // What is there already is verified, or undone.
    guard !change.isUnfinished, let work = change.work.first(where: \.bringsLivePatch) else {
      return false
    }
    let hooking = hookingObstacles(input.snapshot.host.kernel)
    // That nothing at all may act is said of every change.
    let obstacles = (kernel.obstacles + hooking.obstacles).filter {
      $0.reason != .disabledByCommandLine
    }
    if !obstacles.isEmpty {
      change.blocked += obstacles.map {
        change.service.withheld($0.reason, $0.message, module: work.module)
      }
      return true
    }
    let unknown = kernel.unknown + hooking.unknown
    if unknown.isEmpty { return false }
    let message = "could not be observed: \(unknown.joined(separator: ", "))"
    if input.options.unverified == .block {
      change.blocked.append(
        change.service.withheld(
          .unverified, message + "; nothing is changed on a guess", module: work.module))
      return true
    }
    // What is unknown of the kernel as such is said once for all.
    if !hooking.unknown.isEmpty {
      unverified[message, default: []].append(change.service.kind.rawValue)
    }
    return false
  }
}

extension ServiceChange.Work {
  /// Whether a live patch comes of it, now or at the next boot.
  fileprivate var bringsLivePatch: Bool {
    action == .install || setting == "\(Services.Canonical.Setting.enabled(true))"
  }
}
