import Testing

// One after the other: hundreds of processes at once would starve the tests beside them.
@Suite(.serialized) struct `validate: mistakes in documents` {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  @Test func `there are many, and each is asked for`() {
    #expect(Mistake.all.count { !$0.isWarning } > 200)
    #expect(Mistake.all.count { $0.isWarning } > 10)
  }

  @Test(arguments: Mistake.all)
  func `the whole message says what is wrong, where, and what to write instead`(
    mistake: Mistake
  ) async throws {
    let file = "\(mistake.name).yaml"
    try scratch.file(file, try mistake.document())
    let outcome = try await klpolicy("validate", file, in: scratch.path)
    #expect(outcome.status == (mistake.isWarning ? 0 : 65))
    #expect(outcome.shown.contains { $0.severity == (mistake.isWarning ? "warning" : "error") })
    for shown in outcome.shown {
      #expect(shown.advice != nil, "\(shown.message)")
      #expect(shown.line != nil && shown.excerpt != nil, "\(shown.message)")
    }
    try mistake.expect(outcome.errors)
  }

  /// Two documents are enough: what comes before them is the reader's.
  @Test(
    arguments: Mistake.all.filter { ["state-present", "windows-under-spec"].contains($0.name) })
  func `line ends of Windows change nothing of it`(mistake: Mistake) async throws {
    let file = "\(mistake.name).yaml"
    let text = String(decoding: try mistake.document(), as: UTF8.self)
    try scratch.file(file, text.replacing("\n", with: "\r\n"))
    let outcome = try await klpolicy("validate", file, in: scratch.path)
    #expect(outcome.status == 65)
    if !GoldenCase.writes { try mistake.expect(outcome.errors) }
  }
}
