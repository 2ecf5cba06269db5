import Diagnostics
import JSONText
import Nodes
import Testing

private func source(_ text: String) -> SourceText {
  SourceText(path: "in.json", bytes: Array(text.utf8))
}

/// The table as one line: each node's kind or text, with its place.
private func summary(_ table: NodeTable) -> String {
  table.nodes.indices.map { index in
    let node = table.nodes[index]
    let what =
      switch node.kind {
      case .mapping: "{}"
      case .sequence: "[]"
      case .scalar: node.style == .quoted ? "'\(table.string(index))'" : table.string(index)
      }
    return "\(what)@\(node.line):\(node.column)-\(node.end)"
  }.joined(separator: " ")
}

@Suite struct `JSON reader` {
  @Test(arguments: [
    ("scalar", "true", "true@1:1-1"),
    ("white space", " \t\r\n null \n", "null@2:2-1"),
    ("numbers", "[0,-0,-1.5e+3]", "[]@1:1-4 0@1:2-2 -0@1:4-3 -1.5e+3@1:7-4"),
    (
      "nesting", #"{"a":[],"b":{"c":1}}"#,
      "{}@1:1-7 'a'@1:2-2 []@1:6-3 'b'@1:9-4 {}@1:13-7 'c'@1:14-6 1@1:18-7"
    ),
    ("columns count code points", #"["ü😀",1]"#, "[]@1:1-3 'ü😀'@1:2-2 1@1:7-3"),
    (
      "escapes", #"["\"\\\/\b\f\n\r\t\u00e9\ud83D\ude00",2]"#,
      "[]@1:1-3 '\"\\/\u{08}\u{0C}\n\r\té😀'@1:2-2 2@1:39-3"
    ),
    ("NUL by escape", #""\u0000""#, "'\u{0}'@1:1-1"),
    ("text before an escape", #"{"key\t":"ä\\"}"#, "{}@1:1-3 'key\t'@1:2-2 'ä\\'@1:10-3"),
    ("duplicate keys stay", #"{"a":1,"a":2}"#, "{}@1:1-5 'a'@1:2-2 1@1:6-3 'a'@1:8-4 2@1:12-5"),
  ])
  func `reads`(name: String, text: String, expected: String) throws {
    #expect(summary(try readJSON(source(text))) == expected)
  }

  @Test(arguments: [
    ("", "1:1", "the text is empty"),
    ("  \n", "2:1", "the text is empty"),
    ("[1,]", "1:4", "a value is due here, not `]`"),
    ("{\"a\":1,}", "1:8", "a key in double quotes is due here, not `}`"),
    ("{\"a\" 1}", "1:6", "`:` is due here, not `1`"),
    ("{a:1}", "1:2", "a key in double quotes"),
    ("[1 2]", "1:4", "`,` or `]` is due here, not `2`"),
    ("[1", "1:3", "and the text ends"),
    ("{\"a\":1", "1:7", "`,` or `}` is due here, and the text ends"),
    ("\n [\"abc", "2:3", "not closed"),
    ("\"a\nb\"", "1:3", "control character"),
    ("\"\\x\"", "1:2", "no such escape"),
    ("\"\\u12g4\"", "1:6", "four hex digits"),
    ("\"\\ud800x\"", "1:2", "surrogate"),
    ("\"\\udc00\\ud800\"", "1:2", "surrogate"),
    ("\"\\ud800\\u0041\"", "1:2", "surrogate"),
    ("01", "1:2", "leading zeros"),
    ("+1", "1:1", "a value is due here, not `+`"),
    (".5", "1:1", "a value is due"),
    ("1.", "1:3", "a digit is due here, and the text ends"),
    ("1e", "1:3", "a digit is due"),
    ("-", "1:2", "a digit is due"),
    ("1e400", "1:1", "larger than a double"),
    ("nul", "1:1", "a value is due"),
    ("NaN", "1:1", "a value is due"),
    ("truex", "1:5", "behind the end"),
    ("1 2", "1:3", "behind the end"),
    ("]", "1:1", "a value is due"),
    ("// x\n1", "1:1", "a value is due"),
    ("\u{FEFF}1", "1:1", "a value is due here, not `\u{FEFF}`"),
    ("[\"ü\",x]", "1:6", "a value is due here, not `x`"),
    ("\u{0}", "1:1", "not the byte 0"),
  ])
  func `refuses, and says where`(text: String, place: String, message: String) throws {
    let problem = #expect(throws: Diagnostic.self) { try readJSON(source(text)) }
    #expect(problem?.code == .invalidJSON)
    #expect(problem?.location.map(String.init(describing:)) == "in.json:\(place)")
    #expect(problem?.message.contains(message) == true, "\(problem?.message ?? "")")
  }

  @Test(arguments: [
    ("continuation byte alone", [0x22, 0x80, 0x22] as [UInt8], "1:2"),
    ("overlong", [0x0A, 0x22, 0xC0, 0xAF, 0x22], "2:2"),
    ("surrogate", [0x22, 0xED, 0xA0, 0x80, 0x22], "1:2"),
    ("UTF-16", [0xFF, 0xFE, 0x31, 0x00], "1:1"),
  ])
  func `refuses what is no UTF-8`(name: String, bytes: [UInt8], place: String) throws {
    let problem = #expect(throws: Diagnostic.self) {
      try readJSON(SourceText(path: "in.json", bytes: bytes))
    }
    #expect(problem?.code == .invalidUTF8)
    #expect(problem?.location.map(String.init(describing:)) == "in.json:\(place)")
  }

  @Test func `nesting is limited, at any length of input`() throws {
    let deep = String(repeating: "[", count: 128) + String(repeating: "]", count: 128)
    #expect(try readJSON(source(deep)).nodes.count == 128)
    let problem = #expect(throws: Diagnostic.self) {
      try readJSON(source(String(repeating: "[", count: 1_000_000)))
    }
    #expect(problem?.code == .tooDeep)
    #expect(problem?.location.map(String.init(describing:)) == "in.json:1:129")
  }

  @Test func `size and number of values are limited`() throws {
    let limits = TextLimits(bytes: 8, depth: 2, nodes: 3)
    #expect(throws: Never.self) { try readJSON(source("[1,2]   "), limits: limits) }
    let long = #expect(throws: Diagnostic.self) {
      try readJSON(source("[1,2]    "), limits: limits)
    }
    #expect(long?.code == .tooLarge)
    let many = #expect(throws: Diagnostic.self) { try readJSON(source("[1,2,3]"), limits: limits) }
    #expect(many?.code == .tooLarge)
  }
}
