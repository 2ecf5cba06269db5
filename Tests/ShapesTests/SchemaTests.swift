import JSONText
import Nodes
import Shapes
import Testing

@Suite struct `A shape writes its schema` {
  private let text = String(decoding: schema(of: Everything.self), as: UTF8.self)

  @Test(arguments: [
    #""$schema": "https://json-schema.org/draft/2020-12/schema""#,
    #""title": "Everything""#,
    #"{"description":"what the document is","type":"string","const":"Everything"}"#,
    #""text":{"description":"some text","type":"string"}"#,
    #""level":{"description":"how much","type":"string","enum":["low","medium","high"],"enumDescriptions":["a little","some","a lot"],"default":"medium"}"#,
    #""count":{"description":"how many","type":"integer","minimum":-9007199254740991,"maximum":9007199254740991}"#,
    #""ratio":{"description":"what part","type":"number"}"#,
    #""flag":{"description":"whether","type":"boolean","default":false}"#,
    #""list":{"description":"several","type":"array","items":{"type":"integer","#,
    #""additionalProperties":{"type":"string","enum":["low","medium","high"],"#,
    #""known":{"description":"what may be unknown","type":["integer","null"],"#,
    #""pattern":"^[0-9]{1,7}[smhd]$","examples":["60s","10m","4h","2d"],"default":"1m""#,
    #""day":{"description":"when","type":"string","pattern":"^[0-9]{4}-[0-9]{2}-[0-9]{2}$","format":"date","examples":["2026-11-01"]}"#,
    #""inner":{"description":"another mapping","type":"object""#,
    #""required":["name"],"oneOf":[{"required":["file"]},{"required":["url"]}]"#,
    #""required":["apiVersion","kind","text"],"additionalProperties":false}"#,
  ])
  func `with every key, type and constraint`(part: String) {
    #expect(compact(text).contains(compact(part)), "\(text)")
  }

  @Test(arguments: [
    #"""
    {"required":["start"],"properties":{"cron":false,"always":false}},\#
    {"required":["cron","duration"],\#
    "properties":{"start":false,"days":false,"end":false,"always":false}},\#
    {"required":["always"],"properties":{"start":false,"days":false,"end":false,\#
    "duration":false,"cron":false}}
    """#,
    #""allOf":[{"anyOf":[{"required":["start"],"#,
    #"{"not":{"required":["end","duration"]}}]"#,
    #""artefact":{"description":"a file","anyOf":[{"description":"where it is","type":"string"},{"type":"object","#,
    #"""
    "dependentRequired":{"user":["secret"],"secret":["user"],"signature":["signer","url"]},\#
    "oneOf":[{"required":["file"]},{"required":["url"]}]
    """#,
    #"""
    "tags":{"description":"one tag or several","anyOf":[{"type":"string"},\#
    {"type":"array","minItems":1,"items":{"type":"string"}}]}
    """#,
    #""few":{"description":"two or three","type":"array","minItems":2,"maxItems":3,"items":"#,
    #""waves":{"description":"some waves","type":"array","minItems":1,"items":"#,
    #""pattern":"^[^\\u0000]{1,5}$","examples":["/a"]"#,
  ])
  func `with the rules on its keys and the lengths of its lists`(part: String) {
    let text = String(decoding: schema(of: Ways.self), as: UTF8.self)
    #expect(compact(text).contains(part), "\(text)")
  }

  /// A text that stands for a mapping which is not whole with its key alone would be refused.
  @Test func `with a shorthand only where it can be used`() {
    #expect(!compact(text).contains(#""inner":{"description":"another mapping","anyOf""#))
  }

  private func compact(_ text: String) -> String {
    text.split(separator: "\n").map { line in
      line.drop { $0 == " " }.replacing("\": ", with: "\":")
    }.joined()
  }

  @Test func `as JSON`() throws {
    let table = try readJSON(SourceText(path: "s", bytes: Array(text.utf8)))
    #expect(table.roots.count == 1)
    #expect(text.hasSuffix("}\n"))
  }
}
