import KernelRules
import LivepatchHost

/// A kernel and the model of it, side by side.
struct Walk: ~Copyable {
  private var kernel: WalkedKernel
  private var candidates = Candidates(KernelModel())
  private var held: Set<Sleeper> = []
  /// How often each answer was given to each kind of operation.
  private(set) var answers: [String: Int] = [:]

  init(_ kernel: consuming WalkedKernel) throws {
    self.kernel = kernel
    if !self.kernel.hasTarget { try self.kernel.loadTarget() }
  }

  /// Where the model and the kernel part.
  struct Disagreement: Error {
    /// Up to and with the operation that showed it.
    var operations: [WalkOperation]
    var message: String
  }

  /// Whether nothing is pinned, so that a walk can be done again from the beginning.
  var isClean: Bool { candidates.likely.modules.allSatisfy { !$0.forced } }

  /// Does a random sequence of operations, and then takes everything off again, which is compared
  /// too.
  mutating func random(
    seed: UInt64, count: Int, forcing: Bool
  ) throws -> Result<Int, Disagreement> {
    var dice = Dice(state: seed)
    return try run { done, walk in
      done.count < count ? walk.randomOperation(&dice, forcing: forcing) : nil
    }
  }

  /// Does a given sequence.
  mutating func replay(_ operations: [WalkOperation]) throws -> Result<Int, Disagreement> {
    try run { done, _ in done.count < operations.count ? operations[done.count] : nil }
  }

  private mutating func run(
    _ next: ([WalkOperation], borrowing Walk) -> WalkOperation?
  ) throws -> Result<Int, Disagreement> {
    var done: [WalkOperation] = []
    do throws(WalkEnd) {
      while let operation = next(done, self) {
        done.append(operation)
        try step(operation)
      }
      for operation in leaving() {
        done.append(operation)
        try step(operation)
      }
      // Only now is it known what is left.
      for module in candidates.likely.modules where !module.listed && !module.forced {
        done.append(.kernel(.unload(module.name), build: "a"))
        try step(.kernel(.unload(module.name), build: "a"))
      }
      return .success(done.count)
    } catch {
      switch error {
      case .disagreement(let message):
        return .failure(Disagreement(operations: done, message: message))
      case .trouble(let trouble):
        throw Trouble("\(trouble), after \(done.map(\.description).joined(separator: ", "))")
      }
    }
  }

  /// Takes everything off after a disagreement, whatever the model thinks of it, and starts anew.
  ///
  /// - Returns: whether nothing is left.
  mutating func reset() throws -> Bool {
    for sleeper in Sleeper.allCases where held.contains(sleeper) {
      try kernel.setHeld(sleeper, false)
    }
    held = []
    if !kernel.hasTarget { try kernel.loadTarget() }
    for _ in 0..<600 {
      let left = kernel.visible() ?? ["?"]
      if left.isEmpty { break }
      for name in left.compactMap({ $0.split(separator: " ").first.map(String.init) }) {
        _ = try kernel.perform(.disable(name), build: "a")
        _ = try kernel.perform(.unload(name), build: "a")
      }
      Pace.real.sleep(.milliseconds(50))
    }
    candidates = Candidates(KernelModel())
    return kernel.visible() == []
  }

  private enum WalkEnd: Error {
    case disagreement(String)
    case trouble(any Error)
  }

  private mutating func step(_ operation: WalkOperation) throws(WalkEnd) {
    switch operation {
    case .kernel(let asked, let build):
      let before = candidates
      // What was disabled or replaced is freed a moment later.
      if case .unload(let name) = asked, before.states.allSatisfy({ $0.isUnloadable(name) }) {
        kernel.awaitRelease(of: name)
      }
      let answer: Answer
      do {
        answer = try kernel.perform(asked, build: build)
      } catch {
        throw .trouble(error)
      }
      answers["\(asked.kind) \(answer)", default: 0] += 1
      guard candidates.apply(asked, answer: answer) else {
        throw .disagreement(
          "\(operation): the kernel says \(answer); the model\(before.answers(to: asked))")
      }
    case .hold(let sleeper):
      try environment { try $0.setHeld(sleeper, true) }
      held.insert(sleeper)
    case .letGo(let sleeper):
      try environment { try $0.setHeld(sleeper, false) }
      held.remove(sleeper)
    case .loadTarget: try environment { try $0.loadTarget() }
    case .unloadTarget: try environment { try $0.unloadTarget() }
    case .settle: try settle()
    }
    try compare(after: operation)
  }

  private mutating func environment(
    _ change: (inout WalkedKernel) throws -> Void
  ) throws(WalkEnd) {
    do {
      try change(&kernel)
    } catch {
      throw .trouble(error)
    }
  }

  /// Nothing that is not held up stays in transition.
  private mutating func settle() throws(WalkEnd) {
    if !held.isEmpty { return }
    let deadline = ContinuousClock.now + .seconds(60)
    while kernel.isInTransition {
      if ContinuousClock.now >= deadline {
        throw .disagreement("settle: a transition does not end that nothing holds up")
      }
      Pace.real.sleep(.milliseconds(5))
    }
  }

  /// Holds what is seen against what may be seen, for as long as the kernel may be busy with it.
  private mutating func compare(after operation: WalkOperation) throws(WalkEnd) {
    let deadline = ContinuousClock.now + .seconds(5)
    var seen: [String]?
    while true {
      seen = kernel.visible()
      if let seen, candidates.see(seen) { return }
      if ContinuousClock.now >= deadline { break }
      Pace.real.sleep(.milliseconds(10))
    }
    let expected = candidates.expectations.map { "    " + $0.joined(separator: ", ") }
    throw .disagreement(
      """
      \(operation): the kernel shows
          \(seen.map { $0.joined(separator: ", ") } ?? "what could not be read")
        and the model
      \(expected.joined(separator: "\n    or\n"))
      """)
  }

  /// What ends a sequence: nobody sleeps, nothing is in the list.
  private borrowing func leaving() -> [WalkOperation] {
    var operations = Sleeper.allCases.filter(held.contains).map(WalkOperation.letGo)
    operations.append(.settle)
    for name in candidates.likely.stack {
      operations += [.kernel(.disable(name), build: "a"), .settle]
    }
    return operations
  }
}

// Choosing.
extension Walk {
  fileprivate borrowing func randomOperation(
    _ dice: inout Dice, forcing: Bool
  ) -> WalkOperation {
    let state = candidates.likely
    switch dice.roll(20) {
    case 0..<3: return .settle
    case 3, 4:
      if let sleeper = dice.pick(Sleeper.allCases), kernel.hasTarget {
        return held.contains(sleeper) ? .letGo(sleeper) : .hold(sleeper)
      }
      return .settle
    case 5:
      if !kernel.hasTarget { return .loadTarget }
      return held.isEmpty ? .unloadTarget : .settle
    // Anything at all, sensible or not.
    case 6..<10:
      return operation(on: dice.pick(kernel.builds.map(\.name)) ?? "klp_cmdline", &dice, forcing)
    // Something that the state invites.
    case 10..<14:
      let absent = kernel.builds.filter { state.state(of: $0.name) == .absent }
      return load(dice.pick(absent.map(\.name)) ?? "klp_cmdline", &dice)
    default:
      guard let module = dice.pick(state.modules) else {
        return load(dice.pick(kernel.builds.map(\.name)) ?? "klp_cmdline", &dice)
      }
      switch state.state(of: module.name) {
      case .applied, .replacing, .enabling: return .kernel(.disable(module.name), build: "a")
      case .disabling: return .kernel(.enable(module.name), build: "a")
      case .resident, .pinned: return .kernel(.unload(module.name), build: "a")
      case .absent: return load(module.name, &dice)
      }
    }
  }

  private borrowing func operation(
    on name: String, _ dice: inout Dice, _ forcing: Bool
  ) -> WalkOperation {
    switch dice.roll(forcing ? 6 : 5) {
    case 0, 1: load(name, &dice)
    case 2: .kernel(.disable(name), build: "a")
    case 3: .kernel(.enable(name), build: "a")
    case 4: .kernel(.unload(name), build: "a")
    default: .kernel(.force(candidates.likely.transition?.module ?? name), build: "a")
    }
  }

  private borrowing func load(_ name: String, _ dice: inout Dice) -> WalkOperation {
    guard let build = kernel.build(name, dice.roll(2) == 0 ? "a" : "b") else { return .settle }
    return .kernel(
      .load(name: name, buildID: build.buildID, replace: build.replace), build: build.build)
  }
}

extension KernelModel {
  /// Whether delete_module would take it, once the kernel has done what it still does by itself.
  fileprivate func isUnloadable(_ name: String) -> Bool {
    state(of: name) == .resident
  }
}

extension KernelModel.Operation {
  fileprivate var kind: String { String(description.prefix { $0 != " " }) }
}

extension Candidates {
  fileprivate func answers(to operation: KernelModel.Operation) -> String {
    states.map { state in
      do throws(KernelModel.Refusal) {
        _ = try state.applying(operation)
        return " says ok in\n\(state)"
      } catch {
        return " says \(error.rawValue) in\n\(state)"
      }
    }.joined(separator: "\n  or")
  }
}
