/// What came of the cases of PolicyTests.
package struct TestReport: Hashable, Sendable {
  package static let kind = "TestReport"

  package var toolVersion: String
  /// Those that were run, in the order of the documents.
  package var cases: [Case]
  /// How many the command line left out.
  package var notRun: Int
  package var duration: Duration
  /// What kept all cases from being run; none where they were.
  package var diagnostics: [Validation.Finding]

  package init(
    toolVersion: String, cases: [Case], notRun: Int, duration: Duration,
    diagnostics: [Validation.Finding] = []
  ) {
    self.toolVersion = toolVersion
    self.cases = cases
    self.notRun = notRun
    self.duration = duration
    self.diagnostics = diagnostics
  }

  package var passedCount: Int { cases.count { $0.result == .passed } }
  package var failedCount: Int { cases.count { $0.result == .failed } }

  package enum Result: String, CaseIterable, Sendable {
    case passed, failed
  }

  /// One case, and where it differs from what is due.
  package struct Case: Hashable, Sendable {
    /// The PolicyTest that it stands in.
    package var document: String
    package var name: String
    package var path: String
    /// Where it begins, from 1.
    package var line: Int
    /// From 1, in code points.
    package var column: Int
    package var duration: Duration
    /// None for a case that passed.
    package var differences: [Difference]
    /// What the plan says of what it holds back, or the policies' errors: for a person, and only
    /// where the case failed.
    package var notes: [String]

    package init(
      document: String, name: String, path: String, line: Int, column: Int, duration: Duration,
      differences: [Difference], notes: [String]
    ) {
      self.document = document
      self.name = name
      self.path = path
      self.line = line
      self.column = column
      self.duration = duration
      self.differences = differences
      self.notes = notes
    }

    package var result: Result { differences.isEmpty ? .passed : .failed }
    /// By which `--run` finds it.
    package var title: String { "\(document)/\(name)" }
    /// `path:line:column`.
    package var place: String { "\(path):\(line):\(column)" }
  }

  /// One expectation that was not met, with the plan beside it.
  package struct Difference: Hashable, Sendable {
    /// Its key in the case.
    package var field: String
    package var lines: [Line]

    package init(field: String, lines: [Line]) {
      self.field = field
      self.lines = lines
    }
  }

  /// One entry of what was expected, of the plan, or of both.
  package struct Line: Hashable, Sendable {
    package enum Mark: String, CaseIterable, Sendable {
      /// Expected, and so in the plan.
      case same
      /// Expected, and not in the plan.
      case missing
      /// In the plan, and not expected.
      case unexpected
    }

    package var mark: Mark
    package var text: String

    package init(_ mark: Mark, _ text: String) {
      self.mark = mark
      self.text = text
    }
  }
}
