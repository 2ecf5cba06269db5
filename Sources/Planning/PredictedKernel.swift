package import Documents
internal import KernelRules

/// The planner's own model gives another end than the policies want: the plan must not be used.
///
/// This is always a defect of klpolicy, never of the policies or the host.
package struct ModelDisagreement: Error, Hashable, Sendable, CustomStringConvertible {
  package let description: String
  /// Whether it was the observed state already that no kernel can be in.
  package let isOfInput: Bool

  init(_ description: String, isOfInput: Bool = false) {
    self.description = description
    self.isOfInput = isOfInput
  }
}

/// The kernel as it will be after the steps written so far.
struct PredictedKernel {
  private var model: KernelModel

  /// Starts from the observed state. Modules whose state nobody could observe count as applied.
  init(_ live: LiveState) throws(ModelDisagreement) {
    let transition = live.transition?.value.map { running in
      KernelModel.Transition(
        module: running.module, direction: running.direction == .enabling ? .enabling : .disabling)
    }
    let modules = live.patches.map { patch in
      KernelModel.Module(
        name: patch.module, buildID: patch.buildID?.value,
        // Before 6.11 the kernel does not say it; that the patch in transition replaces the others
        // is then seen in their states.
        replace: patch.replace.value
          ?? (patch.module == transition?.module
            && live.patches.contains { $0.state == .known(.replacing) }),
        listed: patch.isListed, forced: patch.state == .known(.pinned))
    }
    do throws(KernelModel.Inconsistency) {
      model = try KernelModel(modules: modules, transition: transition)
    } catch {
      throw ModelDisagreement(error.words, isOfInput: true)
    }
  }

  func state(of module: String) -> ModuleState {
    ModuleState(rawValue: model.state(of: module).rawValue) ?? .absent
  }

  /// Where each module in memory stands when the transition that may be running has completed.
  var settledStates: [String: ModuleState] {
    var settled = self
    settled.model = (try? model.applying(.complete)) ?? model
    return Dictionary(
      settled.modules.map { ($0.module, $0.state) }, uniquingKeysWith: { first, _ in first })
  }

  func buildID(of module: String) -> String? {
    model.modules.first { $0.name == module }?.buildID
  }

  var appliedModules: [String] { model.stack }

  var modules: [PredictedModule] {
    model.modules.map {
      PredictedModule(module: $0.name, state: state(of: $0.name), buildID: $0.buildID)
    }
  }

  /// Does a step's work on the model.
  mutating func run(
    _ action: Step.Action, _ module: String, _ target: Target?
  ) throws(ModelDisagreement) {
    let operation: KernelModel.Operation
    switch action {
    case .load:
      operation = .load(
        name: module, buildID: target?.buildID, replace: target?.replaces ?? true)
    case .disable: operation = .disable(module)
    case .unload: operation = .unload(module)
    case .await: operation = .complete
    case .stage, .install, .configure: return
    }
    do throws(KernelModel.Refusal) {
      model = try model.applying(operation)
    } catch {
      throw ModelDisagreement("the kernel would refuse to \(operation): \(error.rawValue)")
    }
  }
}

extension LivePatch {
  /// Whether the kernel has it in its list of patches.
  var isListed: Bool {
    switch state.value {
    case .enabling, .applied, .disabling, .replacing, nil: true
    case .resident, .pinned, .absent: false
    }
  }
}

/// What keeps any kernel from being in a state that somebody wrote down; nil where one can be.
package func contradiction(in live: LiveState) -> String? {
  let kernel: PredictedKernel
  do throws(ModelDisagreement) {
    kernel = try PredictedKernel(live)
  } catch {
    return error.description
  }
  for patch in live.patches {
    guard let state = patch.state.value else { continue }
    let due = kernel.state(of: patch.module)
    if state == due { continue }
    let transition =
      live.transition?.value.map { "the transition of \($0.module), which is \($0.direction)" }
      ?? "no transition"
    return "\(patch.module) is said to be \(state), and with \(transition) it would be \(due)"
  }
  return nil
}

extension KernelModel.Inconsistency {
  fileprivate var words: String {
    switch self {
    case .loadedTwice(let module): "the module \(module) is there twice, and a name is there once"
    case .transitionOfUnlisted(let module):
      "\(module) is in transition, and not among the live patches that are enabled or were when it "
        + "began"
    case .unreadable(let line): "a line that says nothing known: \(line)"
    }
  }
}
