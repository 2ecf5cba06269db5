import Diagnostics
import Nodes
import Testing

@Suite struct `Diagnostics` {
  private func diagnostic(_ code: String, file: Int, line: UInt32?, column: UInt32 = 1)
    -> Diagnostic
  {
    Diagnostic(
      Diagnostic.Code(code, "It is wrong."), "m",
      at: Location(
        path: "f\(file)", fileIndex: file,
        position: line.map { Position(line: $0, column: column) }))
  }

  @Test func `are shown by file, line and column, and otherwise as they were found`() {
    let found = [
      diagnostic("e", file: 1, line: 1), diagnostic("c", file: 0, line: 2, column: 5),
      diagnostic("b", file: 0, line: 2, column: 3), diagnostic("d", file: 0, line: 10),
      diagnostic("c2", file: 0, line: 2, column: 5), diagnostic("a", file: 0, line: nil),
      Diagnostic(Diagnostic.Code("first", "It is wrong."), "about nothing in particular"),
    ]
    #expect(
      found.sortedByLocation().map(\.code.name) == ["first", "a", "b", "c", "c2", "d", "e"])
  }

  @Test func `only errors make a document unusable`() {
    var warning = diagnostic("a", file: 0, line: 1)
    warning.severity = .warning
    #expect(![warning].containsError)
    #expect([warning, diagnostic("b", file: 0, line: 1)].containsError)
  }

  @Test(arguments: [
    ("plain", "`plain`"), ("", "``"), ("ä😀", "`ä😀`"), ("a\nb\u{1B}[2J", "`a\\u{a}b\\u{1b}[2J`"),
    ("\u{202E}x", "`\\u{202e}x`"),
    (String(repeating: "a", count: 90), "`" + String(repeating: "a", count: 80) + "...`"),
  ])
  func `names in messages cannot act on a terminal`(text: String, quoted: String) {
    #expect(text.quoted == quoted)
  }

  @Test(arguments: [
    ([], ""), (["a"], "`a`"), (["a", "b"], "`a` or `b`"), (["a", "b", "c"], "`a`, `b` or `c`"),
  ])
  func `lists of names read as a sentence`(names: [String], text: String) {
    #expect(names.quotedList("or") == text)
  }
}

@Suite struct `Source text` {
  private let source = SourceText(path: "p", bytes: Array("ä: 1\r\n\tb\u{1B}: 😀x\nlast".utf8))

  @Test(
    arguments: [
      (1, "ä: 1"), (2, "\tb\u{FFFD}: 😀x"), (3, "last"), (4, nil), (0, nil), (.max, nil),
    ] as [(UInt32, String?)])
  func `an excerpt is its line, with nothing in it that could act on a terminal`(
    line: UInt32, excerpt: String?
  ) {
    #expect(source.location(Position(line: line, column: 1)).excerpt == excerpt)
  }

  @Test(arguments: [(0, "1:1"), (2, "1:2"), (7, "2:1"), (16, "2:7"), (17, "2:8"), (22, "3:5")])
  func `a byte has a line and a column in code points`(byte: Int, place: String) {
    let position = source.position(ofByte: byte)
    #expect("\(position.line):\(position.column)" == place)
  }

  @Test func `long lines are cut, at a whole character`() {
    let long = SourceText(path: "p", bytes: Array(String(repeating: "ä", count: 1000).utf8))
    #expect(long.location(Position(line: 1, column: 1)).excerpt?.count == 200)
  }
}
