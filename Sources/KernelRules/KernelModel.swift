/// The live patches of a kernel from 5.1 on as a value: what is in memory, in which order, and
/// the one transition that may be running.
///
/// It answers each operation as `kernel/livepatch` does, with a new state or with an errno. What
/// depends on more than live patches (signatures, symbols, callbacks, `klp_state`) is not modelled:
/// here a load is refused only for the reasons that lie in this state.
package struct KernelModel: Hashable, Sendable {
  /// A live patch module in memory.
  package struct Module: Hashable, Sendable {
    package var name: String
    /// Absent when the module carries none.
    package var buildID: String?
    /// `klp_patch.replace`.
    package var replace: Bool
    /// Whether it is in the kernel's list of patches, which is so exactly while it has a
    /// directory in `/sys/kernel/livepatch`.
    package var listed: Bool
    /// `klp_patch.forced`: its reference count does not fall when it leaves the list.
    package var forced: Bool

    package init(
      name: String, buildID: String?, replace: Bool, listed: Bool = true, forced: Bool = false
    ) {
      self.name = name
      self.buildID = buildID
      self.replace = replace
      self.listed = listed
      self.forced = forced
    }
  }

  /// The transition that is running.
  package struct Transition: Hashable, Sendable {
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

  /// Why modules and a transition do not make a state that a kernel can be in.
  package enum Inconsistency: Error, Hashable, Sendable {
    case loadedTwice(String)
    /// The module in transition is not in memory, or not in the list of patches.
    case transitionOfUnlisted(String)
    /// A line that says nothing known, or says it twice.
    case unreadable(line: String)
  }

  /// In the order in which they were loaded, which is the order of the kernel's list.
  package internal(set) var modules: [Module]
  package internal(set) var transition: Transition?
  /// `/proc/sys/kernel/modules_disabled`: forbids to load and to remove, not to disable.
  package var modulesDisabled: Bool
  /// Whether `force` pins every patch in the list, as kernels before 5.18 do, and not only those
  /// that are being taken off.
  package var forcePinsEveryPatch: Bool

  /// A kernel without live patches.
  package init() {
    modules = []
    transition = nil
    modulesDisabled = false
    forcePinsEveryPatch = false
  }

  /// The state of a kernel that was observed.
  ///
  /// - Throws: `Inconsistency` when no kernel can be in that state.
  package init(
    modules: [Module], transition: Transition?, modulesDisabled: Bool = false,
    forcePinsEveryPatch: Bool = false
  ) throws(Inconsistency) {
    var names: Set<String> = []
    for module in modules where !names.insert(module.name).inserted {
      throw .loadedTwice(module.name)
    }
    if let transition, !modules.contains(where: { $0.name == transition.module && $0.listed }) {
      throw .transitionOfUnlisted(transition.module)
    }
    self.modules = modules
    self.transition = transition
    self.modulesDisabled = modulesDisabled
    self.forcePinsEveryPatch = forcePinsEveryPatch
  }
}
