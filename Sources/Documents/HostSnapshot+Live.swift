/// The live patches of a kernel, and the modules that matter to them.
package struct LiveState: Hashable, Sendable {
  /// Every live patch module in memory, in the order in which the modules were loaded.
  package var patches: [LivePatch]
  /// The one transition that may be running; nil when there is none.
  package var transition: Fact<LiveTransition>?
  /// The names of all loaded modules, live patches included, sorted. Unknown when
  /// `/proc/modules` could not be read; absent on a kernel without modules.
  package var modules: Fact<[String]>?

  package init(
    patches: [LivePatch], transition: Fact<LiveTransition>?, modules: Fact<[String]>?
  ) {
    self.patches = patches
    self.transition = transition
    self.modules = modules
  }
}

/// Where a live patch module stands.
package enum ModuleState: String, CaseIterable, Hashable, Sendable {
  /// Not in memory.
  case absent
  /// Enabled, its transition still running.
  case enabling
  /// Enabled, and every task uses it.
  case applied
  /// Disabled, its transition still running.
  case disabling
  /// Applied, while a replace patch is in transition over it: tasks may already run without it.
  case replacing
  /// Disabled or replaced, and still in memory.
  case resident
  /// Resident, and its reference count will not fall to 0.
  case pinned
}

/// One live patch module as the kernel shows it.
package struct LivePatch: Hashable, Sendable {
  package var module: String
  /// Unknown when the kernel's answer could not be read or understood.
  package var state: Fact<ModuleState>
  /// The GNU build ID of `/sys/module/<module>/notes/.note.gnu.build-id` in lower-case hex;
  /// absent when the module carries none.
  package var buildID: Fact<String>?
  /// `klp_patch.replace`; unknown on kernels that do not show it (before 6.11).
  package var replace: Fact<Bool>
  /// From 1, the highest wins; absent for a patch that is not in the kernel's list of patches.
  package var stackOrder: Fact<Int>?
  /// `/sys/module/<module>/refcnt`.
  package var referenceCount: Fact<Int>
  /// `/sys/module/<module>/taint`, the letters.
  package var taint: Fact<String>
  package var objects: [PatchedObject]

  package init(
    module: String, state: Fact<ModuleState>, buildID: Fact<String>?, replace: Fact<Bool>,
    stackOrder: Fact<Int>?, referenceCount: Fact<Int>, taint: Fact<String>,
    objects: [PatchedObject]
  ) {
    self.module = module
    self.state = state
    self.buildID = buildID
    self.replace = replace
    self.stackOrder = stackOrder
    self.referenceCount = referenceCount
    self.taint = taint
    self.objects = objects
  }
}

extension LivePatch {
  /// What of its objects is in memory, and not hooked though the patch is enabled: `vmlinux`, where a
  /// patch calls the kernel by a name, or a module.
  ///
  /// - Parameter modules: the names of all modules in memory; nil where they are not known.
  /// - Returns: their names; none where the kernel does not tell.
  package func unpatchedObjects(modules: [String]?) -> [String] {
    switch state.value {
    case .enabling, .applied, .replacing: break
    case .absent, .disabling, .resident, .pinned, nil: return []
    }
    return objects.filter { object in
      object.patched == .known(false)
        && (object.name == "vmlinux" || modules?.contains(object.name) == true)
    }.map(\.name)
  }
}

/// `vmlinux` or a module that a live patch changes.
package struct PatchedObject: Hashable, Sendable {
  package var name: String
  /// `<object>/patched`; unknown before 6.1, which does not show it.
  package var patched: Fact<Bool>
  package var functions: [PatchedFunction]

  package init(name: String, patched: Fact<Bool>, functions: [PatchedFunction]) {
    self.name = name
    self.patched = patched
    self.functions = functions
  }
}

/// A function and which of its namesakes is meant.
package struct PatchedFunction: Hashable, Sendable {
  package var name: String
  /// From 1, in the order of the symbol table.
  package var sympos: Int

  package init(name: String, sympos: Int) {
    self.name = name
    self.sympos = sympos
  }
}

/// The transition that is running.
package struct LiveTransition: Hashable, Sendable {
  package enum Direction: String, CaseIterable, Sendable {
    case enabling, disabling
  }

  package var module: String
  package var direction: Direction

  package init(module: String, direction: Direction) {
    self.module = module
    self.direction = direction
  }
}
