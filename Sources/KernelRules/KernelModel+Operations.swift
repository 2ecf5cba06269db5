extension KernelModel {
  /// Something that is done to a kernel, or that a kernel does.
  package enum Operation: Hashable, Sendable {
    /// finit_module(2) of a module whose init calls `klp_enable_patch`.
    case load(name: String, buildID: String?, replace: Bool)
    /// `0` into `enabled`.
    case disable(String)
    /// `1` into `enabled`: only a running transition takes it.
    case enable(String)
    /// `1` into `force`. The kernel then completes the transition by itself.
    case force(String)
    /// Every task has been switched. No system call does this: the kernel does.
    case complete
    /// delete_module(2) with O_NONBLOCK.
    case unload(String)
  }

  /// The kernel's refusals, by the names of their errno.
  package enum Refusal: String, Error, CaseIterable, Hashable, Sendable {
    case exists = "EEXIST"
    case busy = "EBUSY"
    case invalid = "EINVAL"
    case again = "EAGAIN"
    case notFound = "ENOENT"
    case notPermitted = "EPERM"
  }

  /// The state after an operation.
  ///
  /// - Throws: the kernel's refusal; the state is then as before.
  package func applying(_ operation: Operation) throws(Refusal) -> KernelModel {
    var next = self
    switch operation {
    case .load(let name, let buildID, let replace):
      try next.load(Module(name: name, buildID: buildID, replace: replace))
    case .disable(let name): try next.write(enabled: false, to: name)
    case .enable(let name): try next.write(enabled: true, to: name)
    case .force(let name): try next.force(name)
    case .complete: try next.complete()
    case .unload(let name): try next.unload(name)
    }
    return next
  }

  private mutating func load(_ module: Module) throws(Refusal) {
    if modulesDisabled { throw .notPermitted }
    // The module loader looks at the name before init runs, and so before klp_enable_patch.
    if index(of: module.name) != nil { throw .exists }
    if transition != nil { throw .busy }
    modules.append(module)
    transition = Transition(module: module.name, direction: .enabling)
  }

  /// `enabled_store`: the wanted value decides first, then whose transition is running.
  private mutating func write(enabled wanted: Bool, to name: String) throws(Refusal) {
    guard let enabled = enabled(name) else { throw .notFound }
    if enabled == wanted { throw .invalid }
    if transition?.module == name {
      transition = Transition(module: name, direction: wanted ? .enabling : .disabling)
    } else if wanted {
      throw .invalid
    } else if transition != nil {
      throw .busy
    } else {
      transition = Transition(module: name, direction: .disabling)
    }
  }

  /// `klp_force_transition`: marks the patches whose code tasks may still be running.
  private mutating func force(_ name: String) throws(Refusal) {
    guard let position = index(of: name), modules[position].listed else { throw .notFound }
    guard let transition, transition.module == name else { throw .invalid }
    if forcePinsEveryPatch {
      forceListed { _ in true }
    } else if transition.direction == .disabling {
      modules[position].forced = true
    } else if modules[position].replace {
      forceListed { $0 != name }
    }
  }

  private mutating func forceListed(where matches: (String) -> Bool) {
    for position in modules.indices
    where modules[position].listed && matches(modules[position].name) {
      modules[position].forced = true
    }
  }

  /// `klp_complete_transition`, and the freeing that follows it.
  private mutating func complete() throws(Refusal) {
    guard let transition, let position = index(of: transition.module) else { throw .invalid }
    self.transition = nil
    switch transition.direction {
    case .disabling:
      modules[position].listed = false
    case .enabling:
      // Not what was loaded after it: the disabling of a lower patch may have been reversed.
      guard modules[position].replace else { return }
      for older in 0..<position {
        modules[older].listed = false
      }
    }
  }

  private mutating func unload(_ name: String) throws(Refusal) {
    if modulesDisabled { throw .notPermitted }
    guard let position = index(of: name) else { throw .notFound }
    if modules[position].listed || modules[position].forced { throw .again }
    modules.remove(at: position)
  }
}
