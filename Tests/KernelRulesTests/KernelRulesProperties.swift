import KernelRules
import Testing

/// SplitMix64: the same operations for the same seed, everywhere.
struct Dice: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed >> 31)
  }
}

/// A random operation on few names, so that they meet often.
func randomOperation(_ dice: inout Dice) -> KernelModel.Operation {
  let name = ["a", "b", "c", "d"][Int.random(in: 0..<4, using: &dice)]
  switch Int.random(in: 0..<12, using: &dice) {
  case 0..<4:
    return .load(
      name: name, buildID: [nil, "01", "02"].randomElement(using: &dice) ?? nil,
      replace: Int.random(in: 0..<3, using: &dice) == 0)
  case 4..<6: return .disable(name)
  case 6: return .enable(name)
  case 7: return .force(name)
  case 8..<10: return .complete
  default: return .unload(name)
  }
}

@Suite("Whatever is done, in whatever order")
struct KernelRulesProperties {
  /// Calls `check` with each step of random runs.
  private func walk(
    seed: UInt64, _ check: (KernelModel, KernelModel.Operation, KernelModel) throws -> Void
  ) throws {
    var dice = Dice(state: seed)
    var kernel = KernelModel()
    kernel.forcePinsEveryPatch = seed.isMultiple(of: 2)
    for _ in 0..<400 {
      let operation = randomOperation(&dice)
      guard let next = try? kernel.applying(operation) else { continue }
      try check(kernel, operation, next)
      kernel = next
    }
  }

  @Test("no name is in memory twice, and a transition is of a patch in the list", arguments: 1...50)
  func consistent(seed: UInt64) throws {
    try walk(seed: seed) { _, _, next in
      #expect(throws: Never.self) {
        try KernelModel(modules: next.modules, transition: next.transition)
      }
    }
  }

  @Test("at most one patch is in transition", arguments: 1...50)
  func oneTransition(seed: UInt64) throws {
    try walk(seed: seed) { _, _, next in
      let moving = next.modules.map { next.state(of: $0.name) }.filter {
        $0 == .enabling || $0 == .disabling
      }
      #expect(moving.count == (next.transition == nil ? 0 : 1))
    }
  }

  @Test("a patch becomes applied by completion alone", arguments: 1...50)
  func appliedByCompletion(seed: UInt64) throws {
    try walk(seed: seed) { before, operation, next in
      for module in next.modules where next.state(of: module.name) == .applied {
        let earlier = before.state(of: module.name)
        #expect(
          earlier == .applied || earlier == .replacing
            || (earlier == .enabling && operation == .complete))
      }
    }
  }

  @Test("what left the list comes back only by unloading and loading", arguments: 1...50)
  func noWayBack(seed: UInt64) throws {
    try walk(seed: seed) { before, operation, next in
      for module in before.modules where !module.listed {
        let later = next.state(of: module.name)
        let gone = later == .absent && operation == .unload(module.name)
        #expect(gone || later == .resident || later == .pinned)
        if before.state(of: module.name) == .pinned { #expect(later == .pinned) }
      }
    }
  }

  @Test("nothing lies under a replace patch that is applied", arguments: 1...50)
  func nothingUnderReplacement(seed: UInt64) throws {
    try walk(seed: seed) { _, _, next in
      let listed = next.modules.filter(\.listed)
      for (position, module) in listed.enumerated()
      where module.replace && next.state(of: module.name) == .applied {
        #expect(position == 0)
      }
    }
  }

  @Test("everything that is not pinned can be taken off", arguments: 1...50)
  func canBeEmptied(seed: UInt64) throws {
    try walk(seed: seed) { _, _, next in
      var kernel = next
      if kernel.transition != nil { kernel = try kernel.applying(.complete) }
      for name in kernel.stack { kernel = try kernel.applying(.disable(name)).applying(.complete) }
      for module in kernel.modules where kernel.state(of: module.name) != .pinned {
        kernel = try kernel.applying(.unload(module.name))
      }
      let left = kernel.modules.filter { !$0.forced }
      #expect(left.isEmpty)
    }
  }

  @Test("states and operations survive being written as text", arguments: 1...50)
  func text(seed: UInt64) throws {
    try walk(seed: seed) { _, operation, next in
      let parsed = try KernelModel(parsing: next.description)
      #expect(parsed == next)
      #expect(KernelModel.Operation(operation.description) == operation)
    }
  }
}
