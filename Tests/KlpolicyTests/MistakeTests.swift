import Testing

/// Mistakes that people make in YAML, and every word that they read about them.
@Suite struct `validate: mistakes in YAML` {
  /// Lines from the fifth on of a policy, and what is said of `p.yaml`.
  @Test(arguments: [
    (
      "\tpriority: 1",
      """
      p.yaml:5:1: error: a tab stands in the indentation [invalid-yaml]
        5 | \tpriority: 1
          | ^
        → indent with blanks: YAML has no tabs there

      """
    ),
    (
      "<<<<<<< HEAD\n  priority: 1\n=======\n  priority: 2\n>>>>>>> other",
      """
      p.yaml:5:1: error: a merge conflict was left here [merge-conflict]
        5 | <<<<<<< HEAD
          | ^
        → keep the lines that are right, and delete the lines that begin with <<<<<<<, |||||||, \
      ======= and >>>>>>>

      """
    ),
    (
      "  kernels:\n    - release: *\n      patches: []",
      """
      p.yaml:6:16: error: `*` at the beginning of a value repeats what has that name elsewhere, \
      and no name follows [invalid-yaml]
        6 |     - release: *
          |                ^
        → quote the text: "*"

      """
    ),
    (
      "  kernels:\n    - release: *-cloud-amd64\n      patches: []",
      """
      p.yaml:6:16: error: there is no anchor `-cloud-amd64` before this alias [invalid-alias]
        6 |     - release: *-cloud-amd64
          |                ^
        → quote a text that begins with *: "*-cloud-amd64"

      """
    ),
    (
      "  kernels:\n    - release: >=6.1 <6.2   # why\n      patches: []",
      """
      p.yaml:6:16: error: `>` at the beginning of a value begins a text in the lines below \
      [invalid-yaml]
        6 |     - release: >=6.1 <6.2   # why
          |                ^
        → quote the text: ">=6.1 <6.2"

      """
    ),
    (
      "  priority:1\n  unmanaged: report",
      """
      p.yaml:5:11: error: a blank is missing behind `:` [invalid-yaml]
        5 |   priority:1
          |           ^
        → write `priority: ...`

      """
    ),
    (
      "  kernels:\n    -release: '*'\n     patches: []",
      """
      p.yaml:6:5: error: a blank is missing behind `-` [invalid-yaml]
        6 |     -release: '*'
          |     ^
        → write `- release`

      """
    ),
    (
      "  kernels:\n    - release: \"6.1\n      patches: []",
      """
      p.yaml:6:16: error: the text in quotes that begins here has no end [invalid-yaml]
        6 |     - release: "6.1
          |                ^
        → close the quotes

      """
    ),
    (
      "  unmanaged: @report",
      """
      p.yaml:5:14: error: `@` at the beginning of a value is reserved [invalid-yaml]
        5 |   unmanaged: @report
          |              ^
        → quote the text: "@report"

      """
    ),
    (
      "  unmanaged: report: all",
      """
      p.yaml:5:20: error: a text with `: ` in it has to be quoted [invalid-yaml]
        5 |   unmanaged: report: all
          |                    ^
        → quote the text: "report: all"

      """
    ),
    (
      "  priority: {{ priority }}",
      """
      p.yaml:5:14: error: this looks like a template, and a policy is none [invalid-yaml]
        5 |   priority: {{ priority }}
          |              ^
        → let the template engine write the policy first, or quote the text

      """
    ),
    (
      "  priority: 1\n---apiVersion: klpolicy/v1",
      """
      p.yaml:6:1: error: a blank is missing behind `---` [invalid-yaml]
        6 | ---apiVersion: klpolicy/v1
          | ^
        → write `---` in a line of its own

      """
    ),
    (
      "  priority: 1\n    unmanaged: report",
      """
      p.yaml:6:5: error: this line is indented deeper than the one above, which has a value already \
      [invalid-yaml]
        6 |     unmanaged: report
          |     ^
        → indent both lines alike

      """
    ),
    (
      "  kernels: [{release: a, patches: [{name: x, file: \"C:\\m\\x.ko\"}]}]",
      """
      p.yaml:5:55: error: there is no such escape [invalid-yaml]
        5 |   kernels: [{release: a, patches: [{name: x, file: "C:\\m\\x.ko"}]}]
          |                                                       ^
        → write \\\\ for a backslash, or use single quotes

      """
    ),
    (
      "  \u{A0}priority: 1",
      """
      p.yaml:5:3: error: a character that looks like a blank and is none (U+00A0) stands here \
      [invalid-character]
        5 |   \u{A0}priority: 1
          |   ^
        → write ordinary blanks

      """
    ),
    (
      "  safety: {transition: {deadline: 60}}",
      """
      p.yaml:5:35: error: `deadline` must be text, and `60` without quotes is a number [needs-quotes]
        5 |   safety: {transition: {deadline: 60}}
          |                                   ^
        → write a unit behind the number: 60s, 60m, 60h or 60d

      """
    ),
    (
      "  kernels: [{release: [6.1.0-1], patches: []}]",
      """
      p.yaml:5:23: error: `release` must be text, not a list [wrong-type]
        5 |   kernels: [{release: [6.1.0-1], patches: []}]
          |                       ^
        → write `6.1.0-1`, without a list

      """
    ),
    (
      "  priority: 1\n---\nspec: {}",
      """
      p.yaml:7:1: error: `apiVersion` is missing [missing-key]
        7 | spec: {}
          | ^
        → add `apiVersion`: klpolicy/v1
      p.yaml:7:1: error: `kind` is missing [missing-key]
        7 | spec: {}
          | ^
        → add `kind`: what the document is
        a line `---` above begins another document, with a header of its own

      """
    ),
  ])
  func `are told with what to write`(lines: String, words: String) async throws {
    let scratch = try Scratch()
    try scratch.file("p.yaml", policyText("web", lines))
    let outcome = try await klpolicy("validate", "p.yaml", in: scratch.path)
    #expect(outcome.status == 65)
    let count = outcome.shown.count
    #expect(outcome.errors == words + "\(count) error\(count == 1 ? "" : "s") in 1 file\n")
  }

  @Test(arguments: [
    ("yes", "write true"), ("off", "write false"), ("\"true\"", "take the quotes away"),
    ("0", "write false"),
    ("maybe", "write true or false"),
  ])
  func `what people write for true and false is told with what to write`(
    value: String, advice: String
  ) async throws {
    let scratch = try Scratch()
    let patch = "{name: a, module: a, file: a.ko, replace: \(value), sha256: \"\(digest("a"))\"}"
    try scratch.file(
      "p.yaml", policyText("web", "  kernels: [{release: 6.1.0-1-x, patches: [\(patch)]}]"))
    let outcome = try await klpolicy("validate", "p.yaml", in: scratch.path)
    #expect(outcome.shown.map(\.code) == ["wrong-type"])
    #expect(outcome.shown.map(\.advice) == [advice])
  }

  @Test func `line ends of Windows are line ends`() async throws {
    let scratch = try Scratch()
    try scratch.file("p.yaml", policyText().replacing("\n", with: "\r\n"))
    #expect(try await klpolicy("validate", "--strict", "p.yaml", in: scratch.path).status == 0)
  }
}
