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
    self.init(name: "klpolicy test", suites: suites)
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
