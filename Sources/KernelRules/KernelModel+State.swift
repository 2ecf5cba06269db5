extension KernelModel {
  /// Where a module stands, in the words that an observer of the kernel uses.
  package enum State: String, CaseIterable, Hashable, Sendable {
    case absent, enabling, applied, disabling, replacing, resident, pinned
  }

  /// Where the module of that name stands.
  package func state(of name: String) -> State {
    guard let position = index(of: name) else { return .absent }
    let module = modules[position]
    guard module.listed else { return module.forced ? .pinned : .resident }
    guard let transition else { return .applied }
    if transition.module == name {
      return switch transition.direction {
      case .enabling: .enabling
      case .disabling: .disabling
      }
    }
    return isUnderReplacement(position) ? .replacing : .applied
  }

  /// What `/sys/kernel/livepatch/<module>/enabled` says; nil without that file.
  package func enabled(_ name: String) -> Bool? {
    guard let position = index(of: name), modules[position].listed else { return nil }
    return transition != Transition(module: name, direction: .disabling)
  }

  /// The names of the patches in the kernel's list, the lowest first.
  package var stack: [String] { modules.filter(\.listed).map(\.name) }

  func index(of name: String) -> Int? {
    modules.firstIndex { $0.name == name }
  }

  /// Whether a replace patch above it is in transition, in either direction: tasks that the
  /// transition has reached run without this patch. One that is disabled after it was applied
  /// has nothing below it.
  private func isUnderReplacement(_ position: Int) -> Bool {
    guard let transition, let above = index(of: transition.module) else { return false }
    return modules[above].replace && position < above
  }
}
