import Diagnostics
import Documents
import Rendering
import Testing

@Suite struct `JUnit XML` {
  private let problem = JUnit.Problem(type: "odd", message: "it is odd", text: "it is odd\n  why\n")

  @Test func `has each outcome as its own element, and counts them`() {
    let report = JUnit(
      name: "all",
      suites: [
        JUnit.Suite(
          name: "one", file: "one.yaml",
          cases: [
            JUnit.Case(
              name: "a", className: "c", outcome: .passed, time: .milliseconds(1007),
              output: "by the way"),
            JUnit.Case(
              name: "b", className: "c", outcome: .failed(problem), time: .milliseconds(500)),
          ]),
        JUnit.Suite(
          name: "two",
          cases: [
            JUnit.Case(name: "c", className: "c", outcome: .errored(problem)),
            JUnit.Case(name: "d", className: "c", outcome: .skipped(message: "not here")),
          ]),
      ])
    #expect(
      report.xml() == """
        <?xml version="1.0" encoding="UTF-8"?>
        <testsuites name="all" tests="4" failures="1" errors="1" time="1.507">
          <testsuite name="one" file="one.yaml" tests="2" failures="1" errors="0" skipped="0" \
        time="1.507">
            <testcase name="a" classname="c" time="1.007">
              <system-out>by the way</system-out>
            </testcase>
            <testcase name="b" classname="c" time="0.500">
              <failure type="odd" message="it is odd">it is odd
          why
        </failure>
            </testcase>
          </testsuite>
          <testsuite name="two" tests="2" failures="0" errors="1" skipped="1">
            <testcase name="c" classname="c">
              <error type="odd" message="it is odd">it is odd
          why
        </error>
            </testcase>
            <testcase name="d" classname="c">
              <skipped message="not here"/>
            </testcase>
          </testsuite>
        </testsuites>

        """)
  }

  @Test func `nothing at all is a report too`() {
    #expect(
      JUnit(name: "none", suites: []).xml() == """
        <?xml version="1.0" encoding="UTF-8"?>
        <testsuites name="none" tests="0" failures="0" errors="0"/>

        """)
  }

  static let texts: [(text: String, attribute: String, content: String)] = [
    ("a<b>&\"c'", "a&lt;b&gt;&amp;&quot;c'", "a&lt;b&gt;&amp;\"c'"),
    ("]]>", "]]&gt;", "]]&gt;"),
    ("a\n\tb", "a&#10;&#9;b", "a\n\tb"),
    ("a\r\nb", "a&#13;&#10;b", "a&#13;\nb"),
    (
      "\0\u{1B}[2J\u{9F}\u{7F}", "\u{FFFD}\u{FFFD}[2J\u{FFFD}\u{FFFD}",
      "\u{FFFD}\u{FFFD}[2J\u{FFFD}\u{FFFD}"
    ),
    ("\u{FFFE}\u{FFFF}", "\u{FFFD}\u{FFFD}", "\u{FFFD}\u{FFFD}"),
    ("é 😀", "é 😀", "é 😀"),
  ]

  @Test(arguments: texts)
  func `a text is that text to the reader, whatever is in it`(
    sample: (text: String, attribute: String, content: String)
  ) {
    let report = JUnit(
      name: sample.text,
      suites: [
        JUnit.Suite(
          name: "s",
          cases: [
            JUnit.Case(name: "c", className: "c", outcome: .passed, output: sample.text)
          ])
      ])
    let xml = report.xml()
    #expect(xml.contains("<testsuites name=\"\(sample.attribute)\" tests"), "\(xml)")
    #expect(xml.contains("<system-out>\(sample.content)</system-out>"), "\(xml)")
  }
}

@Suite struct `A validation for a person` {
  private func validation(_ kinds: [String?]) -> Validation {
    Validation(
      isValid: true, isStrict: false, policies: [], files: ["a.yaml"],
      documents: kinds.map { Validation.Document(kind: $0, name: nil, path: "a.yaml", line: 1) },
      diagnostics: [])
  }

  @Test(
    arguments: [
      (["Policy"], "1 policy is valid.\n"), (["Policy", "Policy"], "2 policies are valid.\n"),
      (["PatchSet"], "1 patch set is valid.\n"),
      (["Policy", "PatchSet"], "1 policy and 1 patch set are valid.\n"),
      (
        ["PatchSet", "Policy", "MaintenanceCalendar", "Policy", "PolicyTest", "PatchSet"],
        "2 patch sets, 2 policies, 1 calendar and 1 test document are valid.\n"
      ),
    ] as [([String?], String)])
  func `says what was checked`(kinds: [String?], text: String) {
    #expect(Rendering.text(of: validation(kinds), Style(isColoured: false)) == text)
  }

  private func diagnostic(_ path: String?, _ severity: Diagnostic.Severity) -> Diagnostic {
    Diagnostic(
      Diagnostic.Code("odd", "It is odd."), "it is odd", at: path.map { Location(path: $0) },
      severity: severity)
  }

  @Test func `ends with how much is wrong, and in how many files`() {
    #expect(summary(of: []) == "")
    #expect(summary(of: [diagnostic("a", .error)]) == "1 error in 1 file\n")
    #expect(summary(of: [diagnostic("a", .warning)]) == "1 warning in 1 file\n")
    #expect(summary(of: [diagnostic(nil, .error)]) == "1 error\n")
    #expect(
      summary(
        of: [
          diagnostic("a", .error), diagnostic("b", .error), diagnostic("c", .warning),
          diagnostic("a", .warning),
        ]) == "2 errors, 2 warnings in 3 files\n")
  }
}
