internal import Diagnostics

/// What stands between the events of a text: blanks, line ends, comments and indicators.
///
/// libyaml tells nothing of it, and it is where YAML 1.1 and 1.2 differ most.
struct Gaps {
  private let isASCII: Bool
  private let hasTabs: Bool
  /// The end of what was looked at, in bytes and in code points.
  private var byte = 0
  private var index = 0

  /// How what follows a line end in the text stands to its surroundings.
  enum Context {
    /// Block style: libyaml looks after the indentation.
    case block
    /// Inside of brackets that stand in a block collection with so many blanks before it: further
    /// lines have more.
    case flow(indentation: Int)
  }

  /// What an event's own text has to be looked at for.
  enum Own {
    /// A scalar in quotes or plain; one of several lines stands in a block collection with so many
    /// blanks before it.
    case flowScalar(isPlain: Bool, indentation: Int?)
    case blockScalar(isEmpty: Bool)
    case other
  }

  /// What must not be in a gap.
  struct Oddity {
    enum Kind {
      /// `? key`.
      case complexKey
      /// `#` directly behind something.
      case gluedComment
      /// A line that does not stand under what it goes on with.
      case outdented
      /// Quotes that go on in a line that does not stand under them.
      case openQuote
      /// `...` with no document before it.
      case strayEnd
      /// A block scalar without text.
      case emptyBlock
      /// A block scalar that ends with the file, without a line end.
      case openEnd
      /// A character that YAML 1.2 counts to the name of an anchor, and YAML 1.1 does not.
      case gluedName
      /// A tab outside of quotes, block scalars and comments.
      case tab
    }
    var kind: Kind
    var byte: Int
  }

  init(_ text: YAMLText) {
    isASCII = text.isASCII
    hasTabs = text.source.firstIndex(of: tab, from: 0) != nil
  }

  /// Begins with a part of a text.
  mutating func begin(_ part: Range<Int>) {
    byte = part.lowerBound
    index = 0
  }

  /// Looks at the gap before an event, and passes over the event.
  ///
  /// - Parameters:
  ///   - bytes: the whole text.
  ///   - range: the event in code points.
  ///   - context: where the gap is.
  ///   - own: what the event is.
  ///   - name: how many bytes the name of its anchor, or of an alias, has.
  /// - Returns: what must not be there; nil mostly.
  mutating func judge(
    _ bytes: Span<UInt8>, _ range: Range<Int>, _ context: Context, _ own: Own, name: Int?
  ) -> Oddity? {
    guard range.upperBound > index else { return nil }
    let gap = advance(to: range.lowerBound, bytes)
    let oddity = gap.isEmpty ? nil : Gaps.oddity(bytes, gap, context)
    let text = advance(to: range.upperBound, bytes)
    if let oddity { return oddity }
    if let name, let oddity = Gaps.oddity(bytes, nameEnd: text.lowerBound + 1 + name) {
      return oddity
    }
    return self.oddity(bytes, text, own)
  }

  private func oddity(_ bytes: Span<UInt8>, _ text: Range<Int>, _ own: Own) -> Oddity? {
    switch own {
    case .flowScalar(let isPlain, let indentation):
      if isPlain, hasTabs {
        for byte in text where bytes[byte] == tab { return Oddity(kind: .tab, byte: byte) }
      }
      guard let indentation else { return nil }
      for byte in text where bytes[byte] == lineFeed {
        if let oddity = Gaps.outdented(bytes, byte + 1, text.upperBound, indentation, inText: true)
        {
          return !isPlain ? Oddity(kind: .openQuote, byte: text.lowerBound) : oddity
        }
      }
    case .blockScalar(let isEmpty):
      if isEmpty { return Oddity(kind: .emptyBlock, byte: text.lowerBound) }
      if Gaps.hasOpenEnd(bytes, text.upperBound) {
        return Oddity(kind: .openEnd, byte: text.lowerBound)
      }
      let header = text.first { bytes[$0] == UInt8(ascii: "|") || bytes[$0] == UInt8(ascii: ">") }
      for byte in (header ?? text.lowerBound) + 1..<text.upperBound {
        switch bytes[byte] {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"): continue
        case UInt8(ascii: "#"): return Oddity(kind: .gluedComment, byte: byte)
        default: return nil
        }
      }
    case .other:
      if let first = text.first, bytes[first] == UInt8(ascii: "?") {
        return Oddity(kind: .complexKey, byte: first)
      }
    }
    return nil
  }

  /// What stands directly behind the name of an anchor.
  private static func oddity(_ bytes: Span<UInt8>, nameEnd: Int) -> Oddity? {
    guard nameEnd < bytes.count else { return nil }
    if bytes[nameEnd] == tab { return Oddity(kind: .tab, byte: nameEnd) }
    if " \r\n,[]{}".utf8.contains(bytes[nameEnd]) { return nil }
    return Oddity(kind: .gluedName, byte: nameEnd)
  }

  /// Whether the file ends in the last line of a block scalar.
  private static func hasOpenEnd(_ bytes: Span<UInt8>, _ end: Int) -> Bool {
    if end == bytes.count { return end == 0 || bytes[end - 1] != lineFeed }
    for byte in end..<bytes.count where bytes[byte] != UInt8(ascii: " ") { return false }
    return true
  }

  /// Moves on to a code point, and gives the bytes that were passed over.
  private mutating func advance(
    to target: Int, _ bytes: Span<UInt8>
  ) -> Range<Int> {
    let start = byte
    guard target > index else { return start..<start }
    if isASCII {
      byte = min(byte + target - index, bytes.count)
    } else {
      var left = target - index
      while byte < bytes.count {
        if bytes[byte] & 0xC0 != 0x80 {
          if left == 0 { break }
          left -= 1
        }
        byte += 1
      }
    }
    index = target
    return start..<byte
  }

  private static func oddity(
    _ bytes: Span<UInt8>, _ gap: Range<Int>, _ context: Context
  ) -> Oddity? {
    var byte = gap.lowerBound
    while byte < gap.upperBound {
      switch bytes[byte] {
      case UInt8(ascii: "#"):
        let before = byte > 0 ? bytes[byte - 1] : UInt8(ascii: "\n")
        // 0xBF ends a byte order mark.
        guard " \t\r\n".utf8.contains(before) || before == 0xBF else {
          return Oddity(kind: .gluedComment, byte: byte)
        }
        while byte < gap.upperBound, bytes[byte] != lineFeed { byte += 1 }
        continue
      case tab: return Oddity(kind: .tab, byte: byte)
      case UInt8(ascii: "."): return Oddity(kind: .strayEnd, byte: byte)
      case UInt8(ascii: "?"): return Oddity(kind: .complexKey, byte: byte)
      case lineFeed:
        if case .flow(let indentation) = context,
          let outdented = outdented(bytes, byte + 1, bytes.count, indentation, inText: false)
        {
          return outdented
        }
      default: break
      }
      byte += 1
    }
    return nil
  }

  /// Whether a line that begins at `start` has too few blanks before its text. Empty lines
  /// and comments may stand anywhere.
  private static func outdented(
    _ bytes: Span<UInt8>, _ start: Int, _ end: Int, _ indentation: Int, inText: Bool
  ) -> Oddity? {
    var byte = start
    while byte < end, bytes[byte] == UInt8(ascii: " ") { byte += 1 }
    guard byte < end, byte - start <= indentation else { return nil }
    switch bytes[byte] {
    case lineFeed, UInt8(ascii: "\r"): return nil
    case UInt8(ascii: "#") where !inText: return nil
    // A closing bracket may stand under the key that its list or mapping belongs to.
    case UInt8(ascii: "]") where !inText, UInt8(ascii: "}") where !inText:
      return byte - start < indentation ? Oddity(kind: .outdented, byte: byte) : nil
    default: return Oddity(kind: .outdented, byte: byte)
    }
  }
}

private let lineFeed = UInt8(ascii: "\n")
private let tab = UInt8(ascii: "\t")

extension Gaps.Oddity.Kind {
  func diagnostic(at place: Location) -> Diagnostic {
    switch self {
    case .complexKey:
      Diagnostic(
        .invalidYAML, "the policy language has no `?` keys", at: place,
        advice: "write `key: value`, and quote a text that begins with ?")
    case .gluedComment:
      Diagnostic(
        .invalidYAML, "a comment must have a blank before its `#`", at: place,
        advice: "write a blank, or quote the whole text if the `#` belongs to it")
    case .outdented:
      Diagnostic(
        .invalidYAML, "this line goes on with what began in a line before, and must stand under it",
        at: place, advice: "indent the line more, or check for quotes and brackets that do not end")
    case .openQuote:
      Diagnostic(
        .invalidYAML, "the text in quotes that begins here does not end in this line", at: place,
        advice: "close the quotes, or indent the lines that it goes on in")
    case .strayEnd:
      Diagnostic(
        .invalidYAML, "`...` ends a document, and there is none before it", at: place,
        advice: "delete this line")
    case .emptyBlock:
      Diagnostic(
        .invalidYAML, "no text follows, indented, in the lines below", at: place,
        advice: "write \"\" for an empty text")
    case .openEnd:
      Diagnostic(
        .invalidYAML, "the last line of this text has no line end, and not every tool adds it",
        at: place, advice: "end the file with a line end")
    case .gluedName:
      Diagnostic(
        .invalidYAML, "the name of an anchor has only letters, digits, `-` and `_`", at: place,
        advice: "write a blank behind the name, or quote a text that begins with & or *")
    case .tab:
      Diagnostic(
        .invalidYAML, "a tab stands here, which not every tool takes for a blank", at: place,
        advice: "write blanks, or quote a text that has a tab in it")
    }
  }
}
