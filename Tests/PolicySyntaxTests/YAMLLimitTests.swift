import Diagnostics
import Nodes
import PolicySyntax
import Testing

/// What an input can make the reader do is bounded, whatever the input.
@Suite(.timeLimit(.minutes(1))) struct `YAML limits` {
  private func problem(_ text: String) -> Diagnostic? {
    let problems = readYAML(SourceText(path: "p.yaml", bytes: Array(text.utf8))).problems
    #expect(problems.count == 1)
    return problems.first
  }

  @Test(arguments: [
    ("[", "1:65"), ("{a: ", "1:257"), ("- ", "1:129"), ("[{a: ", "1:161"),
  ])
  func `nesting ends at 64`(unit: String, place: String) {
    let problem = problem(String(repeating: unit, count: 100_000))
    #expect(problem?.code == .tooDeep)
    #expect(problem?.location?.description == "p.yaml:\(place)")
  }

  @Test func `nesting of 64 is read`() {
    let text = String(repeating: "[", count: 64) + String(repeating: "]", count: 64)
    let (table, problems) = readYAML(SourceText(path: "p.yaml", bytes: Array(text.utf8)))
    #expect(problems == [])
    #expect(table.nodes.count == 64)
  }

  @Test func `nesting by aliases ends at 64`() {
    var text = "a0: &a0 [x]\n"
    for level in 1..<100 { text += "a\(level): &a\(level) [*a\(level - 1)]\n" }
    let problem = problem(text)
    #expect(problem?.code == .tooDeep)
    #expect(problem?.location?.position?.line == 64)
  }

  @Test func `aliases that multiply are stopped`() {
    var text = "a0: &a0 [x,x,x,x,x,x,x,x,x]\n"
    for level in 1..<20 {
      let aliases = Array(repeating: "*a\(level - 1)", count: 9).joined(separator: ",")
      text += "a\(level): &a\(level) [\(aliases)]\n"
    }
    let problem = problem(text)
    #expect(problem?.code == .tooLarge)
    #expect(problem?.message.contains("aliases expanded") == true)
  }

  @Test func `a file has at most 8 MiB`() {
    let comment = [UInt8](repeating: UInt8(ascii: "#"), count: 8 << 20)
    #expect(readYAML(SourceText(path: "p.yaml", bytes: comment)).problems == [])
    let problems = readYAML(SourceText(path: "p.yaml", bytes: comment + [0x23])).problems
    #expect(problems.map(\.code) == [.tooLarge])
    #expect(problems.first?.location?.description == "p.yaml")
  }

  @Test func `a file has at most 10,000 documents`() {
    let problem = problem(String(repeating: "---\n", count: 20_000))
    #expect(problem?.code == .tooLarge)
    #expect(problem?.location?.description == "p.yaml:10001:1")
  }

  /// libyaml compares each of these lines with all before it.
  @Test(arguments: ["\n", "\r\n"])
  func `tag directives are refused before they cost time`(lineBreak: String) {
    let lines = (0..<200_000).map { "%TAG !\($0)! x" }.joined(separator: lineBreak)
    let text = "%YAML 1.2\(lineBreak)" + lines + "\n---\na: b\n"
    let problems = readYAML(SourceText(path: "p.yaml", bytes: Array(text.utf8))).problems
    #expect(problems.count == 1000)
    #expect(problems.allSatisfy { $0.code == .yamlTag })
  }

  @Test(arguments: ["\r", "\u{85}", "\u{2028}"])
  func `no character that may end a line hides a directive`(lineBreak: String) {
    let lines = (0..<200_000).map { "%TAG !\($0)! x" }.joined(separator: lineBreak)
    let text = "a: 1\(lineBreak)" + lines
    let problems = readYAML(SourceText(path: "p.yaml", bytes: Array(text.utf8))).problems
    #expect(problems.map(\.code) == [.invalidCharacter])
  }

  @Test func `a percent sign elsewhere is text`() {
    let text = "a: 100%TAG\nb: x\u{A8}%TAG\n"
    #expect(readYAML(SourceText(path: "p.yaml", bytes: Array(text.utf8))).problems == [])
  }
}
