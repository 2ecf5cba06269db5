extension Glob {
  /// A shortest text that all of some globs match, and none of others.
  ///
  /// - Parameters:
  ///   - globs: what has to match; none leaves everything.
  ///   - excluded: what must not.
  ///   - effort: how many states of all globs together may be looked at.
  /// - Returns: nil when there is no such text, or none was found with this effort. Excluded globs
  ///   with many stars may need more states than anybody could look at; two globs with none
  ///   excluded never need more than the product of their lengths.
  package static func witness(
    matching globs: [Glob], excluding excluded: [Glob] = [], effort: Int = 20_000
  ) -> String? {
    let alphabet = alphabet(of: globs + excluded)
    let start = WitnessState(
      tokens: globs.map { _ in 0 }, excluded: excluded.map { PositionSet(startOf: $0) })
    var states = [(state: start, from: 0, byte: UInt8(0))]
    var seen: Set<WitnessState> = [start]
    var next = 0
    while next < states.count {
      let state = states[next].state
      if state.isEnd(of: globs), let text = text(to: next, states) { return text }
      for byte in alphabet {
        for successor in state.successors(byte, globs, excluded)
        where seen.insert(successor).inserted {
          guard states.count < effort else { return nil }
          states.append((successor, next, byte))
        }
      }
      next += 1
    }
    return nil
  }

  /// The bytes on the way to a state; nil if they are no UTF-8, which no text has.
  private static func text(
    to end: Int, _ states: [(state: WitnessState, from: Int, byte: UInt8)]
  ) -> String? {
    var bytes: [UInt8] = []
    var index = end
    while index > 0 {
      bytes.append(states[index].byte)
      index = states[index].from
    }
    return String(validating: bytes.reversed(), as: UTF8.self)
  }

  /// One byte for all those that no token tells apart: what hosts and kernels have in their names
  /// before other ASCII, and others only where a glob has them.
  private static func alphabet(of globs: [Glob]) -> [UInt8] {
    let preferred = [UInt8](
      "abcdefghijklmnopqrstuvwxyz0123456789.-_+ABCDEFGHIJKLMNOPQRSTUVWXYZ".utf8)
    let tokens = Set(globs.flatMap(\.tokens)).filter { $0 != .any && $0 != .star }
    let literals = tokens.compactMap { token in
      if case .byte(let byte) = token { byte } else { nil }
    }
    var seen: Set<Set<Token>> = []
    return (preferred + Array(0x20...0x7e) + literals.sorted()).filter { byte in
      seen.insert(tokens.filter { $0.admits(byte) }).inserted
    }
  }

  /// Where reading a byte may lead from a token: none, one, or both ways of a star.
  fileprivate func successors(of token: Int, _ byte: UInt8) -> [Int] {
    guard token < tokens.count else { return [] }
    guard tokens[token] == .star else { return tokens[token].admits(byte) ? [token + 1] : [] }
    let behind = token + 1
    let passes = behind < tokens.count && tokens[behind].admits(byte)
    return passes ? [token, behind + 1] : [token]
  }

  /// Whether a text may end before a token.
  fileprivate func mayEnd(at token: Int) -> Bool {
    token == tokens.count || (token == tokens.count - 1 && tokens[token] == .star)
  }
}

/// How far a text has come in several globs.
private struct WitnessState: Hashable {
  /// One possible place in each glob that has to match.
  var tokens: [Int]
  /// All possible places in each that must not.
  var excluded: [PositionSet]

  func isEnd(of globs: [Glob]) -> Bool {
    zip(globs, tokens).allSatisfy { $0.mayEnd(at: $1) } && !excluded.contains(where: \.mayEnd)
  }

  func successors(_ byte: UInt8, _ globs: [Glob], _ excludedGlobs: [Glob]) -> [WitnessState] {
    var ways: [[Int]] = [[]]
    for (glob, token) in zip(globs, tokens) {
      let ends = glob.successors(of: token, byte)
      if ends.isEmpty { return [] }
      ways = ways.flatMap { way in ends.map { way + [$0] } }
    }
    let excluded = zip(excludedGlobs, self.excluded).map { $1.after(byte, in: $0) }
    return ways.map { WitnessState(tokens: $0, excluded: excluded) }
  }
}

/// Places in a glob.
private struct PositionSet: Hashable {
  private var places: Set<Int>
  /// Whether the whole text so far is matched.
  private(set) var mayEnd: Bool

  init(startOf glob: Glob) {
    places = [0]
    mayEnd = glob.mayEnd(at: 0)
  }

  func after(_ byte: UInt8, in glob: Glob) -> PositionSet {
    var set = self
    set.places = Set(places.flatMap { glob.successors(of: $0, byte) })
    set.mayEnd = set.places.contains { glob.mayEnd(at: $0) }
    return set
  }
}
