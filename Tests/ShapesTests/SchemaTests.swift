import JSONText
import Nodes
import Shapes
import Testing

@Suite struct `A shape writes its schema` {
  private let text = String(decoding: schema(of: Everything.self), as: UTF8.self)

  @Test(arguments: [
    #""$schema": "https://json-schema.org/draft/2020-12/schema""#,
    #""title": "Everything""#,
    #"{"description":"what the document is","const":"Everything"}"#,
    #""text":{"description":"some text","type":"string"}"#,
    #""level":{"description":"how much","enum":["low","medium","high"],"default":"medium"}"#,
    #""count":{"description":"how many","type":"integer"}"#,
    #""ratio":{"description":"what part","type":"number"}"#,
    #""flag":{"description":"whether","type":"boolean","default":false}"#,
    #""list":{"description":"several","type":"array","items":{"type":"integer"}}"#,
    #""additionalProperties":{"enum":["low","medium","high"]}"#,
    #""known":{"description":"what may be unknown","anyOf":[{"type":"integer"},{"type":"null"}]}"#,
    #""pattern":"^[0-9]{1,7}[smhd]$","default":"1m""#,
    #""day":{"description":"when","type":"string","format":"date"}"#,
    #""inner":{"description":"another mapping","anyOf":[{"description":"its name","type":"string"},{"type":"object""#,
    #""allOf":[{"oneOf":[{"required":["file"]},{"required":["url"]}]}]"#,
    #""required":["apiVersion","kind","text"],"additionalProperties":false}"#,
  ])
  func `with every key, type and constraint`(part: String) {
    let compact = text.split(separator: "\n").map { line in
      line.drop { $0 == " " }.replacing("\": ", with: "\":")
    }.joined()
    #expect(compact.contains(part.replacing("\": ", with: "\":")), "\(compact)")
  }

  @Test func `as JSON`() throws {
    let table = try readJSON(SourceText(path: "s", bytes: Array(text.utf8)))
    #expect(table.roots.count == 1)
    #expect(text.hasSuffix("}\n"))
  }
}
