import Glibc

/// SplitMix64: the same texts for the same seed, everywhere.
struct Dice: RandomNumberGenerator {
  /// A new one in each run, or the one in the variable `SEED`; failures name it.
  static let seed: UInt64 = {
    let given = unsafe getenv("SEED").flatMap { unsafe UInt64(String(cString: $0)) }
    let seed = given ?? UInt64.random(in: 0...UInt64(UInt32.max))
    print("random texts of SEED=\(seed)")
    return seed
  }()

  private var state = Dice.seed

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed >> 31)
  }

  mutating func pick<Value>(_ values: [Value], otherwise: Value) -> Value {
    values.randomElement(using: &self) ?? otherwise
  }

  /// Some pieces in a row.
  mutating func text(of pieces: [String], _ count: ClosedRange<Int>) -> String {
    (0..<Int.random(in: count, using: &self)).map { _ in pick(pieces, otherwise: "") }.joined()
  }
}
