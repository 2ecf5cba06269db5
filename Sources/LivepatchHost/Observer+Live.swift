internal import Documents

extension Observer {
  /// The live patches of a reading that is as settled as it gets.
  mutating func live(
    _ pass: LivePass, isModular: Fact<Bool>, _ replaces: LivepatchHost.ReplaceKnowledge
  ) -> LiveState {
    let patches = patches(pass, replaces)
    let modules: Fact<[String]>? =
      switch pass.table {
      case .value(let table): .known(table.rows.map(\.name).sorted())
      case .absent where isModular == .known(false): nil
      case .absent, .failed: .unknown
      }
    return LiveState(patches: patches, transition: transition(pass, patches), modules: modules)
  }

  /// The patches of a reading, in its order.
  mutating func patches(
    _ pass: LivePass, _ replaces: LivepatchHost.ReplaceKnowledge
  ) -> [LivePatch] {
    if let failure = pass.listing.failure { note(failure) }
    if let failure = pass.table.failure { note(failure) }
    if pass.isChanging { note(PatchReading.listing, "it changed each time it was read") }
    var patches = pass.patches.map { patch($0, pass) }
    judgeReplacement(&patches, replaces)
    return patches
  }

  private mutating func patch(_ reading: PatchReading, _ pass: LivePass) -> LivePatch {
    // What `state` concludes from goes first, so that its failures are told first.
    _ = optionalFact(reading.enabled)
    _ = optionalFact(reading.transition)
    _ = optionalFact(reading.initState)
    var state = pass.listing.failure == nil && !pass.isChanging ? reading.state : .unknown
    if let path = missing(reading, pass) {
      note(path, "missing, though the module is there")
      state = .unknown
    }
    let count = unobserved.count
    let objects = objects(reading)
    // Nobody may take a patch for one that changes nothing.
    if unobserved.count > count { state = .unknown }
    return LivePatch(
      module: reading.module, state: state, buildID: optionalFact(reading.buildID),
      replace: fact(reading.replace), stackOrder: stackOrder(reading, pass),
      referenceCount: fact(reading.referenceCount), taint: fact(reading.taint), objects: objects)
  }

  /// The file or directory without which a patch that is in memory is half a patch.
  private func missing(_ reading: PatchReading, _ pass: LivePass) -> String? {
    let patch = PatchReading.patchDirectory(reading.module)
    if reading.isListed {
      if reading.enabled.isAbsent { return patch + "/enabled" }
      if reading.transition.isAbsent { return patch + "/transition" }
    } else if reading.initState.isAbsent {
      let directory = PatchReading.moduleDirectory(reading.module)
      switch pass.table {
      case .value(let table): return table.position(reading.module) == nil ? nil : directory
      case .absent: return nil
      // Only sysfs can tell then.
      case .failed: return root.exists("sys/module").value == nil ? directory : nil
      }
    }
    return nil
  }

  private mutating func objects(_ reading: PatchReading) -> [PatchedObject] {
    if let failure = reading.objects.failure { note(failure) }
    return (reading.objects.value ?? []).map { object in
      if let failure = object.functions.failure { note(failure) }
      return PatchedObject(
        name: object.name, patched: fact(object.patched), functions: object.functions.value ?? [])
    }
  }

  /// From sysfs (6.14), or else the order of loading. A module enters `/proc/modules` before its
  /// init enables the patch; the two orders are one as long as modules are not loaded in parallel.
  private mutating func stackOrder(_ reading: PatchReading, _ pass: LivePass) -> Fact<Int>? {
    guard reading.isListed else { return nil }
    if let shown = optionalFact(reading.stackOrder) { return shown }
    guard let table = pass.table.value else { return .unknown }
    let listed = pass.patches.filter(\.isListed)
    guard listed.allSatisfy({ table.position($0.module) != nil }) else { return .unknown }
    return listed.firstIndex { $0.module == reading.module }.map { .known($0 + 1) } ?? .unknown
  }

  /// Marks what lies under a replace patch in transition, in either direction: the tasks that the
  /// transition has reached, or not yet left, run without it.
  private func judgeReplacement(
    _ patches: inout [LivePatch], _ replaces: LivepatchHost.ReplaceKnowledge
  ) {
    for above in patches where above.stackOrder != nil {
      let judgement: Fact<ModuleState>
      switch above.state {
      case .known(.enabling), .known(.disabling):
        let isReplacing =
          above.replace.value ?? replaces(above.module, above.buildID?.value) ?? true
        guard isReplacing else { continue }
        judgement = .known(.replacing)
      // It may be in transition, and may replace.
      case .unknown where above.replace != .known(false): judgement = .unknown
      default: continue
      }
      for position in patches.indices
      where patches[position].state == .known(.applied) && patches[position].mayLie(under: above) {
        patches[position].state = judgement
      }
    }
  }

  private mutating func transition(
    _ pass: LivePass, _ patches: [LivePatch]
  ) -> Fact<LiveTransition>? {
    if pass.listing.failure != nil || pass.isChanging { return .unknown }
    let running = patches.compactMap { patch -> LiveTransition? in
      switch patch.state {
      case .known(.enabling): LiveTransition(module: patch.module, direction: .enabling)
      case .known(.disabling): LiveTransition(module: patch.module, direction: .disabling)
      default: nil
      }
    }
    // A module on its way in or out of memory counts only where no patch is in transition.
    let listed = running.filter { transition in
      pass.patches.contains { $0.module == transition.module && $0.transition.value == true }
    }
    if listed.count > 1 {
      note(PatchReading.listing, "more than one patch is in transition")
      return .unknown
    }
    if let transition = listed.first ?? running.first { return .known(transition) }
    return patches.contains { $0.stackOrder != nil && $0.state == .unknown } ? .unknown : nil
  }
}

extension LivePatch {
  /// Whether `other` comes later in the kernel's list, as far as the order is known.
  fileprivate func mayLie(under other: LivePatch) -> Bool {
    guard module != other.module else { return false }
    guard let order = stackOrder?.value, let otherOrder = other.stackOrder?.value else {
      return true
    }
    return order < otherOrder
  }
}
