import ModuleFile
import ModuleFixtures
import Testing

/// Thousands of files that are nearly modules. What is asked is that the reader answers, with facts
/// or with a problem; a trap would end the test program.
struct FuzzTests {
  /// SplitMix64: the same numbers in every run.
  struct Numbers: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
      state &+= 0x9e37_79b9_7f4a_7c15
      var mixed = (state ^ (state >> 30)) &* 0xbf58_476d_1ce4_e5b9
      mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
      return mixed ^ (mixed >> 31)
    }
  }

  static let patches = [LivepatchTests.two, LivepatchTests.callbacksOnly]
  static let seeds: [[UInt8]] = patches.flatMap { patch in
    [true, false].map { littleEndian in
      var module = ModuleBuilder()
      module.elf.littleEndian = littleEndian
      module.patch = patch
      return module.build()
    }
  }

  private func read(_ file: [UInt8]) -> String {
    do {
      return "\(try ModuleFacts(file))"
    } catch {
      return "\(error): \(error.advice)"
    }
  }

  @Test("cut off anywhere, a module is damaged", arguments: seeds.indices)
  func truncation(_ seed: Int) {
    let file = Self.seeds[seed]
    for length in 0..<file.count {
      #expect(throws: ModuleProblem.self) { try ModuleFacts(Array(file.prefix(length))) }
    }
  }

  @Test("with numbers changed anywhere, a module is read or refused", arguments: seeds.indices)
  func mutation(_ seed: Int) {
    var numbers = Numbers(state: UInt64(seed))
    let original = Self.seeds[seed]
    // Where a change matters most: header, section headers, symbols and relocations.
    let tables = (original.count - 20 * 64)..<original.count
    let extremes: [UInt64] = [0, 1, 7, 8, 0x7fff_ffff, 0xffff_ffff, 1 << 63, .max, .max - 7]
    for _ in 0..<4_000 {
      var file = original
      for _ in 0..<Int.random(in: 1...4, using: &numbers) {
        let region = [0..<64, tables, 64..<original.count].randomElement(using: &numbers)
        let offset = Int.random(in: region ?? 0..<64, using: &numbers) & ~7
        let size = [1, 2, 4, 8].randomElement(using: &numbers) ?? 8
        let value =
          Bool.random(using: &numbers)
          ? extremes.randomElement(using: &numbers) ?? 0
          : UInt64.random(in: 0...UInt64(original.count), using: &numbers)
        for index in 0..<size where offset + index < file.count {
          file[offset + index] = UInt8(truncatingIfNeeded: value >> UInt64(8 * index))
        }
      }
      #expect(!read(file).isEmpty)
    }
  }

  @Test("random bytes behind the magic are refused")
  func noise() {
    var numbers = Numbers(state: 1)
    for _ in 0..<2_000 {
      let length = Int.random(in: 0..<400, using: &numbers)
      let file = Array(Self.seeds[0].prefix(6)) + (0..<length).map { _ in numbers.next() as UInt8 }
      #expect(throws: ModuleProblem.self) { try ModuleFacts(file) }
    }
  }

  @Test("a file made to be slow is given up on: thousands of patches with the same array")
  func slow() {
    var patch = LivepatchTests.two
    patch.finish = { elf, places in
      let count = 20_000
      let owners = elf.add(
        .init(name: ".data.many", flags: 3, bytes: [UInt8](repeating: 0, count: count * 32)))
      let arrays = elf.add(
        .init(name: ".data.array", flags: 3, bytes: [UInt8](repeating: 0, count: count * 32)))
      let array = elf.add(
        .init(name: "a", isObject: true, section: arrays, size: UInt64(count * 32)))
      for index in 0..<count {
        elf.relocate(owners, index * 32, to: places.module)
        elf.relocate(owners, index * 32 + 8, to: array)
        elf.relocate(arrays, index * 32 + 8, to: array)
        elf.add(.init(isObject: true, section: owners, value: UInt64(index * 32), size: 32))
      }
    }
    var module = ModuleBuilder()
    module.patch = patch
    let file = module.build()
    let clock = ContinuousClock()
    var facts: ModuleFacts?
    let took = clock.measure { facts = try? ModuleFacts(file) }
    #expect(facts?.maker == .unknown)
    // Without a bound it is hours.
    #expect(took < .seconds(60))
  }
}
