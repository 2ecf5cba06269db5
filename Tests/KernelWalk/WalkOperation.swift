import KernelRules

/// One thing that a walk does.
enum WalkOperation: Hashable, CustomStringConvertible {
  /// What the model answers too.
  case kernel(KernelModel.Operation, build: String)
  /// A thread of lab_target goes to sleep inside its function, the old or the new one.
  case hold(Sleeper)
  case letGo(Sleeper)
  /// The module that klp_stall patches comes or goes, which no live patch may mind.
  case loadTarget
  case unloadTarget
  /// Waits until no transition runs, if nothing holds it up.
  case settle

  var description: String {
    switch self {
    case .kernel(.load(let name, _, let replace), let build):
      "load \(name) (build \(build)\(replace ? ", replace" : ""))"
    case .kernel(let operation, _): "\(operation)"
    case .hold(let sleeper): "hold \(sleeper)"
    case .letGo(let sleeper): "let go \(sleeper)"
    case .loadTarget: "load lab_target"
    case .unloadTarget: "unload lab_target"
    case .settle: "settle"
    }
  }
}

/// A thread of lab_target, by its parameter.
enum Sleeper: String, CaseIterable, CustomStringConvertible {
  case first, second

  var description: String { rawValue }
}

/// SplitMix64: the same walk for the same seed, as far as the kernel's own pace allows.
struct Dice: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed >> 31)
  }

  mutating func roll(_ sides: Int) -> Int { Int.random(in: 0..<sides, using: &self) }

  mutating func pick<Element>(_ all: [Element]) -> Element? { all.randomElement(using: &self) }
}
