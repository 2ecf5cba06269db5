package import Documents

extension JUnit {
  /// A report of tests: a suite for each PolicyTest, in it its cases.
  package init(_ report: TestReport) {
    var suites: [Suite] = []
    for test in report.cases {
      // The cases of a document stand together.
      if suites.last?.name != test.document || suites.last?.file != test.path {
        suites.append(Suite(name: test.document, file: test.path, cases: []))
      }
      suites[suites.count - 1].cases.append(Case(test))
    }
    for finding in report.diagnostics {
      let path = finding.path ?? "klpolicy"
      let problem = JUnit.Problem(finding)
      if suites.last?.name == path, let earlier = suites.last?.cases.last,
        case .errored(var all) = earlier.outcome
      {
        all.text += "\n\n" + problem.text
        suites[suites.count - 1].cases[0].outcome = .errored(all)
      } else {
        suites.append(
          Suite(
            name: path, file: finding.path,
            cases: [Case(name: "documents", className: path, outcome: .errored(problem))]))
      }
    }
    self.init(name: "klpolicy test", suites: suites)
  }
}

extension JUnit.Problem {
  /// What kept tests from being run.
  fileprivate init(_ finding: Validation.Finding) {
    let place = [finding.path, finding.line.map(String.init), finding.column.map(String.init)]
      .compactMap(\.self).joined(separator: ":")
    let message = (place.isEmpty ? "" : "\(place): ") + finding.message
    self.init(
      type: finding.code, message: message,
      text: ([message] + (finding.advice.map { ["→ \($0)"] } ?? [])).joined(separator: "\n"))
  }
}

extension JUnit.Case {
  fileprivate init(_ test: TestReport.Case) {
    var outcome = JUnit.Outcome.passed
    if test.result == .failed {
      let fields = test.differences.map(\.field).joined(separator: ", ")
      outcome = .failed(
        JUnit.Problem(
          type: "other-plan", message: "\(test.place): not as expected: \(fields)",
          text: detailLines(of: test, Style(isColoured: false)).joined(separator: "\n")))
    }
    self.init(name: test.name, className: test.document, outcome: outcome, time: test.duration)
  }
}
