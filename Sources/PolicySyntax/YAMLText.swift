package import Diagnostics
package import Nodes

extension TextLimits {
  /// Policies and the other documents that people write.
  package static let yaml = TextLimits(bytes: 8 << 20, depth: 64, nodes: 2 << 20)
}

/// A text that was looked over before it is read as YAML: what must not reach libyaml is refused,
/// and where documents begin is known, so that the parts of a large file can be read apart.
package struct YAMLText: Sendable {
  package let source: SourceText
  let limits: TextLimits
  let isASCII: Bool
  /// Why it is not read at all; mostly none.
  package let problems: [Diagnostic]
  /// The parts, in their order; together they are the whole text.
  package let parts: [Part]

  /// Some documents of a text.
  package struct Part: Sendable {
    let bytes: Range<Int>
    let linesBefore: UInt32
  }

  /// How many bytes a part has at least, but for the last one.
  private static let partSize = 1 << 20

  package init(_ source: SourceText, limits: TextLimits = .yaml) {
    self.source = source
    self.limits = limits
    do throws(Diagnostic) {
      try refuseBinary(source)
      isASCII = try source.check(limits)
    } catch {
      isASCII = false
      problems = [error]
      parts = []
      return
    }
    var lines = LineScan(source)
    lines.scan(isASCII: isASCII, partSize: YAMLText.partSize)
    problems = lines.problems
    parts = problems.isEmpty ? lines.parts : []
  }
}

extension YAMLText.Part {
  /// A whole text.
  init(all source: SourceText) {
    let start = source.bytes.starts(with: byteOrderMark) ? byteOrderMark.count : 0
    bytes = start..<source.bytes.count
    linesBefore = 0
  }

  fileprivate init(_ bytes: Range<Int>, linesBefore: Int) {
    self.bytes = bytes
    self.linesBefore = UInt32(clamping: linesBefore)
  }
}

/// Looks at how each line begins, and for the characters that tools take differently.
private struct LineScan {
  let source: SourceText
  var problems: [Diagnostic] = []
  var parts: [YAMLText.Part] = []

  init(_ source: SourceText) { self.source = source }

  mutating func scan(isASCII: Bool, partSize: Int) {
    scanLines(partSize)
    findCarriageReturn()
    if !isASCII { findForeignCharacters() }
  }

  private mutating func scanLines(_ partSize: Int) {
    let bytes = source.bytes
    var start = bytes.starts(with: byteOrderMark) ? byteOrderMark.count : 0
    var partStart = (byte: start, line: 0)
    var line = 0
    var mayBeParted = true
    while start < bytes.count {
      switch bytes[start] {
      case UInt8(ascii: "%"):
        mayBeParted = false
        judgeDirective(start)
      case UInt8(ascii: "<"), UInt8(ascii: "="), UInt8(ascii: ">"), UInt8(ascii: "|"):
        judgeConflict(start)
      case UInt8(ascii: "-") where bytes[start...].starts(with: documentStart):
        guard hasRun(start, 3) else {
          judgeGluedStart(start)
          break
        }
        // A document begins here, whatever is around it.
        guard start - partStart.byte >= partSize else { break }
        parts.append(YAMLText.Part(partStart.byte..<start, linesBefore: partStart.line))
        partStart = (start, line)
      default: break
      }
      guard let end = source.firstIndex(of: UInt8(ascii: "\n"), from: start) else { break }
      start = end + 1
      line += 1
    }
    parts.append(YAMLText.Part(partStart.byte..<bytes.count, linesBefore: partStart.line))
    if !mayBeParted { parts = [YAMLText.Part(all: source)] }
  }

  /// Whether a word of exactly so many of the byte at `start` stands there.
  private func hasRun(_ start: Int, _ count: Int) -> Bool {
    let run = source.bytes[start...].prefix(count)
    guard run.count == count, run.allSatisfy({ $0 == run[start] }) else { return false }
    let next = source.bytes[(start + count)...].first
    return next.map { " \t\r\n".utf8.contains($0) } ?? true
  }

  private mutating func judgeDirective(_ start: Int) {
    let line = source.bytes[start...].prefix(80).prefix { $0 != UInt8(ascii: "\n") }
    let words = line.split { " \t\r".utf8.contains($0) }
      .map { String(decoding: $0, as: UTF8.self) }
    let isVersion = words.starts(with: ["%YAML", "1.2"])
    if isVersion, words.count == 2 || words[2].hasPrefix("#") { return }
    switch words.first {
    case "%TAG": add(.yamlTag, tagMessage, start, advice: "leave this line out")
    case "%YAML":
      add(
        .yamlDirective, "the policy language is YAML 1.2", start,
        advice: "leave this line out, or write %YAML 1.2")
    default:
      add(
        .yamlDirective, "no line of a policy begins with %", start,
        advice: "quote a text that begins with %, and indent it")
    }
  }

  private mutating func judgeGluedStart(_ start: Int) {
    guard let next = source.bytes[(start + 3)...].first, next != UInt8(ascii: "-") else { return }
    add(
      .invalidYAML, "a blank is missing behind `---`", start,
      advice: "write `---` in a line of its own")
  }

  private mutating func judgeConflict(_ start: Int) {
    guard hasRun(start, 7) else { return }
    // Each conflict is told once, where it begins.
    let isOpen = problems.last?.code == .mergeConflict
    guard source.bytes[start] == UInt8(ascii: "<") || !isOpen else { return }
    add(
      .mergeConflict, "a merge conflict was left here", start,
      advice: """
        keep the lines that are right, and delete the lines that begin with <<<<<<<, |||||||, \
        ======= and >>>>>>>
        """)
  }

  private mutating func findCarriageReturn() {
    let bytes = source.bytes
    var start = 0
    while let index = source.firstIndex(of: UInt8(ascii: "\r"), from: start) {
      start = index + 1
      if start < bytes.count, bytes[start] == UInt8(ascii: "\n") { continue }
      return add(
        .invalidCharacter, "a carriage return without a line feed stands here", index,
        advice: "end each line with a line feed, with or without a carriage return before it")
    }
  }

  /// Characters that YAML 1.1 takes for the end of a line and YAML 1.2 does not, and byte order
  /// marks inside the text.
  private mutating func findForeignCharacters() {
    let bytes = source.bytes
    var index = bytes.starts(with: byteOrderMark) ? byteOrderMark.count : 0
    while index < bytes.count {
      guard [0xC2, 0xE2, 0xEF].contains(bytes[index]), judgeForeign(index) else {
        index += 1
        continue
      }
      // One a line is enough, and finding a column takes the time of a line.
      index = source.firstIndex(of: UInt8(ascii: "\n"), from: index) ?? bytes.count
    }
  }

  private mutating func judgeForeign(_ index: Int) -> Bool {
    let rest = source.bytes[index...].prefix(3)
    if rest.elementsEqual(byteOrderMark) {
      add(
        .invalidCharacter, "a byte order mark stands here, inside the text", index,
        advice: "delete it; it is left over where files were joined")
      return true
    }
    guard let name = lineEnds.first(where: { rest.starts(with: $0.bytes) })?.name else {
      return false
    }
    add(
      .invalidCharacter, "U+\(name) stands here, which some tools take for the end of a line",
      index, advice: "delete it, or write it as \\u\(name) in double quotes")
    return true
  }

  private mutating func add(
    _ code: Diagnostic.Code, _ message: String, _ byte: Int, advice: String
  ) {
    guard problems.count < diagnosticLimit else { return }
    problems.append(
      Diagnostic(
        code, message, at: source.location(source.position(ofByte: byte)), advice: advice))
  }
}

private let documentStart = Array("---".utf8)
let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]
private let lineEnds = [
  (name: "0085", bytes: Array("\u{85}".utf8)), (name: "2028", bytes: Array("\u{2028}".utf8)),
  (name: "2029", bytes: Array("\u{2029}".utf8)),
]
