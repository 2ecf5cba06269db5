import Diagnostics
import Nodes
import PolicySyntax
import Testing

/// What YAML 1.1, which libyaml reads, and 1.2 take differently, or tools of 1.2 among themselves.
@Suite struct `YAML that tools read differently` {
  @Test(arguments: [
    ("a key of its own", "? a\n: 1\n", "1:1", "no `?` keys"),
    ("a key of its own in brackets", "{a: [?b]}\n", "1:6", "no `?` keys"),
    ("a list as a key", "{[a]: 2}\n", "1:2", "cannot be a key"),
    ("a merge key", "a: &x {b: 1}\nc:\n  <<: *x\n", "3:3", "no merge keys"),
    ("a comment behind quotes", "a: \"b\"#c\n", "1:7", "a blank before its `#`"),
    ("a comment behind a comma", "a: [b,#c\n  d]\n", "1:7", "a blank before its `#`"),
    ("a comment behind a block scalar's mark", "a: |#c\n  b\n", "1:5", "a blank before its `#`"),
    ("a tab before a value", "a:\tb\n", "1:3", "a tab stands here"),
    ("a tab in a value", "a: b\tc\n", "1:5", "a tab stands here"),
    ("a tab before a comment", "a: b\t# c\n", "1:5", "a tab stands here"),
    ("a tab behind an anchor", "a: &x\tb\n", "1:6", "a tab stands here"),
    (
      "quotes that go on with a number sign", "a:\n  'b\n# c'\n", "2:3", "does not end in this line"
    ),
    ("quotes that go on too far left", "a: \"b\nc\"\n", "1:4", "does not end in this line"),
    ("a list that goes on too far left", "a:\n  b: [c,\n d]\n", "3:2", "must stand under it"),
    ("a bracket too far left", "a:\n  b: [c\n ]\n", "3:2", "must stand under it"),
    ("a text too far left", "a:\n>\n b\n", "2:1", "must stand under it"),
    ("a block scalar without text", "a: |\nb: 1\n", "1:4", "no text follows"),
    ("a block scalar without a line end", "a: |\n  b", "1:4", "no line end"),
    ("a block scalar that ends in blanks", "a: |+\n  b\n  ", "1:4", "no line end"),
    ("a name with a colon", "a: &b:c d\n", "1:6", "letters, digits"),
    ("a dash alone in brackets", "a: [-]\n", "1:5", "a `-` alone"),
    ("an end of nothing", "a: 1\n...\n...\n", "3:1", "`...` ends a document"),
    ("an anchor of nothing", "a: &b\nc: 1\n", "1:4", "no value follows"),
    ("a beginning that is glued", "a: 1\n---b: 2\n", "2:1", "a blank is missing behind `---`"),
    ("the end of a line of YAML 1.1", "a: b\u{85}c\n", "1:5", "U+0085 stands here"),
    ("the end of a paragraph", "a: \"b\u{2029}c\"\n", "1:6", "U+2029 stands here"),
    ("a mark inside the text", "a: 1\n---\n\u{FEFF}b: 2\n", "3:1", "a byte order mark"),
    ("a carriage return alone", "a: 1\rb: 2\n", "1:5", "a carriage return without"),
    ("the version 1.1", "%YAML 1.1\n---\na: 1\n", "1:1", "is YAML 1.2"),
    ("a directive", "%FOO\n---\na: 1\n", "1:1", "no line of a policy begins with %"),
    ("a blank that is none", "a:\n  \u{A0}b: 1\n", "2:3", "(U+00A0)"),
    ("quotes that are none", "a: “b”\n", "1:4", "it quotes nothing"),
  ])
  func `is refused`(name: String, text: String, place: String, message: String) {
    let problems = readYAML(SourceText(path: "p.yaml", bytes: Array(text.utf8))).problems
    #expect(problems.count == 1, "\(problems)")
    #expect(problems.first?.location?.description == "p.yaml:\(place)")
    #expect(problems.first?.message.contains(message) == true, "\(problems)")
    #expect(problems.first?.advice != nil)
  }

  @Test(arguments: [
    ("a byte order mark before a document", "\u{FEFF}---\na: 1\n"),
    ("a version", "%YAML 1.2\n---\na: 1\n"),
    ("line ends of Windows", "a: |\r\n  b\r\n# c\r\nd: [e,\r\n  f]\r\n"),
    ("indicators in the midst of a text", "a: b?c#d&e*f!g%h@i\n"),
    ("marks of a conflict that are none", "a: b\n# <<<<<<< c\nd: =======\n"),
    ("other line ends written as escapes", "a: \"\\N\\u2028\"\n"),
    ("quotation marks within a text", "a: say “b”\n"),
    ("lines of quotes under their key", "a: \"b\n\n  c\"\n"),
    ("a list under its key", "a:\n- b\n- \"c\n  d\"\n"),
  ])
  func `and what all read alike is not`(name: String, text: String) {
    #expect(readYAML(SourceText(path: "p.yaml", bytes: Array(text.utf8))).problems == [])
  }

  @Test func `each conflict of a merge is told once, and nothing else`() {
    let conflict = "<<<<<<< HEAD\na: 1\n||||||| base\na: 2\n=======\na: 3\n>>>>>>> other\n"
    let bytes = Array((conflict + "b: 1\n" + conflict).utf8)
    let problems = readYAML(SourceText(path: "p.yaml", bytes: bytes)).problems
    #expect(problems.map(\.code) == [.mergeConflict, .mergeConflict])
    #expect(problems.compactMap { $0.location?.position?.line } == [1, 9])
  }

  @Test func `a large file says the same in parts as in one piece`() {
    let document =
      "---\na: &x\n  - b: \"c\"\n  - é\nd: *x\n# \(String(repeating: "x", count: 300))\n"
    let bytes = Array(String(repeating: document, count: 9000).utf8)
    let text = YAMLText(SourceText(path: "p.yaml", bytes: bytes))
    #expect(text.parts.count == 3)
    func places(_ table: NodeTable) -> [String] {
      table.nodes.map { "\($0.line):\($0.column) \($0.kind)" }
    }
    let together = text.parts.flatMap { places(text.read($0).table) }
    #expect(together == places(text.read().table))
  }
}
