import Diagnostics
import JSONText
import Nodes
import Shapes
import Testing

@Suite struct `A shape decodes` {
  @Test func `one of everything`() throws {
    let (document, diagnostics) = try decodeEverything(
      #"""
      "text": "t", "level": "high", "count": -3, "ratio": 0.5, "flag": true, "list": [1, 2],
      "table": {"a": "low"}, "inner": "bare", "known": 7, "wait": "2h", "day": "2024-02-29"
      """#)
    #expect(diagnostics == [])
    let all = try #require(document)
    #expect(all.text == "t")
    #expect(all.level == .high)
    #expect(all.count == -3)
    #expect(all.ratio == 0.5)
    #expect(all.flag)
    #expect(all.list.map(\.value) == [1, 2])
    #expect(all.list.map { $0.location.description } == ["e.json:2:81", "e.json:2:84"])
    #expect(all.table == ["a": .low])
    #expect(all.inner?.name == "bare")
    #expect(all.known?.value == 7)
    #expect(all.wait == .seconds(7200))
    #expect(all.day?.description == "2024-02-29")
  }

  @Test func `absent, null and a value are three things`() throws {
    #expect(try decodeEverything(#""text": "t""#).document?.known == nil)
    let unknown = try decodeEverything(#""text": "t", "known": null"#).document?.known
    #expect(unknown != nil)
    #expect(unknown?.value == nil)
    #expect(try decodeEverything(#""text": "t", "known": 1"#).document?.known?.value == 1)
  }

  @Test func `in any order of keys`() throws {
    let (document, _) = try decodeEverything(#""day": "2026-01-01", "flag": true, "text": "t""#)
    #expect(document?.flag == true)
    #expect(document?.day?.year == 2026)
  }

  @Test func `what is left out has its default`() throws {
    let document = try decodeEverything(#""text": "t""#).document
    #expect(document?.level == .medium)
    #expect(document?.wait == .seconds(60))
    #expect(document?.count == nil)
  }

  @Test(arguments: [
    (#""level": "low""#, ["1 missing-key `text` is missing"]),
    (#""txt": "t""#, ["1 unknown-key there is no key `txt` here"]),
    (#""text": "t", "text": "u""#, ["14 duplicate-key `text` stands here a second time"]),
    (#""text": 1"#, ["9 needs-quotes `text` must be text, and `1` without quotes is a number"]),
    (
      #""text": null"#,
      ["9 needs-quotes `text` must be text, and `null` without quotes is no value"]
    ),
    (#""text": {}"#, ["9 wrong-type `text` must be text, not a mapping"]),
    (
      #""text": "t", "level": "hihg""#,
      ["23 invalid-value `level` must be `low`, `medium` or `high`, not `hihg`"]
    ),
    (
      #""text": "t", "count": 1.5"#,
      ["23 not-decimal `count` must be a whole number in decimal, not `1.5`"]
    ),
    (
      #""text": "t", "count": 9007199254740992"#,
      [
        """
        23 invalid-value `count` must be from -9007199254740991 to 9007199254740991, not \
        `9007199254740992`
        """
      ]
    ),
    (#""text": "t", "count": "1""#, ["23 wrong-type `count` must be a whole number, not text"]),
    (
      #""text": "t", "count": true"#,
      ["23 wrong-type `count` must be a whole number, not true or false"]
    ),
    (#""text": "t", "ratio": []"#, ["23 wrong-type `ratio` must be a number, not a list"]),
    (#""text": "t", "flag": "true""#, ["22 wrong-type `flag` must be true or false, not text"]),
    (#""text": "t", "flag": 1"#, ["22 wrong-type `flag` must be true or false, not a number"]),
    (#""text": "t", "list": {}"#, ["22 wrong-type `list` must be a list, not a mapping"]),
    (
      #""text": "t", "list": [1, "2", []]"#,
      [
        "26 wrong-type an item of `list` must be a whole number, not text",
        "31 wrong-type an item of `list` must be a whole number, not a list",
      ]
    ),
    (
      #""text": "t", "table": {"a": "low", "a": "high", "b": "x"}"#,
      [
        "36 duplicate-key `a` stands here a second time",
        "54 invalid-value `b` must be `low`, `medium` or `high`, not `x`",
      ]
    ),
    (#""text": "t", "inner": []"#, ["23 wrong-type `inner` must be text or a mapping, not a list"]),
    (
      #""text": "t", "inner": "short""#,
      ["23 missing-key one of `file` and `url` must be there"]
    ),
    (
      #""text": "t", "inner": {"name": "n", "file": "f", "url": "u"}"#,
      ["57 conflicting-keys `file` and `url` exclude each other"]
    ),
    (
      #""text": "t", "inner": {"name": "bare", "x": {"y": 1}}"#,
      ["40 unknown-key there is no key `x` here"]
    ),
    (#""text": "t", "known": "1""#, ["23 wrong-type `known` must be a whole number, not text"]),
    (
      #""text": "t", "wait": "90""#,
      ["22 invalid-value `wait` must be a length of time such as 60s, 10m, 4h or 2d, not `90`"]
    ),
    (
      #""text": "t", "day": "2026-02-29""#,
      ["21 invalid-value `day` must be a day such as 2026-11-01, not `2026-02-29`"]
    ),
    (
      #""x": 1, "y": 2, "x": 3, "list": 1"#,
      [
        "1 missing-key `text` is missing", "1 unknown-key there is no key `x` here",
        "9 unknown-key there is no key `y` here", "17 duplicate-key `x` stands here a second time",
        "33 wrong-type `list` must be a list, not a number",
      ]
    ),
  ])
  func `and says everything that is wrong`(fields: String, expected: [String]) throws {
    #expect(try told(fields).sorted() == expected.sorted())
    #expect(try decodeEverything(fields).document == nil)
  }

  @Test(arguments: [
    ("[]", "wrong-type"), ("{}", "missing-key missing-key"),
    (#"{"kind": "Everything"}"#, "missing-key"),
    (#"{"apiVersion": "klpolicy/v1", "kind": "Everythin"}"#, "unknown-kind"),
    (#"{"apiVersion": "klpolicy/v0", "kind": "Everything"}"#, "unknown-api-version"),
    (#"{"apiVersion": "", "kind": ""}"#, "unknown-api-version unknown-kind"),
    (#"{"apiversion": "klpolicy/v1", "kind": "Everything"}"#, "unknown-key"),
    (#"{"apiVersion": "klpolicy/v1", "kind": ["Everything"]}"#, "wrong-type"),
  ])
  func `a document only under its header`(text: String, codes: String) throws {
    let table = try readJSON(SourceText(path: "e.json", bytes: Array(text.utf8)))
    let (document, diagnostics) = decode(Everything.self, from: table)
    #expect(document == nil)
    #expect(diagnostics.map(\.code.name).joined(separator: " ") == codes)
  }

  @Test func `one document where one is due`() {
    let none = decode(Everything.self, from: NodeTable(source: SourceText(path: "e", bytes: [])))
    #expect(none.document == nil)
    #expect(none.diagnostics.map(\.code) == [.documentCount])
  }

  /// What an unquoted scalar is under YAML 1.2's core schema; `false` where text may stand.
  @Test(arguments: [
    ("1", true), ("-1", true), ("+1", true), ("007", true), ("0o17", true), ("0xFf", true),
    ("1.", true), (".5", true), ("1.5", true), ("1e3", true), ("1E-3", true), ("+.inf", true),
    ("-.Inf", true), (".NAN", true), ("true", true), ("False", true), ("TRUE", true),
    ("null", true), ("~", true), ("Null", true),
    ("1.2.3", false), ("22:00", false), ("2026-11-01", false), ("6.1.0-56-cloud-amd64", false),
    ("0b1", true), ("-0x1F", true), ("0x_1", true), ("1_000", true), ("1_0.5_0", true),
    ("0b2", false), ("0b", false), ("0x_", false), ("_1", false), ("0o18", false), ("0xg", false),
    ("1e", false), (".", false), ("-", false),
    ("+", false), ("e3", false), ("yes", false), ("no", false), ("on", false),
    ("tRUE", false), ("nULL", false), (".Nan", false), ("~~", false), ("inf", false),
    ("1 2", false), ("0o", false), ("0x", false),
  ])
  func `a scalar that others would read as no text needs quotes`(scalar: String, needs: Bool) {
    #expect(codes(ofPlain: scalar) == (needs ? [.needsQuotes] : []))
  }

  private func codes(ofPlain scalar: String) -> [Diagnostic.Code] {
    var table = NodeTable(source: SourceText(path: "p", bytes: Array("x".utf8)))
    var nodes: [(String, Node.Style)] = []
    for (key, value) in [("apiVersion", "klpolicy/v1"), ("kind", "Everything")] {
      nodes += [(key, .quoted), (value, .quoted)]
    }
    nodes += [("text", .quoted), (scalar, .plain)]
    table.roots = [0]
    table.nodes = [
      Node(kind: .mapping, style: .plain, line: 1, column: 1, end: UInt32(nodes.count + 1))
    ]
    for (index, (text, style)) in nodes.enumerated() {
      table.nodes.append(
        Node(
          kind: .scalar, style: style, line: 1, column: 1, textStart: UInt32(table.text.count),
          textCount: UInt32(text.utf8.count), end: UInt32(index + 2)))
      table.text += text.utf8
    }
    return decode(Everything.self, from: table).diagnostics.map(\.code)
  }
}
