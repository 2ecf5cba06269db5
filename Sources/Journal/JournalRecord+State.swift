package import Documents

extension Sequence<JournalRecord> {
  /// The builds that klpolicy had in force at the end of these records, by its own account, in the
  /// order of loading: what it loaded and did not take off, by itself or by a build that replaces.
  package func appliedBuilds(bootID: String) -> [ManagedModule] {
    var state = AppliedBuilds()
    for record in self where record.bootID == bootID {
      switch record.event {
      case .intent(let number, let change): state.make(change, "\(record.run) \(number)")
      case .outcome(let number, let error):
        state.end("\(record.run) \(number)", isRefused: error != nil)
      case .begin, .end, .torn, .rotated, .hold, .resume, .settled, .failed, .stored, .shutdown,
        .running:
        break
      }
    }
    return state.applied
  }

  /// When klpolicy began a transition of a boot; nil where it was not klpolicy that began it, or
  /// turned it to where it runs.
  package func transitionBegan(
    _ transition: LiveTransition, bootID: String
  ) -> Timestamp? {
    var began: (at: Timestamp, direction: LiveTransition.Direction)?
    var open: [String: (Timestamp, LiveTransition.Direction)?] = [:]
    for record in self where record.bootID == bootID {
      switch record.event {
      case .intent(let number, let change) where change.module == transition.module:
        guard let direction = change.direction else { continue }
        open["\(record.run) \(number)"] = began
        began = (record.at, direction)
      case .outcome(let number, .some):
        // What was refused changed nothing.
        if let before = open.removeValue(forKey: "\(record.run) \(number)") { began = before }
      default: break
      }
    }
    return began?.direction == transition.direction ? began?.at : nil
  }

  /// The digests of the builds that were taken off because they had been recalled.
  package func withdrawnBuilds() -> Set<String> {
    var loaded: [String: String] = [:]
    var withdrawn: Set<String> = []
    for record in self {
      switch record.event {
      case .intent(_, .load(let build)): loaded[build.module] = build.sha256
      case .intent(_, .disable(let module)) where record.reason == Reason.withdrawn.rawValue,
        .intent(_, .unload(let module)) where record.reason == Reason.withdrawn.rawValue:
        if let build = loaded[module] { withdrawn.insert(build) }
      case .begin, .intent, .outcome, .end, .torn, .rotated, .hold, .resume, .settled, .failed,
        .stored, .shutdown, .running:
        break
      }
    }
    return withdrawn
  }
}

extension Change {
  /// Where a transition goes that it begins, or turns around.
  fileprivate var direction: LiveTransition.Direction? {
    switch self {
    case .load: .enabling
    case .disable: .disabling
    case .reverse(_, let enabled): enabled ? .enabling : .disabling
    case .unload, .force, .writeFile, .removeFile, .installPackage, .removePackage,
      .configureClient:
      nil
    }
  }
}

private struct AppliedBuilds {
  var applied: [ManagedModule] = []
  private var builds: [String: ManagedModule] = [:]
  /// What was in force before the last load of each module.
  private var beforeLoad: [String: [ManagedModule]] = [:]
  private var beforeChange: [String: [ManagedModule]] = [:]

  mutating func make(_ change: Change, _ key: String) {
    beforeChange[key] = applied
    switch change {
    case .load(let build):
      beforeLoad[build.module] = applied
      builds[build.module] = build
      if build.replace != .known(false) {
        applied = []
      } else {
        applied.removeAll { $0.module == build.module }
      }
      applied.append(build)
    case .disable(let module), .unload(let module):
      applied.removeAll { $0.module == module }
    case .reverse(let module, enabled: true):
      if let build = builds[module], !applied.contains(where: { $0.module == module }) {
        applied.append(build)
      }
    case .reverse(let module, enabled: false):
      // Whatever it was about to replace never went.
      applied = (beforeLoad[module] ?? applied).filter { $0.module != module }
    case .force, .writeFile, .removeFile, .installPackage, .removePackage, .configureClient: break
    }
  }

  mutating func end(_ key: String, isRefused: Bool) {
    if let before = beforeChange.removeValue(forKey: key), isRefused { applied = before }
  }
}
