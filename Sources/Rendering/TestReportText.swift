package import Documents

/// A report of tests for a person: a line for each case that failed, with where it differs, and for
/// those that passed if `listsAll`; then the counts.
package func text(of report: TestReport, listsAll: Bool, _ style: Style) -> String {
  var text = ""
  for test in report.cases {
    switch test.result {
    case .passed where listsAll:
      text += line(test, style.green("passed"), style) + "\n"
    case .passed:
      break
    case .failed:
      text += line(test, style.red("failed"), style) + "\n"
      text += detailLines(of: test, style).map { $0 + "\n" }.joined()
    }
  }
  let left = report.notRun == 0 ? "" : ", \(report.notRun) not run"
  let counts = "\(report.passedCount) passed, \(report.failedCount) failed\(left)"
  return text + style.bold(counts) + "\n"
}

/// `tests.yaml:12:5: failed: web-tier/the fix is loaded`.
private func line(_ test: TestReport.Case, _ result: String, _ style: Style) -> String {
  style.bold(printable(test.place)) + ": \(result): " + printable(test.title)
}

/// Where a case differs: `-` before what was expected and is not so, `+` before what is so and was
/// not expected; then what the plan says of it.
func detailLines(of test: TestReport.Case, _ style: Style) -> [String] {
  var lines: [String] = []
  for difference in test.differences {
    lines.append("  " + difference.field)
    for line in difference.lines {
      let text = printable(line.text)
      switch line.mark {
      case .same: lines.append("      " + text)
      case .missing: lines.append("    " + style.red("- " + text))
      case .unexpected: lines.append("    " + style.green("+ " + text))
      }
    }
  }
  return lines + test.notes.map { "  " + style.dim(printable($0)) }
}
