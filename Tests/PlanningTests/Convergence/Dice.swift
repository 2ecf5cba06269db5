/// SplitMix64: the same cases for the same seed, everywhere.
struct Dice: RandomNumberGenerator {
  var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed >> 31)
  }

  /// True so many times of a hundred.
  mutating func falls(_ percent: Int) -> Bool { below(100) < percent }

  /// From 0.
  mutating func below(_ bound: Int) -> Int { Int.random(in: 0..<max(bound, 1), using: &self) }

  /// Some of the numbers below a bound, each with that chance.
  mutating func some(below bound: Int, _ percent: Int) -> [Int] {
    (0..<max(bound, 0)).filter { _ in falls(percent) }
  }
}
