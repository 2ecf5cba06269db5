/// A pattern for a whole text: `*` for any bytes, `?` for one byte, `[a-z]` for one of some and
/// `[!a-z]` for one of the others. Everything else, a backslash too, stands for itself, as does a `[` that
/// nothing closes.
///
/// As in glob(7), without its rules for `/` and a leading dot; of what POSIX puts into brackets, the
/// classes of ASCII letters and digits, such as `[[:digit:]]`. Matching takes at most as many steps
/// as pattern and text are long, multiplied.
package struct Glob: Hashable, Sendable {
  package let text: String
  let tokens: [Token]

  enum Token: Hashable, Sendable {
    case byte(UInt8)
    case set(ByteSet)
    case any
    /// Never twice in a row.
    case star

    func admits(_ byte: UInt8) -> Bool {
      switch self {
      case .byte(let own): own == byte
      case .set(let set): set.contains(byte)
      case .any, .star: true
      }
    }
  }

  package init(_ text: String) {
    self.text = text
    var tokens: [Token] = []
    var rest = text.utf8[...]
    while let byte = rest.popFirst() {
      switch byte {
      case UInt8(ascii: "*"):
        if tokens.last != .star { tokens.append(.star) }
      case UInt8(ascii: "?"):
        tokens.append(.any)
      case UInt8(ascii: "["):
        tokens.append(Glob.takeSet(&rest).map(Token.set) ?? .byte(byte))
      default:
        tokens.append(.byte(byte))
      }
    }
    self.tokens = tokens
  }

  /// Whether a text has anything that does not stand for itself.
  package static func isGlob(_ text: String) -> Bool {
    text.utf8.contains {
      $0 == UInt8(ascii: "*") || $0 == UInt8(ascii: "?") || $0 == UInt8(ascii: "[")
    }
  }

  package func matches(_ text: String) -> Bool {
    let utf8 = text.utf8Span
    let bytes = utf8.span
    var (token, index) = (0, 0)
    // Where to go on if what follows the last star does not match: a later star never needs an
    // earlier one to take more.
    var retry: (token: Int, index: Int)?
    while index < bytes.count {
      if token < tokens.count {
        if tokens[token] == .star {
          token += 1
          retry = (token, index)
          continue
        }
        if tokens[token].admits(bytes[index]) {
          token += 1
          index += 1
          continue
        }
      }
      guard let last = retry else { return false }
      token = last.token
      index = last.index + 1
      retry = (token, index)
    }
    return token == tokens.count || (token == tokens.count - 1 && tokens[token] == .star)
  }

  /// What follows `[`, and takes it away; nil, with nothing taken, where no `]` closes it.
  private static func takeSet(_ rest: inout Substring.UTF8View) -> ByteSet? {
    var set = ByteSet()
    var text = rest
    let isNegated = text.first == UInt8(ascii: "!") || text.first == UInt8(ascii: "^")
    if isNegated { text.removeFirst() }
    var isFirst = true
    while let byte = text.popFirst() {
      if byte == UInt8(ascii: "]"), !isFirst {
        rest = text
        return isNegated ? set.inverted : set
      }
      isFirst = false
      if byte == UInt8(ascii: "["), let characters = takeClass(&text) {
        for range in characters { set.insert(range) }
        continue
      }
      let range = text.prefix(2)
      if range.first == UInt8(ascii: "-"), range.count == 2, let end = range.last,
        end != UInt8(ascii: "]")
      {
        text.removeFirst(2)
        if byte <= end { set.insert(byte...end) }
      } else {
        set.insert(byte...byte)
      }
    }
    return nil
  }
}

/// Takes what follows the inner `[` of `[[:digit:]]`; nil, with nothing taken, where it is no class.
private func takeClass(_ rest: inout Substring.UTF8View) -> [ClosedRange<UInt8>]? {
  let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
  let lower = UInt8(ascii: "a")...UInt8(ascii: "z")
  let upper = UInt8(ascii: "A")...UInt8(ascii: "Z")
  let classes: [(name: String, [ClosedRange<UInt8>])] = [
    ("digit", [digits]), ("lower", [lower]), ("upper", [upper]), ("alpha", [lower, upper]),
    ("alnum", [lower, upper, digits]),
    (
      "xdigit",
      [digits, UInt8(ascii: "a")...UInt8(ascii: "f"), UInt8(ascii: "A")...UInt8(ascii: "F")]
    ),
  ]
  for (name, ranges) in classes {
    let written = ":\(name):]".utf8
    guard rest.starts(with: written) else { continue }
    rest.removeFirst(written.count)
    return ranges
  }
  return nil
}

/// Some of the 256 bytes.
struct ByteSet: Hashable, Sendable {
  private var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)

  func contains(_ byte: UInt8) -> Bool {
    let word =
      switch byte >> 6 {
      case 0: words.0
      case 1: words.1
      case 2: words.2
      default: words.3
      }
    return word >> UInt64(byte & 63) & 1 == 1
  }

  mutating func insert(_ bytes: ClosedRange<UInt8>) {
    for byte in bytes {
      let bit = UInt64(1) << UInt64(byte & 63)
      switch byte >> 6 {
      case 0: words.0 |= bit
      case 1: words.1 |= bit
      case 2: words.2 |= bit
      default: words.3 |= bit
      }
    }
  }

  var inverted: ByteSet {
    var set = self
    set.words = (~words.0, ~words.1, ~words.2, ~words.3)
    return set
  }

  static func == (left: ByteSet, right: ByteSet) -> Bool { left.words == right.words }

  func hash(into hasher: inout Hasher) {
    hasher.combine(words.0)
    hasher.combine(words.1)
    hasher.combine(words.2)
    hasher.combine(words.3)
  }
}
