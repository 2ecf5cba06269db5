import Diagnostics
import Rendering
import Testing

private let plain = Style(isColoured: false)

extension [Diagnostic] {
  /// An error with all there is to it, and a warning with nothing.
  static let samples = [
    Diagnostic(
      Diagnostic.Code("duplicate-key", "A key that stands in one mapping twice."),
      "`priority` stands here a second time",
      at: at(12, 3, "  priority: 2"), advice: "keep one of them",
      notes: [Diagnostic.Note("the first one", at: at(9, 3, "  priority: 1"))]),
    Diagnostic(
      Diagnostic.Code("odd", "It is odd."), "something is odd", advice: "look at it",
      severity: .warning,
      notes: [Diagnostic.Note("by the way")]),
  ]

  static func at(_ line: UInt32, _ column: UInt32, _ excerpt: String?) -> Location {
    Location(
      path: "d/web.yaml", position: Position(line: line, column: column), excerpt: excerpt)
  }
}

@Suite struct `Diagnostics for a person` {
  @Test func `have place, line, caret, advice and notes`() {
    #expect(
      text(of: .samples, plain) == """
        d/web.yaml:12:3: error: `priority` stands here a second time [duplicate-key]
          12 |   priority: 2
             |   ^
          → keep one of them
          d/web.yaml:9:3: the first one
          9 |   priority: 1
            |   ^
        warning: something is odd [odd]
          → look at it
          by the way

        """)
  }

  @Test func `none is no text`() {
    #expect(text(of: [Diagnostic](), plain) == "")
  }

  @Test func `a whole file has no line`() {
    let diagnostic = Diagnostic(
      Diagnostic.Code("no-policy", "There is none."), "it is empty", at: Location(path: "web.yaml"))
    #expect(text(of: [diagnostic], plain) == "web.yaml: error: it is empty [no-policy]\n")
  }

  static let carets: [(excerpt: String, column: UInt32, margin: String)] = [
    ("a: b", 1, ""), ("a: b", 4, "   "), ("a: b", 5, "    "), ("\ta: b", 2, "\t"),
    ("a:\tb", 4, "  \t"), ("é: b", 4, "   "), ("", 1, ""),
  ]

  @Test(arguments: carets)
  func `the caret stands under its column`(
    caret: (excerpt: String, column: UInt32, margin: String)
  ) {
    let diagnostic = Diagnostic(
      Diagnostic.Code("x", "It is wrong."), "x", at: [Diagnostic].at(7, caret.column, caret.excerpt)
    )
    #expect(
      text(of: [diagnostic], plain) == """
        d/web.yaml:7:\(caret.column): error: x [x]
          7 | \(caret.excerpt)
            | \(caret.margin)^

        """)
  }

  @Test func `the caret stands under its column behind what is shown as an escape`() throws {
    let diagnostic = Diagnostic(
      Diagnostic.Code("x", "It is wrong."), "x", at: [Diagnostic].at(1, 5, "a\u{202e}: b"))
    let lines = text(of: [diagnostic], plain).split(separator: "\n").map(String.init)
    try #require(lines[1] == #"  1 | a\u{202e}: b"#)
    #expect(lines[2] == "    |            ^")
  }
}
