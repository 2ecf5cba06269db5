import Diagnostics
import Nodes
import PolicySyntax
import Testing

private func read(_ text: String) -> (table: NodeTable, problems: [Diagnostic]) {
  readYAML(SourceText(path: "p.yaml", bytes: Array(text.utf8)))
}

/// The documents as one line: mappings in braces, lists in brackets, quoted texts in quotes.
private func summary(_ table: NodeTable) -> String {
  func text(_ index: Int) -> String {
    let children = table.children(index).map(text)
    switch table.nodes[index].kind {
    case .scalar:
      let quoted = table.nodes[index].style == .quoted
      return quoted ? "'\(table.string(index))'" : table.string(index)
    case .sequence: return "[" + children.joined(separator: " ") + "]"
    case .mapping: return "{" + children.joined(separator: " ") + "}"
    }
  }
  return table.roots.map(text).joined(separator: " | ")
}

@Suite struct `YAML reader` {
  @Test(arguments: [
    ("block", "a: 1\nb:\n  - x\n  - y: z\n", "{a 1 b [x {y z}]}"),
    ("flow", "{a: [x, 'y', \"z\"], b: {}}", "{a [x 'y' 'z'] b {}}"),
    ("block scalars are quoted", "a: |\n  1\nb: >-\n  x\n  y\n", "{a '1\n' b 'x y'}"),
    ("escapes", #"a: "\u00fc\n""#, "{a 'ü\n'}"),
    ("documents", "a\n---\nb\n...\n---\nc\n", "a | b | c"),
    ("documents without content", "---\n# nothing\n---\na\n---\n", "a"),
    ("aliases", "a: &x [1, {b: c}]\nd: *x\ne: *x\n", "{a [1 {b c}] d [1 {b c}] e [1 {b c}]}"),
    ("alias of a scalar as a key", "a: &x k\n*x : v\n", "{a k k v}"),
    ("an anchor set again", "- &x 1\n- *x\n- &x 2\n- *x\n", "[1 1 2 2]"),
    ("duplicate keys stay", "a: 1\na: 2\n", "{a 1 a 2}"),
    ("a tab in quotes and comments", "a: \"x\ty\" #\tz\n", "{a 'x\ty'}"),
    ("a bracket that closes under its key", "a:\n  b: [\n    1\n  ]\n", "{a {b [1]}}"),
    ("byte order mark", "\u{FEFF}a: 1\n", "{a 1}"),
    ("Windows line ends", "a: 1\r\nb: 2\r\n", "{a 1 b 2}"),
    ("a time of day and a date", "a: 22:00\nb: 2026-11-01\n", "{a 22:00 b 2026-11-01}"),
    ("%YAML", "%YAML 1.2\n---\na: 1\n", "{a 1}"),
    ("empty", "", ""),
    ("comments only", "# a\n\n# b\n", ""),
  ])
  func `reads`(name: String, text: String, expected: String) {
    let (table, problems) = read(text)
    #expect(problems == [])
    #expect(summary(table) == expected)
  }

  @Test func `places are lines and columns in code points`() {
    let (table, _) = read("ü: 😀\n\"ä\":   [é, x]\n")
    let places = table.nodes.map { "\($0.line):\($0.column)" }
    #expect(places == ["1:1", "1:1", "1:4", "2:1", "2:8", "2:9", "2:12"])
  }

  @Test func `a repeated value stands where its alias stands, and what is in it where it is`() {
    let (table, _) = read("a: &x {k: v}\nb: *x\n")
    let copy = table.children(table.roots[0])[3]
    #expect(table.location(copy).description == "p.yaml:2:4")
    #expect(table.location(copy + 1).description == "p.yaml:1:8")
  }

  @Test(arguments: [
    ("a: \"x\nb: 1\n", "1:4", "the text in quotes that begins here has no end"),
    ("a: 'x", "1:4", "the text in quotes that begins here has no end"),
    ("a: [1, 2\n", "1:4", "the list in `[` that begins here has no end"),
    ("a: [", "1:4", "the list or mapping that begins here has no end"),
    ("a:\n  - {\n", "2:5", "the list or mapping that begins here has no end"),
    ("a: [1, 2", "1:4", "the list in `[` that begins here has no end"),
    ("a: [1, 2 # why", "1:4", "the list in `[` that begins here has no end"),
    ("a: {b: 1\n", "1:4", "the mapping in `{` that begins here has no end"),
    ("a: [1, 2\n  b: 3\n", "2:4", "`,` or `]` is due here"),
    ("a: {b: 1\n  c: 3\n", "2:4", "`,` or `}` is due here"),
    ("a: [1, 2\nb: 3\n", "2:1", "goes on with what began in a line before"),
    ("a: b: c\n", "1:5", "a text with `: ` in it has to be quoted"),
    ("a: 1\n  b: 2\n", "2:3", "indented deeper than the one above"),
    ("a: @x\n", "1:4", "`@` at the beginning of a value is reserved"),
    ("a:\n  - b\n c: 1\n", "3:2", "this does not belong to the mapping above"),
    ("a: \"b\" c\n", "1:8", "text follows behind the closing quote"),
    ("- a\nb: 1\n", "2:1", "this does not belong to the list above"),
    ("a: 1\n...\nb: 1\n", "3:1", "belongs to no value"),
    ("a: \"\\q\"\n", "1:5", "no such escape"),
    ("a: \u{1}\n", "1:4", "a control character stands here"),
    ("a: \"\u{7}\"\n", "1:5", "a control character stands here"),
    ("a: 1\nb: }\n", "2:4", "closes a mapping, and none is open"),
  ])
  func `says what is no YAML, and where`(text: String, place: String, message: String) {
    let problems = read(text).problems
    #expect(problems.map(\.code) == [.invalidYAML])
    #expect(problems.first?.location?.description == "p.yaml:\(place)")
    #expect(problems.first?.message.contains(message) == true, "\(problems)")
  }

  @Test(arguments: ["a:\n\tb: 1\n", "\ta: 1\n", "a:\n  - b\n\t- c\n"])
  func `a tab that indents is named`(text: String) {
    let problem = read(text).problems.first
    #expect(problem?.code == .invalidYAML)
    #expect(problem?.message == "a tab stands in the indentation")
    #expect(problem?.advice == "indent with blanks: YAML has no tabs there")
  }

  @Test(arguments: [
    ("a: *x\n", "1:4", "there is no anchor `x`"),
    ("a: &x 1\n---\nb: *x\n", "3:4", "there is no anchor `x`"),
    ("a: &x [*x]\n", "1:8", "`x` would contain itself"),
    ("- &x 1\n- &x {a: *x}\n", "2:10", "`x` would contain itself"),
  ])
  func `an alias repeats what is complete before it`(text: String, place: String, message: String) {
    let problems = read(text).problems
    #expect(problems.map(\.code) == [.invalidAlias])
    #expect(problems.first?.location?.description == "p.yaml:\(place)")
    #expect(problems.first?.message.contains(message) == true, "\(problems)")
  }

  @Test func `every tag is refused, and the rest is read`() {
    let (table, problems) = read("a: !!str 1\nb: !x [2]\nc: ! 3\n")
    #expect(problems.map(\.code) == [.yamlTag, .yamlTag, .yamlTag])
    #expect(problems.compactMap { $0.location?.position?.line } == [1, 2, 3])
    #expect(summary(table) == "{a 1 b [2] c 3}")
  }

  @Test func `documents before the one that cannot be read are there`() {
    let (table, problems) = read("a: 1\n---\nb: [\n")
    #expect(summary(table) == "{a 1}")
    #expect(problems.map(\.code) == [.invalidYAML])
  }

  @Test(arguments: [
    ("NUL", Array("a: \0".utf8), Diagnostic.Code.binaryFile, "the file is no text"),
    ("an ELF file", [0x7F, 0x45, 0x4C, 0x46, 2, 1, 1, 0], .binaryFile, "the file is no text"),
    ("UTF-16, little-endian", [0xFF, 0xFE, 0x61, 0], .invalidUTF8, "the file is UTF-16"),
    ("UTF-16, big-endian", [0xFE, 0xFF, 0, 0x61], .invalidUTF8, "the file is UTF-16"),
    ("Latin-1", Array("a: b\nc: ".utf8) + [0xFC], .invalidUTF8, "not UTF-8 from here"),
  ])
  func `a file that is no text says so`(
    name: String, bytes: [UInt8], code: Diagnostic.Code, message: String
  ) {
    let (table, problems) = readYAML(SourceText(path: "p.yaml", bytes: bytes))
    #expect(problems.map(\.code) == [code])
    #expect(problems.first?.message.contains(message) == true)
    #expect(table.roots.isEmpty)
  }
}
